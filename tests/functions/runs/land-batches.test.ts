import { expect } from "chai";
import { batchLimits, landBatches } from "../../../functions/runs/land-batches";

const file = (key: string, table = "t", size = 1) => ({ key, etag: "e", size, database: "db", table });
const shared = (files: ReturnType<typeof file>[], limits = { files: 2, bytes: 10 }) =>
  landBatches(files, limits).map(({ files: own }) => own.map(({ name }) => name));

describe("landing tasks", () => {
  it("take the files of one table, as many as there is time for", () => {
    expect(shared([file("s/a"), file("s/b"), file("s/c"), file("s/d", "u"), file("s/e", "v")])).to.deep.equal([
      ["00001-a", "00002-b"],
      ["00003-c"],
      ["d"],
      ["e"],
    ]);
  });

  it("take a large file alone", () => {
    const files = [file("a", "t", 4), file("b", "t", 7), file("c", "t", 30), file("d", "t", 1)];
    expect(shared(files)).to.deep.equal([["00001-a"], ["00002-b"], ["00003-c"], ["00004-d"]]);
  });

  it("tell files of one name in two folders apart", () => {
    expect(shared([file("x/part-0.parquet"), file("y/part-0.parquet")])).to.deep.equal([
      ["00001-part-0.parquet", "00002-part-0.parquet"],
    ]);
  });

  // Step Functions documentation, "Quotas": 25,000 events of an execution; a task in an inline map has ten of them at most.
  it("are few enough for the history of an execution, of thousands of files", () => {
    const files = Array.from({ length: 10_000 }, (_, index) => file(`f-${index}`));
    expect(landBatches(files, batchLimits).length * 10 * 10).to.be.below(25_000);
  });
});
