import * as sdk from "@aws-sdk/client-s3";
import { expect } from "chai";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { refusedRoutes, servedRoutes } from "../../../local/s3/route-table";
import { Bucket, errorOf, S3Server } from "./server";

/** The operations of the SDK's model of S3. */
const operations = Object.keys(sdk)
  .filter((name) => /\wCommand$/.test(name))
  .map((name) => name.slice(0, -"Command".length));

/** What requests of some operations have beside bucket and key: without it they would be another operation's. */
const marked: Readonly<Record<string, object>> = {
  CompleteMultipartUpload: { UploadId: "none" },
  AbortMultipartUpload: { UploadId: "none" },
  ListParts: { UploadId: "none" },
  UploadPart: { UploadId: "none", PartNumber: 1 },
  UploadPartCopy: { UploadId: "none", PartNumber: 1, CopySource: `${Bucket}/kept` },
  CopyObject: { CopySource: `${Bucket}/kept` },
  RenameObject: { RenameSource: `${Bucket}/kept` },
  WriteGetObjectResponse: { RequestRoute: "r", RequestToken: "t" },
  GetObjectAnnotation: { AnnotationName: "a" },
  GetObjectAttributes: { ObjectAttributes: ["ETag"] },
  DeleteObjects: { Delete: { Objects: [{ Key: "other" }] } },
  PutObjectTagging: { Tagging: { TagSet: [] } },
  PutBucketTagging: { Tagging: { TagSet: [] } },
  ...Object.fromEntries(
    ["Analytics", "IntelligentTiering", "Inventory", "Metrics"].map((kind) => [
      `GetBucket${kind}Configuration`,
      { Id: "i" },
    ]),
  ),
};

describe("the operations of S3", () => {
  const server = new S3Server();
  let client: sdk.S3Client;
  before(async () => {
    await server.open();
    client = new sdk.S3Client({
      endpoint: `http://127.0.0.1:${server.port}`,
      region: "us-east-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      maxAttempts: 1,
      // Some operations are sent to hosts of their own, or after a session was made.
      disableHostPrefix: true,
      disableS3ExpressSessionAuth: true,
    });
  });
  after(() => {
    client.destroy();
    server.close();
  });

  /** All that the server keeps. */
  const kept = (): string => {
    const hash = createHash("sha256");
    for (const entry of readdirSync(server.folder, { withFileTypes: true, recursive: true })) {
      const path = join(entry.parentPath, entry.name);
      hash.update(path);
      if (entry.isFile()) hash.update(readFileSync(path));
    }
    return hash.digest("hex");
  };
  const send = (operation: string, input: object): Promise<unknown> => {
    const Command = (sdk as unknown as Record<string, new (input: object) => Parameters<sdk.S3Client["send"]>[0]>)[
      `${operation}Command`
    ];
    return client.send(new Command(input));
  };

  it("are those of the SDK's model, served or refused", () => {
    const known = [...servedRoutes, ...refusedRoutes].map(({ operation }) => operation);
    expect([...known].sort()).to.deep.equal([...operations].sort());
  });

  for (const { operation } of refusedRoutes) {
    it(`${operation} is refused by name, and changes nothing`, async () => {
      await server.put("kept", "x", { Tagging: "a=1" });
      const before = kept();
      const failure = await send(operation, { Bucket, Key: "kept", ...marked[operation] }).then(
        () => new Error("it succeeded"),
        (error: Error) => error,
      );
      expect([failure.name, failure.message]).to.satisfy(
        ([name, message]: string[]) => name === "NotImplemented" && message.includes(operation),
        `${failure.name}: ${failure.message}`,
      );
      expect(kept()).to.equal(before);
    });
  }

  for (const { operation } of servedRoutes) {
    it(`${operation} is served`, async () => {
      await server.put("kept", "x");
      const scratch = operation === "CreateBucket" ? "another" : operation === "DeleteBucket" ? "nowhere" : Bucket;
      const { status } = await errorOf(send(operation, { Bucket: scratch, Key: "k", ...marked[operation] }));
      expect(status ?? 200).to.not.equal(501);
    });
  }

  describe("what no operation is", () => {
    const cases: [name: string, method: string, path: string, headers: Record<string, string>, status: number][] = [
      ["an unknown sub-resource of an object", "DELETE", `/${Bucket}/kept?newest`, {}, 501],
      ["an unknown sub-resource of a bucket", "DELETE", `/${Bucket}?newest`, {}, 501],
      ["a sub-resource written with another case", "DELETE", `/${Bucket}/kept?Tagging`, {}, 501],
      ["a parameter of another operation", "DELETE", `/${Bucket}/kept?partNumber=1`, {}, 501],
      ["a header of Amazon's that is not known", "DELETE", `/${Bucket}/kept`, { "x-amz-newest": "1" }, 501],
      ["a header of another operation", "DELETE", `/${Bucket}/kept`, { "x-amz-storage-class": "GLACIER" }, 501],
      [
        "governance that is to be bypassed",
        "DELETE",
        `/${Bucket}/kept`,
        { "x-amz-bypass-governance-retention": "true" },
        501,
      ],
      ["a client that means something else", "DELETE", `/${Bucket}/kept?x-id=DeleteObjectAnnotation`, {}, 501],
      [
        "a customer's key",
        "PUT",
        `/${Bucket}/kept`,
        { "x-amz-server-side-encryption-customer-algorithm": "AES256" },
        501,
      ],
      ["a second method", "PATCH", `/${Bucket}/kept`, {}, 405],
      ["a form to an object", "POST", `/${Bucket}/kept`, {}, 405],
      ["another account's bucket", "DELETE", `/${Bucket}/kept`, { "x-amz-expected-bucket-owner": "999999999999" }, 403],
      ["a key that is no text", "DELETE", `/${Bucket}/%ff%fe`, {}, 400],
      ["a bucket that is no text", "GET", `/%ff%fe`, {}, 400],
      ["a key with half an escape", "PUT", `/${Bucket}/a%2`, {}, 400],
    ];
    for (const [name, method, path, headers, status] of cases) {
      it(`${name}: ${status}`, async () => {
        await server.put("kept", "x");
        const before = kept();
        const answer = await new Promise<{ status?: number; text: string }>((resolve, reject) => {
          const sent = request({ port: server.port, host: "127.0.0.1", method, path, headers }, (response) => {
            let text = "";
            response.on("data", (chunk: Buffer) => (text += chunk.toString()));
            response.on("end", () => resolve({ status: response.statusCode, text }));
          });
          sent.once("error", reject);
          sent.end();
        });
        expect(answer.status, answer.text).to.equal(status);
        expect(answer.text).to.match(/<Error><Code>\w+<\/Code><Message>./);
        expect(kept()).to.equal(before);
      });
    }
  });
});
