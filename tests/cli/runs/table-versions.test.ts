import { expect } from "chai";
import { chooseVersion, versionTable, type TableVersion, type TableVersions } from "../../../cli/runs/table-versions";

const version = (run: string, kept = true): TableVersion => ({
  run: {
    ...{ pipeline: "daily", exec_date: "2024-11-08", run, status: "SUCCEEDED", started: "2024-11-08T01:00:00Z" },
    ...{ upstreams: {}, steps: [], notes: [], inputs: [], checks: [] },
  },
  steps: [
    { kind: "land", database: "d", table: "t", rows: 1200, location: "s3://b/t/", partition: {}, published: true },
  ],
  kept,
});
const versions = (published: string | undefined, ...runs: (string | TableVersion)[]): TableVersions => ({
  ...{ database: "d", table: "t", date: "2024-11-08", published, runs: [] },
  versions: runs.map((run) => (typeof run === "string" ? version(run) : run)),
});
const three = versions("00a3", "00a3", "00a2", "00a1");

describe("the run to roll back to", () => {
  const chosen: [string, TableVersions, string | undefined, string][] = [
    ["the one before the published one", three, undefined, "00a2"],
    ["the one before, where that has been rolled back already", { ...three, published: "00a2" }, undefined, "00a1"],
    ["not one that was deleted", versions("00a3", "00a3", version("00a2", false), "00a1"), undefined, "00a1"],
    ["the one asked for", three, "00a1", "00a1"],
    ["a newer one, too", { ...three, published: "00a1" }, "00a3", "00a3"],
    ["one by its end", three, "a1", "00a1"],
    ["one whose id another begins with", versions("00a3", "00a3", "00a", "00a1"), "00a", "00a"],
  ];
  for (const [name, found, run, expected] of chosen) {
    it(`is ${name}`, () => expect(chooseVersion(found, run).run.run).to.equal(expected));
  }

  const refused: [string, TableVersions, string | undefined, string][] = [
    [
      "there is none before",
      versions("00a1", "00a2", "00a1"),
      undefined,
      "no run before the one that is published (00a1)",
    ],
    ["nothing is published", versions(undefined, "00a1"), undefined, "published (none)"],
    ["it is published", three, "00a3", "is published already"],
    ["its data was deleted", versions("00a3", "00a3", version("00a2", false)), "00a2", "was deleted. It has 00a3;"],
    ["several begin so", three, "00a", "several runs 00a. It has 00a3, 00a2, 00a1;"],
    ["there is no such run", three, "ff", "t 2024-11-08 has no run ff."],
  ];
  for (const [name, found, run, says] of refused) {
    it(`is refused: ${name}`, () => expect(() => chooseVersion(found, run)).to.throw(says));
  }

  it("is shown among the others", () => {
    const { rows } = versionTable(versions("00a3", "00a3", version("00a2", false), "00a1"), "table");
    expect(rows.map((cells) => [cells[0], cells[3], cells[4], cells[5]])).to.deep.equal([
      ["00a3", "succeeded", "1,200", "published"],
      ["00a2", "succeeded", "1,200", "deleted"],
      ["00a1", "succeeded", "1,200", "kept"],
    ]);
  });
});
