import { expect } from "chai";
import { matchRegisteredFiles } from "../../../functions/arrival/registered-files";
import type { CompletenessRule } from "../../../functions/runs/pipeline";

const folder = "incoming/src/2024-11-08/";
const rule = (given: Partial<CompletenessRule>): CompletenessRule => ({
  marker: undefined,
  count: undefined,
  manifest: undefined,
  ...given,
});
const listed = (...files: (readonly [string, number])[]): string =>
  JSON.stringify({ files: files.map(([name, size]) => ({ name, size })) });

interface Case {
  readonly name: string;
  readonly prefix?: string;
  readonly complete?: CompletenessRule;
  /** Names below the date's folder, each with the minute in which it was written. */
  readonly objects: Readonly<Record<string, number>>;
  readonly manifest?: string;
  /** Parts, if they are complete. */
  readonly found?: readonly string[];
  /** What is awaited, if they are not. */
  readonly awaited?: string;
  readonly contradicts?: boolean;
}

const success = rule({ marker: "_SUCCESS" });
const manifest = rule({ manifest: "manifest.json" });
const two = { "orders/a.parquet": 1, "orders/b.parquet": 1 };

/** Each object has as many bytes as its minute says, and a content of its own. */
const cases: Case[] = [
  {
    name: "a marker says that all parts are there",
    complete: success,
    objects: { ...two, "orders/_SUCCESS": 2 },
    found: ["orders/a.parquet", "orders/b.parquet"],
  },
  {
    name: "of one second it is not known which came first: it counts",
    complete: success,
    objects: { ...two, "orders/_SUCCESS": 1 },
    found: ["orders/a.parquet", "orders/b.parquet"],
  },
  {
    name: "without the marker parts wait",
    complete: success,
    objects: two,
    awaited: "orders/_SUCCESS (2 parts are there)",
  },
  {
    name: "a marker elsewhere says nothing",
    complete: success,
    objects: { ...two, _SUCCESS: 2, "orders/deeper/_SUCCESS": 2 },
    awaited: "orders/_SUCCESS (2 parts are there)",
  },
  {
    name: "a marker of no part",
    complete: success,
    objects: { "orders/_SUCCESS": 2 },
    awaited: "orders/*, of which orders/_SUCCESS says that it is complete",
  },
  {
    name: "a part that came after the marker waits for the next one",
    complete: success,
    objects: { ...two, "orders/_SUCCESS": 2, "orders/c.parquet": 3 },
    awaited: "orders/_SUCCESS to be written again: newer is orders/c.parquet",
  },
  {
    name: "what engines pass over is no part: committers' folders, checksums, folders' own objects",
    complete: success,
    objects: {
      ...two,
      "orders/": 1,
      "orders/_temporary/0/a.parquet": 9,
      "orders/.a.parquet.crc": 9,
      "orders/_committed_1": 9,
      orders_$folder$: 9,
      "orders/_SUCCESS": 2,
    },
    found: ["orders/a.parquet", "orders/b.parquet"],
  },
  {
    name: "folders below the prefix's count, one beside it does not",
    complete: success,
    objects: { "orders/x/a.parquet": 1, "orders/y/a.parquet": 1, "orders-old/a.parquet": 1, "orders/_SUCCESS": 2 },
    found: ["orders/x/a.parquet", "orders/y/a.parquet"],
  },
  {
    name: "a prefix may go on behind its folder; its marker stands in the folder",
    prefix: "orders/part-",
    complete: success,
    objects: { "orders/part-1.parquet": 1, "orders/other.parquet": 9, "orders/_SUCCESS": 2 },
    found: ["orders/part-1.parquet"],
  },
  {
    name: "a prefix without a folder has parts and marker in the date's folder, and none below it",
    prefix: "orders",
    complete: success,
    objects: { "orders-1.parquet": 1, "orders-2.parquet": 1, "orders/3.parquet": 9, _SUCCESS: 2 },
    found: ["orders-1.parquet", "orders-2.parquet"],
  },
  {
    name: "a marker that is not hidden is no part",
    complete: rule({ marker: "complete.flag" }),
    objects: { ...two, "orders/complete.flag": 2 },
    found: ["orders/a.parquet", "orders/b.parquet"],
  },
  {
    name: "as many parts as were declared",
    complete: rule({ count: 2 }),
    objects: two,
    found: ["orders/a.parquet", "orders/b.parquet"],
  },
  {
    name: "fewer parts than were declared",
    complete: rule({ count: 12 }),
    objects: two,
    awaited: "orders/* (2 of 12 parts)",
  },
  {
    name: "more parts than were declared",
    complete: rule({ count: 1 }),
    objects: two,
    awaited: "1 parts at orders/* instead of 2 (orders/a.parquet, orders/b.parquet)",
    contradicts: true,
  },
  {
    name: "all that a manifest lists",
    complete: manifest,
    objects: { ...two, "orders/manifest.json": 1 },
    manifest: listed(["a.parquet", 1], ["b.parquet", 1]),
    found: ["orders/a.parquet", "orders/b.parquet"],
  },
  {
    // Amazon Redshift Database Developer Guide, "UNLOAD": MANIFEST.
    name: "all that a manifest of Redshift's UNLOAD lists",
    complete: manifest,
    objects: { ...two, "orders/manifest.json": 1 },
    manifest: JSON.stringify({
      entries: ["a", "b"].map((name) => ({
        url: `s3://lake/${folder}orders/${name}.parquet`,
        meta: { content_length: 1 },
      })),
    }),
    found: ["orders/a.parquet", "orders/b.parquet"],
  },
  { name: "no manifest yet", complete: manifest, objects: two, awaited: "orders/manifest.json (2 parts are there)" },
  {
    name: "a listed part that is not there yet",
    complete: manifest,
    objects: { ...two, "orders/manifest.json": 1 },
    manifest: listed(["a.parquet", 1], ["b.parquet", 1], ["c.parquet", 1]),
    awaited: "orders/c.parquet (2 of the 3 parts that orders/manifest.json lists)",
  },
  ...[
    { name: "a part that is listed twice", list: [["a.parquet", 1], ["a.parquet", 1]], says: "it lists orders/a.parquet twice" }, // prettier-ignore
    { name: "a part of another size", list: [["a.parquet", 7], ["b.parquet", 1]], says: "orders/a.parquet has 1 bytes, and it lists 7" }, // prettier-ignore
    { name: "a part that is not listed", list: [["a.parquet", 1]], says: "it does not list orders/b.parquet, which is there" }, // prettier-ignore
    { name: "a listed name that is never data", list: [["_SUCCESS", 1]], says: "it lists orders/_SUCCESS, which is no part: another prefix, or a name that is never data" }, // prettier-ignore
    { name: "a listed file beside the prefix", list: [["../other.parquet", 1]], says: "it lists orders/../other.parquet, which is no part: another prefix, or a name that is never data" }, // prettier-ignore
    { name: "no part at all", list: [], says: "it lists no file" },
  ].map(({ name, list, says }): Case => ({
    name: `a manifest with ${name}`,
    complete: manifest,
    objects: { ...two, "orders/manifest.json": 1 },
    manifest: listed(...(list as [string, number][])),
    awaited: `orders/manifest.json to be put right: ${says}`,
    contradicts: true,
  })),
  {
    name: "a manifest that is no JSON",
    complete: manifest,
    objects: { ...two, "orders/manifest.json": 1 },
    manifest: "a.parquet\n",
    awaited: "a manifest that can be read: orders/manifest.json is not JSON",
    contradicts: true,
  },
  {
    name: "a manifest of another shape",
    complete: manifest,
    objects: { ...two, "orders/manifest.json": 1 },
    manifest: '{"files":["a.parquet"]}',
    awaited: 'a manifest that can be read: orders/manifest.json.files[0]: expected an object, found "a.parquet"',
    contradicts: true,
  },
  {
    name: "without anything declared, the control file says that all parts are there",
    objects: { ...two, "p.done": 2 },
    found: ["orders/a.parquet", "orders/b.parquet"],
  },
  {
    name: "a part that is newer than the control file waits for the next one",
    objects: { ...two, "p.done": 2, "orders/c.parquet": 3 },
    awaited: "p.done to be written again: newer is orders/c.parquet",
  },
];

