import { expect } from "chai";
import { spawn } from "node:child_process";
import { createReadStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { runQuery } from "../../../cli/lake/query";
import { dependentsOf, inOrder } from "../../../cli/lake/definitions";
import { idOf } from "../../../cli/backfill/open-backfill";
import { failuresOf } from "../../../cli/backfill/run-backfill";
import type { Lake } from "../../../cli/lake/lake";
import { deployLake, openLake } from "../../../cli/lake/open-lake";
import { Progress } from "../../../cli/presentation/progress";
import { isGood, manifestKeys, readRuns, type Run } from "../../../cli/runs/run-records";
import { generateSample } from "../../../cli/sample/generate";
import { sampleFileName } from "../../../cli/sample/schema";
import { publishedDates } from "../../../functions/publication/partition-dates";
import { parseExecDate } from "../../../functions/invocation/exec-date";
import { isRepeatedAudit } from "../../../functions/runs/run-order";

const REPOSITORY = resolve(__dirname, "../../..");
const BIN = join(REPOSITORY, "cli/tributary.js");

/** Days of 2023, so that 365 of them are one year. */
const day = (number: number): string => new Date(Date.UTC(2023, 0, 1 + number)).toISOString().slice(0, 10);

/** Rows of Ohio's file for a date: dates must be told apart. */
const rowsOf = (number: number): number => 24 + (number % 5);

/** The real program and the real command, killed for good twice: SIGKILL leaves no time to tidy up. */
describe("a backfill that is killed twice", function () {
  // `npm run slow` takes a few; TRIBUTARY_DATES=365 a year, for hours.
  const count = Number(process.env.TRIBUTARY_DATES ?? 6);
  const parallel = count > 100 ? 4 : 2;
  const dates = Array.from({ length: count }, (_, number) => day(number));
  this.timeout(Math.max(900_000, count * 60_000));

  let folder: string;
  let lake: Lake | undefined;
  const silent = new Progress({ write: () => true });
  const project = () => ({ folder: REPOSITORY, stack: "dev", state: join(folder, "state") });

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "tributary-backfill-"));
    const files = (number: number): string[] => [
      join(folder, "files", String(rowsOf(number)), sampleFileName("OH")),
      join(folder, "files", sampleFileName("IN")),
    ];
    for (let number = 0; number < 5; number += 1) {
      await generateSample({ state: "OH", file: files(number)[0] ?? "", rows: rowsOf(number) });
    }
    await generateSample({ state: "IN", file: files(0)[1] ?? "", rows: 24 });
    const deployed = await deployLake(project(), silent);
    try {
      // The files come while nobody listens: all that runs is the backfill's doing.
      await listening(deployed, false);
      for (const [number, date] of dates.entries()) for (const file of files(number)) await land(deployed, date, file);
      await listening(deployed, true);
    } finally {
      await deployed.close();
    }
  });
  after(async () => {
    await lake?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs the command, and kills it when it has told of so many dates. */
  const backfill = (killAfter = Infinity): Promise<{ code: number | null; text: string }> =>
    new Promise((ended) => {
      const args = ["--state", join(folder, "state"), "backfill", "--parallel", String(parallel)];
      const process_ = spawn(process.execPath, [BIN, ...args, "--from", day(0), "--to", day(count - 1)], {
        cwd: REPOSITORY,
        stdio: ["ignore", "ignore", "pipe"],
      });
      let text = "";
      process_.stderr.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        if ((text.match(/^(done|failed) +2023-/gm) ?? []).length >= killAfter) process_.kill("SIGKILL");
      });
      process_.once("close", (code) => ended({ code, text }));
    });

  it("is finished by the same command", async () => {
    const third = Math.floor(count / 3);
    for (const part of [1, 2]) {
      const killed = await backfill(third);
      expect(killed.code, `part ${part}: ${killed.text}`).to.equal(null);
    }
    const { code, text } = await backfill();
    expect(code, text).to.equal(0);
    expect(text).to.match(/[1-9]\d* are done already/);
    expect(await backfill(), "once more").to.deep.equal({
      code: 0,
      text: `The backfill all-${day(0)}-${day(count - 1)} is done: ${count} dates. To run them once more, give it another --id.\n`,
    });
    lake = await openLake(project(), silent);
  });

  it("has run each date of each pipeline once, but for those that a kill cut off", async () => {
    const runs = await allRuns(lake);
    const data = runs.filter(({ run }) => !isRepeatedAudit(run));
    const good = data.filter(isGood).map(({ pipeline, exec_date }) => `${pipeline} ${exec_date}`);
    const wanted = dates.flatMap((date) =>
      ["state_emission_daily", "state_emission_monthly"].map((p) => `${p} ${date}`),
    );
    expect(good.sort()).to.deep.equal(wanted.sort());
    const bad = data.filter((run) => !isGood(run));
    expect(bad.length, JSON.stringify(bad)).to.be.at.most(2 * parallel);
    console.log(`      ${good.length} runs, ${bad.length} cut off by kills, ${runs.length - data.length} audits again`);
  });

  it("has left what a clean run would have", async () => {
    if (!lake) throw new Error("no lake");
    const { rows } = await runQuery(
      lake.athena,
      lake.outputs.workgroup,
      "select cast(exec_date as varchar), count(*) from landing_db_dev.utility_data_oh group by 1 order by 1",
    );
    expect(rows).to.deep.equal(dates.map((date, number) => [date, String(rowsOf(number))]));
    const runs = (await allRuns(lake)).filter((run) => isGood(run) && !isRepeatedAudit(run.run));
    for (const [table, pipeline] of [
      ["utility_emissions_daily", "state_emission_daily"],
      ["utility_emissions_monthly", "state_emission_monthly"],
    ] as const) {
      const place = { database: "processed_db_dev", table };
      const published = await publishedDates(lake.glue, place, "after", parseExecDate("2022-12-31", "test"));
      const made = runs
        .filter((run) => run.pipeline === pipeline)
        .map(({ exec_date, run }) => ({ date: exec_date, run }));
      expect(published.sort(byDate)).to.deep.equal(made.sort(byDate));
    }
  });
});

