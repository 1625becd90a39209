import { CreateMultipartUploadCommand, DeleteObjectCommand, HeadObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { Journal } from "../../../local/journal";
import { eventDetail, type ObjectEvent } from "../../../local/s3/events";
import { Lifecycle } from "../../../local/s3/lifecycle";
import { lifecycleRule, type LifecycleRule } from "../../../local/s3/lifecycle-rules";
import { Bucket, errorOf, S3Server } from "./server";

const rule = (more: Partial<LifecycleRule>): LifecycleRule =>
  lifecycleRule.parse({ id: "r", status: "Enabled", ...more });

describe("the sweep", () => {
  const server = new S3Server();
  const { store } = server;
  let lifecycle: Lifecycle;
  let clock = new Date();
  const told: ObjectEvent[] = [];
  before(async () => {
    server.now = () => clock;
    await server.open();
    lifecycle = new Lifecycle({
      store,
      journal: new Journal(),
      now: () => clock,
      onEvent: (event) => told.push(event),
      delay: () => 0,
    });
  });
  after(async () => {
    await lifecycle.close();
    server.close();
  });
  beforeEach(async () => {
    clock = new Date("2024-01-01T10:00:00Z");
    await server.reset();
    told.length = 0;
    store.configure(Bucket, { eventBridge: true, versioning: undefined, lifecycle: [] });
  });
  const rules = (...given: Partial<LifecycleRule>[]) =>
    store.configure(Bucket, { lifecycle: given.map((more) => rule(more)) });

  it("deletes what has expired, and says so as S3 does", async () => {
    rules({ filter: { prefix: "incoming/" }, expiration: { days: 7 } });
    await server.put("incoming/a");
    await server.put("kept/a");
    clock = new Date("2024-01-08T10:00:00Z");
    expect(await lifecycle.sweep()).to.equal(0);
    clock = new Date("2024-01-09T00:00:00Z");
    expect(await lifecycle.sweep()).to.equal(1);
    expect(store.keys(Bucket)).to.deep.equal(["kept/a"]);
    const [event] = told;
    // S3 documentation, "EventBridge event message structure".
    const detail = eventDetail(event);
    expect([event.name, detail]).to.deep.equal([
      "Object Deleted",
      {
        version: "0",
        bucket: { name: Bucket },
        object: { key: "incoming/a", sequencer: event.sequencer },
        "request-id": event.requestId,
        requester: "s3.amazonaws.com",
        reason: "Lifecycle Expiration",
        "deletion-type": "Permanently Deleted",
      },
    ]);
    expect(await lifecycle.sweep()).to.equal(0);
  });

  it("puts a marker where versions are kept, then forgets the version, then the marker", async () => {
    store.configure(Bucket, { versioning: "Enabled" });
    rules({ expiration: { days: 1 } }, { noncurrentVersionExpiration: { noncurrentDays: 30 } });
    const { VersionId } = await server.put("k");
    const sweptOn = async (date: string): Promise<(string | undefined)[]> => {
      told.length = 0;
      clock = new Date(`${date}T00:00:00Z`);
      await lifecycle.sweep();
      return told.map((event) => event.deletionType);
    };
    expect(await sweptOn("2024-01-03")).to.deep.equal(["Delete Marker Created"]);
    expect((await errorOf(server.text("k"))).name).to.equal("NoSuchKey");
    expect(await server.text("k", { VersionId })).to.equal("x");
    expect(await sweptOn("2024-02-01")).to.deep.equal([]);
    expect(await sweptOn("2024-02-02")).to.deep.equal(["Permanently Deleted"]);
    expect(await sweptOn("2024-02-03")).to.deep.equal(["Permanently Deleted"]);
    expect(store.everyKey(Bucket)).to.deep.equal([]);
  });

  it("changes the storage class that clients see", async () => {
    rules({ transitions: [{ days: 0, storageClass: "INTELLIGENT_TIERING" }] });
    await server.put("k", "x".repeat(200_000));
    clock = new Date("2024-01-02T00:00:00Z");
    expect(await lifecycle.sweep()).to.equal(1);
    const { StorageClass } = await server.client.send(new HeadObjectCommand({ Bucket, Key: "k" }));
    expect(StorageClass).to.equal("INTELLIGENT_TIERING");
    expect(told.map(eventDetail)).to.have.length(1);
    expect(eventDetail(told[0])).to.include({ "destination-storage-class": "INTELLIGENT_TIERING" });
    await server.put("k", "again");
    expect((await server.client.send(new HeadObjectCommand({ Bucket, Key: "k" }))).StorageClass).to.equal(undefined);
  });

  it("ends uploads that nobody completes", async () => {
    rules({ filter: { prefix: "" }, abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } });
    await server.client.send(new CreateMultipartUploadCommand({ Bucket, Key: "k" }));
    clock = new Date("2024-01-08T23:59:59Z");
    expect(await lifecycle.sweep()).to.equal(0);
    clock = new Date("2024-01-09T00:00:00Z");
    expect(await lifecycle.sweep()).to.equal(1);
    expect(store.uploads.to(Bucket)).to.deep.equal([]);
  });

  // S3 documentation, "Expiring objects": "Amazon S3 queues it for removal and removes it asynchronously".
  it("takes objects one by one at any time of the day after they are due, in no order", async () => {
    rules({ expiration: { days: 7 } });
    const keys = Array.from({ length: 40 }, (_, index) => `incoming/${index + 10}`);
    for (const key of keys) await server.put(key);
    const own = new Lifecycle({
      store,
      journal: new Journal(),
      now: () => clock,
      onEvent: (event) => told.push(event),
    });
    const hours: number[] = [];
    for (let hour = 0; hour <= 24; hour++) {
      clock = new Date(Date.parse("2024-01-09T00:00:00Z") + hour * 3_600_000);
      hours.push(await own.sweep());
    }
    await own.close();
    expect(store.keys(Bucket)).to.deep.equal([]);
    expect(hours.filter((count) => count > 0)).to.have.length.above(10);
    expect(told.map(({ key }) => key)).to.not.deep.equal(keys);
  });

  it("comes at midnight by the runtime's clock", async () => {
    const journal = new Journal();
    rules({ expiration: { days: 1 } });
    await server.put("k");
    const opened = Date.now();
    const now = (): Date => new Date(Date.parse("2024-06-01T23:59:59.900Z") + Date.now() - opened);
    const nightly = new Lifecycle({ store, journal, now, onEvent: () => undefined, delay: () => 0 });
    expect(store.keys(Bucket)).to.deep.equal(["k"]);
    while (store.keys(Bucket).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(now().getTime()).to.be.at.least(Date.parse("2024-06-02T00:00:00Z"));
    await nightly.close();
  });

  it("tells nobody where EventBridge is off, and does nothing without rules", async () => {
    store.configure(Bucket, { eventBridge: false });
    rules({ expiration: { days: 1 } });
    await server.put("k");
    clock = new Date("2024-02-01T00:00:00Z");
    expect(await lifecycle.sweep()).to.equal(1);
    expect(told).to.deep.equal([]);
    store.configure(Bucket, { lifecycle: [] });
    await server.put("k");
    clock = new Date("2025-02-01T00:00:00Z");
    expect(await lifecycle.sweep()).to.equal(0);
    await server.client.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
  });
});
