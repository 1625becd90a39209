import { connect } from "node:net";
import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { Bucket, errorOf, S3Server } from "./server";

describe("the local S3's errors", () => {
  const server = new S3Server();
  const { store } = server;
  before(() => server.open());
  after(() => server.close());
  beforeEach(() => server.reset());

  describe("names errors as S3 does", () => {
    const cases: { name: string; work: () => Promise<unknown>; error: string; status: number }[] = [
      { name: "a missing key", work: () => server.text("none"), error: "NoSuchKey", status: 404 },
      {
        name: "a missing key, asked by HEAD",
        work: () => server.client.send(new HeadObjectCommand({ Bucket, Key: "none" })),
        error: "NotFound",
        status: 404,
      },
      {
        name: "a missing bucket",
        work: () => server.client.send(new ListObjectsV2Command({ Bucket: "nowhere" })),
        error: "NoSuchBucket",
        status: 404,
      },
      {
        name: "a missing bucket, asked by HEAD",
        work: () => server.client.send(new HeadBucketCommand({ Bucket: "nowhere" })),
        error: "NotFound",
        status: 404,
      },
      {
        name: "a bucket with objects",
        work: () => server.client.send(new DeleteBucketCommand({ Bucket })),
        error: "BucketNotEmpty",
        status: 409,
      },
      {
        name: "a bucket that is there",
        work: () => server.client.send(new CreateBucketCommand({ Bucket })),
        error: "BucketAlreadyOwnedByYou",
        status: 409,
      },
      {
        name: "a range behind the end",
        work: () => server.text("k", { Range: "bytes=10-" }),
        error: "InvalidRange",
        status: 416,
      },
      {
        name: "an upload that is none",
        work: () => server.client.send(new AbortMultipartUploadCommand({ Bucket, Key: "k", UploadId: "x" })),
        error: "NoSuchUpload",
        status: 404,
      },
      {
        name: "a wrong MD5",
        work: () => server.put("md5", "x", { ContentMD5: "AAAAAAAAAAAAAAAAAAAAAA==" }),
        error: "BadDigest",
        status: 400,
      },
      {
        name: "a wrong checksum",
        work: () => server.put("sum", "x", { ChecksumCRC32: "AAAAAA==" }),
        error: "BadDigest",
        status: 400,
      },
    ];
    for (const { name, work, error, status } of cases) {
      it(`${name}: ${error}`, async () => {
        await server.put("k", "abc");
        expect(await errorOf(work())).to.deep.equal({ name: error, status });
      });
    }

    it("and survives a client that goes away while its request is refused", async () => {
      const { hostname, port } = new URL(`http://127.0.0.1:${server.port}`);
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), hostname, () => {
          socket.write("PUT /nowhere/key HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nabc", () => {
            setTimeout(() => socket.destroy(), 20);
          });
        });
        socket.on("close", () => setTimeout(resolve, 50));
      });
      expect((await errorOf(server.text("none"))).name).to.equal("NoSuchKey");
    });

    it("and leaves nothing of a body that was refused", async () => {
      await errorOf(server.put("sum", "x", { ChecksumCRC32: "AAAAAA==" }));
      expect(store.keys(Bucket)).to.deep.equal([]);
    });
  });
});
