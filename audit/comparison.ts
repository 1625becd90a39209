/**
 * What a table's data is compared with, and how SQL reads both sides.
 */
import { auditError } from "./audit-error";
import { runKey, runsTableName } from "./data-check-query";
import { execDate, isExecDate } from "./exec-date";
import type { Finding } from "./finding";
import { identifier } from "./identifier";
import { dateLiteral, literal } from "./literal";
import type { TableName } from "./table-name";

/**
 * What to compare with:
 * - `prior date`: the latest execution date before
 * - `prior run`: what was published for the same date before: what did the correction change?
 * - a date such as `2024-01-31`: always this one, a baseline
 */
export type CompareWith = "prior date" | "prior run" | `${number}-${number}-${number}`;

/** Two execution dates of a table, `YYYY-MM-DD`. */
export interface ComparedDates {
  readonly execDate: string;
  /** The date before, see `priorDate`. */
  readonly priorDate: string;
}

/** Two runs of one execution date. */
export interface ComparedRuns {
  readonly execDate: string;
  readonly run: string;
  /** The run that was published before. */
  readonly priorRun: string;
}

/** All faults of what to compare with. */
export function checkCompareWith(found: unknown): Finding[] {
  if (found === undefined || found === "prior date" || found === "prior run" || isExecDate(found)) return [];
  const problem = 'is neither "prior date" nor "prior run" nor a day of the calendar written YYYY-MM-DD';
  return [{ path: "compareWith", found, problem }];
}

/** How SQL reads the two sides of a comparison. */
export interface Sides {
  /** The relation. */
  readonly relation: string;
  /** Condition for both sides. */
  readonly both: string;
  /** Condition for the current side among them. */
  readonly current: string;
  /** Execution date of the other side, `YYYY-MM-DD`. */
  readonly priorDate: string;
}

/** How to read what is compared. Throws an AuditError for faulty dates and runs. */
export function sidesOf({ database, table }: TableName, compared: ComparedDates | ComparedRuns): Sides {
  const current = execDate(compared.execDate);
  if ("run" in compared) {
    const { run, priorRun } = compared;
    if (run === priorRun) throw auditError(`Run ${run} of table ${table} can't be compared with itself.`);
    const column = identifier(runKey);
    return {
      relation: `${identifier(database)}.${identifier(runsTableName(table))}`,
      both: `"exec_date" = ${dateLiteral(current)} AND ${column} IN (${literal(run)}, ${literal(priorRun)})`,
      current: `${column} = ${literal(run)}`,
      priorDate: current,
    };
  }
  const prior = execDate(compared.priorDate);
  if (prior >= current) {
    throw auditError(`The prior date ${prior} of table ${table} is not before the execution date ${current}.`);
  }
  return {
    relation: `${identifier(database)}.${identifier(table)}`,
    both: `"exec_date" IN (${dateLiteral(current)}, ${dateLiteral(prior)})`,
    current: `"exec_date" = ${dateLiteral(current)}`,
    priorDate: prior,
  };
}
