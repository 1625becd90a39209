/** What a live page can set going. Each action says first what it will do: the same looks as the commands take. */
import { z } from "zod";
import { isExecDate } from "../../audit/exec-date";
import { consequences, publishAgain, startAuditsAgain, versionsOf } from "../commands/rollback";
import { CommandError } from "../command-error";
import { openBackfill } from "../backfill/open-backfill";
import { openDates, runBackfill } from "../backfill/run-backfill";
import { dependentsOf, pipelineNamed, readDefinitions } from "../lake/definitions";
import { staleDeployment } from "../lake/deployed-models";
import type { Lake } from "../lake/lake";
import type { Project } from "../lake/project";
import { readReadyInputs, startDate } from "../runs/run-date";
import { chooseVersion } from "../runs/date-versions";

const date = z.string().refine(isExecDate, "no date");
const name = z.string().min(1).max(300);

/** What a page asks for. */
const order = z.discriminatedUnion("act", [
  z.object({ act: z.literal("rerun"), pipeline: name, date }),
  z
    .object({
      act: z.literal("rollback"),
      pipeline: name.optional(),
      run: name.optional(),
      table: name.optional(),
      date,
    })
    .refine(({ pipeline, table }) => (pipeline === undefined) !== (table === undefined), "a pipeline, or a table"),
  z.object({ act: z.literal("backfill"), from: date, to: date, pipeline: name.optional() }),
]);
export type Order = z.infer<typeof order>;

/** Dates of a backfill that run at a time. */
const PARALLEL = 4;

/** Something to do, said before it is done. */
export interface Plan {
  /** Sentences. */
  readonly lines: readonly string[];
  /** Does it. What goes on afterwards shows in the lake. */
  carryOut(): Promise<void>;
}

/** Reads an order. Throws {@link CommandError} for what is none. */
export function readOrder(body: string): Order {
  const read = order.safeParse(parseJson(body));
  if (read.success) return read.data;
  throw new CommandError(`That is no order: ${z.prettifyError(read.error)}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What an order would do, in sentences; or does it and says nothing. Throws {@link CommandError} for what cannot be done. */
export async function obey(body: string, carryOut: boolean, lake: Lake, project: Project): Promise<readonly string[]> {
  const plan = await planOrder(readOrder(body), lake, project);
  if (!carryOut) return plan.lines;
  await plan.carryOut();
  return [];
}

/** Looks what an order means. Throws {@link CommandError} for what cannot be done, e.g. because a file is missing. */
export async function planOrder(order: Order, lake: Lake, project: Project): Promise<Plan> {
  if (order.act === "rerun") return planRerun(order, lake, project);
  return order.act === "rollback" ? planRollback(order, lake) : planBackfill(order, lake, project);
}

async function planRerun(
  { pipeline, date: execDate }: Extract<Order, { act: "rerun" }>,
  lake: Lake,
  project: Project,
): Promise<Plan> {
  const definitions = await readDefinitions(lake);
  const definition = pipelineNamed(definitions, pipeline);
  await readReadyInputs(definition, execDate, lake);
  const after = dependentsOf(definitions, pipeline);
  const stale = await staleDeployment(project, lake);
  return {
    lines: [
      `Writes the control file of ${pipeline} ${execDate} again: a new run starts with the files that are there.`,
      "Readers see its tables when it has succeeded; until then, and if it fails, what they see now.",
      ...(after.length > 0 ? [`${after.join(", ")} will follow.`] : []),
      ...(stale === undefined ? [] : [stale]),
    ],
    carryOut: () => startDate(definition, execDate, lake),
  };
}

async function planRollback(
  { pipeline, run, table = "", date: execDate }: Extract<Order, { act: "rollback" }>,
  lake: Lake,
): Promise<Plan> {
  const definitions = await readDefinitions(lake);
  const found = await versionsOf(pipeline === undefined ? { table } : { pipeline }, execDate, definitions, lake);
  const chosen = chooseVersion(found, run);
  const what =
    pipeline === undefined ? `the data of ${table} ${execDate}` : `what all tables of ${pipeline} ${execDate} show`;
  return {
    lines: [
      `Makes the data of run ${chosen.run.run}, started ${chosen.run.started}, ${what} again, ` +
        `in place of run ${found.published.join(" and ") || "none"}. Nothing is computed but the audits of the date and of the next.`,
      ...(pipeline === undefined
        ? ["The other tables of that run stay as they are: what they show contradicts it."]
        : []),
      ...(await consequences(chosen.run, found.runs, definitions, lake)),
    ],
    carryOut: async () => {
      await publishAgain(found, chosen, definitions, lake);
      await startAuditsAgain(chosen, definitions, lake);
    },
  };
}

async function planBackfill(
  { from, to, pipeline }: Extract<Order, { act: "backfill" }>,
  lake: Lake,
  project: Project,
): Promise<Plan> {
  if (from > to) throw new CommandError(`${from} is after ${to}.`);
  const all = await readDefinitions(lake);
  const record = await openBackfill({ from, to, pipeline, downstream: false }, all, lake);
  const open = openDates(record);
  const { id, dates, pipelines } = record.value;
  if (dates.length === 0) throw new CommandError(`No date from ${from} to ${to} has files of ${pipelines.join(", ")}.`);
  if (open.length === 0) {
    throw new CommandError(
      `The backfill ${id} is done: \`tributary backfill --id\` with another name runs it once more.`,
    );
  }
  const stale = await staleDeployment(project, lake);
  const definitions = all.filter((each) => pipelines.includes(each.pipeline));
  return {
    lines: [
      `Runs ${open.length} dates of ${pipelines.join(", ")} again, ${PARALLEL} at a time: ${open.slice(0, 10).join(", ")}${open.length > 10 ? " …" : ""}.`,
      `It goes on while this server runs; \`tributary backfill --resume ${id}\` takes it up later.`,
      ...(stale === undefined ? [] : [stale]),
    ],
    carryOut: () => {
      // What fails stands in the backfill's record, which the page shows.
      const run = { definitions, all, parallel: PARALLEL, stopped: () => false, onDate: () => () => undefined };
      runBackfill(record, lake, run).catch((error: Error) =>
        process.stderr.write(`Backfill ${id}: ${error.message}\n`),
      );
      return Promise.resolve();
    },
  };
}
