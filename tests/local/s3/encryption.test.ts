import { CopyObjectCommand, HeadObjectCommand, type PutObjectCommandInput } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { Bucket, errorOf, S3Server } from "./server";

const key = "arn:aws:kms:us-east-1:111122223333:key/one";
const other = "arn:aws:kms:us-east-1:111122223333:key/two";

// S3 documentation, "Protecting data with server-side encryption".
describe("S3's encryption", () => {
  const server = new S3Server();
  before(() => server.open());
  after(() => server.close());
  beforeEach(async () => {
    await server.reset();
    server.store.configure(Bucket, { kmsKey: undefined });
  });

  const told = async (Key: string) => {
    const { ServerSideEncryption, SSEKMSKeyId } = await server.client.send(new HeadObjectCommand({ Bucket, Key }));
    return [ServerSideEncryption, SSEKMSKeyId];
  };
  const asked = (): string[] =>
    server.asked.flatMap(({ action, resource }) => (action.startsWith("kms:") ? [`${action} ${resource}`] : []));

  const cases: [name: string, bucketKey: string | undefined, asked: Partial<PutObjectCommandInput>, told: unknown[]][] =
    [
      ["S3's own without a word", undefined, {}, ["AES256", undefined]],
      ["the bucket's default", key, {}, ["aws:kms", key]],
      ["S3's own where that is asked for", key, { ServerSideEncryption: "AES256" }, ["AES256", undefined]],
      [
        "a key that is asked for",
        undefined,
        { ServerSideEncryption: "aws:kms", SSEKMSKeyId: other },
        ["aws:kms", other],
      ],
      ["a key by its id", undefined, { ServerSideEncryption: "aws:kms", SSEKMSKeyId: "two" }, ["aws:kms", other]],
      [
        "AWS's key for S3",
        undefined,
        { ServerSideEncryption: "aws:kms" },
        ["aws:kms", "arn:aws:kms:us-east-1:111122223333:alias/aws/s3"],
      ],
    ];
  for (const [name, kmsKey, input, expected] of cases) {
    it(`is ${name}`, async () => {
      server.store.configure(Bucket, { kmsKey });
      const { ServerSideEncryption, SSEKMSKeyId } = await server.put("k", "x", input);
      expect([ServerSideEncryption, SSEKMSKeyId]).to.deep.equal(expected);
      expect(await told("k")).to.deep.equal(expected);
    });
  }

  it("of an object stays when the bucket's default changes, and reading needs its key", async () => {
    await server.put("k", "x", { ServerSideEncryption: "aws:kms", SSEKMSKeyId: other });
    server.store.configure(Bucket, { kmsKey: key });
    expect(asked()).to.deep.equal([`kms:GenerateDataKey ${other}`]);
    server.asked.length = 0;
    await server.text("k");
    expect(asked()).to.deep.equal([`kms:Decrypt ${other}`]);
  });

  it("of a copy is the target's, not the source's", async () => {
    await server.put("k", "x", { ServerSideEncryption: "aws:kms", SSEKMSKeyId: other });
    await server.client.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/k` }));
    expect(await told("copy")).to.deep.equal(["AES256", undefined]);
  });

  it("refuses a key without its algorithm, and what it does not know", async () => {
    expect(await errorOf(server.put("k", "x", { SSEKMSKeyId: other }))).to.deep.equal({
      name: "InvalidArgument",
      status: 400,
    });
    expect((await errorOf(server.put("k", "x", { ServerSideEncryption: "aws:kms:dsse" }))).status).to.equal(501);
    expect(await errorOf(server.put("k", "x", { ACL: "public-read" }))).to.deep.equal({
      name: "AccessControlListNotSupported",
      status: 400,
    });
  });
});
