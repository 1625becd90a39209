import { expect } from "chai";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import {
  CreatePartitionCommand,
  GetPartitionCommand,
  GetTableCommand,
  UpdatePartitionCommand,
  UpdateTableCommand,
} from "@aws-sdk/client-glue";
import { DescribeExecutionCommand, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { copyLimits } from "../../functions/storage/copy";
import { replaceText } from "../../functions/storage/objects";
import { executionName } from "../../functions/runs/pipeline";
import { repeatedAuditId } from "../../functions/runs/run-order";
import { objectsCreated } from "../../infra/event-rules";
import type { Command } from "../model/direct-client";
import type { Gate } from "../model/interleavings";
import { bucket, LocalStorage } from "../model/storage";

/**
 * Names of errors and limits that the code leans on, each with the page of AWS's documentation that states it, and as the local
 * runtime has it.
 */
describe("what AWS promises, and the code leans on", () => {
  let storage: LocalStorage;
  before(() => (storage = new LocalStorage()));
  after(() => storage.close());
  beforeEach(() => storage.empty());

  const nameOf = (call: Promise<unknown>): Promise<string> =>
    call.then(
      () => "no error",
      (error: Error) => error.name,
    );
  const s3 = (command: Command): Promise<unknown> =>
    (storage.clients().s3 as unknown as { send(sent: Command): Promise<unknown> }).send(command);

  describe("S3", () => {
    const Key = "k";
    const put = (condition: { IfMatch?: string; IfNoneMatch?: string }, Body = "two"): Promise<unknown> =>
      s3(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentLength: Body.length, ...condition }));

    // Amazon S3 User Guide, "How to prevent object overwrites with conditional writes": 412 Precondition Failed if the object
    // is there, or has another ETag; 404 Not Found if there is none to match; 409 Conflict if another write is under way.
    it("PreconditionFailed: a conditional write that finds another version", async () => {
      await storage.put(Key, "one");
      expect(await nameOf(put({ IfNoneMatch: "*" }))).to.equal("PreconditionFailed");
      expect(await nameOf(put({ IfMatch: '"00000000000000000000000000000000"' }))).to.equal("PreconditionFailed");
      expect(await storage.text(Key)).to.equal("one");
    });
    it("NoSuchKey: a conditional write in place of what is not there", async () => {
      expect(await nameOf(put({ IfMatch: '"00000000000000000000000000000000"' }))).to.equal("NoSuchKey");
    });

    it("ConditionalRequestConflict: another conditional write is under way: this one is made again", async () => {
      let calls = 0;
      const conflict: Gate = (call) => {
        calls += 1;
        if (calls > 1) return call();
        return Promise.reject(Object.assign(new Error("409"), { name: "ConditionalRequestConflict" }));
      };
      expect(await replaceText(storage.clients(conflict).s3, bucket, Key, "two", undefined)).to.be.a("string");
      expect(await storage.text(Key)).to.equal("two");
    });

    // Amazon S3 API Reference, "GetObject" (If-Match) and "CopyObject" (x-amz-copy-source-if-match): 412 Precondition Failed.
    it("PreconditionFailed: reading and copying what was replaced", async () => {
      await storage.put(Key, "one");
      const IfMatch = '"00000000000000000000000000000000"';
      expect(await nameOf(s3(new GetObjectCommand({ Bucket: bucket, Key, IfMatch })))).to.equal("PreconditionFailed");
      const copy = { Bucket: bucket, Key: "copy", CopySource: `${bucket}/${Key}`, CopySourceIfMatch: IfMatch };
      expect(await nameOf(s3(new CopyObjectCommand(copy)))).to.equal("PreconditionFailed");
    });

    // Amazon S3 User Guide, "Copying, moving, and renaming objects": one copy action takes objects up to 5 GB. "Amazon S3
    // multipart upload limits": 1 to 10,000 parts of 5 MiB to 5 GiB, objects up to 50 TB (5 TB before 2025).
    it("copies whole up to 5 GB, and then in at most 10,000 parts", () => {
      expect(copyLimits.whole).to.be.at.most(5 * 1024 ** 3);
      expect(copyLimits.part).to.be.within(5 * 1024 ** 2, 5 * 1024 ** 3);
      expect((5 * 1000 ** 4) / copyLimits.part).to.be.at.most(10_000);
    });
    it("InvalidArgument: the part after the ten thousandth", async () => {
      const part = { Bucket: bucket, Key, UploadId: "u", PartNumber: 10_001, Body: "x", ContentLength: 1 };
      expect(await nameOf(s3(new UploadPartCommand(part)))).to.equal("InvalidArgument");
    });
    // Amazon S3 API Reference, "CompleteMultipartUpload": NoSuchUpload, 404.
    it("NoSuchUpload: an upload that was ended", async () => {
      const MultipartUpload = { Parts: [{ PartNumber: 1, ETag: '"0"' }] };
      const complete = new CompleteMultipartUploadCommand({ Bucket: bucket, Key, UploadId: "u", MultipartUpload });
      expect(await nameOf(s3(complete))).to.equal("NoSuchUpload");
    });

    // Amazon S3 API Reference, "DeleteObjects": up to 1,000 keys; more are MalformedXML.
    it("deletes a thousand objects by a call, not one more", async () => {
      const objects = (count: number) =>
        s3(
          new DeleteObjectsCommand({
            Bucket: bucket,
            Delete: { Objects: Array.from({ length: count }, (_, index) => ({ Key: `${index}` })) },
          }),
        );
      expect(await nameOf(objects(1000))).to.equal("no error");
      expect(await nameOf(objects(1001))).to.equal("MalformedXML");
    });
  });

  describe("Glue", () => {
    const { glue } = { glue: () => storage.clients().glue };
    const place = { DatabaseName: "db", TableName: "dated" };
    const partition = (date: string) => ({
      Values: [date],
      StorageDescriptor: { Location: `s3://${bucket}/${date}/` },
    });

    // AWS Glue Web API Reference, "GetPartition", "GetTable", "UpdatePartition": EntityNotFoundException.
    it("EntityNotFoundException: what is not there", async () => {
      const missing = { ...place, PartitionValues: ["2024-01-29"] };
      expect(await nameOf(glue().send(new GetPartitionCommand(missing)))).to.equal("EntityNotFoundException");
      const table = new GetTableCommand({ DatabaseName: "db", Name: "none" });
      expect(await nameOf(glue().send(table))).to.equal("EntityNotFoundException");
      const update = { ...place, PartitionValueList: ["2024-01-29"], PartitionInput: partition("2024-01-29") };
      expect(await nameOf(glue().send(new UpdatePartitionCommand(update)))).to.equal("EntityNotFoundException");
    });

    // AWS Glue Web API Reference, "CreatePartition": AlreadyExistsException.
    it("AlreadyExistsException: a partition that another made first", async () => {
      const create = () =>
        glue().send(new CreatePartitionCommand({ ...place, PartitionInput: partition("2024-01-29") }));
      await create();
      expect(await nameOf(create())).to.equal("AlreadyExistsException");
    });

    // AWS Glue Web API Reference, "UpdatePartition": no condition and no version: the last writer wins.
    it("an update of a partition takes the place of any other", async () => {
      await glue().send(new CreatePartitionCommand({ ...place, PartitionInput: partition("2024-01-29") }));
      for (const Location of ["s3://data/newer/", "s3://data/older/"]) {
        const PartitionInput = { Values: ["2024-01-29"], StorageDescriptor: { Location } };
        const update = { ...place, PartitionValueList: ["2024-01-29"], PartitionInput };
        expect(await nameOf(glue().send(new UpdatePartitionCommand(update)))).to.equal("no error");
      }
    });

    // AWS Glue Web API Reference, "UpdateTable": VersionId, "The version ID at which to update the table contents";
    // ConcurrentModificationException, "Two processes are trying to modify a resource simultaneously".
    it("ConcurrentModificationException: a table that changed since it was read", async () => {
      const { Table } = await glue().send(new GetTableCommand({ DatabaseName: "db", Name: "whole" }));
      const update = () =>
        glue().send(
          new UpdateTableCommand({
            DatabaseName: "db",
            VersionId: Table?.VersionId,
            TableInput: { Name: "whole", StorageDescriptor: Table?.StorageDescriptor, Parameters: Table?.Parameters },
          }),
        );
      await update();
      expect(await nameOf(update())).to.equal("ConcurrentModificationException");
    });
  });

  describe("Step Functions", () => {
    const stateMachineArn = "arn:aws:states:us-east-1:111122223333:stateMachine:m";
    const definition = (states: object): string => JSON.stringify({ StartAt: "A", States: states });
    const start = (name: string, input = "{}") =>
      storage.clients().sfn.send(new StartExecutionCommand({ stateMachineArn, name, input }));
    before(() => {
      const wait = definition({ A: { Type: "Wait", Seconds: 60, Next: "B" }, B: { Type: "Succeed" } });
      storage.machines.putMachine({ name: "m", definition: wait, roleArn: "arn:aws:iam::111122223333:role/m" });
      const pass = definition({ A: { Type: "Succeed" } });
      storage.machines.putMachine({ name: "done", definition: pass, roleArn: "arn:aws:iam::111122223333:role/m" });
    });

    // AWS Step Functions API Reference, "StartExecution": idempotent for the same name and input while it runs;
    // ExecutionAlreadyExists for another input, and when it has ended.
    it("ExecutionAlreadyExists: a name with another input, or of an execution that ended", async () => {
      await start("running");
      expect(await nameOf(start("running"))).to.equal("no error");
      expect(await nameOf(start("running", '{"a":1}'))).to.equal("ExecutionAlreadyExists");
      const ended = { stateMachineArn: stateMachineArn.replace(/m$/, "done"), name: "ended", input: "{}" };
      const { executionArn } = await storage.clients().sfn.send(new StartExecutionCommand(ended));
      const describe = () => storage.clients().sfn.send(new DescribeExecutionCommand({ executionArn }));
      while ((await describe()).status === "RUNNING") await new Promise(setImmediate);
      expect(await nameOf(storage.clients().sfn.send(new StartExecutionCommand(ended)))).to.equal(
        "ExecutionAlreadyExists",
      );
    });

    // AWS Step Functions API Reference, "StartExecution": name, length 1 to 80.
    it("an execution's name has 80 characters at most; the longest of ours fits", async () => {
      expect(await nameOf(start("n".repeat(80)))).to.equal("no error");
      expect(await nameOf(start("n".repeat(81)))).to.not.equal("no error");
      // Amazon S3 User Guide, "Event message structure", shows sequencers of 16 to 18 hexadecimal digits.
      const sequencer = "f".repeat(18);
      const run = repeatedAuditId(sequencer, "2024-01-29", sequencer);
      expect(executionName({ exec_date: "2024-01-30", run }).length).to.be.at.most(80);
    });

    // AWS Step Functions Developer Guide, "Step Functions service quotas": 256 KiB of input or output, UTF-8.
    it("an input has 262,144 bytes at most", async () => {
      const input = (bytes: number): string => JSON.stringify("x".repeat(bytes - 2));
      expect(await nameOf(start("largest", input(262_144)))).to.equal("no error");
      expect(await nameOf(start("too-large", input(262_145)))).to.equal("ValidationException");
    });

    // AWS Step Functions Developer Guide, "Handling errors in Step Functions workflows": States.TaskFailed matches any error
    // except States.Timeout; States.ALL matches both.
    for (const [error, caughtBy] of [
      ["Anything", "TaskFailed"],
      ["States.Timeout", "All"],
    ]) {
      it(`States.TaskFailed ${caughtBy === "All" ? "does not match" : "matches"} ${error}`, async () => {
        const branch = { StartAt: "F", States: { F: { Type: "Fail", Error: error } } };
        const catchers = [
          { ErrorEquals: ["States.TaskFailed"], Next: "TaskFailed" },
          { ErrorEquals: ["States.ALL"], Next: "All" },
        ];
        const succeed = (Result: string) => ({ Type: "Pass", Result, End: true });
        storage.machines.putMachine({
          name: "catch",
          definition: definition({
            A: { Type: "Parallel", Branches: [branch], Catch: catchers, End: true },
            TaskFailed: succeed("TaskFailed"),
            All: succeed("All"),
          }),
          roleArn: "arn:aws:iam::111122223333:role/m",
        });
        const { executionArn } = storage.machines.start(stateMachineArn.replace(/m$/, "catch"), "{}");
        while (storage.machines.execution(executionArn).status === "RUNNING") await new Promise(setImmediate);
        expect(storage.machines.execution(executionArn).output).to.equal(JSON.stringify(caughtBy));
      });
    }
  });

  // Amazon EventBridge User Guide, "Amazon EventBridge quotas": an event pattern has 2,048 characters at most.
  describe("EventBridge", () => {
    for (const files of [1, 10, 500]) {
      it(`a pattern for ${files} files has 2,048 characters at most`, () => {
        const keys = Array.from({ length: files }, (_, index) => `incoming/source/*/prefix-of-file-${index}*`);
        const pattern = JSON.stringify(objectsCreated("a-bucket", keys, "incoming/source/"));
        expect(pattern.length).to.be.at.most(2048);
        // Of ten wildcards EventBridge refuses the pattern as too complex, see event-patterns/.
        expect(pattern).to.include(files < 10 ? "wildcard" : '{"prefix":"incoming/source/"}');
      });
    }
  });
});
