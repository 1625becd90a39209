import {
  GetBucketLocationCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { Bucket, S3Server } from "./server";

describe("the local S3 in order", () => {
  const server = new S3Server();
  before(() => server.open());
  after(() => server.close());
  beforeEach(() => server.reset());

  describe("lists", () => {
    beforeEach(async () => {
      for (const key of ["a/1", "a/2", "b/1", "b/sub/2", "c", "ä", "Z"]) await server.put(key);
    });

    it("in the order of UTF-8 bytes", async () => {
      const { Contents } = await server.client.send(new ListObjectsV2Command({ Bucket }));
      expect(Contents!.map(({ Key }) => Key)).to.deep.equal(["Z", "a/1", "a/2", "b/1", "b/sub/2", "c", "ä"]);
    });

    // S3 API reference, "ListObjectsV2": 2009-10-12T17:50:30.000Z. Who compares times has no better ones.
    it("with times of whole seconds", async () => {
      const { Contents } = await server.client.send(new ListObjectsV2Command({ Bucket }));
      expect(Contents!.map(({ LastModified }) => LastModified!.getMilliseconds())).to.deep.equal(Array(7).fill(0));
    });

    for (const MaxKeys of [1, 2, 3, 1000]) {
      it(`page by page, ${MaxKeys} at a time, each entry once`, async () => {
        const seen: string[] = [];
        let ContinuationToken: string | undefined;
        do {
          const page = await server.client.send(
            new ListObjectsV2Command({ Bucket, Delimiter: "/", MaxKeys, ContinuationToken }),
          );
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
      const below = await server.client.send(new ListObjectsV2Command({ Bucket, Prefix: "b/", Delimiter: "/" }));
      expect(below.Contents!.map(({ Key }) => Key)).to.deep.equal(["b/1"]);
      expect(below.CommonPrefixes).to.deep.equal([{ Prefix: "b/sub/" }]);
      const after = await server.client.send(new ListObjectsV2Command({ Bucket, StartAfter: "b/1", MaxKeys: 2 }));
      expect(after.Contents!.map(({ Key }) => Key)).to.deep.equal(["b/sub/2", "c"]);
      const old = await server.client.send(new ListObjectsCommand({ Bucket, Marker: "b/1", MaxKeys: 1 }));
      expect(old).to.include({ IsTruncated: true, NextMarker: "b/sub/2" });
    });

    it("buckets, and where they are", async () => {
      const { Buckets } = await server.client.send(new ListBucketsCommand({}));
      expect(Buckets!.map(({ Name }) => Name)).to.deep.equal([Bucket]);
      const { LocationConstraint } = await server.client.send(new GetBucketLocationCommand({ Bucket }));
      expect(LocationConstraint ?? "").to.equal("");
    });
  });

  // S3 documentation, "Uploading and copying objects using multipart upload".
});