describe("parts of a table and date", () => {
  for (const { name, prefix = "orders/", complete, objects, manifest: text, found, awaited, contradicts } of cases) {
    it(name, () => {
      const incoming = [{ prefix, database: "db", table: "orders", files: "many" as const, complete }];
      const manifests: Record<string, string> = text === undefined ? {} : { [`${folder}orders/manifest.json`]: text };
      const there = Object.entries(objects).map(([key, minute]) => ({
        key: folder + key,
        etag: key,
        size: minute,
        modified: new Date(Date.UTC(2024, 10, 8, 6, minute)),
      }));
      const definition = { pipeline: "p", source: "src", incoming, after: [] };
      const result = matchRegisteredFiles(definition, "2024-11-08", there, manifests);
      const [open] = result.unfinished;
      if (found) {
        expect(open).to.equal(undefined);
        expect(result.found.map(({ key }) => key.slice(folder.length))).to.deep.equal(found);
      } else {
        expect(open?.awaited.split(folder).join("")).to.match(startOf(awaited ?? ""));
        expect(open?.contradicts).to.equal(contradicts ?? false);
      }
      expect([...result.missing, ...result.duplicated]).to.deep.equal([]);
    });
  }

  it("belong to the longest prefix, and a file to one table only", () => {
    const many = { database: "db", files: "many" as const, complete: success };
    const incoming = [
      { ...many, prefix: "orders/", table: "orders" },
      { ...many, prefix: "orders/eu/", table: "eu" },
      { database: "db", prefix: "orders", table: "single", files: undefined, complete: undefined },
    ];
    const names = [
      "orders.parquet",
      "orders/a.parquet",
      "orders/eu/a.parquet",
      "orders/_SUCCESS",
      "orders/eu/_SUCCESS",
    ];
    const objects = names.map((name) => ({ key: folder + name, etag: name, size: 1, modified: new Date(0) }));
    const definition = { pipeline: "p", source: "src", incoming, after: [] };
    const { found, ...rest } = matchRegisteredFiles(definition, "2024-11-08", objects);
    expect(found.map(({ key, table }) => [key.slice(folder.length), table])).to.deep.equal([
      ["orders/a.parquet", "orders"],
      ["orders/eu/a.parquet", "eu"],
      ["orders.parquet", "single"],
    ]);
    expect(rest).to.deep.equal({ missing: [], duplicated: [], unfinished: [] });
  });
});

/** The text as it begins: what JSON.parse says of a text differs between versions of Node.js. */
function startOf(text: string): RegExp {
  const exact = text.endsWith("is not JSON") ? "" : "$";
  return new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}${exact}`);
}
