import { readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectTaggingCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { eventDetail } from "../../../local/s3/events";
import { S3Store } from "../../../local/s3/store";
import { Bucket, errorOf, S3Server } from "./server";
import { versionedBucket } from "./versioned";

describe("a local bucket with versions", () => {
  const { server, put, remove, list } = versionedBucket();
  const { store, events } = server;
  const texts = async (key: string, ids: readonly string[]): Promise<string[]> => {
    const found: string[] = [];
    for (const VersionId of ids) found.push(await server.text(key, { VersionId }));
    return found;
  };

  it("keeps what is replaced, and its folder holds the current versions only", async () => {
    const ids = [await put("a/k", "one"), await put("a/k", "two"), await put("a/k", "three")];
    expect(await texts("a/k", ids)).to.deep.equal(["one", "two", "three"]);
    expect(await server.text("a/k")).to.equal("three");
    expect(readFileSync(store.pathOf(Bucket, "a/k"), "utf8")).to.equal("three");
    expect(store.keys(Bucket)).to.deep.equal(["a/k"]);
    const again = new S3Store(server.folder);
    expect((await again.history(Bucket, "a/k")).map(({ versionId }) => versionId)).to.deep.equal([...ids].reverse());
  });

  it("says which version a read is of", async () => {
    const [first, second] = [await put("k", "one"), await put("k", "two")];
    const current = await server.client.send(new GetObjectCommand({ Bucket, Key: "k" }));
    expect(current.VersionId).to.equal(second);
    const head = await server.client.send(new HeadObjectCommand({ Bucket, Key: "k", VersionId: first }));
    expect([head.VersionId, head.ContentLength]).to.deep.equal([first, 3]);
  });

  // S3 documentation, "Deleting object versions from a versioning-enabled bucket" and "Working with delete markers".
  it("deletes by a marker, which can be taken away again", async () => {
    const first = await put("k", "one");
    const { DeleteMarker, VersionId: marker } = await remove("k");
    expect(DeleteMarker).to.equal(true);
    expect(await errorOf(server.text("k"))).to.deep.equal({ name: "NoSuchKey", status: 404 });
    expect(await errorOf(server.text("k", { VersionId: marker }))).to.deep.equal({
      name: "MethodNotAllowed",
      status: 405,
    });
    expect(await texts("k", [first])).to.deep.equal(["one"]);
    const { Contents } = await server.client.send(new ListObjectsV2Command({ Bucket }));
    expect(Contents).to.equal(undefined);
    expect(await remove("k", marker)).to.include({ DeleteMarker: true, VersionId: marker });
    expect(await server.text("k")).to.equal("one");
  });

  it("says of a missing object that a marker hides it", async () => {
    await put("k", "one");
    const { VersionId: marker } = await remove("k");
    const answer = await fetch(`http://127.0.0.1:${server.port}/${Bucket}/k`);
    expect([
      answer.status,
      answer.headers.get("x-amz-delete-marker"),
      answer.headers.get("x-amz-version-id"),
    ]).to.deep.equal([404, "true", marker]);
    const none = await fetch(`http://127.0.0.1:${server.port}/${Bucket}/none`);
    expect([none.status, none.headers.get("x-amz-delete-marker")]).to.deep.equal([404, null]);
  });

  it("puts a marker also where nothing was", async () => {
    expect((await remove("never")).DeleteMarker).to.equal(true);
    expect((await list()).DeleteMarkers).to.have.length(1);
  });

  it("deletes the current version for good: the one before it is current again, as a plain file", async () => {
    const [first, second] = [await put("k", "one"), await put("k", "two")];
    const { DeleteMarker, VersionId } = await remove("k", second);
    expect([DeleteMarker, VersionId]).to.deep.equal([undefined, second]);
    expect(await server.text("k")).to.equal("one");
    expect(readFileSync(store.pathOf(Bucket, "k"), "utf8")).to.equal("one");
    expect((await errorOf(server.text("k", { VersionId: second }))).name).to.equal("NoSuchVersion");
    await remove("k", first);
    expect([(await list()).Versions, (await list()).DeleteMarkers]).to.deep.equal([undefined, undefined]);
    expect(readdirSync(join(server.folder, "versions", Bucket))).to.deep.equal([]);
  });

  it("deletes an older version for good: the current one stays", async () => {
    const [first, second] = [await put("k", "one"), await put("k", "two")];
    await remove("k", first);
    expect(await texts("k", [second])).to.deep.equal(["two"]);
    expect((await list()).Versions).to.have.length(1);
  });

  it("does not bring back what is behind a marker that stays", async () => {
    await put("k", "one");
    const { VersionId: older } = await remove("k");
    await remove("k");
    await remove("k", older);
    expect((await errorOf(server.text("k"))).name).to.equal("NoSuchKey");
  });

  it("deletes several at once, with or without a version", async () => {
    const [a, b] = [await put("a", "one"), await put("b", "one")];
    const { Deleted = [] } = await server.client.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "a", VersionId: a }, { Key: "b" }] } }),
    );
    expect(Deleted[0]).to.deep.include({ Key: "a", VersionId: a });
    expect(Deleted[1]).to.include({ Key: "b", DeleteMarker: true });
    expect(await texts("b", [b])).to.deep.equal(["one"]);
    expect((await list({ Prefix: "a" })).Versions).to.equal(undefined);
  });

  describe("whose versions are suspended", () => {
    // S3 documentation, "Working with objects in a versioning-suspended bucket".
    it("has one version called null, which the next replaces", async () => {
      const kept = await put("k", "kept");
      store.configure(Bucket, { versioning: "Suspended" });
      await server.put("k", "null one");
      await server.put("k", "null two");
      const { Versions = [] } = await list();
      expect(Versions.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).to.deep.equal([
        ["null", true],
        [kept, false],
      ]);
      expect(await texts("k", ["null", kept])).to.deep.equal(["null two", "kept"]);
    });

    it("deletes that one for good, and puts a marker called null", async () => {
      const kept = await put("k", "kept");
      store.configure(Bucket, { versioning: "Suspended" });
      await server.put("k", "null one");
      expect(await remove("k")).to.include({ DeleteMarker: true, VersionId: "null" });
      expect((await list()).Versions?.map(({ VersionId }) => VersionId)).to.deep.equal([kept]);
    });

    it("keeps as null what was there before versions were", async () => {
      const plain = new S3Server();
      await plain.open();
      await plain.put("k", "before");
      plain.store.configure(Bucket, { versioning: "Enabled" });
      await plain.put("k", "after");
      expect(await plain.text("k", { VersionId: "null" })).to.equal("before");
      plain.close();
    });
  });

  it("copies a version, also over the object itself: that is how an old version is restored", async () => {
    const first = await put("k", "one");
    await put("k", "two");
    const copied = await server.client.send(
      new CopyObjectCommand({ Bucket, Key: "k", CopySource: `${Bucket}/k?versionId=${first}` }),
    );
    expect(copied.CopySourceVersionId).to.equal(first);
    expect(await texts("k", [copied.VersionId ?? ""])).to.deep.equal(["one"]);
    expect((await list()).Versions).to.have.length(3);
    const toItself = new CopyObjectCommand({ Bucket, Key: "k", CopySource: `${Bucket}/k` });
    expect((await errorOf(server.client.send(toItself))).name).to.equal("InvalidRequest");
  });

  it("gives an upload in parts its version", async () => {
    const { UploadId } = await server.client.send(new CreateMultipartUploadCommand({ Bucket, Key: "k" }));
    const part = { Bucket, Key: "k", UploadId, PartNumber: 1, Body: "one" };
    const { ETag } = await server.client.send(new UploadPartCommand(part));
    const { VersionId } = await server.client.send(
      new CompleteMultipartUploadCommand({
        Bucket,
        Key: "k",
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
      }),
    );
    expect(await texts("k", [VersionId ?? ""])).to.deep.equal(["one"]);
  });

  it("keeps the tags of each version apart", async () => {
    const [first, second] = [await put("k", "one"), await put("k", "two")];
    const tag = (Value: string) => ({ TagSet: [{ Key: "state", Value }] });
    await server.client.send(new PutObjectTaggingCommand({ Bucket, Key: "k", VersionId: first, Tagging: tag("old") }));
    await server.client.send(new PutObjectTaggingCommand({ Bucket, Key: "k", Tagging: tag("new") }));
    for (const [VersionId, state] of [
      [first, "old"],
      [second, "new"],
    ]) {
      const { TagSet } = await server.client.send(new GetObjectTaggingCommand({ Bucket, Key: "k", VersionId }));
      expect(TagSet).to.deep.equal([{ Key: "state", Value: state }]);
    }
  });

  it("holds conditions against the current version", async () => {
    const { ETag } = await server.put("k", "one");
    await server.put("k", "two", { IfMatch: ETag });
    expect((await errorOf(server.put("k", "three", { IfMatch: ETag }))).name).to.equal("PreconditionFailed");
    expect((await errorOf(server.put("k", "three", { IfNoneMatch: "*" }))).name).to.equal("PreconditionFailed");
    await remove("k");
    await server.put("k", "four", { IfNoneMatch: "*" });
    expect(await server.text("k")).to.equal("four");
  });

  it("names the versioning that a bucket has", async () => {
    const status = async () => (await server.client.send(new GetBucketVersioningCommand({ Bucket }))).Status;
    expect(await status()).to.equal("Enabled");
    store.configure(Bucket, { versioning: undefined });
    expect(await status()).to.equal(undefined);
  });

  it("is not empty while it has versions, and forgets them when it is emptied", async () => {
    await put("k", "one");
    await remove("k");
    expect(store.keys(Bucket)).to.deep.equal([]);
    const removeBucket = new DeleteBucketCommand({ Bucket });
    expect((await errorOf(server.client.send(removeBucket))).name).to.equal("BucketNotEmpty");
    await store.emptyBucket(Bucket);
    expect(store.everyKey(Bucket)).to.deep.equal([]);
    expect(readdirSync(join(server.folder, "versions", Bucket))).to.deep.equal([]);
  });

  it("lives with a file that was deleted by hand", async () => {
    await put("k", "one");
    await put("k", "two");
    rmSync(store.pathOf(Bucket, "k"));
    expect(store.keys(Bucket)).to.deep.equal([]);
    await put("k", "three");
    expect((await list()).Versions).to.have.length(2);
  });

  it("refuses what is no version's id", async () => {
    expect((await errorOf(server.text("k", { VersionId: "x" }))).name).to.equal("InvalidArgument");
    await put("k", "one");
    expect((await errorOf(server.text("k", { VersionId: "x".repeat(32) }))).name).to.equal("NoSuchVersion");
  });

  // S3 documentation, "EventBridge event message structure".
  it("tells EventBridge of versions", async () => {
    store.configure(Bucket, { eventBridge: true });
    const first = await put("k", "one");
    const { VersionId: marker } = await remove("k");
    await remove("k", first);
    const told = events.map((event) => {
      const { object, reason, ...detail } = eventDetail(event) as Record<string, Record<string, unknown>>;
      return [event.name, reason, detail["deletion-type"], object["version-id"], object.etag];
    });
    expect(told).to.deep.equal([
      ["Object Created", "PutObject", undefined, first, "f97c5d29941bfb1b2fdab0874906ab82"],
      ["Object Deleted", "DeleteObject", "Delete Marker Created", marker, "d41d8cd98f00b204e9800998ecf8427e"],
      ["Object Deleted", "DeleteObject", "Permanently Deleted", first, undefined],
    ]);
  });
});
