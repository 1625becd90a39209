/**
 * The period of a change: the day, or first day of the month or year, that a row is about.
 */
import type { ColumnKind } from "./column-type";
import { identifier } from "./identifier";

/**
 * How a column tells the period:
 * - `date`: a date column, as is
 * - `timestamp`: the day of a timestamp column
 * - `text-date`: a string such as `1996-01-31`
 * - `YYYYMM`: a month as a string or an integer, e.g. `199601`: its first day
 * - `YYYY`: a year as a string or an integer, e.g. `1996`: its first day
 */
export type PeriodPattern = "date" | "timestamp" | "text-date" | "YYYYMM" | "YYYY";

/** Where the period of a row comes from. */
export interface Period {
  /** Column of the table that tells the period. @example "record_month" */
  readonly column: string;
  /** How it tells it. @example "YYYYMM" */
  readonly pattern: PeriodPattern;
}

/** How much time one row is about, as its period column can tell. */
export type PeriodSpan = "day" | "month" | "year";

/** The patterns, and the kinds of columns each can be read from. */
export const periodPatterns: Readonly<Record<PeriodPattern, readonly ColumnKind[]>> = {
  date: ["date"],
  timestamp: ["timestamp"],
  "text-date": ["text"],
  YYYYMM: ["text", "integer"],
  YYYY: ["text", "integer"],
};

/** How much time a row with this pattern is about. */
export function periodSpan(pattern: PeriodPattern): PeriodSpan {
  return pattern === "YYYYMM" ? "month" : pattern === "YYYY" ? "year" : "day";
}

/** SQL for the period of a row, a DATE. NULL where the column is NULL or, in a text, not in the pattern. */
export function periodExpression(period: Period): string {
  const column = identifier(period.column);
  switch (period.pattern) {
    case "date":
      return column;
    case "timestamp":
      return `CAST(${column} AS date)`;
    case "text-date":
      return `TRY_CAST(${column} AS date)`;
    case "YYYYMM": {
      const text = `CAST(${column} AS varchar)`;
      const day = `concat(substr(${text}, 1, 4), '-', substr(${text}, 5, 2), '-01')`;
      return `CASE WHEN length(${text}) = 6 THEN TRY_CAST(${day} AS date) END`;
    }
    case "YYYY": {
      const text = `CAST(${column} AS varchar)`;
      return `CASE WHEN length(${text}) = 4 THEN TRY_CAST(concat(${text}, '-01-01') AS date) END`;
    }
  }
}
