/** Which condition keys services send when they assume a role; the pages stand beside each row of the table. */
import { expect } from "chai";
import { Authorizer } from "../../../local/iam/authorizer";
import { roleAssumptions } from "../../../local/iam/role-assumption";
import { account, arn, place, refusal, trusts } from "./role";

const of = (service: string, resource: string): string => `arn:aws:${service}:us-east-1:${account}:${resource}`;

/** A resource for which the service assumes a role, and what `aws:SourceArn` is then; undefined where it sends neither key. */
const services: Readonly<Record<string, readonly [resource: string, sourceArn: string | undefined]>> = {
  "cloudtrail.amazonaws.com": [of("cloudtrail", "trail/lake"), undefined],
  "lambda.amazonaws.com": [of("lambda", "function:land"), undefined],
  "states.amazonaws.com": [of("states", "stateMachine:daily"), of("states", "stateMachine:daily")],
  "events.amazonaws.com": [of("events", "rule/arrived"), of("events", "rule/arrived")],
  "scheduler.amazonaws.com": [of("scheduler", "schedule/default/hourly"), of("scheduler", "schedule-group/default")],
};

describe("services that assume a role", () => {
  it("are those of the table, each with its page", () => {
    expect(Object.keys(roleAssumptions).sort()).to.deep.equal(Object.keys(services).sort());
    for (const { page } of Object.values(roleAssumptions)) expect(page).to.match(/ guide, /);
  });

  for (const [service, [resource, sourceArn]] of Object.entries(services)) {
    const assume = (Condition?: object) => {
      const authorizer = new Authorizer(place);
      authorizer.putRole({ arn, trustPolicy: trusts(service, Condition && { Condition }) });
      authorizer.assumeRole(service, arn, { arn: resource });
    };
    const byAccount = { StringEquals: { "aws:SourceAccount": account } };

    it(`${service} without a condition`, () => assume());

    if (sourceArn === undefined) {
      it(`${service}: not where the trust policy asks for an account or a source`, () => {
        expect(refusal(() => assume(byAccount)).code).to.equal("AccessDenied");
        refusal(() => assume({ ArnLike: { "aws:SourceArn": resource } }));
        refusal(() => assume({ ArnLike: { "aws:SourceArn": "*" } }));
      });
    } else {
      it(`${service} for its account and as ${sourceArn.split(":").slice(5).join(":")}`, () => {
        assume({ ...byAccount, ArnEquals: { "aws:SourceArn": sourceArn } });
        refusal(() => assume({ StringEquals: { "aws:SourceAccount": "999999999999" } }));
        if (sourceArn !== resource) refusal(() => assume({ ArnEquals: { "aws:SourceArn": resource } }));
      });
    }
  }

  it("of another service send neither key", () => {
    const authorizer = new Authorizer(place);
    const Condition = { StringEquals: { "aws:SourceAccount": account } };
    authorizer.putRole({ arn, trustPolicy: trusts("codebuild.amazonaws.com", { Condition }) });
    refusal(() => authorizer.assumeRole("codebuild.amazonaws.com", arn, { arn: of("codebuild", "project/x") }));
  });
});
