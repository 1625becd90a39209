/** Tables of decisions: who asks for what, the policies, and what comes of it. */
import { expect } from "chai";
import { evaluate, type Decision } from "../../../local/iam/evaluate";
import { contextOf } from "../../../local/iam/match";
import { parsePolicy } from "../../../local/iam/policy";

export type Statements = Record<string, unknown> | Record<string, unknown>[];
export interface Case {
  identity?: Statements;
  resource?: Statements;
  trust?: Statements;
  boundary?: Statements;
  principal?: string;
  service?: string;
  action?: string;
  on?: string;
  context?: Record<string, string | string[]>;
  version?: string;
}
export type Row = [title: string, given: Case, expected: "allowed" | "explicitDeny" | "implicitDeny", reason?: string];

export const account = "123456789012";
export const root = `arn:aws:iam::${account}:root`;
export const role = `arn:aws:iam::${account}:role/etl`;
export const object = "arn:aws:s3:::landing/incoming/a.parquet";
export const key = `arn:aws:kms:us-east-1:${account}:key/1234abcd`;

export const allow = (Action: string | string[], Resource: string | string[] = "*", more = {}) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...more,
});
export const deny = (Action: string | string[], Resource: string | string[] = "*", more = {}) => ({
  Effect: "Deny",
  Action,
  Resource,
  ...more,
});
export const toRole = { Principal: { AWS: role } };
export const toAccount = { Principal: { AWS: account } };
export const toAll = { Principal: "*" };

export function decide(given: Case): Decision {
  const {
    version = "2012-10-17",
    principal = role,
    service,
    action = "s3:GetObject",
    on = object,
    context = {},
  } = given;
  const policy = (statements: Statements, kind: "identity" | "resource" | "trust") =>
    parsePolicy({ Version: version, Statement: statements }, kind, kind);
  const resource = given.resource ? policy(given.resource, "resource") : given.trust && policy(given.trust, "trust");
  return evaluate(
    { principal: { arn: principal, account, service }, action, resource: on, context: contextOf(context) },
    {
      identity: given.identity ? [policy(given.identity, "identity")] : [],
      resource,
      boundary: given.boundary && [policy(given.boundary, "identity")],
    },
  );
}

/** Tests of rows, by the page that they follow. */
export function decides(groups: Readonly<Record<string, readonly Row[]>>): void {
  for (const [group, rows] of Object.entries(groups)) {
    describe(group, () => {
      for (const [title, given, expected, reason] of rows) {
        it(`${title}: ${expected}`, () => {
          const decision = decide(given);
          expect(decision.decision).to.equal(expected);
          if (reason) expect(decision.reason).to.equal(reason);
        });
      }
    });
  }
}
