/**
 * Random policies and requests, decided by us and by an independent evaluator. Left out is where we follow the user guide and the
 * evaluator does something else: NotPrincipal without the account, dates as seconds, `${*}` outside of StringLike, `*` that
 * spans segments in the middle of an ARN or in NotResource, NotResource whose variable has no value, keys without a policy,
 * empty lists of values, NotIpAddress of the other IP version.
 */
import { runSimulation } from "@cloud-copilot/iam-simulate";
import { expect } from "chai";
import fc from "fast-check";
import { evaluate } from "../../../local/iam/evaluate";
import { contextOf } from "../../../local/iam/match";
import { parsePolicy, type PolicyKind } from "../../../local/iam/policy";
import { account, arns, condition, oneOrSome, requests, roles, scenario, type Scenario } from "./random-requests";

function ours({ action, resource, principal, identity, boundary, resourcePolicy, context }: Scenario): string {
  const parse = (policies: unknown[], kind: PolicyKind) => policies.map((policy) => parsePolicy(policy, kind, kind));
  const service = principal.endsWith(".com") ? principal : undefined;
  const kind = action === "sts:AssumeRole" ? "trust" : "resource";
  return evaluate(
    {
      principal: { arn: service ? "arn:aws:events:::rule/x" : principal, account, service },
      action,
      resource,
      context: contextOf(context),
    },
    {
      identity: parse(identity, "identity"),
      resource: parse(resourcePolicy ? [resourcePolicy] : [], kind)[0],
      boundary: boundary && parse([boundary], "identity"),
    },
  ).decision;
}

async function theirs({
  action,
  resource,
  principal,
  identity,
  boundary,
  resourcePolicy,
  context,
}: Scenario): Promise<string> {
  const named = (policies: object[]) => policies.map((policy, index) => ({ name: `p${index}`, policy }));
  const isService = principal.endsWith(".com");
  const result = await runSimulation(
    {
      request: { principal, action, resource: { resource, accountId: account }, contextVariables: context },
      identityPolicies: named(isService ? [] : identity),
      permissionBoundaryPolicies: boundary && !isService ? named([boundary]) : undefined,
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy,
    },
    {},
  );
  if (result.resultType === "error") throw new Error(JSON.stringify(result.errors));
  return { Allowed: "allowed", ExplicitlyDenied: "explicitDeny", ImplicitlyDenied: "implicitDeny" }[
    result.overallResult
  ];
}

describe("IAM decisions beside those of another evaluator", () => {
  const compare = async (scenarios: fc.Arbitrary<Scenario>, numRuns: number) => {
    const outcomes: Record<string, number> = {};
    const property = fc.asyncProperty(scenarios, async (given) => {
      const decision = ours(given);
      outcomes[decision] = (outcomes[decision] ?? 0) + 1;
      expect(decision).to.equal(await theirs(given));
    });
    await fc.assert(property, { numRuns });
    // Agreement means little if nearly everything is decided in one way.
    expect(Object.keys(outcomes)).to.have.length.greaterThan(1);
    for (const count of Object.values(outcomes)) expect(count).to.be.greaterThan(numRuns / 20);
  };
  const allowing = (more: object) => [
    { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*", ...more }] },
  ];
  const plain = scenario.map((given) => ({
    ...given,
    principal: roles[0],
    action: "s3:GetObject",
    resource: requests[0][1][0],
    resourcePolicy: undefined,
    boundary: undefined,
  }));

  it("agree on conditions", () =>
    compare(
      fc.tuple(plain, condition).map(([given, Condition]) => ({ ...given, identity: allowing({ Condition }) })),
      600,
    ));

  it("agree on resources", () =>
    compare(
      fc
        .tuple(plain, fc.constantFrom(...requests[0][1]), oneOrSome(arns.filter((each) => each.includes(":s3:"))))
        .map(([given, resource, Resource]) => ({ ...given, resource, identity: allowing({ Resource }) })),
      200,
    ));

  it("agree on whole policies", () => compare(scenario, 800));
});
