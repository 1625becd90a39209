import { CopyObjectCommand, DeleteObjectsCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { Bucket, S3Server } from "./server";

describe("the local S3's events", () => {
  const server = new S3Server();
  const { store, events } = server;
  before(() => server.open());
  after(() => server.close());
  beforeEach(() => server.reset());

  describe("tells EventBridge", () => {
    afterEach(() => store.configure(Bucket, { eventBridge: false }));

    it("nothing, unless the bucket asks for it", async () => {
      await server.put("k");
      expect(events).to.deep.equal([]);
    });

    it("of each change once, in an order that its sequencers show", async () => {
      store.configure(Bucket, { eventBridge: true });
      await server.put("k", "abc");
      await server.put("k", "abcd");
      await server.client.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/k` }));
      await server.client.send(
        new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "k" }, { Key: "none" }] } }),
      );
      expect(events.map(({ name, reason, key, size }) => [name, reason, key, size])).to.deep.equal([
        ["Object Created", "PutObject", "k", 3],
        ["Object Created", "PutObject", "k", 4],
        ["Object Created", "CopyObject", "copy", 4],
        ["Object Deleted", "DeleteObject", "k", 4],
      ]);
      // Amazon S3 User Guide, "Event message structure": right-pad the shorter with zeros, then compare as text.
      const sequencers = events.map(({ sequencer }) => sequencer.padEnd(18, "0"));
      expect(sequencers).to.deep.equal([...sequencers].sort());
      expect(new Set(sequencers).size).to.equal(4);
      // Of what comes right after one another, none has as many digits as the one before.
      const lengths = Array.from({ length: 6 }, () => store.nextSequencer().length);
      expect(lengths.filter((length, index) => length === lengths[index - 1])).to.deep.equal([]);
      expect(Math.max(...lengths)).to.equal(18);
    });
  });
});
