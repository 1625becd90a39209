/**
 * `npm start`: the acceptance test as a story. Files arrive with one wrong number, a day later without it, and the lake
 * says what moved and why.
 */
import { join, resolve } from "node:path";
import { auditQuery, deviations, RIGHT_DATE, UNITS, WRONG_DATE } from "../sample/acceptance";
import { runQuery } from "../lake/query";
import { CommandError, usageError } from "../command-error";
import { deliver } from "../landing/deliver";
import type { Lake } from "../lake/lake";
import { openOrDeployLake } from "../lake/open-lake";
import { planLanding } from "../landing/landing";
import { runTable, type Run } from "../runs/run-records";
import { sampleFiles, sampleFolder, type SampleFile } from "../sample/files";
import { misreport } from "../sample/misreport";
import { sampleFileName } from "../sample/schema";
import type { Session } from "../session";
import { heading, renderTable } from "../presentation/table";
import { explainDate } from "../explain/explain-audit";
import { writeReport } from "./report";

/** The project whose story it is. */
const REPOSITORY = resolve(__dirname, "../..");

/** Dates in the page at the end. */
const SHOWN = 90;

/** Plays the test. Throws CommandError if a run fails or the audit is not what it must be. */
export async function start(session: Session): Promise<void> {
  const { project, progress } = session;
  if (project.folder !== REPOSITORY) {
    throw usageError(
      "`start` plays the story of the emissions lake, and this project is another: " +
        "`tributary local run --land <file>@<date>` lands files of yours.",
    );
  }
  const original = await progress.during(
    "Sample files",
    () => sampleFiles(project.folder),
    (files) => files.map(({ file, origin }) => `${origin} ${file.split("/").pop() ?? ""}`).join(", "),
  );
  const wrong = await progress.during("Misreport one Ohio row as 3,660,000 tons", () =>
    withWrongOhio(original, sampleFolder(project.folder)),
  );
  const lake = await openOrDeployLake(project, progress);
  try {
    const runs = [
      ...(await landDate(session, lake, wrong, WRONG_DATE)),
      ...(await landDate(session, lake, original, RIGHT_DATE)),
    ];
    await summarize(
      session,
      lake,
      runs,
      original.every(({ origin }) => origin === "downloaded"),
    );
  } finally {
    await lake.close();
  }
}

/** The files with Ohio's replaced by one that has the wrong number. */
async function withWrongOhio(files: readonly SampleFile[], folder: string): Promise<SampleFile[]> {
  return Promise.all(
    files.map(async (sample) => {
      if (sample.state !== "OH") return sample;
      const file = join(folder, "misreported", sampleFileName("OH"));
      await misreport({ from: sample.file, to: file });
      return { ...sample, file };
    }),
  );
}

async function landDate(
  { progress }: Session,
  lake: Lake,
  files: readonly SampleFile[],
  date: string,
): Promise<readonly Run[]> {
  const plan = planLanding(
    lake.outputs,
    files.map(({ file }) => ({ file, date })),
  );
  const { runs, failures, waiting } = await deliver(lake, plan, progress);
  if (failures.length + waiting.length > 0) throw new CommandError([...failures, ...waiting].join("\n"));
  return runs;
}

async function summarize(session: Session, lake: Lake, runs: readonly Run[], published: boolean): Promise<void> {
  const { project, progress, look, print } = session;
  const database = `audit_db_${project.stack}`;
  const sql = auditQuery(database, RIGHT_DATE);
  const { audit, sentence } = await progress.during("Read the audit", async () => ({
    audit: await runQuery(lake.athena, lake.outputs.workgroup, sql),
    sentence: await explainDate(lake, RIGHT_DATE, UNITS),
  }));
  const titled = (title: string): string => `\n${heading(title, look)}\n`;
  print(titled("Runs") + renderTable(runTable(runs, "table"), look));
  print(titled(`What moved between ${WRONG_DATE} and ${RIGHT_DATE}`) + renderTable(audit, look));
  print(`${titled("Why")}${sentence}\n`);
  const found = deviations(audit.rows, published);
  if (found.length > 0) throw new CommandError(found.join("\n"));
  print(titled("Next") + nextSteps(sql, project.stack));
  const page = await writeReport(session, lake, join(project.state, "lake.html"), { dates: SHOWN });
  print(`${titled("See it")}  ${page}\n`);
}

/** Commands that work on the state as it now is. */
function nextSteps(sql: string, stack: string): string {
  return [
    ["Ask why", `npx tributary explain --table utility_emissions_monthly --date ${RIGHT_DATE}`],
    ["See the runs", "npx tributary status"],
    ["Ask the lake", `npx tributary query "${sql}"`],
    [
      "Look at the tables",
      `npx tributary query "select * from processed_db_${stack}.utility_emissions_monthly order by 1"`,
    ],
    ["Land a file of yours", "npx tributary local run --land <file>.parquet@2024-11-10"],
    ["Connect other clients", "npx tributary local up"],
    ["Begin anew", "npx tributary local reset"],
  ]
    .map(([what, command]) => `  ${what}:\n    ${command}\n`)
    .join("");
}
