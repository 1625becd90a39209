import { randomBytes } from "node:crypto";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListPartsCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { Bucket, errorOf, S3Server } from "./server";

describe("the local S3 in parts", () => {
  const server = new S3Server();
  before(() => server.open());
  after(() => server.close());
  beforeEach(() => server.reset());

  describe("takes uploads in parts", () => {
    const part = randomBytes(5 * 1024 * 1024);
    const begin = async (Key: string) =>
      (await server.client.send(new CreateMultipartUploadCommand({ Bucket, Key, ContentType: "x/y" }))).UploadId!;
    const upload = async (Key: string, UploadId: string, PartNumber: number, Body: Buffer) => ({
      PartNumber,
      ETag: (await server.client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }))).ETag,
    });

    it("and puts them together in their order", async () => {
      const id = await begin("parts");
      const second = await upload("parts", id, 2, Buffer.from("tail"));
      const first = await upload("parts", id, 1, part);
      const { Parts: listed } = await server.client.send(new ListPartsCommand({ Bucket, Key: "parts", UploadId: id }));
      expect(listed!.map(({ Size }) => Size)).to.deep.equal([part.length, 4]);
      const done = await server.client.send(
        new CompleteMultipartUploadCommand({
          Bucket,
          Key: "parts",
          UploadId: id,
          MultipartUpload: { Parts: [first, second] },
        }),
      );
      expect(done.ETag).to.match(/^"[0-9a-f]{32}-2"$/);
      const { Body, ContentType } = await server.client.send(new GetObjectCommand({ Bucket, Key: "parts" }));
      expect(ContentType).to.equal("x/y");
      expect(
        Buffer.compare(Buffer.from(await Body!.transformToByteArray()), Buffer.concat([part, Buffer.from("tail")])),
      ).to.equal(0);
    });

    it("and copies parts of other objects", async () => {
      await server.put("source", part);
      const id = await begin("copied");
      const { CopyPartResult } = await server.client.send(
        new UploadPartCopyCommand({
          Bucket,
          Key: "copied",
          UploadId: id,
          PartNumber: 1,
          CopySource: `${Bucket}/source`,
          CopySourceRange: "bytes=0-9",
        }),
      );
      await server.client.send(
        new CompleteMultipartUploadCommand({
          Bucket,
          Key: "copied",
          UploadId: id,
          MultipartUpload: { Parts: [{ PartNumber: 1, ETag: CopyPartResult!.ETag }] },
        }),
      );
      expect((await server.client.send(new HeadObjectCommand({ Bucket, Key: "copied" }))).ContentLength).to.equal(10);
    });

    it("refuses small parts before the last, wrong order and wrong tags", async () => {
      const id = await begin("bad");
      const one = await upload("bad", id, 1, Buffer.from("small"));
      const two = await upload("bad", id, 2, Buffer.from("last"));
      const complete = (Parts: object[]) =>
        errorOf(
          server.client.send(
            new CompleteMultipartUploadCommand({ Bucket, Key: "bad", UploadId: id, MultipartUpload: { Parts } }),
          ),
        );
      expect((await complete([one, two])).name).to.equal("EntityTooSmall");
      expect((await complete([two, one])).name).to.equal("InvalidPartOrder");
      expect((await complete([{ ...one, ETag: '"0"' }])).name).to.equal("InvalidPart");
      expect((await errorOf(server.text("bad"))).name).to.equal("NoSuchKey");
    });
  });

  // S3 documentation, "EventBridge event message structure" and "Event notification types".
});
