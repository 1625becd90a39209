/** `tributary logs`: all that is told of one run, in the order in which it happened. */
import { executionHistory } from "../lake/executions";
import { findRun, type RunChoice } from "../runs/find-run";
import { withLake } from "../lake/open-lake";
import { historyEntries, inTime, type LogEntry } from "../run-log/entries";
import { readFunctionLines } from "../run-log/function-lines";
import { runTable } from "../runs/run-records";
import type { Session } from "../session";
import { heading, render, type Format, type Look, type Rows } from "../presentation/table";

/** What to tell of. */
export interface LogsRequest extends RunChoice {
  readonly format: Format;
}

/** Prints the entries and, for people, the run's record. Throws CommandError if no run, or more than one, is meant. */
export async function logs(session: Session, { format, ...choice }: LogsRequest): Promise<void> {
  const { progress, look, print } = session;
  await withLake(session, async (lake) => {
    const { run, manifest } = await findRun(choice, lake);
    const entries = await progress.during("Read the logs", async () =>
      inTime([...historyEntries(await executionHistory(lake, run)), ...(await readFunctionLines(run, lake))]),
    );
    if (format !== "table") {
      print(render(entryRows(entries), format, look));
      return;
    }
    print(`${heading(`${run.pipeline} ${run.exec_date}, run ${run.run}`, look)}\n${entryLines(entries, look)}\n`);
    print(render(runTable([run], format), format, look));
    if (run.error) print(`${run.error.name}: ${run.error.message}\n`);
    for (const note of run.notes) print(`${note}\n`);
    print(`s3://${lake.outputs.assetsBucket}/${manifest}\n`);
  });
}

function entryLines(entries: readonly LogEntry[], look: Look): string {
  const width = Math.max(0, ...entries.map(({ from }) => from.length));
  return entries
    .map(({ time, from, level, text }) => {
      const line = `${time.toISOString().slice(11, 23)}  ${from.padEnd(width)}  ${text.replace(/\p{Cc}+/gu, " ")}`;
      return `${level === "error" && look.colour ? `\u001b[31m${line}\u001b[39m` : line}\n`;
    })
    .join("");
}

function entryRows(entries: readonly LogEntry[]): Rows {
  return {
    columns: ["time", "from", "level", "text"].map((name) => ({ name, type: "varchar" })),
    rows: entries.map(({ time, from, level, text }) => [time.toISOString(), from, level, text]),
  };
}
