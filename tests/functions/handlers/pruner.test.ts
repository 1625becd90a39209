import { expect } from "chai";
import { prunable } from "../../../functions/handlers/pruner";

const now = new Date("2024-03-31T00:00:00Z");

/** Runs, the number of days since each wrote its data; which is published; what is kept; what goes. */
const cases: {
  name: string;
  runs: Record<string, number>;
  published: string;
  keep: number;
  days?: number;
  pruned: string[];
}[] = [
  { name: "nothing but what is published", runs: { "0a": 99 }, published: "0a", keep: 0, pruned: [] },
  {
    name: "the newest stay",
    runs: { "0a": 99, "0b": 98, "0c": 97, "0d": 96 },
    published: "0d",
    keep: 2,
    pruned: ["0a"],
  },
  { name: "all old ones", runs: { "0a": 99, "0b": 98, "0c": 97 }, published: "0c", keep: 0, pruned: ["0b", "0a"] },
  { name: "the young stay", runs: { "0a": 3, "0b": 2, "0c": 1 }, published: "0c", keep: 0, pruned: [] },
  {
    name: "an old one that was superseded today has readers still",
    runs: { "0a": 99, "0b": 0 },
    published: "0b",
    keep: 0,
    pruned: [],
  },
  {
    name: "one that was superseded long ago goes",
    runs: { "0a": 99, "0b": 98, "0c": 0 },
    published: "0c",
    keep: 0,
    pruned: ["0a"],
  },
  {
    name: "after a rollback the published one stays, however old",
    runs: { "0a": 99, "0b": 98, "0c": 97 },
    published: "0a",
    keep: 1,
    pruned: ["0b"],
  },
  {
    name: "runs are ordered as S3 orders sequencers, not as numbers",
    runs: { "0100": 99, "02": 98, "0201": 97 },
    published: "0201",
    keep: 1,
    pruned: ["0100"],
  },
  {
    name: "an attempt that was given up below the published run's folder is part of it",
    runs: { "0a": 99 },
    published: "0a/1",
    keep: 0,
    pruned: [],
  },
  {
    name: "the days are exact",
    runs: { "0a": 31, "0b": 30, "0c": 29 },
    published: "0c",
    keep: 0,
    days: 30,
    pruned: [],
  },
  { name: "one day more", runs: { "0a": 32, "0b": 31, "0c": 29 }, published: "0c", keep: 0, days: 30, pruned: ["0a"] },
];

describe("what is prunable", () => {
  for (const { name, runs, published, keep, days = 30, pruned } of cases) {
    it(name, () => {
      const folders = Object.entries(runs).map(([run, age]) => ({
        run,
        prefix: `db/t/exec_date=2024-01-29/${run}/`,
        modified: new Date(now.getTime() - age * 24 * 3600 * 1000),
      }));
      const found = prunable(folders, `db/t/exec_date=2024-01-29/${published}/`, { keep, days }, now);
      expect(found.map(({ run }) => run)).to.deep.equal(pruned);
    });
  }

  it("leaves the order of what it is given alone", () => {
    const folders = ["0a", "0b"].map((run) => ({ run, prefix: `${run}/`, modified: now }));
    prunable(folders, "0b/", { keep: 0, days: 1 }, now);
    expect(folders.map(({ run }) => run)).to.deep.equal(["0a", "0b"]);
  });
});
