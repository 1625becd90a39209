import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  UploadPartCommand,
  type ChecksumAlgorithm,
  type ObjectAttributes,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { checksum } from "../../../local/s3/checksums";
import { Bucket, errorOf, S3Server } from "./server";

const sha256 = (bytes: string | Buffer): string => createHash("sha256").update(bytes).digest("base64");
const crc64 = (bytes: string): string => {
  const sum = checksum("crc64nvme");
  sum.update(Buffer.from(bytes));
  return sum.digest();
};

// S3 documentation, "Checking object integrity in Amazon S3".
describe("S3's checksums", () => {
  const server = new S3Server();
  before(() => server.open());
  after(() => server.close());
  beforeEach(() => server.reset());

  const head = (Key: string) => server.client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
  const attributes = (Key: string, ...ObjectAttributes: ObjectAttributes[]) =>
    server.client.send(new GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes }));

  it("are kept as they came, and told to who asks", async () => {
    const { ChecksumSHA256 } = await server.put("k", "abc", { ChecksumAlgorithm: "SHA256" });
    expect(ChecksumSHA256).to.equal(sha256("abc"));
    const told = await head("k");
    expect([told.ChecksumSHA256, told.ChecksumType]).to.deep.equal([sha256("abc"), "FULL_OBJECT"]);
    const silent = await server.client.send(new HeadObjectCommand({ Bucket, Key: "k" }));
    expect(silent.ChecksumSHA256).to.equal(undefined);
  });

  it("are CRC64NVME where none came", async () => {
    writeFileSync(server.store.pathOf(Bucket, "by-hand"), "abc");
    expect((await head("by-hand")).ChecksumCRC64NVME).to.equal(crc64("abc"));
  });

  it("are gone once a file was changed by hand", async () => {
    await server.put("k", "abc", { ChecksumAlgorithm: "SHA256" });
    writeFileSync(server.store.pathOf(Bucket, "k"), "other");
    expect((await head("k")).ChecksumCRC64NVME).to.equal(crc64("other"));
  });

  it("are the copy's own, by the source's algorithm or the one asked for", async () => {
    await server.put("k", "abc", { ChecksumAlgorithm: "SHA256" });
    const copy = (Key: string, ChecksumAlgorithm?: ChecksumAlgorithm) =>
      server.client.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/k`, ChecksumAlgorithm }));
    expect((await copy("same")).CopyObjectResult?.ChecksumSHA256).to.equal(sha256("abc"));
    expect((await copy("other", "CRC64NVME")).CopyObjectResult?.ChecksumCRC64NVME).to.equal(crc64("abc"));
  });

  it("say nothing of a part of the bytes", async () => {
    await server.put("k", "abc", { ChecksumAlgorithm: "SHA256" });
    const part = await server.client.send(
      new GetObjectCommand({ Bucket, Key: "k", Range: "bytes=1-", ChecksumMode: "ENABLED" }),
    );
    expect([part.ChecksumSHA256, await part.Body?.transformToString()]).to.deep.equal([undefined, "bc"]);
  });

  it("refuse an algorithm that is not known, by its name", async () => {
    const answer = await fetch(`http://127.0.0.1:${server.port}/${Bucket}/k`, {
      method: "PUT",
      body: "abc",
      headers: { "x-amz-checksum-xxhash3": "AAAAAAAAAAA=" },
    });
    expect([answer.status, await answer.text()]).to.satisfy(
      ([status, text]: [number, string]) => status === 501 && text.includes("xxhash3"),
    );
  });

  describe("of an upload in parts", () => {
    const bodies = [Buffer.alloc(5 * 1024 * 1024, "a"), Buffer.from("end")];
    const upload = async (Key: string, ChecksumAlgorithm?: ChecksumAlgorithm) => {
      const { UploadId } = await server.client.send(
        new CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm }),
      );
      const Parts = [];
      for (const [index, Body] of bodies.entries()) {
        const PartNumber = 2 * index + 1;
        const input = { Bucket, Key, UploadId, PartNumber, Body, ChecksumAlgorithm };
        const { ETag, ChecksumSHA256 } = await server.client.send(new UploadPartCommand(input));
        Parts.push({ PartNumber, ETag, ChecksumSHA256 });
      }
      return server.client.send(
        new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
      );
    };

    it("are those of the parts' checksums, with the parts told", async () => {
      const sums = bodies.map(sha256);
      const composite = `${sha256(Buffer.concat(sums.map((sum) => Buffer.from(sum, "base64"))))}-2`;
      expect((await upload("k", "SHA256")).ChecksumSHA256).to.equal(composite);
      const told = await attributes("k", "ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize");
      expect([told.ObjectSize, told.StorageClass, told.Checksum]).to.deep.equal([
        bodies[0].length + 3,
        "STANDARD",
        { ChecksumSHA256: composite, ChecksumType: "COMPOSITE" },
      ]);
      expect(told.ETag).to.match(/^[0-9a-f]{32}-2$/);
      expect(told.ObjectParts?.TotalPartsCount).to.equal(2);
      expect(told.ObjectParts?.Parts).to.deep.equal([
        { PartNumber: 1, Size: bodies[0].length, ChecksumSHA256: sums[0] },
        { PartNumber: 3, Size: 3, ChecksumSHA256: sums[1] },
      ]);
    });

    it("are not told apart without an algorithm, and one part is read alone", async () => {
      await upload("k");
      const { ObjectParts } = await attributes("k", "ObjectParts");
      expect([ObjectParts?.TotalPartsCount, ObjectParts?.Parts]).to.deep.equal([2, undefined]);
      const input = { Bucket, Key: "k", PartNumber: 3 };
      const part = await server.client.send(new GetObjectCommand(input));
      expect([part.PartsCount, await part.Body?.transformToString()]).to.deep.equal([2, "end"]);
      expect((await errorOf(server.client.send(new HeadObjectCommand({ ...input, PartNumber: 2 })))).status).to.equal(
        416,
      );
    });
  });

  it("and attributes ask for rights of their own", async () => {
    await server.put("k");
    server.asked.length = 0;
    await attributes("k", "ObjectSize");
    expect(server.asked.map(({ action }) => action)).to.deep.equal(["s3:GetObjectAttributes", "s3:GetObject"]);
  });
});
