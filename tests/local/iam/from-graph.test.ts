/** The roles and policies of an evaluated program. */
import { expect } from "chai";
import { type Caller, type Permission } from "../../../local/api";
import { type Resource, type ResourceGraph } from "../../../local/graph";
import { Authorizer } from "../../../local/iam/authorizer";
import { loadPolicies } from "../../../local/iam/from-graph";
import { account, place, arn, etl, rule, fn, trusts, grants, asks, readA, withRole, refusal } from "./role";

describe("IAM authorizer", () => {
  describe("an evaluated program", () => {
    const resource = (type: string, name: string, inputs: object, outputs: object = {}): Resource => ({
      urn: `urn:pulumi:dev::p::${type}::${name}`,
      type,
      name,
      id: name,
      component: false,
      inputs: { ...inputs },
      outputs: { ...inputs, ...outputs },
      options: {},
    });
    const graph = (...resources: Resource[]): ResourceGraph => ({
      project: "p",
      stack: "dev",
      account,
      region: "us-east-1",
      resources,
      outputs: {},
    });
    const queue = `arn:aws:sqs:us-east-1:${account}:q`;
    const managed = `arn:aws:iam::${account}:policy/limits`;
    const program = graph(
      resource(
        "aws:iam/rolePolicy:RolePolicy",
        "access",
        { role: "etl", policy: JSON.stringify(grants("s3:GetObject")) },
        { name: "access-1" },
      ),
      resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "a", { role: "etl", policyArn: managed }),
      resource(
        "aws:iam/role:Role",
        "etl",
        {
          assumeRolePolicy: JSON.stringify(trusts("lambda.amazonaws.com")),
          inlinePolicies: [{ name: "own", policy: JSON.stringify(grants("glue:GetTable")) }],
        },
        { arn, name: "etl" },
      ),
      resource("aws:iam/policy:Policy", "limits", { policy: JSON.stringify(grants("athena:*")) }, { arn: managed }),
      resource("aws:s3/bucketPolicy:BucketPolicy", "b", {
        bucket: "audit",
        policy: { Statement: { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "arn:aws:s3:::audit/*" } },
      }),
      resource("aws:sqs/queuePolicy:QueuePolicy", "q", {
        queueUrl: `https://sqs.us-east-1.amazonaws.com/${account}/q`,
        policy: {
          Statement: {
            Effect: "Allow",
            Principal: { Service: "events.amazonaws.com" },
            Action: "sqs:SendMessage",
            Resource: queue,
          },
        },
      }),
      resource(
        "aws:lambda/permission:Permission",
        "p1",
        { function: "trigger", action: "lambda:InvokeFunction", principal: "events.amazonaws.com", sourceArn: rule },
        { statementId: "p1" },
      ),
      resource(
        "aws:lambda/permission:Permission",
        "p2",
        { function: fn, action: "lambda:InvokeFunction", principal: "sns.amazonaws.com", sourceAccount: account },
        { statementId: "p2" },
      ),
    );
    const cases: [Caller, Permission, allowed: boolean][] = [
      [etl, readA, true],
      [etl, asks("glue:GetTable", "*"), true],
      [etl, asks("athena:GetQueryExecution", "*"), true],
      [etl, asks("s3:GetObject", "arn:aws:s3:::audit/a"), false],
      [{ principalArn: rule, service: "events.amazonaws.com" }, asks("sqs:SendMessage", queue), true],
      [{ principalArn: rule, service: "events.amazonaws.com" }, asks("lambda:InvokeFunction", fn), true],
      [{ principalArn: `${rule}-2`, service: "events.amazonaws.com" }, asks("lambda:InvokeFunction", fn), false],
      [{ principalArn: queue, service: "sns.amazonaws.com" }, asks("lambda:InvokeFunction", fn), true],
    ];
    for (const [caller, permission, allowed] of cases) {
      it(`${allowed ? "lets" : "does not let"} ${caller.service ?? "the role"} ${permission.action} on ${permission.resource}`, () => {
        const authorizer = new Authorizer(place);
        loadPolicies(authorizer, program);
        const attempt = () => authorizer.authorize(caller, permission, { service: "s3" });
        if (allowed) attempt();
        else refusal(attempt);
      });
    }

    it("replaces what was there", () => {
      const authorizer = withRole(grants("*"));
      loadPolicies(authorizer, graph());
      refusal(() => authorizer.authorize(etl, readA, { service: "s3" }));
    });

    it("is told which resource has the fault", () => {
      const faulty = resource("aws:iam/role:Role", "etl", { assumeRolePolicy: "{" }, { arn, name: "etl" });
      const error = refusal(() => loadPolicies(new Authorizer(place), graph(faulty)));
      expect(error.message).to.match(/^aws:iam\/role:Role etl: Policy trust policy of etl, is not JSON/);
    });
  });
});
