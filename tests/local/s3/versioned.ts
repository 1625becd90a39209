/** A bucket that keeps versions, for the tests of these: empty before each. */
import { DeleteObjectCommand, ListObjectVersionsCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { Bucket, S3Server } from "./server";

/** Serves it for the tests of a `describe`. */
export function versionedBucket() {
  const server = new S3Server();
  before(() => server.open());
  after(() => server.close());
  beforeEach(async () => {
    await server.reset();
    server.store.configure(Bucket, { versioning: "Enabled", eventBridge: false });
  });
  return {
    server,
    /** Puts an object; its version. */
    put: async (key: string, body: string): Promise<string> => {
      const { VersionId } = await server.put(key, body);
      expect(VersionId).to.match(/^[\w.-]{32}$/);
      return VersionId ?? "";
    },
    remove: (Key: string, VersionId?: string) =>
      server.client.send(new DeleteObjectCommand({ Bucket, Key, VersionId })),
    list: (more: object = {}) => server.client.send(new ListObjectVersionsCommand({ Bucket, ...more })),
  };
}
