import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unknownValue } from "@pulumi/pulumi/runtime";
import { expect } from "chai";
import { AwsProvider, type Subject } from "../../../local/provider/aws";
import { changedProperties, hasUnknowns, isUnknownAt } from "../../../local/provider/properties";
import { knownLifecycles, replacing } from "../../../local/provider/replacement";
import { resourceTypes } from "../../../local/resources";
import { Runtime } from "../../../local/runtime";

const subject = (type: string, name = "it"): Subject => ({ urn: `urn:pulumi:qa::lake::${type}::${name}`, type, name });

const BUCKET = subject("aws:s3/bucket:Bucket");
const TABLE = subject("aws:glue/catalogTable:CatalogTable");
const MACHINE = subject("aws:sfn/stateMachine:StateMachine");

describe("the provider for aws", () => {
  let folder: string;
  let runtime: Runtime;
  let provider: AwsProvider;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "tributary-provider-"));
    runtime = await Runtime.open({ folder });
    provider = new AwsProvider({ runtime, program: folder, archives: join(folder, "archives") });
    provider.configure({ region: "us-east-1", allowedAccountIds: '["111122223333"]' });
  });
  afterEach(async () => {
    await runtime.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const checked = (of: Subject, inputs: Record<string, unknown>, before = {}) =>
    provider.check(of, before, inputs, "seed").inputs;

  it("knows what replaces a resource of each type that the runtime has", () => {
    const types = Object.keys(resourceTypes).filter((type) => type.startsWith("aws:"));
    expect(knownLifecycles).to.include.members(types);
  });

  describe("replaces a resource whose", () => {
    // The provider's documentation marks these properties "Forces new resource".
    for (const [type, property, replaces] of [
      ["aws:lambda/function:Function", "tenancyConfig", true],
      ["aws:lambda/permission:Permission", "invokedViaFunctionUrl", true],
      ["aws:ssm/parameter:Parameter", "dataType", true],
      ["aws:s3/bucket:Bucket", "bucket", true],
      ["aws:s3/bucket:Bucket", "bucketNamespace", true],
      ["aws:glue/catalogDatabase:CatalogDatabase", "targetDatabase", true],
      ["aws:glue/catalogTable:CatalogTable", "targetTable", true],
      ["aws:s3/bucket:Bucket", "forceDestroy", false],
      ["aws:glue/catalogTable:CatalogTable", "name", true],
      ["aws:glue/catalogTable:CatalogTable", "databaseName", true],
      ["aws:glue/catalogTable:CatalogTable", "storageDescriptor", false],
      ["aws:glue/catalogTable:CatalogTable", "partitionKeys", false],
      ["aws:lambda/function:Function", "name", true],
      ["aws:lambda/function:Function", "code", false],
      ["aws:sfn/stateMachine:StateMachine", "name", true],
      ["aws:sfn/stateMachine:StateMachine", "definition", false],
      ["aws:iam/role:Role", "name", true],
      ["aws:iam/role:Role", "assumeRolePolicy", false],
      ["aws:ssm/parameter:Parameter", "value", false],
      ["aws:sns/topic:Topic", "region", true],
    ] as const) {
      it(`${property} differs: ${replaces ? "yes" : "no"} for ${type}`, () => {
        expect(replacing(type, [property], {}, {})).to.deep.equal(replaces ? [property] : []);
      });
    }

    it("tier of a parameter falls: an advanced one cannot become a standard one", () => {
      const [standard, advanced] = [{ tier: "Standard" }, { tier: "Advanced" }];
      expect(replacing("aws:ssm/parameter:Parameter", ["tier"], advanced, standard)).to.deep.equal(["tier"]);
      expect(replacing("aws:ssm/parameter:Parameter", ["tier"], standard, advanced)).to.deep.equal([]);
    });

    it("name is the program's: the old one goes first", () => {
      const before = checked(TABLE, { name: "t", databaseName: "a" });
      const after = checked(TABLE, { name: "t", databaseName: "b" });
      expect(provider.diff(TABLE.type, before, after)).to.deep.equal({
        changed: ["databaseName"],
        replaces: ["databaseName"],
        deleteBeforeReplace: true,
      });
    });
  });

  describe("compares", () => {
    const archive = (hash: string, path: string) => ({
      "4dabf18193072939515e22adb298388d": "0def7320c3a5731c473e5ecbe6d01bc7",
      hash,
      path,
    });
    for (const [what, before, after, changed] of [
      ["what is not known yet as different", { a: "1" }, { a: unknownValue }, ["a"]],
      ["archives by their content", { a: archive("1", "x") }, { a: archive("1", "y") }, []],
      ["archives with other content as different", { a: archive("1", "x") }, { a: archive("2", "x") }, ["a"]],
      ["nothing that the provider keeps for itself", { __defaults: [] }, { __defaults: ["a"] }, []],
      ["a property that is gone as different", { a: "1" }, {}, ["a"]],
    ] as const) {
      it(what, () => expect(changedProperties(before, after)).to.deep.equal(changed));
    }
  });

  it("finds what is not known yet, wherever it is", () => {
    expect(hasUnknowns({ a: [{ b: unknownValue }] })).to.equal(true);
    expect(hasUnknowns({ a: [{ b: "known" }] })).to.equal(false);
    expect(isUnknownAt({ a: unknownValue }, ["a", "b"])).to.equal(true);
    expect(isUnknownAt({ a: { c: unknownValue } }, ["a", "b"])).to.equal(false);
  });

  describe("checks inputs:", () => {
    const faults = (of: Subject, inputs: Record<string, unknown>) =>
      provider.check(of, {}, inputs, "seed").faults.map(({ property, reason }) => `${property}: ${reason}`);

    it("a property that the runtime does not know is one", () => {
      expect(faults(BUCKET, { bucket: "some-bucket", websites: [] }).join()).to.match(/websites/);
    });
    it("what is not known yet is none", () => {
      expect(faults(TABLE, { name: "t", databaseName: unknownValue })).to.deep.equal([]);
    });
    it("a state machine that is wrong is one", () => {
      const definition = JSON.stringify({ StartAt: "Missing", States: { End: { Type: "Succeed" } } });
      const found = faults(MACHINE, { name: "m", roleArn: "arn:aws:iam::111122223333:role/r", definition });
      expect(found.join()).to.match(/Missing/);
    });
    it("a type that the runtime has not is one", () => {
      expect(faults(subject("aws:ec2/instance:Instance"), {})).to.deep.equal([
        ": the local runtime has no aws:ec2/instance:Instance.",
      ]);
    });
  });

  describe("asks whoever deploys, if it is not the account's owner,", () => {
    /** Somebody who may do everything but one action. */
    const without = (action: string): AwsProvider => {
      const Statement = [
        { Effect: "Allow", Action: "*", Resource: "*" },
        { Effect: "Deny", Action: action, Resource: "*" },
      ];
      const as = [{ Version: "2012-10-17", Statement }];
      const limited = new AwsProvider({ runtime, program: folder, archives: join(folder, "archives"), as });
      limited.configure({ region: "us-east-1", allowedAccountIds: '["111122223333"]' });
      return limited;
    };
    const refused = async (work: Promise<unknown>): Promise<string> =>
      work.then(
        () => "",
        (error: Error) => /not authorized to perform: (\S+)/.exec(error.message)?.[1] ?? error.message,
      );

    // hashicorp/terraform-provider-aws, internal/service/sfn/state_machine.go: stateMachineDefinitionValidate is a CustomizeDiff.
    it("for validating a state machine when it is planned", () => {
      const definition = JSON.stringify({ StartAt: "End", States: { End: { Type: "Succeed" } } });
      const inputs = { name: "m", roleArn: "arn:aws:iam::111122223333:role/r", definition };
      const faultsOf = (asked: AwsProvider) =>
        asked.check(MACHINE, {}, inputs, "seed").faults.map(({ reason }) => reason);
      expect(faultsOf(without("s3:PutObject"))).to.deep.equal([]);
      expect(faultsOf(without("states:ValidateStateMachineDefinition")).join()).to.include(
        "is not authorized to perform: states:ValidateStateMachineDefinition on resource: *",
      );
    });

    it("for creating, looking, changing and removing, before it does", async () => {
      const inputs = checked(BUCKET, { bucket: "some-bucket", forceDestroy: true });
      for (const action of ["s3:CreateBucket", "s3:TagResource", "s3:GetBucketPolicy"]) {
        expect(await refused(without(action).create(BUCKET, inputs))).to.equal(action);
      }
      expect(runtime.services.s3.has("some-bucket")).to.equal(false);
      const { id, outputs } = await provider.create(BUCKET, inputs);
      expect(await refused(without("s3:GetBucketAcl").read(BUCKET, id, outputs))).to.equal("s3:GetBucketAcl");
      // A tag is put; none is taken away.
      for (const [action, isAsked] of [
        ["s3:TagResource", true],
        ["s3:GetBucketLogging", true],
        ["s3:UntagResource", false],
      ] as const) {
        const changed = without(action).update(BUCKET, id, outputs, inputs, { ...inputs, tags: { a: "b" } });
        expect(await refused(changed)).to.equal(isAsked ? action : "");
      }
      for (const action of ["s3:DeleteBucket", "s3:DeleteObjectVersion"]) {
        expect(await refused(without(action).delete(BUCKET, id))).to.equal(action);
      }
      expect(runtime.services.s3.has("some-bucket")).to.equal(true);
      expect(await refused(without("s3:PutObject").delete(BUCKET, id))).to.equal("");
    });
  });

  it("generates a name once, and another for the resource that replaces it", () => {
    const first = checked(BUCKET, {});
    expect(first.bucket).to.match(/^it-[0-9a-f]{7}$/);
    expect(checked(BUCKET, {}, first).bucket).to.equal(first.bucket);
    expect(provider.check(BUCKET, {}, {}, "another seed").inputs.bucket).to.not.equal(first.bucket);
  });

  it("plans without deploying; what AWS computes is not known", () => {
    const { id, outputs } = provider.planned(BUCKET, checked(BUCKET, { bucket: "some-bucket" }));
    expect(id).to.equal("");
    expect(outputs).to.include({ bucket: "some-bucket", arn: unknownValue });
    expect(runtime.deployed).to.equal(null);
  });

  it("creates, changes, reads and removes", async () => {
    const inputs = checked(BUCKET, { bucket: "some-bucket", forceDestroy: false });
    const { id, outputs } = await provider.create(BUCKET, inputs);
    expect([id, outputs.arn]).to.deep.equal(["some-bucket", "arn:aws:s3:::some-bucket"]);
    expect(runtime.services.s3.has("some-bucket")).to.equal(true);
    const changed = checked(BUCKET, { bucket: "some-bucket", forceDestroy: true });
    const updated = await provider.update(BUCKET, id, outputs, inputs, changed);
    expect(updated).to.deep.equal({ ...outputs, forceDestroy: true });
    expect(await provider.read(BUCKET, id, updated)).to.deep.equal({ id, outputs: updated });
    await provider.delete(BUCKET, id);
    await provider.delete(BUCKET, id);
    expect(runtime.services.s3.has("some-bucket")).to.equal(false);
    expect((await provider.read(BUCKET, id, updated)).id).to.equal("");
  });

  it("refuses what AWS refuses, and leaves everything as it was", async () => {
    const refusal = (work: Promise<unknown>) => work.then(String, (error: Error) => error.message);
    const inputs = checked(BUCKET, { bucket: "some-bucket" });
    await provider.create(BUCKET, inputs);
    // S3 API reference, "CreateBucket": the bucket is the caller's own already.
    expect(await refusal(provider.create(BUCKET, inputs))).to.match(/^BucketAlreadyOwnedByYou: .* alias/);
    const orphan = checked(TABLE, { name: "t", databaseName: "nowhere" });
    expect(await refusal(provider.create(TABLE, orphan))).to.match(/databaseName nowhere/);
    expect(runtime.deployed?.resources.map(({ id }) => id)).to.deep.equal(["some-bucket"]);
  });

  it("refuses to be another account than the runtime", async () => {
    await provider.create(BUCKET, checked(BUCKET, { bucket: "some-bucket" }));
    expect(() => provider.configure({ region: "us-east-1", allowedAccountIds: '["444455556666"]' })).to.throw(
      "plays account 111122223333",
    );
  });
});
