import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { withDuckDb } from "../../cli/sample/duckdb";
import { largestComplexity, patternComplexity } from "../../event-patterns/complexity";
import { evaluateProgram } from "../../local/evaluate";
import { TestLake } from "./lake";

const program = join(__dirname, "many-files");
const months = Array.from({ length: 12 }, (_, index) => String(index + 1).padStart(2, "0"));

/** Amazon EventBridge User Guide, "Wildcard matching considerations": four files already were too many for one pattern. */
describe("a pipeline of twelve files", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "tributary-many-"))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("previews with event patterns that EventBridge takes", async () => {
    const { resources } = await evaluateProgram({ program, stack: "dev", archives: folder, preview: true });
    const patterns = resources
      .filter(({ type }) => type === "aws:cloudwatch/eventRule:EventRule")
      .map(({ inputs }) => JSON.parse(String(inputs.eventPattern)) as { detail: { object?: { key: unknown } } });
    for (const pattern of patterns) expect(patternComplexity(pattern)).to.be.at.most(largestComplexity);
    expect(patterns.map(({ detail }) => detail.object?.key)).to.deep.include([{ prefix: "incoming/all_ef_files/" }]);
    // As the keys one by one it would be too complex.
    const key = months.map((month) => ({ wildcard: `incoming/all_ef_files/*/month-${month}*` }));
    expect(patternComplexity({ detail: { object: { key: key.slice(0, 3) } } })).to.be.at.most(largestComplexity);
    expect(patternComplexity({ detail: { object: { key: key.slice(0, 4) } } })).to.be.above(largestComplexity);
  });

  it("deploys and runs, once all twelve are there", async () => {
    const lake = await TestLake.open("dev", { program });
    try {
      const files = months.map((month) => ({ path: join(folder, `${month}.parquet`), name: `month-${month}.parquet` }));
      await withDuckDb(async (connection) => {
        for (const [index, { path }] of files.entries()) {
          await connection.run(`COPY (SELECT ${index + 1}::int AS id) TO '${path}' (FORMAT parquet)`);
        }
      });
      expect(await lake.land("2024-11-08", ...files.slice(1))).to.deep.equal([]);
      const [run, ...more] = await lake.land("2024-11-08", files[0]);
      expect([run.status, run.error, more]).to.deep.equal(["SUCCEEDED", undefined, []]);
      expect(run.steps).to.have.length(12);
      expect(await lake.query("select id from landing_db_dev.month_12")).to.deep.equal([{ id: 12 }]);
    } finally {
      await lake.close();
    }
  });
});
