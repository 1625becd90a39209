import { expect } from "chai";
import { rmSync } from "node:fs";
import { basename, join } from "node:path";
import { unknownValue } from "@pulumi/pulumi/runtime";
import { evaluateProgram } from "../../local/evaluate";
import type { ResourceGraph } from "../../local/graph";
import { sampleFiles } from "../scenarios/lake";
import { LiveStack, type Operation } from "./live-stack";
import { requirePulumi } from "./suite";

/** Function code by the function's name. */
function archives({ resources }: Pick<ResourceGraph, "resources">): Record<string, string> {
  const functions = resources.filter(({ type }) => type === "aws:lambda/function:Function");
  return Object.fromEntries(
    functions.map(({ id, inputs }) => [id, basename((inputs.code as { path: string }).path)]).sort(),
  );
}

/** Forgets what evaluations made of the handlers, so that the next one serializes them itself. */
function forgetArchives(folder: string): void {
  rmSync(join(folder, "node_modules", ".cache", "tributary-closures"), { recursive: true, force: true });
}

describe("the real pulumi command", function () {
  let stack: LiveStack;
  let planned: Operation;

  const deployed = () => stack.runtime.deployed?.resources ?? [];

  before(async function () {
    stack = await LiveStack.create(await requirePulumi(this));
    forgetArchives(stack.folder);
  });
  after(() => stack?.close());

  it("previews the lake without touching anything; what AWS computes is not known yet", async () => {
    planned = await stack.run("preview");
    expect(planned.errors).to.equal("");
    expect(Object.keys(planned.counts)).to.deep.equal(["create"]);
    expect(deployed()).to.deep.equal([]);
    const outputs = planned.steps.find(
      ({ name, type }) => type === "aws:s3/bucket:Bucket" && /landing/.test(name),
    )?.outputs;
    expect(outputs).to.include({ arn: unknownValue, bucket: "tributary-emissions-landing-000000000000-local" });
  });

  it("deploys what it previewed", async () => {
    const operation = await stack.run("up");
    expect(operation.errors).to.equal("");
    expect(operation.counts).to.deep.equal(planned.counts);
    expect(operation.steps.map(({ urn }) => urn)).to.have.members(planned.steps.map(({ urn }) => urn));
  });

  it("packs the same code as the evaluation without the command", async () => {
    forgetArchives(stack.folder);
    const graph = await evaluateProgram({
      program: stack.folder,
      stack: "local",
      archives: join(stack.folder, "state", "archives"),
    });
    expect(archives({ resources: deployed() })).to.deep.equal(archives(graph));
  });

  it("finds nothing to change afterwards, neither in the program nor in what is deployed", async () => {
    expect(await stack.run("preview", "--expect-no-changes")).to.include({ succeeded: true });
    expect(await stack.run("refresh", "--expect-no-changes")).to.include({ succeeded: true });
  });

  it("deploys a lake through which files flow", async () => {
    const { oh, in: indiana } = await sampleFiles();
    const runs = await stack.land("2024-11-08", oh, indiana);
    expect(runs.map(({ pipeline, status }) => [pipeline, status])).to.deep.equal([
      ["state_emission_daily", "SUCCEEDED"],
      ["state_emission_monthly", "SUCCEEDED"],
    ]);
    expect(await stack.query("select count(*) from landing_db_local.utility_data_oh")).to.deep.equal([["20000"]]);
  });

  it("manages nothing twice", () => {
    const things = deployed().map(({ type, id }) => `${type} ${id}`);
    expect(things).to.have.length(new Set(things).size);
    const policies = planned.steps.filter(({ type }) => type === "aws:s3/bucketPolicy:BucketPolicy");
    const buckets = planned.steps.filter(({ type }) => type === "aws:s3/bucket:Bucket");
    expect(policies.map(({ outputs }) => outputs.bucket)).to.have.length(buckets.length);
  });

  it("changes only what a change of the program is about", async () => {
    stack.edit("stacks/emissions.ts", "alarmEmail: stage.alarmEmail", 'alarmEmail: "someone.else@example.com"');
    const operation = await stack.run("up");
    const changed = operation.steps.map(({ op, type, diffs }) => [op, type, ...diffs].join(" "));
    // A subscription cannot change its address: the new one comes before the old one goes.
    const subscription = "aws:sns/topicSubscription:TopicSubscription";
    expect(changed.filter((step) => !step.includes("pulumi:"))).to.deep.equal([
      `create-replacement ${subscription} endpoint`,
      `replace ${subscription} endpoint`,
      `delete-replaced ${subscription}`,
    ]);
  });

  it("leaves nothing when the stack is destroyed", async () => {
    const { counts } = await stack.run("destroy");
    expect(counts).to.deep.equal({ delete: planned.counts.create });
    expect(deployed()).to.deep.equal([]);
    const { s3, functions } = stack.runtime.services;
    expect(functions.list()).to.deep.equal([]);
    expect(s3.list()).to.deep.equal([]);
  });
});
