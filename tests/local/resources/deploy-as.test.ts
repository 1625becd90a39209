import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { DeploymentError } from "../../../local/deploy";
import type { Resource } from "../../../local/graph";
import { deployerPolicy } from "../../../local/iam/deployer";
import { providerActions } from "../../../local/iam/provider-actions";
import { resourceTypes } from "../../../local/resources";
import { Runtime } from "../../../local/runtime";
import { declare, graphOf, place } from "./declared";

const roleArn = (name: string): string => `arn:aws:iam::${place.account}:role/${name}`;
const trust = (service: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: service } }],
  });
const role = (name: string, service: string, inputs: object = {}): Resource =>
  declare("aws:iam/role:Role", name, { name, assumeRolePolicy: trust(service), ...inputs });
const machine = (comment = ""): Resource =>
  declare("aws:sfn/stateMachine:StateMachine", "steps", {
    name: "steps",
    roleArn: roleArn("runs"),
    definition: JSON.stringify({ Comment: comment, StartAt: "Done", States: { Done: { Type: "Succeed" } } }),
  });
const schedule = declare("aws:scheduler/schedule:Schedule", "nightly", {
  name: "nightly",
  flexibleTimeWindow: { mode: "OFF" },
  scheduleExpression: "rate(1 day)",
  target: { arn: machine().id, roleArn: roleArn("fires") },
});
const rule = declare("aws:cloudwatch/eventRule:EventRule", "hourly", {
  name: "hourly",
  scheduleExpression: "rate(1 hour)",
});
const target = declare("aws:cloudwatch/eventTarget:EventTarget", "hourly", {
  rule: "hourly",
  targetId: "steps",
  arn: machine().id,
  roleArn: roleArn("starts"),
});
const graph = graphOf(
  role("runs", "states.amazonaws.com"),
  role("fires", "scheduler.amazonaws.com"),
  role("starts", "events.amazonaws.com"),
  machine(),
  schedule,
  rule,
  target,
);