function byDate(a: { date: string }, b: { date: string }): number {
  return a.date.localeCompare(b.date);
}

async function allRuns(lake: Lake | undefined): Promise<Run[]> {
  if (!lake) throw new Error("The backfill did not end.");
  const { s3, outputs } = lake;
  return readRuns(s3, outputs.assetsBucket, await manifestKeys(s3, outputs.assetsBucket));
}

async function land({ s3, outputs }: Lake, date: string, file: string): Promise<void> {
  const Key = `incoming/all_ef_files/${date}/${file.split("/").pop() ?? ""}`;
  const content = { Body: createReadStream(file), ContentLength: statSync(file).size };
  await s3.send(new PutObjectCommand({ Bucket: outputs.landingBucket, Key, ...content }));
}

/** Turns the rules of arriving files off or on. */
async function listening({ runtime }: Lake, on: boolean): Promise<void> {
  if (!runtime) throw new Error("no runtime");
  const { Rules } = (await runtime.api.call("events", "ListRules", {}, runtime.owner)) as { Rules: { Name: string }[] };
  for (const { Name } of Rules.filter(({ Name: name }) => name.endsWith("-arrivals"))) {
    await runtime.api.call("events", on ? "EnableRule" : "DisableRule", { Name }, runtime.owner);
  }
}

describe("a backfill's plan", () => {
  const pipelines = [
    { pipeline: "report", after: ["monthly", "weather"] },
    { pipeline: "monthly", after: ["daily"] },
    { pipeline: "daily", after: [] },
    { pipeline: "weather", after: [] },
  ];

  it("puts each pipeline behind those that it waits for", () => {
    expect(inOrder(pipelines).map(({ pipeline }) => pipeline)).to.deep.equal(["daily", "monthly", "weather", "report"]);
  });

  const cases: [string, string[]][] = [
    ["daily", ["monthly", "report"]],
    ["weather", ["report"]],
    ["report", []],
  ];
  for (const [pipeline, expected] of cases) {
    it(`lets ${expected.join(", ") || "nothing"} follow ${pipeline}`, () =>
      expect(dependentsOf(pipelines, pipeline)).to.deep.equal(expected));
  }

  it("has the same name for the same arguments, another for others", () => {
    const range = { from: "2024-01-01", to: "2024-12-31" };
    const ids = [
      idOf({ ...range, downstream: false }),
      idOf({ ...range, downstream: false, pipeline: "daily" }),
      idOf({ ...range, downstream: true, pipeline: "daily" }),
    ];
    expect(ids).to.deep.equal([
      "all-2024-01-01-2024-12-31",
      "daily-2024-01-01-2024-12-31",
      "daily-downstream-2024-01-01-2024-12-31",
    ]);
  });

  it("tells what failed, with its reason", () => {
    const tasks = {
      daily: { before: "", status: "FAILED", error: "FileNotParquet: no" },
      monthly: { before: "", status: "SKIPPED" },
      report: { before: "" },
    } as const;
    expect(failuresOf("2024-01-01", tasks)).to.deep.equal(["daily 2024-01-01 failed: FileNotParquet: no"]);
  });
});
