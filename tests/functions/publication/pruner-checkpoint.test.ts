import { CreatePartitionCommand } from "@aws-sdk/client-glue";
import { expect } from "chai";
import type { CatalogTable } from "../../../functions/publication/catalog-table";
import { publishedParameters } from "../../../functions/publication/publication";
import {
  nextCheckpoint,
  nightOf,
  ownPartitions,
  placeOf,
  type PrunablePartition,
  type PrunerCheckpoint,
} from "../../../functions/publication/pruner-checkpoint";
import { LocalStorage } from "../../model/storage";

const table = { database: "db", name: "t" } as CatalogTable;
const partition = (value: string, replaced: boolean): PrunablePartition => {
  return { table, values: [value], replaced };
};
const days = Array.from({ length: 250 }, (_, index) => new Date(index * 86_400_000).toISOString().slice(0, 10));
const start: PrunerCheckpoint = { replaced: undefined, other: undefined };

describe("what a night's pruning comes to", () => {
  it("is what was replaced each night, and the others in turn, a hundred at a time", () => {
    const partitions = days.map((day, index) => partition(day, index % 50 === 0));
    let turn = start;
    const others: string[] = [];
    for (const count of [100, 100, 45, 100]) {
      const night = nightOf(partitions, turn);
      expect(night.filter(({ replaced }) => replaced)).to.have.length(5);
      const came = night.filter(({ replaced }) => !replaced).map(placeOf);
      expect(came).to.have.length(count);
      others.push(...came);
      turn = nextCheckpoint(partitions, turn, night);
    }
    expect(new Set(others.slice(0, 245)).size).to.equal(245);
    expect(others.slice(245)).to.deep.equal(others.slice(0, 100));
  });

  it("goes on where a night ran out of time", () => {
    const partitions = days.map((day) => partition(day, true));
    const first = nightOf(partitions, start);
    const turn = nextCheckpoint(partitions, start, first.slice(0, 200));
    const second = nightOf(partitions, turn);
    expect(second.map(placeOf)).to.deep.equal(first.slice(200).map(placeOf));
    expect(nextCheckpoint(partitions, turn, [])).to.deep.equal(turn);
    expect(nextCheckpoint(partitions, turn, second)).to.deep.equal(start);
  });

  it("is of a table that pipelines share their own partitions only", async () => {
    const storage = new LocalStorage();
    try {
      const { glue } = storage.clients();
      const keys = ["pipeline", "exec_date"].map((Name) => ({ Name, Type: Name === "exec_date" ? "date" : "string" }));
      const StorageDescriptor = { Columns: [], Location: "s3://data/db/shared/" };
      storage.catalog.putTable("db", { Name: "shared", PartitionKeys: keys, StorageDescriptor, Parameters: {} });
      for (const [pipeline, run] of [
        ["mine", "0a"],
        ["mine's", undefined],
        ["other", undefined],
      ] as const) {
        const Parameters: Record<string, string> = run ? { [publishedParameters.priorRun]: run } : {};
        const PartitionInput = { Values: [pipeline, "2024-01-29"], StorageDescriptor, Parameters };
        await glue.send(new CreatePartitionCommand({ DatabaseName: "db", TableName: "shared", PartitionInput }));
      }
      const own = async (pipeline: string) => {
        const shared = { database: "db", table: "shared", own: { pipeline }, converted: undefined };
        return (await ownPartitions(glue, [shared])).map(({ values, replaced }) => [values[0], replaced]);
      };
      expect(await own("mine")).to.deep.equal([["mine", true]]);
      expect(await own("mine's")).to.deep.equal([["mine's", false]]);
    } finally {
      await storage.close();
    }
  });
});
