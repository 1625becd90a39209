import { expect } from "chai";
import { sampleFiles } from "../scenarios/lake";
import { LiveStack, type Operation } from "./live-stack";
import { requirePulumi } from "./suite";

/** Types that hold data, or the key to it: replacing one would lose it. */
const HOLDS_DATA = [
  "aws:s3/bucket:Bucket",
  "aws:glue/catalogDatabase:CatalogDatabase",
  "aws:glue/catalogTable:CatalogTable",
  "aws:kms/key:Key",
];

/** What is done to a resource, in a line: `update aws:glue/catalogTable:CatalogTable utility_emissions_daily`. */
const lines = ({ steps }: Operation): string[] => steps.map(({ op, type, name }) => `${op} ${type} ${name}`);

/** What is done to what holds data, apart from changes in place. */
const losses = ({ steps }: Operation): string[] =>
  steps.filter(({ op, type }) => HOLDS_DATA.includes(type) && op !== "update").map(({ op, name }) => `${op} ${name}`);

const stackFile = "Pulumi.local.yaml";
const program = "stacks/emissions.ts";
const model = "sql/usghgemission/utility_emissions_daily.sql";

describe("updates of a lake with data", function () {
  let stack: LiveStack;
  let published: unknown;

  const sums = () =>
    stack.query(
      "select exec_date, count(*), sum(cast(co2_ton_total as double)) from processed_db_local.utility_emissions_daily " +
        "where exec_date = date '2024-11-08' group by exec_date",
    );

  /** Deploys the program as it is now: what holds data stays, and the published partitions still answer. */
  async function upKeepingData(): Promise<Operation> {
    const operation = await stack.run("up");
    expect(operation.errors).to.equal("");
    expect(losses(operation)).to.deep.equal([]);
    expect(await sums()).to.deep.equal(published);
    return operation;
  }

  before(async function () {
    stack = await LiveStack.create(await requirePulumi(this));
    const { errors } = await stack.run("up");
    expect(errors).to.equal("");
    const { oh, in: indiana } = await sampleFiles();
    const runs = await stack.land("2024-11-08", oh, indiana);
    expect(runs.map(({ status }) => status)).to.deep.equal(["SUCCEEDED", "SUCCEEDED"]);
    published = await sums();
    expect(published).to.have.length(1);
  });
  after(() => stack?.close());

  it("add a column, which older partitions answer with NULL", async () => {
    stack.edit(
      program,
      'columns: { record_date: "date", ...co2Columns },',
      'columns: { record_date: "date", ...co2Columns, co2_ton_ratio: "double" },',
    );
    stack.edit(
      model,
      " as co2_ton_total\n",
      " as co2_ton_total,\n    cast(ohio.co2_ton as double) / indiana.co2_ton as co2_ton_ratio\n",
    );
    const operation = await upKeepingData();
    expect(lines(operation)).to.include("update aws:glue/catalogTable:CatalogTable utility_emissions_daily");
    const [row] = await stack.query(
      "select count(*) > 0, count(co2_ton_ratio) from processed_db_local.utility_emissions_daily",
    );
    expect(row).to.deep.equal(["true", "0"]);
  });

  it("change a model: the template is replaced, and the next run uses it", async () => {
    stack.edit(model, "cast(ohio.co2_ton as double) / indiana.co2_ton", "cast(1 as double)");
    await upKeepingData();
    const { ohMisreported, in: indiana } = await sampleFiles();
    const runs = await stack.land("2024-11-09", ohMisreported, indiana);
    expect(runs.map(({ status }) => status)).to.deep.equal(["SUCCEEDED", "SUCCEEDED"]);
    const rows = await stack.query(
      "select distinct exec_date, co2_ton_ratio from processed_db_local.utility_emissions_daily order by 1",
    );
    expect(rows).to.deep.equal([
      ["2024-11-08", undefined],
      ["2024-11-09", "1.0"],
    ]);
  });

  it("add an audit", async () => {
    stack.edit(
      program,
      /columns: \{ record_date: "date", .*\},/,
      (match) =>
        `${match}\n    audit: { grain: ["record_date"], attributes: ["co2_ton_total"], period: { column: "record_date", pattern: "date" } },`,
    );
    stack.edit(program, "tables: [utilityDataIn,", "tables: [utilityEmissionsDaily, utilityDataIn,");
    const operation = await upKeepingData();
    expect(lines(operation)).to.include(
      "create aws:s3/bucketObjectv2:BucketObjectv2 audit_configs/state_emission_monthly/utility_emissions_daily.json",
    );
  });

  it("change a retention", async () => {
    stack.edit(stackFile, "logDays: 14", "logDays: 30");
    stack.edit(stackFile, "incomingDays: 30", "incomingDays: 60");
    const { steps } = await upKeepingData();
    expect(new Set(steps.filter(({ type }) => !type.startsWith("pulumi:")).map(({ op }) => op))).to.deep.equal(
      new Set(["update"]),
    );
  });

  it("rename a pipeline that says what it was called before", async () => {
    stack.edit(program, 'new DataPipeline("state_emission_daily", {', 'new DataPipeline("emission_daily", {');
    stack.edit(
      program,
      /(parameterName: "sm-usghg-emission-factor-daily",\n {2}\})\);/,
      '$1, { aliases: [{ name: "state_emission_daily" }] });',
    );
    const operation = await upKeepingData();
    // Its name is the stage's own, so it must not be created before the old one is gone.
    expect(lines(operation)).to.include("update aws:ssm/parameter:Parameter emission_daily");
  });

  describe("of a stage that keeps its data", () => {
    before(async () => {
      stack.edit(stackFile, "dataOnDestroy: delete", "dataOnDestroy: keep");
      const operation = await upKeepingData();
      expect(operation.succeeded).to.equal(true);
    });

    /** Changes a file for the time of a preview. */
    async function previewWith(file: string, from: string | RegExp, to: string): Promise<Operation> {
      const restore = stack.edit(file, from, to);
      try {
        return await stack.run("preview");
      } finally {
        restore();
      }
    }

    it("are refused if they replace buckets", async () => {
      const { succeeded, errors } = await previewWith(stackFile, "tributary-emissions", "renamed-emissions");
      expect(succeeded).to.equal(false);
      expect(errors).to.match(/Bucket::emissions-[^]*protect/);
    });

    it("are refused if they move a table to another zone", async () => {
      const { succeeded, errors } = await previewWith(
        program,
        /(new AuditedTable\("utility_emissions_daily", \{\s+lake,\s+zone: )"processed"/,
        '$1"landing"',
      );
      expect(succeeded).to.equal(false);
      expect(errors).to.match(/CatalogTable::utility_emissions_daily[^]*protect/);
    });

    it("are refused if they destroy the stack", async () => {
      const { succeeded, errors } = await stack.run("destroy", "--preview-only");
      expect(succeeded).to.equal(false);
      expect(errors).to.match(/protect/);
      expect(await sums()).to.deep.equal(published);
    });

    it("go through after a deployment that gives the data up", async () => {
      stack.edit(stackFile, "dataOnDestroy: keep", "dataOnDestroy: delete");
      await upKeepingData();
      const operation = await previewWith(stackFile, "tributary-emissions", "renamed-emissions");
      expect(operation.errors).to.equal("");
      expect(losses(operation)).to.include("replace emissions-landing");
    });
  });
});
