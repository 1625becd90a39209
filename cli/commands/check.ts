/** `tributary check`: evaluates the program and tells what is wrong with it, and what a change of it would touch. */
import { join } from "node:path";
import { estimateBackfill, type TableBackfill } from "../check/backfill-estimate";
import { readFindings } from "../check/findings";
import { writeFindings, type CheckFormat } from "../check/formats";
import { impactOf, type Impact } from "../check/impact";
import { atCommit } from "../check/program-at";
import { CommandError } from "../command-error";
import { summariesOf, type LakeSummary } from "../lake/lake-summary";
import { openLake } from "../lake/open-lake";
import type { Session } from "../session";
import { renderTable } from "../presentation/table";
import { evaluateProgram, ProgramError } from "../../local/evaluate";
import type { ResourceGraph } from "../../local/graph";

/** What to check. */
export interface CheckRequest {
  readonly format: CheckFormat;
  /** Version of the program to compare with: a branch, tag or commit. @default none */
  readonly against?: string;
}

/** Checks the program. Throws CommandError, after the findings, if there are any. */
export async function check(session: Session, { format, against }: CheckRequest): Promise<void> {
  const { project, progress, print } = session;
  const evaluate = (program: string): Promise<ResourceGraph> =>
    evaluateProgram({ program, stack: project.stack, archives: join(project.state, "archives"), preview: true });
  let graph: ResourceGraph;
  try {
    graph = await progress.during("Evaluate the program", () => evaluate(project.folder));
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    const findings = readFindings(error.findings, error.message);
    if (format === "text") throw new CommandError(error.message);
    print(writeFindings(findings, format));
    throw new CommandError(`${findings.length} finding${findings.length === 1 ? "" : "s"}.`);
  }
  if (against === undefined) {
    print(format === "text" ? "Nothing is wrong with the program.\n" : writeFindings([], format));
    return;
  }
  const before = await progress.during(`Evaluate the program at ${against}`, () =>
    atCommit(project, against, async (folder) => summaryOf(await evaluate(folder), against)),
  );
  const after = summaryOf(graph, "the working tree");
  const impact = impactOf(before, after);
  const { estimates, unknown } = await estimate(session, impact, after);
  if (format === "text") print(describe(session, impact, estimates, unknown));
  else print(`${JSON.stringify({ findings: [], ...impact, estimates: estimates ?? null }, null, 2)}\n`);
}

function summaryOf(graph: ResourceGraph, version: string): LakeSummary {
  const summaries = summariesOf(graph);
  if (summaries.length === 0) {
    throw new CommandError(`The program at ${version} has no lake that says what it makes of what.`);
  }
  return {
    folder: summaries[0].folder,
    tables: summaries.flatMap(({ tables }) => tables),
    models: summaries.flatMap(({ models }) => models),
    landed: summaries.flatMap(({ landed }) => landed),
  };
}

async function estimate(
  { project, progress }: Session,
  impact: Impact,
  after: LakeSummary,
): Promise<{ estimates?: TableBackfill[]; unknown?: string }> {
  if (impact.backfill.length === 0) return { estimates: [] };
  try {
    const lake = await openLake(project, progress);
    try {
      return { estimates: await estimateBackfill(lake, impact, after) };
    } finally {
      await lake.close();
    }
  } catch (error) {
    // Without a lake to look into, what is touched is known all the same.
    if (!(error instanceof CommandError)) throw error;
    return { unknown: error.message };
  }
}

function describe({ look }: Session, impact: Impact, estimates?: TableBackfill[], unknown?: string): string {
  if (impact.columns.length === 0) return "The change touches no column of any table.\n";
  const text = (names: string[]) => names.map((name) => ({ name, type: "varchar" }));
  const columns = renderTable(
    {
      columns: text(["table", "column", "because"]),
      rows: impact.columns.map(({ table, column, because }) => [table, column, because]),
    },
    look,
  );
  const sections = [`Columns that the change touches\n${columns}`];
  if (impact.backfill.length === 0) sections.push("No model makes them: there is nothing to backfill.\n");
  else if (estimates) {
    const rows = estimates.map(({ table, pipeline, dates, bytes }) => {
      const span = dates.length === 0 ? "none" : `${dates[0]} … ${dates[dates.length - 1]}`;
      return [pipeline, table, String(dates.length), span, megabytes(bytes)];
    });
    const total = estimates.reduce((sum, { bytes }) => sum + bytes, 0);
    const table = renderTable(
      { columns: text(["pipeline", "table", "dates", "from … to", "reads at most"]), rows },
      look,
    );
    sections.push(`Backfill\n${table}In all it would scan ${megabytes(total)} at most.\n`);
  } else {
    const tables = impact.backfill.map(({ table, pipeline }) => `${table} (${pipeline})`).join(", ");
    sections.push(`Tables to backfill: ${tables}. Which dates and how many bytes is unknown: ${unknown ?? ""}\n`);
  }
  return sections.join("\n");
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 0)} MB`;
}
