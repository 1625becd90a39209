import { CopyObjectCommand, GetObjectTaggingCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { Bucket } from "./server";
import { versionedBucket } from "./versioned";

describe("a local bucket with versions", () => {
  const { server, put, remove, list } = versionedBucket();

  describe("lists versions", () => {
    // S3 API reference, "ListObjectVersions".
    const all = async (MaxKeys: number, more: object = {}): Promise<string[]> => {
      const found: string[] = [];
      let place: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
      while (place) {
        const page = await list({ MaxKeys, ...more, ...place });
        const { Versions = [], DeleteMarkers = [], CommonPrefixes = [] } = page;
        for (const { Key, IsLatest } of Versions) found.push(`${Key}${IsLatest ? " latest" : ""}`);
        for (const { Key, IsLatest } of DeleteMarkers) found.push(`${Key} marker${IsLatest ? " latest" : ""}`);
        for (const { Prefix } of CommonPrefixes) found.push(`${Prefix} prefix`);
        expect(Versions.length + DeleteMarkers.length + CommonPrefixes.length).to.be.at.most(MaxKeys);
        place = page.IsTruncated
          ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
          : undefined;
      }
      return found.sort();
    };
    beforeEach(async () => {
      for (const [key, body] of [
        ["a", "1"],
        ["a", "2"],
        ["d/x", "1"],
        ["d/y", "1"],
        ["z é", "1"],
      ]) {
        await put(key, body);
      }
      await remove("d/x");
    });

    for (const MaxKeys of [1, 2, 3, 1000]) {
      it(`each once, ${MaxKeys} at a time`, async () => {
        expect(await all(MaxKeys)).to.deep.equal([
          "a",
          "a latest",
          "d/x",
          "d/x marker latest",
          "d/y latest",
          "z é latest",
        ]);
        expect(await all(MaxKeys, { Delimiter: "/" })).to.deep.equal(["a", "a latest", "d/ prefix", "z é latest"]);
        expect(await all(MaxKeys, { Prefix: "d/" })).to.deep.equal(["d/x", "d/x marker latest", "d/y latest"]);
      });
    }
  });

  describe("asks for permissions of versions", () => {
    // Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3".
    const cases: [string, string, () => Promise<unknown>][] = [
      ["a read", "s3:GetObject", () => server.text("k")],
      ["a read of a version", "s3:GetObjectVersion", () => server.text("k", { VersionId: "null" })],
      ["a deletion", "s3:DeleteObject", () => remove("k")],
      ["a deletion of a version", "s3:DeleteObjectVersion", () => remove("k", "null")],
      ["a list of versions", "s3:ListBucketVersions", () => list()],
      [
        "a version's tags",
        "s3:GetObjectVersionTagging",
        () => server.client.send(new GetObjectTaggingCommand({ Bucket, Key: "k", VersionId: "null" })),
      ],
      [
        "a copy of a version",
        "s3:GetObjectVersion",
        () => server.client.send(new CopyObjectCommand({ Bucket, Key: "c", CopySource: `${Bucket}/k?versionId=null` })),
      ],
    ];
    for (const [name, action, work] of cases) {
      it(name, async () => {
        await work().catch(() => undefined);
        expect(server.asked[0].action).to.equal(action);
      });
    }
  });
});
