import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { Readable } from "node:stream";
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { S3Store } from "../../../local/s3/store";
import { Bucket, errorOf, S3Server } from "./server";

describe("the local S3", () => {
  const server = new S3Server();
  const { store } = server;
  before(() => server.open());
  after(() => server.close());
  beforeEach(() => server.reset());

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
        await server.put(key, `content of ${key}`);
        expect(await server.text(key)).to.equal(`content of ${key}`);
        const { Contents } = await server.client.send(new ListObjectsV2Command({ Bucket }));
        expect(Contents?.map(({ Key }) => Key)).to.deep.equal([key]);
        await server.client.send(new DeleteObjectCommand({ Bucket, Key: key }));
        expect((await errorOf(server.text(key))).name).to.equal("NoSuchKey");
      });
    }

    it("a file and a folder of the same name", async () => {
      await server.put("a", "file");
      await server.put("a/b", "below");
      await server.put("c/d", "below");
      await server.put("c", "file");
      for (const [key, content] of Object.entries({ a: "file", "a/b": "below", c: "file", "c/d": "below" })) {
        expect(await server.text(key)).to.equal(content);
      }
      expect(store.keys(Bucket)).to.deep.equal(["a", "a/b", "c", "c/d"]);
    });

    it("as plain files that others can read and write", async () => {
      await server.put("t/part.txt", "one");
      expect(readFileSync(store.pathOf(Bucket, "t/part.txt"), "utf8")).to.equal("one");
      writeFileSync(store.pathOf(Bucket, "t/part.txt"), "changed by hand");
      expect(await server.text("t/part.txt")).to.equal("changed by hand");
    });

    it("when the folder is opened again", async () => {
      await server.put("t/part.txt", "one", { ContentType: "text/x", Metadata: { who: "me" } });
      const again = new S3Store(server.folder);
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
      await server.put("big", Readable.from(chunks), { ContentLength: bytes.length });
      const { Body } = await server.client.send(new GetObjectCommand({ Bucket, Key: "big" }));
      expect(Buffer.compare(Buffer.from(await Body!.transformToByteArray()), bytes)).to.equal(0);
    });

    it("what is said of an object", async () => {
      await server.put("m", "abc", {
        ContentType: "application/sql",
        CacheControl: "no-store",
        Metadata: { run: "1" },
        Tagging: "stage=dev",
      });
      const head = await server.client.send(new HeadObjectCommand({ Bucket, Key: "m" }));
      expect(head).to.include({
        ContentLength: 3,
        ContentType: "application/sql",
        CacheControl: "no-store",
        ETag: '"900150983cd24fb0d6963f7d28e17f72"',
        ServerSideEncryption: "AES256",
      });
      expect(head.Metadata).to.deep.equal({ run: "1" });
      expect(head.LastModified!.getTime()).to.be.closeTo(Date.now(), 5000);
      const { TagSet } = await server.client.send(new GetObjectTaggingCommand({ Bucket, Key: "m" }));
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
        await server.put("r", "0123456789");
        expect(await server.text("r", { Range })).to.equal(expected);
      });
    }

    it("copies, keeping or replacing what is said of an object", async () => {
      await server.put("from here/ü+.txt", "abc", { Metadata: { a: "1" } });
      const CopySource = `${Bucket}/${encodeURIComponent("from here/ü+.txt")}`;
      await server.client.send(new CopyObjectCommand({ Bucket, Key: "kept", CopySource }));
      await server.client.send(
        new CopyObjectCommand({ Bucket, Key: "new", CopySource, MetadataDirective: "REPLACE", Metadata: { b: "2" } }),
      );
      expect(await server.text("kept")).to.equal("abc");
      const metadata = async (Key: string) =>
        (await server.client.send(new HeadObjectCommand({ Bucket, Key }))).Metadata;
      expect(await metadata("kept")).to.deep.equal({ a: "1" });
      expect(await metadata("new")).to.deep.equal({ b: "2" });
    });

    it("an empty object", async () => {
      await server.put("empty", "");
      expect(await server.text("empty")).to.equal("");
    });
  });

  // S3 documentation, "How to prevent object overwrites with conditional writes"; RFC 9110, "Conditional Requests".
  describe("holds conditions", () => {
    const etag = '"900150983cd24fb0d6963f7d28e17f72"';
    const cases: { name: string; work: () => Promise<unknown>; error: string }[] = [
      {
        name: "a first write only if absent",
        work: () => server.put("new", "x", { IfNoneMatch: "*" }),
        error: "no error",
      },
      {
        name: "a second write only if absent",
        work: () => server.put("k", "x", { IfNoneMatch: "*" }),
        error: "PreconditionFailed",
      },
      { name: "a write of what was read", work: () => server.put("k", "x", { IfMatch: etag }), error: "no error" },
      {
        name: "a write of what has changed",
        work: () => server.put("k", "x", { IfMatch: '"0"' }),
        error: "PreconditionFailed",
      },
      { name: "a write of what is gone", work: () => server.put("gone", "x", { IfMatch: etag }), error: "NoSuchKey" },
      {
        name: "a read of what has changed",
        work: () => server.text("k", { IfMatch: '"0"' }),
        error: "PreconditionFailed",
      },
      { name: "a read of what is known already", work: () => server.text("k", { IfNoneMatch: etag }), error: "304" },
      {
        name: "a copy of what has changed",
        work: () =>
          server.client.send(
            new CopyObjectCommand({ Bucket, Key: "c", CopySource: `${Bucket}/k`, CopySourceIfMatch: '"0"' }),
          ),
        error: "PreconditionFailed",
      },
    ];
    for (const { name, work, error } of cases) {
      it(`${name}: ${error}`, async () => {
        await server.put("k", "abc");
        const found = await errorOf(work());
        expect(error === "304" ? String(found.status) : found.name).to.equal(error);
      });
    }
  });

  // S3 API reference, "List of error codes".
});
