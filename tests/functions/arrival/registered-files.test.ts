import { expect } from "chai";
import { matchRegisteredFiles } from "../../../functions/arrival/registered-files";

const folder = "incoming/src/2024-11-08/";
const one = { database: "db", files: undefined, complete: undefined };
const definition = {
  pipeline: "p",
  source: "src",
  incoming: [
    { ...one, prefix: "co2-OH", table: "oh" },
    { ...one, prefix: "co2-OHIO", table: "ohio" },
  ],
  after: ["upstream"],
};

/** Names in the folder → what is found, missing and duplicated. */
const cases: { name: string; files: string[]; found: string[]; missing: string[]; duplicated: string[] }[] = [
  {
    name: "everything is there",
    files: ["co2-OH.parquet", "co2-OHIO.parquet", "upstream.completed"],
    found: ["co2-OH.parquet", "co2-OHIO.parquet"],
    missing: [],
    duplicated: [],
  },
  {
    name: "the longest registered prefix owns a file",
    files: ["co2-OHIO.parquet", "upstream.completed"],
    found: ["co2-OHIO.parquet"],
    missing: ["co2-OH*"],
    duplicated: [],
  },
  {
    name: "a prefix matches the start of a name, not any part of it",
    files: ["old-co2-OH.parquet", "co2-OHIO.parquet", "upstream.completed"],
    found: ["co2-OHIO.parquet"],
    missing: ["co2-OH*"],
    duplicated: [],
  },
  {
    name: "a second file for a prefix is no first hit",
    files: ["co2-OH-1.parquet", "co2-OH-2.parquet", "co2-OHIO.parquet", "upstream.completed"],
    found: ["co2-OHIO.parquet"],
    missing: [],
    duplicated: ["co2-OH"],
  },
  {
    name: "a control file or marker is no data, whatever its name starts with",
    files: ["co2-OH.parquet", "co2-OH_load.done", "co2-OH_load.completed", "co2-OHIO.parquet", "upstream.completed"],
    found: ["co2-OH.parquet", "co2-OHIO.parquet"],
    missing: [],
    duplicated: [],
  },
  {
    name: "files in folders below do not count",
    files: ["old/co2-OH.parquet", "co2-OHIO.parquet", "upstream.completed"],
    found: ["co2-OHIO.parquet"],
    missing: ["co2-OH*"],
    duplicated: [],
  },
  {
    // Athena User Guide, "Specify a table location in Amazon S3": Athena ignores files whose names begin with _ or a period.
    name: "names that engines pass over are no data",
    files: [
      "co2-OH.parquet",
      "_co2-OH.parquet",
      ".co2-OH.parquet",
      "co2-OH_$folder$",
      "co2-OHIO.parquet",
      "upstream.completed",
    ],
    found: ["co2-OH.parquet", "co2-OHIO.parquet"],
    missing: [],
    duplicated: [],
  },
  {
    name: "an upstream's control file is not its completion",
    files: ["co2-OH.parquet", "co2-OHIO.parquet", "upstream.done"],
    found: ["co2-OH.parquet", "co2-OHIO.parquet"],
    missing: ["upstream.completed"],
    duplicated: [],
  },
];

describe("registered files", () => {
  for (const { name, files, found, missing, duplicated } of cases) {
    it(name, () => {
      const modified = new Date("2024-11-08T06:00:00Z");
      const objects = files.map((file) => ({ key: folder + file, etag: "e", size: 1, modified }));
      const result = matchRegisteredFiles(definition, "2024-11-08", objects);
      expect(result.found.map(({ key }) => key.slice(folder.length))).to.deep.equal(found);
      expect(result.missing.map((key) => key.slice(folder.length))).to.deep.equal(missing);
      expect(result.duplicated.map(({ prefix }) => prefix)).to.deep.equal(duplicated);
    });
  }
});
