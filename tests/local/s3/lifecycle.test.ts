import { CreateMultipartUploadCommand, DeleteObjectCommand, HeadObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { Journal } from "../../../local/journal";
import { eventDetail, type ObjectEvent } from "../../../local/s3/events";
import { Lifecycle } from "../../../local/s3/lifecycle";
import { dueActions, lifecycleRule, type LifecycleRule } from "../../../local/s3/lifecycle-rules";
import type { Version } from "../../../local/s3/stored-object";
import { Bucket, errorOf, S3Server } from "./server";

const rule = (more: Partial<LifecycleRule>): LifecycleRule =>
  lifecycleRule.parse({ id: "r", status: "Enabled", ...more });
const object = (modified: string, more: object = {}): Version => ({
  path: "k",
  size: 1_000_000,
  etag: "e",
  modified: `${modified}Z`,
  mtimeMs: 0,
  ...more,
});
const marker = (modified: string, versionId = "m"): Version => ({
  deleteMarker: true,
  modified: `${modified}Z`,
  versionId,
});

describe("lifecycle rules", () => {
  // S3 documentation, "Lifecycle configuration elements" and "Examples of S3 Lifecycle configurations".
  const expireAfterADay = [rule({ expiration: { days: 1 } })];
  const cases: [string, readonly LifecycleRule[], readonly Version[], string, string[]][] = [
    // Days are counted from a moment and rounded up to midnight.
    [
      "an object of yesterday morning, before midnight",
      expireAfterADay,
      [object("2024-01-01T10:00:00")],
      "2024-01-02T23:59:59",
      [],
    ],
    ["the same after midnight", expireAfterADay, [object("2024-01-01T10:00:00")], "2024-01-03T00:00:00", ["expire"]],
    [
      "an object of midnight sharp",
      expireAfterADay,
      [object("2024-01-01T00:00:00")],
      "2024-01-02T00:00:00",
      ["expire"],
    ],
    [
      "a rule that is disabled",
      [rule({ status: "Disabled", expiration: { days: 1 } })],
      [object("2020-01-01T00:00:00")],
      "2024-01-01T00:00:00",
      [],
    ],
    [
      "a rule for another prefix",
      [rule({ filter: { prefix: "other/" }, expiration: { days: 1 } })],
      [object("2020-01-01T00:00:00")],
      "2024-01-01T00:00:00",
      [],
    ],
    [
      "a rule for this prefix",
      [rule({ filter: { prefix: "in/" }, expiration: { days: 1 } })],
      [object("2020-01-01T00:00:00")],
      "2024-01-01T00:00:00",
      ["expire"],
    ],
    [
      "a rule in the old form",
      [rule({ prefix: "other/", expiration: { days: 1 } })],
      [object("2020-01-01T00:00:00")],
      "2024-01-01T00:00:00",
      [],
    ],
    [
      "a date that has come",
      [rule({ expiration: { date: "2024-01-01T00:00:00Z" } })],
      [object("2023-12-31T23:00:00")],
      "2024-01-01T00:00:00",
      ["expire"],
    ],
    [
      "a date to come",
      [rule({ expiration: { date: "2024-01-01T00:00:00Z" } })],
      [object("2020-01-01T00:00:00")],
      "2023-12-31T23:59:59",
      [],
    ],
    [
      "a tag that the object has",
      [rule({ filter: { tag: { key: "t", value: "1" } }, expiration: { days: 1 } })],
      [object("2020-01-01T00:00:00", { tags: { t: "1" } })],
      "2024-01-01T00:00:00",
      ["expire"],
    ],
    [
      "a tag that it has not",
      [rule({ filter: { and: { prefix: "in/", tags: { t: "1" } } }, expiration: { days: 1 } })],
      [object("2020-01-01T00:00:00", { tags: { t: "2" } })],
      "2024-01-01T00:00:00",
      [],
    ],
    [
      "an object too small for the rule",
      [rule({ filter: { objectSizeGreaterThan: 1_000_000 }, expiration: { days: 1 } })],
      [object("2020-01-01T00:00:00")],
      "2024-01-01T00:00:00",
      [],
    ],
    [
      "an object too large for it",
      [rule({ filter: { objectSizeLessThan: 1_000_000 }, expiration: { days: 1 } })],
      [object("2020-01-01T00:00:00")],
      "2024-01-01T00:00:00",
      [],
    ],
    // Versions count from when they became noncurrent, which is when the next one came.
    [
      "an old version replaced yesterday",
      [rule({ noncurrentVersionExpiration: { noncurrentDays: 30 } })],
      [object("2024-01-01T00:00:00", { versionId: "b" }), object("2020-01-01T00:00:00", { versionId: "a" })],
      "2024-01-02T00:00:00",
      [],
    ],
    [
      "one replaced a month ago, and one older still",
      [rule({ noncurrentVersionExpiration: { noncurrentDays: 30 } })],
      [
        object("2024-01-01T00:00:00", { versionId: "c" }),
        object("2023-01-01T00:00:00", { versionId: "b" }),
        object("2022-01-01T00:00:00"),
      ],
      "2024-01-31T00:00:00",
      ["delete b", "delete null"],
    ],
    [
      "all but the newest noncurrent version",
      [rule({ noncurrentVersionExpiration: { noncurrentDays: 1, newerNoncurrentVersions: 1 } })],
      [
        object("2024-01-01T00:00:00"),
        object("2023-01-01T00:00:00", { versionId: "b" }),
        object("2022-01-01T00:00:00", { versionId: "a" }),
      ],
      "2024-02-01T00:00:00",
      ["delete a"],
    ],
    [
      "a marker before a version",
      [rule({ expiration: { expiredObjectDeleteMarker: true } })],
      [marker("2020-01-01T00:00:00"), object("2019-01-01T00:00:00")],
      "2024-01-01T00:00:00",
      [],
    ],
    [
      "a marker before nothing",
      [rule({ expiration: { expiredObjectDeleteMarker: true } })],
      [marker("2023-12-31T23:00:00")],
      "2024-01-01T00:00:00",
      ["delete m"],
    ],
    [
      "a marker before nothing, old enough to expire",
      expireAfterADay,
      [marker("2020-01-01T00:00:00")],
      "2024-01-01T00:00:00",
      ["delete m"],
    ],
    // S3 documentation, "Transitioning objects using Amazon S3 Lifecycle": objects below 128 KB stay where they are.
    [
      "a class at once",
      [rule({ transitions: [{ days: 0, storageClass: "INTELLIGENT_TIERING" }] })],
      [object("2024-01-01T10:00:00")],
      "2024-01-02T00:00:00",
      ["move null INTELLIGENT_TIERING"],
    ],
    [
      "a class that it has",
      [rule({ transitions: [{ days: 0, storageClass: "INTELLIGENT_TIERING" }] })],
      [object("2024-01-01T10:00:00", { storageClass: "INTELLIGENT_TIERING" })],
      "2024-01-02T00:00:00",
      [],
    ],
    [
      "a class for a small object",
      [rule({ transitions: [{ days: 0, storageClass: "GLACIER" }] })],
      [object("2020-01-01T00:00:00", { size: 131_071 })],
      "2024-01-02T00:00:00",
      [],
    ],
    [
      "a class for a small object that is asked for",
      [rule({ filter: { objectSizeGreaterThan: 0 }, transitions: [{ days: 0, storageClass: "GLACIER" }] })],
      [object("2020-01-01T00:00:00", { size: 1 })],
      "2024-01-02T00:00:00",
      ["move null GLACIER"],
    ],
    [
      "a class and an end: the end",
      [rule({ transitions: [{ days: 0, storageClass: "GLACIER" }], expiration: { days: 1 } })],
      [object("2020-01-01T00:00:00")],
      "2024-01-02T00:00:00",
      ["expire"],
    ],
    [
      "a class for old versions",
      [rule({ noncurrentVersionTransitions: [{ noncurrentDays: 1, storageClass: "GLACIER" }] })],
      [object("2020-01-01T00:00:00", { versionId: "b" }), object("2019-01-01T00:00:00", { versionId: "a" })],
      "2024-01-02T00:00:00",
      ["move a GLACIER"],
    ],
  ];
  for (const [name, rules, history, now, expected] of cases) {
    it(name, () => {
      const actions = dueActions(rules, "in/k", history, new Date(`${now}Z`)).map((action) =>
        action.kind === "expire"
          ? "expire"
          : action.kind === "transition"
            ? `move ${action.versionId} ${action.storageClass}`
            : `delete ${action.versionId}`,
      );
      expect(actions).to.deep.equal(expected);
    });
  }
});

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
