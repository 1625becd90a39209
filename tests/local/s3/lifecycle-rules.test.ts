import { expect } from "chai";
import { dueActions, lifecycleRule, type LifecycleRule } from "../../../local/s3/lifecycle-rules";
import type { Version } from "../../../local/s3/stored-object";

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
