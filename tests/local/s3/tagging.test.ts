import {
  DeleteBucketTaggingCommand,
  DeleteObjectTaggingCommand,
  GetBucketTaggingCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  PutBucketTaggingCommand,
  PutObjectTaggingCommand,
  type Tag,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { Bucket, errorOf, S3Server } from "./server";

describe("S3's tags", () => {
  const server = new S3Server();
  before(() => server.open());
  after(() => server.close());
  beforeEach(() => server.reset());

  const Key = "k";
  const tags = async (): Promise<Tag[] | undefined> =>
    (await server.client.send(new GetObjectTaggingCommand({ Bucket, Key }))).TagSet;
  const put = (...TagSet: Tag[]) =>
    server.client.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet } }));

  it("of an object are put, told and deleted, and the object stays", async () => {
    await server.put(Key, "abc", { Tagging: "a=1&b=x%20y" });
    expect(await tags()).to.deep.equal([
      { Key: "a", Value: "1" },
      { Key: "b", Value: "x y" },
    ]);
    await put({ Key: "c", Value: "" });
    expect(await tags()).to.deep.equal([{ Key: "c", Value: "" }]);
    expect((await server.client.send(new GetObjectCommand({ Bucket, Key }))).TagCount).to.equal(1);
    server.asked.length = 0;
    await server.client.send(new DeleteObjectTaggingCommand({ Bucket, Key }));
    expect(server.asked).to.deep.equal([
      { action: "s3:DeleteObjectTagging", resource: `arn:aws:s3:::${Bucket}/${Key}` },
    ]);
    expect([await tags(), await server.text(Key)]).to.deep.equal([[], "abc"]);
  });

  // S3 documentation, "Categorizing your objects using tags".
  const refused: [name: string, tags: Tag[], error: string][] = [
    ["eleven tags", Array.from({ length: 11 }, (_, n) => ({ Key: `k${n}`, Value: "" })), "BadRequest"],
    ["one key twice", [1, 2].map((n) => ({ Key: "k", Value: `${n}` })), "InvalidTag"],
    ["a key of AWS's own", [{ Key: "aws:k", Value: "" }], "InvalidTag"],
    ["a key of 129 characters", [{ Key: "k".repeat(129), Value: "" }], "InvalidTag"],
    ["a value of 257 characters", [{ Key: "k", Value: "v".repeat(257) }], "InvalidTag"],
    ["a sign that no tag has", [{ Key: "k", Value: "a;b" }], "InvalidTag"],
  ];
  for (const [name, list, error] of refused) {
    it(`cannot be ${name}`, async () => {
      await server.put(Key, "abc", { Tagging: "a=1" });
      expect(await errorOf(put(...list))).to.deep.equal({ name: error, status: 400 });
      expect(await tags()).to.deep.equal([{ Key: "a", Value: "1" }]);
    });
  }

  it("of a bucket are put, told and deleted, and the bucket stays", async () => {
    const get = () => server.client.send(new GetBucketTaggingCommand({ Bucket }));
    expect((await errorOf(get())).name).to.equal("NoSuchTagSet");
    const TagSet = [{ Key: "team", Value: "data" }];
    await server.client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
    expect((await get()).TagSet).to.deep.equal(TagSet);
    await server.client.send(new DeleteBucketTaggingCommand({ Bucket }));
    expect((await errorOf(get())).name).to.equal("NoSuchTagSet");
    await server.client.send(new HeadBucketCommand({ Bucket }));
  });
});
