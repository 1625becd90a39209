/** What the tests of the authorizer have in common: a role, its policies and what it asks for. */
import { expect } from "chai";
import { AwsError, type Caller, type Permission } from "../../../local/api";
import { Authorizer } from "../../../local/iam/authorizer";

export const account = "123456789012";
export const place = { account, region: "us-east-1" };
export const now = () => new Date("2024-11-08T01:02:03Z");
export const arn = `arn:aws:iam::${account}:role/pipelines/etl`;
export const etl: Caller = { principalArn: arn };
export const root: Caller = { principalArn: `arn:aws:iam::${account}:root` };
export const rule = `arn:aws:events:us-east-1:${account}:rule/daily`;
export const fn = `arn:aws:lambda:us-east-1:${account}:function:trigger`;
export const trusts = (service: string, more = {}) => ({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole", ...more },
});
export const grants = (Action: string | string[], Resource = "*", more = {}) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action, Resource, ...more }],
});
export const asks = (action: string, resource: string, context?: Permission["context"]): Permission => ({
  action,
  resource,
  context,
});
export const readA = asks("s3:GetObject", "arn:aws:s3:::landing/a");

export function withRole(document: unknown): Authorizer {
  const authorizer = new Authorizer(place, now);
  authorizer.putRole({ arn, trustPolicy: trusts("lambda.amazonaws.com") });
  authorizer.putRolePolicy("etl", "access", document);
  return authorizer;
}

export function refusal(attempt: () => void): AwsError {
  try {
    attempt();
  } catch (error) {
    expect(error).to.be.instanceOf(AwsError);
    return error as AwsError;
  }
  throw new Error("It was allowed.");
}
