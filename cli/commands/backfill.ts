/** `tributary backfill`: runs many dates again, and can be interrupted at any time. */
import { openBackfill, type BackfillRequest } from "../backfill/open-backfill";
import { failuresOf, openDates, runBackfill } from "../backfill/run-backfill";
import type { BackfillRecord } from "../backfill/backfill-record";
import { CommandError } from "../command-error";
import { staleDeployment } from "../lake/deployed-models";
import { atMost } from "../../functions/invocation/concurrency";
import { REQUESTS_AT_ONCE } from "../lake/concurrency";
import { awaited, isComplete, readDateInputs } from "../runs/date-inputs";
import { readDefinitions } from "../lake/definitions";
import type { PipelineDefinition } from "../../functions/runs/pipeline";
import type { Lake } from "../lake/lake";
import { withLake } from "../lake/open-lake";
import { formatDuration } from "../../report/amounts";
import type { Session } from "../session";
import { render, type Cell, type Format, type Rows } from "../presentation/table";

/** What to run again, and how. */
export interface BackfillOptions extends BackfillRequest {
  /** Dates at a time. */
  readonly parallel: number;
  /** Whether to show only what would be done. */
  readonly dryRun: boolean;
  readonly format: Format;
}

/** Runs the dates that are not done. Throws CommandError that lists what failed, or says how to go on if interrupted. */
export async function backfill(session: Session, options: BackfillOptions): Promise<void> {
  const { progress, print, warn, look } = session;
  await withLake(session, async (lake) => {
    const stale = await staleDeployment(session.project, lake);
    if (stale) warn(stale);
    const all = await readDefinitions(lake);
    const record = await openBackfill(options, all, lake);
    const { id, dates, pipelines, from, to } = record.value;
    const definitions = all.filter(({ pipeline }) => pipelines.includes(pipeline));
    if (dates.length === 0)
      throw new CommandError(`No date from ${from} to ${to} has files of ${pipelines.join(", ")}.`);
    if (options.dryRun) {
      const plan = await progress.during("Look at the dates", () => planRows(record, definitions, lake));
      print(render(plan, options.format, look));
      return;
    }
    const open = openDates(record);
    if (open.length === 0) {
      warn(`The backfill ${id} is done: ${dates.length} dates. To run them once more, give it another --id.`);
    } else {
      await runOpen(session, record, lake, { ...options, definitions, all, open });
    }
    if (options.format !== "table") print(render(resultRows(record), options.format, look));
    const failures = dates.flatMap((date) => failuresOf(date, record.value.tasks[date] ?? {}));
    if (failures.length > 0) {
      throw new CommandError(
        `${failures.join("\n")}\nThe same command tries these again: it takes up the backfill ${id}.`,
      );
    }
    const left = openDates(record).length;
    if (left > 0) throw new CommandError(`Interrupted with ${left} dates to go: the same command takes up ${id}.`);
  });
}

async function runOpen(
  { progress, warn }: Session,
  record: BackfillRecord,
  lake: Lake,
  {
    definitions,
    all,
    parallel,
    open,
  }: {
    readonly definitions: readonly PipelineDefinition[];
    readonly all: readonly PipelineDefinition[];
    readonly parallel: number;
    readonly open: readonly string[];
  },
): Promise<void> {
  const { id, dates, pipelines } = record.value;
  const done = dates.length - open.length;
  warn(
    `Backfill ${id}: ${open.length} dates of ${pipelines.join(", ")}${done > 0 ? `; ${done} are done already` : ""}.`,
  );
  let stopped = false;
  const stop = (): void => {
    stopped = true;
    warn(
      "\nWhat is under way is finished; nothing else is begun. (Once more ends at once; the same command goes on later.)",
    );
  };
  process.once("SIGINT", stop);
  const began = performance.now();
  let ended = 0;
  try {
    // What an earlier process left is taken up by the runtime first.
    if (lake.runtime) await lake.runtime.whenIdle();
    await runBackfill(record, lake, {
      definitions,
      all,
      parallel,
      stopped: () => stopped,
      onDate: (date) => {
        const step = progress.step(date);
        return (failures) => {
          ended += 1;
          const left = ((performance.now() - began) / ended) * (open.length - ended);
          const where = `${done + ended} of ${dates.length} dates${left > 0 ? `, about ${formatDuration(left)} left` : ""}`;
          if (failures.length > 0) step.fail(`${failures.join("; ")}  ${where}`);
          else step.done(where);
        };
      },
    });
    if (lake.runtime) await progress.during("Finish what follows", () => lake.runtime?.whenIdle() ?? Promise.resolve());
  } finally {
    process.off("SIGINT", stop);
  }
}

/** What would be done. */
async function planRows(record: BackfillRecord, definitions: readonly PipelineDefinition[], lake: Lake): Promise<Rows> {
  const [first] = definitions;
  const rows = await atMost(REQUESTS_AT_ONCE, openDates(record), async (date): Promise<Cell[]> => {
    const inputs = first && (await readDateInputs(first, date, lake));
    const missing = inputs && !isComplete(inputs) ? `cannot run: waits for ${awaited(inputs).join("; ")}` : "run";
    return [date, definitions.map(({ pipeline }) => pipeline).join(", "), missing];
  });
  return { columns: ["exec_date", "pipelines", "action"].map((name) => ({ name, type: "varchar" })), rows };
}

/** What came of each date. */
function resultRows({ value }: BackfillRecord): Rows {
  const rows = value.dates.flatMap((date) =>
    value.pipelines.map((pipeline): Cell[] => {
      const task = value.tasks[date]?.[pipeline];
      return [date, pipeline, task?.status, task?.run, task?.error];
    }),
  );
  const columns = ["exec_date", "pipeline", "status", "run", "error"].map((name) => ({ name, type: "varchar" }));
  return { columns, rows };
}
