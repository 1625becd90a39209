import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { Bucket, errorOf, S3Server } from "./server";

describe("a local bucket without versions", () => {
  const server = new S3Server();
  before(() => server.open());
  after(() => server.close());

  it("says nothing of versions", async () => {
    const { VersionId } = await server.put("k", "one");
    await server.put("k", "two");
    expect(VersionId).to.equal(undefined);
    const deleted = await server.client.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
    expect([deleted.DeleteMarker, deleted.VersionId]).to.deep.equal([undefined, undefined]);
    expect(server.store.everyKey(Bucket)).to.deep.equal([]);
  });

  it("lets one of many writers win that ask for an absent object", async () => {
    const writers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => errorOf(server.put("lease", String(index), { IfNoneMatch: "*" }))),
    );
    expect(writers.map(({ name }) => name).sort()).to.deep.equal([
      ...Array.from({ length: 7 }, () => "PreconditionFailed"),
      "no error",
    ]);
  });

  it("lets one of many writers win that ask for the same ETag", async () => {
    const { ETag } = await server.put("lease", "first");
    const writers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => errorOf(server.put("lease", `next ${index}`, { IfMatch: ETag }))),
    );
    expect(writers.filter(({ name }) => name === "no error")).to.have.length(1);
  });

  it("deletes an object only as it is known to be", async () => {
    const { ETag } = await server.put("lease", "mine");
    const remove = (IfMatch?: string) =>
      errorOf(server.client.send(new DeleteObjectCommand({ Bucket, Key: "lease", IfMatch })));
    expect((await remove('"0123"')).name).to.equal("PreconditionFailed");
    expect(await server.text("lease")).to.equal("mine");
    expect((await remove(ETag)).name).to.equal("no error");
  });
});
