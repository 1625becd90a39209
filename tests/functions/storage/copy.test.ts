import { expect } from "chai";
import { copyObject } from "../../../functions/storage/copy";
import type { Gate } from "../../model/interleavings";
import { bucket, LocalStorage } from "../../model/storage";

/** S3's smallest part, but for the last: Amazon S3 User Guide, "Amazon S3 multipart upload limits". */
const part = 5 * 1024 * 1024;

describe("copying", () => {
  let storage: LocalStorage;
  before(() => (storage = new LocalStorage()));
  after(() => storage.close());
  beforeEach(() => storage.empty());

  /** Size of the object, largest that is copied whole, and how many parts that makes. */
  const cases: [name: string, size: number, whole: number, parts: number][] = [
    ["an empty object", 0, part, 0],
    ["an object of the largest whole size", part, part, 0],
    ["one byte more", part + 1, part, 2],
    ["parts that fit exactly", 2 * part, part, 2],
    ["a small last part", 2 * part + 7, part, 3],
    ["more parts than are copied at a time", 9 * part + 1, part, 10],
  ];
  for (const [name, size, whole, parts] of cases) {
    it(`${name}: ${parts === 0 ? "whole" : `${parts} parts`}`, async () => {
      const body = Buffer.alloc(size, "0123456789abcdef~");
      await storage.put("a folder/ä+b.parquet", body);
      const source = await storage.store.find(bucket, "a folder/ä+b.parquet");
      let calls = 0;
      const counting: Gate = (call) => {
        calls += 1;
        return call();
      };
      const from = { bucket, key: "a folder/ä+b.parquet", etag: source?.etag ?? "", size };
      await copyObject(storage.clients(counting).s3, from, { bucket, key: "copy" }, { whole, part });
      const copied = await storage.store.find(bucket, "copy");
      expect(copied?.size).to.equal(size);
      expect((await storage.text("copy")) === body.toString("utf8")).to.equal(true);
      expect(calls).to.equal(parts === 0 ? 1 : parts + 2);
    });
  }

  for (const [name, size] of [
    ["whole", 10],
    ["by parts", part + 1],
  ] as const) {
    it(`${name}, refuses what was replaced, and leaves nothing behind`, async () => {
      await storage.put("k", Buffer.alloc(size));
      const from = { bucket, key: "k", etag: "00000000000000000000000000000000", size };
      const copying = copyObject(storage.clients().s3, from, { bucket, key: "copy" }, { whole: part, part });
      expect(await copying.then(() => "copied", ({ name: error }: Error) => error)).to.equal("PreconditionFailed"); // prettier-ignore
      expect(storage.store.keys(bucket)).to.deep.equal(["k"]);
      expect([...storage.store.uploads.to(bucket)]).to.deep.equal([]);
    });
  }
});
