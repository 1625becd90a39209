import { expect } from "chai";
import { GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { explanationColumns } from "../../audit/explanation/edge-table";
import { explanationOf, readEdge } from "../../audit/explanation/tree";
import { explainDate, explainTable, type ExplainedTable } from "../../cli/explain/explain-audit";
import { renderExplanations } from "../../cli/explain/formats";
import { pipelineNamed, readDefinitions } from "../../cli/lake/definitions";
import type { Lake } from "../../cli/lake/lake";
import { readShownRuns, runsOf } from "../../cli/runs/shown-runs";
import { obey } from "../../cli/ui/actions";
import { servePage, type PageServer } from "../../cli/ui/server";
import { manifestKeys, type Run } from "../../cli/runs/run-records";
import { sampleFiles, TestLake } from "./lake";

const table = "utility_emissions_monthly";
const limits = { keys: {}, depth: 5, top: 5, changes: 20 };

/** Why a total moved between two dates, on the real program. */
describe("an analyst who asks why", () => {
  let lake: TestLake;
  const ask = (more: object = {}): Promise<ExplainedTable> =>
    explainTable(lake, { table, date: "2024-11-09", ...limits, ...more });

  /** Where the run keeps its records that made the audit of the second date. */
  const monthlyExecutions = async (): Promise<string> => {
    const prefix = "pipeline_executions/state_emission_monthly/2024-11-09/";
    const keys = [...(await manifestKeys(lake.s3, lake.outputs.assetsBucket))].filter((key) => key.startsWith(prefix));
    return keys[0].replace("manifest.json", "");
  };

  before(async () => {
    lake = await TestLake.open();
    const files = await sampleFiles();
    for (const [date, oh] of [
      ["2024-11-08", files.ohMisreported],
      ["2024-11-09", files.oh],
    ]) {
      await lake.land(date, oh, files.in);
    }
  });
  after(() => lake.close());

  it("reads the way from the total to the row and its two files", async () => {
    const explained = await ask();
    const text = renderExplanations(explained, "tree")
      .replace(/ETag [0-9a-f]{32}/g, "ETag …")
      .replace(/arrived [0-9TZ:.-]+/g, "arrived …")
      // Sums are kept as floats of 24 bits, so the smaller ones among the sample's have a fraction.
      .replace(/−3,659,633\.(9|875)/g, "−3,659,634")
      .replace(/: [0-9,.]+ ← [0-9,.]+( \[|$)/gm, ": …$1");
    expect(text.split("\n")).to.deep.equal([
      "utility_emissions_monthly 2024-11-09 against 2024-11-08",
      "",
      "199601 co2_ton_total −3,659,634: …",
      "└─ co2_ton_oh −3,659,634 (100 %): …",
      "   └─ utility_data_oh 2828 / 1 / 1996-01-01 05:00 co2_mass_tons −3,659,634 (100 %): … [1] [2]",
      "",
      "[1] 2024-11-09 incoming/all_ef_files/2024-11-09/epacems-1996-OH.parquet, ETag …, arrived …",
      "[2] 2024-11-08 incoming/all_ef_files/2024-11-08/epacems-1996-OH.parquet, ETag …, arrived …",
      "",
    ]);
    const [{ causes }] = explained.explanations;
    expect(causes[0].source.causes[0].source).to.deep.include({ current: "366", prior: "3660000", change: -3659634 });
  });

  it("gives the files' own ETags", async () => {
    const [{ causes }] = (await ask()).explanations;
    const { current, prior } = causes[0].source.causes[0].source.files;
    const { Contents = [] } = await lake.s3.send(
      new ListObjectsV2Command({ Bucket: lake.outputs.landingBucket, Prefix: "incoming/all_ef_files/" }),
    );
    for (const file of [current, prior]) {
      expect(Contents.find(({ Key }) => Key === file?.key)?.ETag).to.equal(`"${file?.etag}"`);
    }
  });

  it("can be asked for one attribute of one row, and for a landed value", async () => {
    const one = await ask({ attribute: "co2_ton_oh", keys: { record_month: "199601" } });
    expect(one.explanations.map(({ attribute }) => attribute)).to.deep.equal(["co2_ton_oh"]);
    expect((await ask({ keys: { record_month: "199602" } })).explanations).to.deep.equal([]);
    const landed = await ask({ table: "utility_data_oh", keys: { operating_datetime_utc: "1996-01-01 05:00" } });
    expect(landed.explanations[0].files.current?.key).to.equal(
      "incoming/all_ef_files/2024-11-09/epacems-1996-OH.parquet",
    );
  });

  it("says what there is to ask for", async () => {
    for (const [more, said] of [
      [
        { table: "nothing" },
        /nothing is no audited table; audited are utility_data_in, utility_data_oh, utility_emissions_monthly/,
      ],
      [{ attribute: "co2" }, /co2 is no audited attribute .* co2_ton_oh, co2_ton_in, co2_ton_total/],
      [{ keys: { month: "1" } }, /month does not tell rows .* record_month/],
    ] as const) {
      const failure = await ask(more).catch((error: unknown) => error as Error);
      expect(failure).to.have.property("message").that.matches(said);
    }
  });

  it("is told the same in a sentence, in Markdown and as JSON", async () => {
    expect(await explainDate(lake, "2024-11-09", { co2_ton_total: "tons" })).to.equal(
      "For 1996-01 co2_ton_total fell by 3,659,634 tons because co2_ton_oh fell by the same, because utility_data_oh's " +
        "2828 / 1 / 1996-01-01 05:00 co2_mass_tons went from 3,660,000 to 366 (100 %).",
    );
    expect(await explainDate(lake, "2024-11-08")).to.equal(
      "Nothing that is audited differs on 2024-11-08 from the date before.",
    );
    const explained = await ask();
    expect(renderExplanations(explained, "markdown")).to.match(
      /^## utility_emissions_monthly .*\n\n- 199601 co2\\_ton\\_total/,
    );
    const { explanations } = JSON.parse(renderExplanations(explained, "json")) as ExplainedTable;
    expect(explanations[0].causes[0].share).to.be.closeTo(1, 1e-6);
  });

  it("finds the same in the explanation table, which the run wrote", async () => {
    const rows = await lake.query(
      `select * from audit_db_dev.explanation where exec_date = date '2024-11-09' and table_name = '${table}'`,
    );
    expect(Object.keys(rows[0])).to.include.members(explanationColumns.map(({ name }) => name));
    const edges = rows.map(readEdge);
    const [asked] = (await ask()).explanations;
    const { causes: _causes, further: _further, unexplained: _rest, notFollowed: _stop, ...change } = asked;
    expect(explanationOf(change, edges)).to.deep.equal(asked);
  });

  it("finds OpenLineage events beside the run's records, with the columns that each column was made from", async () => {
    const { Body } = await lake.s3.send(
      new GetObjectCommand({
        Bucket: lake.outputs.assetsBucket,
        Key: `${await monthlyExecutions()}openlineage.json`,
      }),
    );
    const events = ((await Body?.transformToString()) ?? "").trim().split("\n");
    expect(events.map((event) => (JSON.parse(event) as { eventType: string }).eventType)).to.include.members([
      "START",
      "COMPLETE",
    ]);
    expect(events.join("\n")).to.match(/"columnLineage":.*"co2_ton_oh":.*"field":"co2_mass_tons"/);
  });

  describe("after a rollback by run", () => {
    let page: PageServer;
    /** Sends an order as the live page's buttons do. */
    const send = async (path: "plan" | "do", order: object): Promise<string> => {
      const headers = { authorization: `Bearer ${page.token}` };
      const answer = await fetch(`${page.address}${path}`, { method: "POST", headers, body: JSON.stringify(order) });
      expect(answer.status).to.equal(200);
      return ((await answer.json()) as { lines: string[] }).lines.join("\n");
    };
    const rollBack = (pipeline: string): Promise<Run[]> =>
      lake.runsOf(() => send("do", { act: "rollback", pipeline, date: "2024-11-09" }));
    const runOf = async (pipeline: string): Promise<string> =>
      runsOf(await readShownRuns(pipelineNamed(await readDefinitions(lake), pipeline), ["2024-11-09"], lake)).join();
    const landed = (): Promise<ExplainedTable> => ask({ table: "utility_data_oh" });
    let first: ExplainedTable[];

    before(async () => {
      const project = { folder: "", stack: "dev", state: "" };
      page = await servePage({
        page: () => Promise.resolve(""),
        order: (body, carryOut) => obey(body, carryOut, lake as unknown as Lake, project),
      });
      first = [await ask(), await landed()];
      const files = await sampleFiles();
      await lake.land("2024-11-09", files.ohMisreported);
      await lake.land("2024-11-10", files.oh, files.in);
    });

    after(() => page.close());

    it("hears of the newest run, before it", async () => {
      expect((await ask()).explanations).to.deep.equal([]);
      expect((await ask({ date: "2024-11-10" })).explanations).to.have.length(1);
    });

    it("hears at once of landed values by the files that they came from, and audits of both dates are made again", async () => {
      const newest = await runOf("state_emission_daily");
      expect(await send("plan", { act: "rollback", pipeline: "state_emission_daily", date: "2024-11-09" })).to.match(
        new RegExp(`^Makes the data of run \\w+, started .* again, in place of run ${newest}\\.`),
      );
      expect(await runOf("state_emission_daily"), "what a plan changes").to.equal(newest);
      const again = await rollBack("state_emission_daily");
      expect(await runOf("state_emission_daily")).to.not.equal(newest);
      expect(again.map(({ pipeline, exec_date, status }) => [pipeline, exec_date, status])).to.have.deep.members([
        ["state_emission_monthly", "2024-11-09", "SUCCEEDED"],
        ["state_emission_monthly", "2024-11-10", "SUCCEEDED"],
      ]);
      expect(again[0].notes[0]).to.match(/^Audited again after a rollback: compared with 2024-11-0[89]'s run \w+\.$/);
      expect((await landed()).explanations).to.deep.equal(first[1].explanations);
      expect((await ask({ date: "2024-11-10", table: "utility_data_oh" })).explanations).to.deep.equal([]);
      expect((await ask()).explanations, "of another pipeline's tables, which rest on the newer").to.deep.equal([]);
    });

    it("hears of computed values by the run that readers see, from its files", async () => {
      await rollBack("state_emission_monthly");
      expect((await ask()).explanations).to.deep.equal(first[0].explanations);
      expect((await ask({ date: "2024-11-10" })).explanations).to.deep.equal([]);
      const [{ causes }] = first[0].explanations;
      const { current } = causes[0].source.causes[0].source.files;
      const rows = await lake.query(
        "select distinct source_curr_etag from audit_db_dev.explanation where exec_date = date '2024-11-09' and " +
          `table_name = '${table}' and source_table = 'utility_data_oh'`,
      );
      expect(rows).to.deep.equal([{ source_curr_etag: current?.etag }]);
    });

    it("finds a run after it recorded as made of the run that it read, and no run that nobody asked for", async () => {
      const rerun = { act: "rerun", pipeline: "state_emission_monthly", date: "2024-11-09" };
      const runs = (await lake.runsOf(() => send("do", rerun))).filter(({ notes }) => notes.length === 0);
      expect(
        runs.map(({ pipeline, exec_date, status, upstreams }) => [pipeline, exec_date, status, upstreams]),
      ).to.deep.equal([
        [
          "state_emission_monthly",
          "2024-11-09",
          "SUCCEEDED",
          { state_emission_daily: await runOf("state_emission_daily") },
        ],
      ]);
      expect((await ask()).explanations).to.deep.equal(first[0].explanations);
    });
  });
});
