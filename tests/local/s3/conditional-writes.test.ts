/**
 * Writes to S3 that depend on what is there. Amazon S3 User Guide, "How to prevent object overwrites with conditional writes"
 * (conditional-writes); API reference, "PutObject", "CompleteMultipartUpload", "UploadPartCopy", "AbortMultipartUpload".
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { Runtime } from "../../../local/runtime";

const Bucket = "files";

describe("Conditional writes", () => {
  let folder: string;
  let runtime: Runtime;
  let s3: S3Client;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "conditional-"));
    runtime = await Runtime.open({ folder, place: { account: "123456789012", region: "us-east-1" } });
    s3 = new S3Client({
      endpoint: runtime.endpoint,
      region: "us-east-1",
      requestHandler: runtime.requestHandler(),
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      maxAttempts: 1,
    });
    runtime.services.s3.createBucket(Bucket);
  });
  after(async () => {
    await runtime.close();
    rmSync(folder, { recursive: true });
  });

  let keys = 0;
  const put = async (Key: string, Body: string, condition: object = {}) =>
    (await s3.send(new PutObjectCommand({ Bucket, Key, Body, ...condition }))).ETag ?? "";
  const read = async (Key: string) => (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
  /** `200`, or name and status of the error. */
  const outcome = async (work: Promise<unknown>) => {
    try {
      await work;
      return "200";
    } catch (error) {
      const { name, $metadata } = error as { name: string; $metadata: { httpStatusCode?: number } };
      return `${name} ${$metadata.httpStatusCode ?? ""}`;
    }
  };
  const upload = async (Key: string, text = "parts") => {
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: text }));
    return { Bucket, Key, UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } };
  };

  const writes: [string, (Key: string, condition: object) => Promise<unknown>][] = [
    ["PutObject", (Key, condition) => put(Key, "new", condition)],
    [
      "CompleteMultipartUpload",
      async (Key, condition) =>
        s3.send(new CompleteMultipartUploadCommand({ ...(await upload(Key, "new")), ...condition })),
    ],
  ];
  for (const [operation, write] of writes) {
    /** Condition, whether something is there, the outcome. */
    const cases: [string, (etag: string) => object, boolean, string][] = [
      ["If-None-Match: *", () => ({ IfNoneMatch: "*" }), false, "200"],
      ["If-None-Match: *", () => ({ IfNoneMatch: "*" }), true, "PreconditionFailed 412"],
      ["If-Match", (IfMatch) => ({ IfMatch }), true, "200"],
      ["If-Match of another ETag", () => ({ IfMatch: '"0123"' }), true, "PreconditionFailed 412"],
      ["If-Match", () => ({ IfMatch: '"0123"' }), false, "NoSuchKey 404"],
    ];
    for (const [title, condition, isThere, expected] of cases) {
      it(`${operation} with ${title} ${isThere ? "over an object" : "where nothing is"}: ${expected}`, async () => {
        const Key = `k${keys++}`;
        const etag = isThere ? await put(Key, "old") : "";
        expect(await outcome(write(Key, condition(etag)))).to.equal(expected);
        if (isThere || expected === "200") expect(await read(Key)).to.equal(expected === "200" ? "new" : "old");
      });
    }

    it(`${operation} with If-None-Match, many at a time: one succeeds`, async () => {
      const Key = `k${keys++}`;
      const all = await Promise.all(Array.from({ length: 8 }, () => outcome(write(Key, { IfNoneMatch: "*" }))));
      expect(all.sort()).to.deep.equal(["200", ...Array<string>(7).fill("PreconditionFailed 412")]);
    });
  }

  it("leave an upload as it was if they fail, to be completed or aborted", async () => {
    const Key = `k${keys++}`;
    await put(Key, "old");
    const started = await upload(Key);
    const complete = (condition: object) => s3.send(new CompleteMultipartUploadCommand({ ...started, ...condition }));
    expect(await outcome(complete({ IfNoneMatch: "*" }))).to.equal("PreconditionFailed 412");
    const { UploadId } = started;
    expect((await s3.send(new ListPartsCommand({ Bucket, Key, UploadId }))).Parts).to.have.length(1);
    await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    expect(await outcome(complete({}))).to.equal("NoSuchUpload 404");
    expect(await outcome(s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })))).to.equal(
      "NoSuchUpload 404",
    );
    expect(await read(Key)).to.equal("old");
  });

  it("copy by parts what is still the same object", async () => {
    const source = "source";
    const bytes = Buffer.alloc(11 * 1024 * 1024, "0123456789");
    const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key: source, Body: bytes }));
    const Key = `k${keys++}`;
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const part = async (PartNumber: number, CopySourceRange: string, CopySourceIfMatch = ETag) => {
      const CopySource = `${Bucket}/${source}`;
      const copied = await s3.send(
        new UploadPartCopyCommand({
          Bucket,
          Key,
          UploadId,
          PartNumber,
          CopySource,
          CopySourceRange,
          CopySourceIfMatch,
        }),
      );
      return { PartNumber, ETag: copied.CopyPartResult?.ETag };
    };
    const Parts = [await part(1, "bytes=0-5242879"), await part(2, `bytes=5242880-${bytes.length - 1}`)];
    expect(await outcome(part(3, "bytes=0-9", '"other"'))).to.equal("PreconditionFailed 412");
    expect(await outcome(part(3, `bytes=${bytes.length}-${bytes.length + 9}`))).to.match(/^Invalid(Range|Argument) 4/);
    await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(bytes)).to.equal(true);
  });
});
