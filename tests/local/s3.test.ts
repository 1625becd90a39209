import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { Api } from "../../local/api";
import { checksum, type ChecksumAlgorithm } from "../../local/s3/checksums";
import type { ObjectEvent } from "../../local/s3/events";
import { s3Operations } from "../../local/s3/operations";
import { serveS3 } from "../../local/s3/rest";
import { S3Store } from "../../local/s3/store";
import { readXml, writeXml } from "../../local/s3/xml";

const place = { account: "111122223333", region: "us-east-1" };
const owner = { principalArn: "arn:aws:iam::111122223333:root" };
const Bucket = "lake";

describe("the local S3", () => {
  let folder: string;
  let store: S3Store;
  let server: Server;
  let s3: S3Client;
  const events: ObjectEvent[] = [];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "tributary-s3-"));
    store = new S3Store(folder);
    const api = new Api(() => undefined);
    api.register("s3", s3Operations({ store, place, onEvent: (event) => events.push(event), now: () => new Date() }));
    server = createServer((request, response) => void serveS3(request, response, api, owner));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    s3 = new S3Client({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: place.region,
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      maxAttempts: 1,
    });
    await s3.send(new CreateBucketCommand({ Bucket }));
  });

  after(() => {
    s3.destroy();
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    await store.emptyBucket(Bucket);
    events.length = 0;
  });

  const put = (Key: string, Body: PutObjectCommandInput["Body"] = "x", more: Partial<PutObjectCommandInput> = {}) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
  const text = async (Key: string, more: object = {}): Promise<string> => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
    return Body!.transformToString();
  };
  const errorOf = async (work: Promise<unknown>): Promise<{ name: string; status?: number }> => {
    try {
      await work;
    } catch (error) {
      const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
      return { name, status: $metadata?.httpStatusCode };
    }
    return { name: "no error" };
  };

  describe("keeps any key", () => {
    const keys = [
      "plain.txt",
      "a/b/c.parquet",
      "with space+plus%percent&amp;ümläut/日本.txt",
      "folder/",
      "a//b",
      "./x",
      "../../outside",
      "dir/../x",
      "q?uery#hash",
      "x".repeat(300),
      `exec_date=2024-11-08/it's "quoted"<&>.sql`,
    ];
    for (const key of keys) {
      it(JSON.stringify(key.slice(0, 60)), async () => {
        await put(key, `content of ${key}`);
        expect(await text(key)).to.equal(`content of ${key}`);
        const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket }));
        expect(Contents?.map(({ Key }) => Key)).to.deep.equal([key]);
        await s3.send(new DeleteObjectCommand({ Bucket, Key: key }));
        expect((await errorOf(text(key))).name).to.equal("NoSuchKey");
      });
    }

    it("a file and a folder of the same name", async () => {
      await put("a", "file");
      await put("a/b", "below");
      await put("c/d", "below");
      await put("c", "file");
      for (const [key, content] of Object.entries({ a: "file", "a/b": "below", c: "file", "c/d": "below" })) {
        expect(await text(key)).to.equal(content);
      }
      expect(store.keys(Bucket)).to.deep.equal(["a", "a/b", "c", "c/d"]);
    });

    it("as plain files that others can read and write", async () => {
      await put("t/part.txt", "one");
      expect(readFileSync(store.pathOf(Bucket, "t/part.txt"), "utf8")).to.equal("one");
      writeFileSync(store.pathOf(Bucket, "t/part.txt"), "changed by hand");
      expect(await text("t/part.txt")).to.equal("changed by hand");
    });

    it("when the folder is opened again", async () => {
      await put("t/part.txt", "one", { ContentType: "text/x", Metadata: { who: "me" } });
      const again = new S3Store(folder);
      const found = await again.find(Bucket, "t/part.txt");
      expect(found)
        .to.include({ contentType: "text/x", size: 3 })
        .and.deep.include({ metadata: { who: "me" } });
    });
  });

  describe("reads and writes", () => {
    it("a streamed body of unknown content, whole", async () => {
      const bytes = randomBytes(6 * 1024 * 1024 + 17);
      const chunks = Array.from({ length: Math.ceil(bytes.length / 65_000) }, (_, i) =>
        bytes.subarray(i * 65_000, (i + 1) * 65_000),
      );
      await put("big", Readable.from(chunks), { ContentLength: bytes.length });
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: "big" }));
      expect(Buffer.compare(Buffer.from(await Body!.transformToByteArray()), bytes)).to.equal(0);
    });

    it("what is said of an object", async () => {
      await put("m", "abc", {
        ContentType: "application/sql",
        CacheControl: "no-store",
        Metadata: { run: "1" },
        Tagging: "stage=dev",
      });
      const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "m" }));
      expect(head).to.include({
        ContentLength: 3,
        ContentType: "application/sql",
        CacheControl: "no-store",
        ETag: '"900150983cd24fb0d6963f7d28e17f72"',
        ServerSideEncryption: "AES256",
      });
      expect(head.Metadata).to.deep.equal({ run: "1" });
      expect(head.LastModified!.getTime()).to.be.closeTo(Date.now(), 5000);
      const { TagSet } = await s3.send(new GetObjectTaggingCommand({ Bucket, Key: "m" }));
      expect(TagSet).to.deep.equal([{ Key: "stage", Value: "dev" }]);
    });

    // RFC 9110, "Range Requests".
    const ranges: [string, string][] = [
      ["bytes=0-3", "0123"],
      ["bytes=5-", "56789"],
      ["bytes=-4", "6789"],
      ["bytes=8-100", "89"],
      ["bytes=-100", "0123456789"],
      ["lines=1-2", "0123456789"],
    ];
    for (const [Range, expected] of ranges) {
      it(`the range ${Range}`, async () => {
        await put("r", "0123456789");
        expect(await text("r", { Range })).to.equal(expected);
      });
    }

    it("copies, keeping or replacing what is said of an object", async () => {
      await put("from here/ü+.txt", "abc", { Metadata: { a: "1" } });
      const CopySource = `${Bucket}/${encodeURIComponent("from here/ü+.txt")}`;
      await s3.send(new CopyObjectCommand({ Bucket, Key: "kept", CopySource }));
      await s3.send(
        new CopyObjectCommand({ Bucket, Key: "new", CopySource, MetadataDirective: "REPLACE", Metadata: { b: "2" } }),
      );
      expect(await text("kept")).to.equal("abc");
      const metadata = async (Key: string) => (await s3.send(new HeadObjectCommand({ Bucket, Key }))).Metadata;
      expect(await metadata("kept")).to.deep.equal({ a: "1" });
      expect(await metadata("new")).to.deep.equal({ b: "2" });
    });

    it("an empty object", async () => {
      await put("empty", "");
      expect(await text("empty")).to.equal("");
    });
  });

  // S3 documentation, "How to prevent object overwrites with conditional writes"; RFC 9110, "Conditional Requests".
  describe("holds conditions", () => {
    const etag = '"900150983cd24fb0d6963f7d28e17f72"';
    const cases: { name: string; work: () => Promise<unknown>; error: string }[] = [
      { name: "a first write only if absent", work: () => put("new", "x", { IfNoneMatch: "*" }), error: "no error" },
      {
        name: "a second write only if absent",
        work: () => put("k", "x", { IfNoneMatch: "*" }),
        error: "PreconditionFailed",
      },
      { name: "a write of what was read", work: () => put("k", "x", { IfMatch: etag }), error: "no error" },
      {
        name: "a write of what has changed",
        work: () => put("k", "x", { IfMatch: '"0"' }),
        error: "PreconditionFailed",
      },
      { name: "a write of what is gone", work: () => put("gone", "x", { IfMatch: etag }), error: "NoSuchKey" },
      { name: "a read of what has changed", work: () => text("k", { IfMatch: '"0"' }), error: "PreconditionFailed" },
      { name: "a read of what is known already", work: () => text("k", { IfNoneMatch: etag }), error: "304" },
      {
        name: "a copy of what has changed",
        work: () =>
          s3.send(new CopyObjectCommand({ Bucket, Key: "c", CopySource: `${Bucket}/k`, CopySourceIfMatch: '"0"' })),
        error: "PreconditionFailed",
      },
    ];
    for (const { name, work, error } of cases) {
      it(`${name}: ${error}`, async () => {
        await put("k", "abc");
        const found = await errorOf(work());
        expect(error === "304" ? String(found.status) : found.name).to.equal(error);
      });
    }
  });

  // S3 API reference, "List of error codes".
  describe("names errors as S3 does", () => {
    const cases: { name: string; work: () => Promise<unknown>; error: string; status: number }[] = [
      { name: "a missing key", work: () => text("none"), error: "NoSuchKey", status: 404 },
      {
        name: "a missing key, asked by HEAD",
        work: () => s3.send(new HeadObjectCommand({ Bucket, Key: "none" })),
        error: "NotFound",
        status: 404,
      },
      {
        name: "a missing bucket",
        work: () => s3.send(new ListObjectsV2Command({ Bucket: "nowhere" })),
        error: "NoSuchBucket",
        status: 404,
      },
      {
        name: "a missing bucket, asked by HEAD",
        work: () => s3.send(new HeadBucketCommand({ Bucket: "nowhere" })),
        error: "NotFound",
        status: 404,
      },
      {
        name: "a bucket with objects",
        work: () => s3.send(new DeleteBucketCommand({ Bucket })),
        error: "BucketNotEmpty",
        status: 409,
      },
      {
        name: "a bucket that is there",
        work: () => s3.send(new CreateBucketCommand({ Bucket })),
        error: "BucketAlreadyOwnedByYou",
        status: 409,
      },
      {
        name: "a range behind the end",
        work: () => text("k", { Range: "bytes=10-" }),
        error: "InvalidRange",
        status: 416,
      },
      {
        name: "an upload that is none",
        work: () => s3.send(new AbortMultipartUploadCommand({ Bucket, Key: "k", UploadId: "x" })),
        error: "NoSuchUpload",
        status: 404,
      },
      {
        name: "a wrong MD5",
        work: () => put("md5", "x", { ContentMD5: "AAAAAAAAAAAAAAAAAAAAAA==" }),
        error: "BadDigest",
        status: 400,
      },
      {
        name: "a wrong checksum",
        work: () => put("sum", "x", { ChecksumCRC32: "AAAAAA==" }),
        error: "BadDigest",
        status: 400,
      },
    ];
    for (const { name, work, error, status } of cases) {
      it(`${name}: ${error}`, async () => {
        await put("k", "abc");
        expect(await errorOf(work())).to.deep.equal({ name: error, status });
      });
    }

    it("and survives a client that goes away while its request is refused", async () => {
      const { hostname, port } = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), hostname, () => {
          socket.write("PUT /nowhere/key HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nabc", () => {
            setTimeout(() => socket.destroy(), 20);
          });
        });
        socket.on("close", () => setTimeout(resolve, 50));
      });
      expect((await errorOf(text("none"))).name).to.equal("NoSuchKey");
    });

    it("and leaves nothing of a body that was refused", async () => {
      await errorOf(put("sum", "x", { ChecksumCRC32: "AAAAAA==" }));
      expect(store.keys(Bucket)).to.deep.equal([]);
    });
  });

  describe("lists", () => {
    beforeEach(async () => {
      for (const key of ["a/1", "a/2", "b/1", "b/sub/2", "c", "ä", "Z"]) await put(key);
    });

    it("in the order of UTF-8 bytes", async () => {
      const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket }));
      expect(Contents!.map(({ Key }) => Key)).to.deep.equal(["Z", "a/1", "a/2", "b/1", "b/sub/2", "c", "ä"]);
    });

    for (const MaxKeys of [1, 2, 3, 1000]) {
      it(`page by page, ${MaxKeys} at a time, each entry once`, async () => {
        const seen: string[] = [];
        let ContinuationToken: string | undefined;
        do {
          const page = await s3.send(new ListObjectsV2Command({ Bucket, Delimiter: "/", MaxKeys, ContinuationToken }));
          const entries = [
            ...(page.Contents ?? []).map(({ Key }) => Key!),
            ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix!),
          ];
          expect(entries.length).to.be.most(MaxKeys);
          expect(page.KeyCount).to.equal(entries.length);
          seen.push(...entries);
          ContinuationToken = page.NextContinuationToken;
        } while (ContinuationToken);
        expect(seen.sort()).to.deep.equal(["Z", "a/", "b/", "c", "ä"]);
      });
    }

    it("below a prefix, from a key on, in the old way too", async () => {
      const below = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "b/", Delimiter: "/" }));
      expect(below.Contents!.map(({ Key }) => Key)).to.deep.equal(["b/1"]);
      expect(below.CommonPrefixes).to.deep.equal([{ Prefix: "b/sub/" }]);
      const after = await s3.send(new ListObjectsV2Command({ Bucket, StartAfter: "b/1", MaxKeys: 2 }));
      expect(after.Contents!.map(({ Key }) => Key)).to.deep.equal(["b/sub/2", "c"]);
      const old = await s3.send(new ListObjectsCommand({ Bucket, Marker: "b/1", MaxKeys: 1 }));
      expect(old).to.include({ IsTruncated: true, NextMarker: "b/sub/2" });
    });

    it("buckets, and where they are", async () => {
      const { Buckets } = await s3.send(new ListBucketsCommand({}));
      expect(Buckets!.map(({ Name }) => Name)).to.deep.equal([Bucket]);
      const { LocationConstraint } = await s3.send(new GetBucketLocationCommand({ Bucket }));
      expect(LocationConstraint ?? "").to.equal("");
    });
  });

  // S3 documentation, "Uploading and copying objects using multipart upload".
  describe("takes uploads in parts", () => {
    const part = randomBytes(5 * 1024 * 1024);
    const begin = async (Key: string) =>
      (await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ContentType: "x/y" }))).UploadId!;
    const upload = async (Key: string, UploadId: string, PartNumber: number, Body: Buffer) => ({
      PartNumber,
      ETag: (await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }))).ETag,
    });

    it("and puts them together in their order", async () => {
      const id = await begin("parts");
      const second = await upload("parts", id, 2, Buffer.from("tail"));
      const first = await upload("parts", id, 1, part);
      const { Parts: listed } = await s3.send(new ListPartsCommand({ Bucket, Key: "parts", UploadId: id }));
      expect(listed!.map(({ Size }) => Size)).to.deep.equal([part.length, 4]);
      const done = await s3.send(
        new CompleteMultipartUploadCommand({
          Bucket,
          Key: "parts",
          UploadId: id,
          MultipartUpload: { Parts: [first, second] },
        }),
      );
      expect(done.ETag).to.match(/^"[0-9a-f]{32}-2"$/);
      const { Body, ContentType } = await s3.send(new GetObjectCommand({ Bucket, Key: "parts" }));
      expect(ContentType).to.equal("x/y");
      expect(
        Buffer.compare(Buffer.from(await Body!.transformToByteArray()), Buffer.concat([part, Buffer.from("tail")])),
      ).to.equal(0);
    });

    it("and copies parts of other objects", async () => {
      await put("source", part);
      const id = await begin("copied");
      const { CopyPartResult } = await s3.send(
        new UploadPartCopyCommand({
          Bucket,
          Key: "copied",
          UploadId: id,
          PartNumber: 1,
          CopySource: `${Bucket}/source`,
          CopySourceRange: "bytes=0-9",
        }),
      );
      await s3.send(
        new CompleteMultipartUploadCommand({
          Bucket,
          Key: "copied",
          UploadId: id,
          MultipartUpload: { Parts: [{ PartNumber: 1, ETag: CopyPartResult!.ETag }] },
        }),
      );
      expect((await s3.send(new HeadObjectCommand({ Bucket, Key: "copied" }))).ContentLength).to.equal(10);
    });

    it("refuses small parts before the last, wrong order and wrong tags", async () => {
      const id = await begin("bad");
      const one = await upload("bad", id, 1, Buffer.from("small"));
      const two = await upload("bad", id, 2, Buffer.from("last"));
      const complete = (Parts: object[]) =>
        errorOf(
          s3.send(new CompleteMultipartUploadCommand({ Bucket, Key: "bad", UploadId: id, MultipartUpload: { Parts } })),
        );
      expect((await complete([one, two])).name).to.equal("EntityTooSmall");
      expect((await complete([two, one])).name).to.equal("InvalidPartOrder");
      expect((await complete([{ ...one, ETag: '"0"' }])).name).to.equal("InvalidPart");
      expect((await errorOf(text("bad"))).name).to.equal("NoSuchKey");
    });
  });

  // S3 documentation, "EventBridge event message structure" and "Event notification types".
  describe("tells EventBridge", () => {
    afterEach(() => store.configure(Bucket, { eventBridge: false }));

    it("nothing, unless the bucket asks for it", async () => {
      await put("k");
      expect(events).to.deep.equal([]);
    });

    it("of each change once, in an order that its sequencers show", async () => {
      store.configure(Bucket, { eventBridge: true });
      await put("k", "abc");
      await put("k", "abcd");
      await s3.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/k` }));
      await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "k" }, { Key: "none" }] } }));
      expect(events.map(({ name, reason, key, size }) => [name, reason, key, size])).to.deep.equal([
        ["Object Created", "PutObject", "k", 3],
        ["Object Created", "PutObject", "k", 4],
        ["Object Created", "CopyObject", "copy", 4],
        ["Object Deleted", "DeleteObject", "k", 4],
      ]);
      const sequencers = events.map(({ sequencer }) => BigInt(`0x${sequencer}`));
      expect(sequencers).to.deep.equal([...sequencers].sort((a, b) => (a < b ? -1 : 1)));
      expect(new Set(sequencers).size).to.equal(4);
    });
  });
});

describe("S3's parts", () => {
  // Check values of the catalogue of parametrised CRC algorithms, for "123456789", and FIPS 180.
  const sums: [ChecksumAlgorithm, string][] = [
    ["crc32", "cbf43926"],
    ["crc32c", "e3069283"],
    ["crc64nvme", "ae8b14860a799888"],
    ["sha1", "f7c3bc1d808e04732adf679965ccc34ca7ae3441"],
  ];
  for (const [algorithm, hex] of sums) {
    it(`${algorithm} has its check value`, () => {
      const sum = checksum(algorithm);
      sum.update(Buffer.from("12345"));
      sum.update(Buffer.from("6789"));
      expect(Buffer.from(sum.digest(), "base64").toString("hex")).to.equal(hex);
    });
  }

  it("XML survives being written and read", () => {
    const document = writeXml("A", { B: ["<&>\"'", "\r\n"], C: { D: "é" } });
    const root = readXml(`<?xml version="1.0"?><!-- c -->${document}`);
    expect(root.children.map(({ text, children }) => text || children[0].text)).to.deep.equal(["<&>\"'", "\r\n", "é"]);
  });

  for (const document of ["<a>", "<a></b>", "<a/><b/>", "<a>&unknown;</a>", "text", ""]) {
    it(`XML refuses ${JSON.stringify(document)}`, () =>
      expect(() => readXml(document))
        .to.throw()
        .with.property("code", "MalformedXML"));
  }
});
