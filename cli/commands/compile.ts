/** `tributary compile`: the SQL of a model for a date. */
import { queryOfRun, tablesNamed, type OwnData } from "../../audit/own-run";
import { evaluateModels, renderStep, stepOf, type ModelStep } from "../lake/lake-models";
import type { Session } from "../session";

/** What to print. */
export interface CompileRequest {
  /** Path of the model below the folder of models. */
  readonly model: string;
  readonly date: string;
  readonly pipeline?: string;
  /** Whether to print the statement that a run has Athena execute. */
  readonly executed: boolean;
}

/** Prints SQL. Throws CommandError for a model that no step has. */
export async function compile(session: Session, { model, date, pipeline, executed }: CompileRequest): Promise<void> {
  const { project, progress, print } = session;
  const lakes = await progress.during("Evaluate the program", () => evaluateModels(project));
  const step = stepOf(lakes, model, pipeline);
  print(executed ? executedStatement(step, date) : renderStep(step, date));
}

/** What stands for the run and its attempt, which only a run knows. */
const run = "<run>";

/**
 * The statement that a run has Athena execute: an UNLOAD into a place of the run's own, of the model over what the run itself wrote
 * before (`queryOfRun`). `tests/scenarios/acceptance.test.ts` compares it with what runs executed.
 */
export function executedStatement(step: ModelStep, date: string): string {
  const { summary, target } = step;
  const sql = renderStep(step, date);
  // A run looks for what it wrote in the order in which the query names its tables.
  const own = tablesNamed(sql).flatMap((name): OwnData[] => {
    const found = summary.tables.find(({ database, table }) => `${database}.${table}` === name);
    if (!found || !step.step.before.includes(found.table)) return [];
    const partition = Object.entries(found.partitionKeys).map(([key, type]) => ({ key, type, value: date }));
    return [{ ...found, columns: Object.keys(found.columns), partition }];
  });
  const query = queryOfRun(sql, own, run);
  const partition = target.partitionKeys.exec_date === undefined ? "" : `exec_date=${date}/`;
  const place = `${target.root ?? `${target.database}/${target.table}/`}${partition}${run}/0/`;
  return `UNLOAD (\n${query}) TO '${place}' WITH (format = 'PARQUET', compression = 'SNAPPY')\n`;
}
