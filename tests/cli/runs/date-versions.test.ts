import { expect } from "chai";
import {
  chooseVersion,
  versionsOfRuns,
  versionTable,
  type DateVersion,
  type DateVersions,
} from "../../../cli/runs/date-versions";

const version = (run: string, kept = true): DateVersion => ({
  run: {
    ...{ pipeline: "daily", exec_date: "2024-11-08", run, status: "SUCCEEDED", started: "2024-11-08T01:00:00Z" },
    ...{ upstreams: {}, steps: [], notes: [], inputs: [], checks: [] },
  },
  steps: [
    {
      ...{ kind: "land", database: "d", table: "t", rows: 1200, location: "s3://b/t/", partition: {}, published: true },
      writer: run,
    },
  ],
  kept,
});
const versions = (published: string | undefined, ...runs: (string | DateVersion)[]): DateVersions => ({
  ...{ name: "t", date: "2024-11-08", published: published === undefined ? [] : [published], runs: [] },
  versions: runs.map((run) => (typeof run === "string" ? version(run) : run)),
});
const three = versions("00a3", "00a3", "00a2", "00a1");

describe("the run to roll back to", () => {
  const chosen: [string, DateVersions, string | undefined, string][] = [
    ["the one before the published one", three, undefined, "00a2"],
    ["the one before, where that has been rolled back already", { ...three, published: ["00a2"] }, undefined, "00a1"],
    ["not one that was deleted", versions("00a3", "00a3", version("00a2", false), "00a1"), undefined, "00a1"],
    ["the one asked for", three, "00a1", "00a1"],
    ["one of several that are published", { ...three, published: ["00a3", "00a1"] }, "00a3", "00a3"],
    ["a newer one, too", { ...three, published: ["00a1"] }, "00a3", "00a3"],
    ["one by its end", three, "a1", "00a1"],
    ["one whose id another begins with", versions("00a3", "00a3", "00a", "00a1"), "00a", "00a"],
  ];
  for (const [name, found, run, expected] of chosen) {
    it(`is ${name}`, () => expect(chooseVersion(found, run).run.run).to.equal(expected));
  }

  const refused: [string, DateVersions, string | undefined, string][] = [
    [
      "there is none before",
      versions("00a1", "00a2", "00a1"),
      undefined,
      "no run before the one that is published (00a1)",
    ],
    ["nothing is published", versions(undefined, "00a1"), undefined, "published (none)"],
    [
      "several are published",
      { ...three, published: ["00a3", "00a1"] },
      undefined,
      "shows several runs, 00a3 and 00a1: give --run.",
    ],
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

describe("what a rollback by run publishes", () => {
  const step = (kind: string, table: string, run: string, more: object = {}): DateVersion["run"]["steps"][number] => ({
    ...{ kind, database: "d", table, rows: 2, location: `s3://b/${table}/x/${run}/0/`, published: true },
    ...{ partition: { exec_date: "2024-11-08" }, ...more },
  });
  const audit = (table: string, run: string, kind = "audit"): DateVersion["run"]["steps"][number] =>
    step(kind, kind, run, { partition: { exec_date: "2024-11-08", table_name: table } });
  const run = (id: string, steps: DateVersion["run"]["steps"], status = "SUCCEEDED"): DateVersion["run"] => ({
    ...version(id).run,
    ...{ steps, status },
  });
  const shown = (table: string, id: string) => ({ database: "d", table, date: "2024-11-08", run: id });
  const told = (runs: readonly DateVersion["run"][], seen = [shown("t", "0b")]): string[] =>
    versionsOfRuns(runs, seen).map(
      (each) =>
        `${each.run.run}: ` +
        each.steps
          .map(({ table, partition, writer, rows, location }) =>
            [table, partition.table_name, `by ${writer}`, rows, location.split("/x/")[1]].filter(Boolean).join(" "),
          )
          .join(", "),
    );
  const data = (id: string) => step("land", "t", id);

  const cases: [string, readonly DateVersion["run"][], string[], ReturnType<typeof shown>[]?][] = [
    [
      "its data, its audits and explanations",
      [run("0b", [data("0b")]), run("0a", [data("0a"), audit("t", "0a"), audit("t", "0a", "explanation")])],
      [
        "0b: t by 0b 2 0b/0/, audit t by 0b 0b/none/, explanation t by 0b 0b/none/",
        "0a: t by 0a 2 0a/0/, audit t by 0a 2 0a/0/, explanation t by 0a 2 0a/0/",
      ],
    ],
    [
      "the newest of its audits, where they were made again",
      [
        run("0a.20241107.03", [audit("t", "0a.20241107.03")]),
        run("0a.20241107.02", [audit("t", "0a.20241107.02")]),
        run("0a", [data("0a"), audit("t", "0a"), audit("u", "0a")]),
      ],
      ["0a: t by 0a 2 0a/0/, audit t by 0a.20241107.03 2 0a.20241107.03/0/, audit u by 0a 2 0a/0/"],
    ],
    [
      "no audit that another run made of its own data",
      [run("0b", [data("0b"), audit("t", "0b")]), run("0a", [data("0a")])],
      ["0b: t by 0b 2 0b/0/, audit t by 0b 2 0b/0/", "0a: t by 0a 2 0a/0/, audit t by 0a 0a/none/"],
    ],
    [
      "nothing of a run that failed, or was overtaken",
      [
        run("0c", [data("0c")], "FAILED"),
        run("0b", [step("land", "t", "0b", { published: false })], "SUPERSEDED"),
        run("0a", [data("0a")]),
      ],
      ["0a: t by 0a 2 0a/0/"],
    ],
    [
      "not an unpartitioned table that holds another date by now",
      [run("0a", [data("0a"), step("model", "names", "0a", { partition: {} })])],
      ["0a: t by 0a 2 0a/0/"],
    ],
    [
      "an unpartitioned table that holds the date",
      [run("0a", [data("0a"), step("model", "names", "0a", { partition: {} })])],
      ["0a: t by 0a 2 0a/0/, names by 0a 2 0a/0/"],
      [shown("t", "0b"), shown("names", "0b")],
    ],
  ];
  for (const [name, runs, expected, seen] of cases) {
    it(`is ${name}`, () => expect(told(runs, seen)).to.deep.equal(expected));
  }
});