describe("a deployment that is not the owner's", () => {
  let folder: string;
  let runtime: Runtime;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "deploy-as-"));
    runtime = await Runtime.open({ folder });
  });
  afterEach(async () => {
    await runtime.close();
    rmSync(folder, { recursive: true });
  });

  const faults = async (work: Promise<unknown>): Promise<readonly string[]> => {
    const error = await work.then(
      () => undefined,
      (thrown: unknown) => thrown as DeploymentError,
    );
    return error?.faults ?? [];
  };
  const statements = (...list: object[]) => [{ Version: "2012-10-17", Statement: list }];

  it("succeeds with the policy that the graph asks for", async () => {
    const counts = await runtime.deploy(graph, { as: [deployerPolicy(graph)] });
    expect(counts.created).to.equal(graph.resources.length);
  });

  describe("fails in AWS's words without", () => {
    // Which action is denied when a statement is left out; the first that is asked for.
    const denied: Record<string, string> = {
      DeployAnything: "states:ValidateStateMachineDefinition",
      DeployEvents: "events:PutRule",
      DeployIam: "iam:CreateRole",
      DeployScheduler: "scheduler:CreateSchedule",
      DeployStates: "states:CreateStateMachine",
      PassRolesToEvents: "iam:PassRole",
      PassRolesToScheduler: "iam:PassRole",
      PassRolesToStates: "iam:PassRole",
    };
    const policy = deployerPolicy(graph);
    it("nothing that is not listed here", () =>
      expect(policy.Statement.map(({ Sid }) => Sid)).to.deep.equal(Object.keys(denied)));
    for (const [sid, action] of Object.entries(denied)) {
      it(sid, async () => {
        const as = statements(...policy.Statement.filter(({ Sid }) => Sid !== sid));
        const found = await faults(runtime.deploy(graph, { as }));
        expect(found[0]).to.contain(
          `User: arn:aws:sts::${place.account}:assumed-role/deployer/local is not authorized to perform: ${action} on resource: `,
        );
        expect(found[0]).to.contain(`because no identity-based policy allows the ${action} action`);
        expect(runtime.deployed).to.equal(null);
      });
    }
  });

  // IAM user guide, "Grant a user permissions to pass a role to an AWS service": the key iam:PassedToService.
  it("may pass a role to the service that it is for, and to no other", async () => {
    const policy = deployerPolicy(graph).Statement.filter(({ Sid }) => !Sid.startsWith("PassRoles"));
    const pass = {
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: roleArn("*"),
      Condition: { StringEquals: { "iam:PassedToService": "states.amazonaws.com" } },
    };
    const found = await faults(runtime.deploy(graph, { as: statements(...policy, pass) }));
    expect(found.map((fault) => /^"(\w+)".*iam:PassRole on resource: (\S+)/.exec(fault)?.slice(1))).to.deep.equal([
      ["nightly", roleArn("fires")],
      ["hourly", roleArn("starts")],
    ]);
  });

  it("asks for what changes only: nothing for what stays, other actions for an update and a removal", async () => {
    await runtime.deploy(graph);
    expect(await faults(runtime.deploy(graph, { as: [] }))).to.deep.equal([]);
    const others = graph.resources.filter(({ type }) => type !== machine().type);
    const updated = await faults(runtime.deploy(graphOf(...others, machine("new")), { as: [] }));
    expect(updated.map((fault) => /perform: (\S+)/.exec(fault)?.[1])).to.deep.equal([
      "states:ValidateStateMachineDefinition",
      "states:UpdateStateMachine",
      "states:DescribeStateMachine",
      "states:ListStateMachineVersions",
      "states:ListTagsForResource",
      "iam:PassRole",
    ]);
    const removed = await faults(runtime.deploy(graphOf(), { as: [] }));
    const actions = removed.map((fault) => /perform: (\S+)/.exec(fault)?.[1]);
    expect([...new Set(actions)].sort()).to.deep.equal([
      "events:DeleteRule",
      "events:RemoveTargets",
      "iam:DeleteRole",
      "iam:ListInstanceProfilesForRole",
      "scheduler:DeleteSchedule",
      "states:DeleteStateMachine",
    ]);
  });

  it("is known for each type of resource", () => {
    const types = Object.keys(resourceTypes).filter((type) => type.startsWith("aws:"));
    expect(Object.keys(providerActions).sort()).to.deep.equal(types.sort());
  });

  // hashicorp/terraform-provider-aws, internal/service/s3/object.go: tags travel with PutObject, as defaultTags are on everything.
  it("tags objects, and empties a bucket that may be removed with them", async () => {
    const bucket = declare("aws:s3/bucket:Bucket", "b", { bucket: "data", forceDestroy: true });
    const model = declare("aws:s3/bucketObjectv2:BucketObjectv2", "m", { bucket: "data", key: "m.sql", content: "x" });
    const policy = deployerPolicy(graphOf(bucket, model)).Statement;
    const without = (action: string) =>
      statements(...policy.map((each) => ({ ...each, Action: each.Action.filter((one) => one !== action) })));
    const tagging = await faults(runtime.deploy(graphOf(bucket, model), { as: without("s3:PutObjectTagging") }));
    expect(tagging).to.have.length(1);
    expect(tagging[0]).to.include("perform: s3:PutObjectTagging on resource: arn:aws:s3:::data/m.sql");
    await runtime.deploy(graphOf(bucket, model), { as: statements(...policy) });
    const emptying = await faults(runtime.deploy(graphOf(), { as: without("s3:DeleteObjectVersion") }));
    const denied = emptying.map((fault) => /s3:DeleteObjectVersion on resource: (\S+)/.exec(fault)?.[1]);
    expect(denied.sort()).to.deep.equal(["arn:aws:s3:::data/*", "arn:aws:s3:::data/m.sql"]);
  });

  it("can be that of a role which is deployed", async () => {
    const policy = JSON.stringify(deployerPolicy(graph));
    const deployer = role("ci", "codebuild.amazonaws.com", { inlinePolicies: [{ name: "deploy", policy }] });
    await runtime.deploy(graphOf(deployer));
    const as = roleArn("ci");
    expect((await runtime.deploy(graphOf(deployer, ...graph.resources), { as })).created).to.equal(7);
    const [denied] = await faults(runtime.deploy(graphOf(deployer), { as: roleArn("nobody") }));
    expect(denied).to.contain("assumed-role/nobody/local is not authorized to perform: ");
  });

  it("reads policies that nobody can read as faults of the caller", async () => {
    const error = await runtime.deploy(graph, { as: ["{"] }).catch((thrown: unknown) => thrown);
    expect(error).to.have.property("code", "MalformedPolicyDocument");
  });
});
