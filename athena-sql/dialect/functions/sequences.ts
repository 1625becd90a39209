/**
 * Trino's `sequence`: of numbers, dates and timestamps, with 10,000 items at most.
 */
import { QueryError } from "../../trino/errors";
import { BIGINT, commonType, isInteger, type TrinoType, typeName } from "../../trino/types";
import { coerce } from "../casts";
import type { SpecialCall } from "./definition";
import { shift } from "../operators";
import { duckType, fail, freshName, type Typed } from "../typed";

const MOST = 10_000;
const DAY = 86_400_000;

export function sequence(call: SpecialCall): Typed {
  const [start, stop, step] = call.args.map((node) => call.compile(node)) as [Typed, Typed?, Typed?];
  const item = stop && commonType(start.type, stop.type);
  if (!stop || !item || call.args.length > 3) throw unexpected(call);
  if (isInteger(item))
    return ofNumbers(coerce(start, BIGINT), coerce(stop, BIGINT), step && coerce(step, BIGINT, call.at));
  if (item.kind !== "date" && item.kind !== "timestamp") throw unexpected(call);
  const [from, to] = [coerce(start, item), coerce(stop, item)];
  if (step?.type.kind === "interval year to month") return byMonths(from, to, step, call);
  if (step ? step.type.kind !== "interval day to second" : item.kind !== "date") throw unexpected(call);
  return byTime(from, to, step);
}

function unexpected(call: SpecialCall): QueryError {
  const types = call.args.map((node) => typeName(call.compile(node).type)).join(", ");
  return new QueryError("FUNCTION_NOT_FOUND", `Unexpected parameters (${types}) for function sequence.`, call.at);
}

/** What is wrong with start, stop, step and the number of items is wrong for all types alike. */
function checked(
  parts: { start: string; stop: string; step: string; count: string },
  list: string,
  type: TrinoType,
  more = "",
): string {
  const array: TrinoType = { kind: "array", element: type };
  const wrong = (text: string): string =>
    `CAST([${fail("INVALID_FUNCTION_ARGUMENT", `'${text}'`, { kind: "varchar" })}] AS ${duckType(array)})`;
  const { start, stop, step, count } = parts;
  return (
    `(CASE WHEN ${start} IS NULL OR ${stop} IS NULL OR ${step} IS NULL THEN NULL ` +
    `WHEN ${step} = 0 THEN ${wrong("interval must not be zero")} ${more}` +
    `WHEN (${step} > 0 AND ${stop} < ${start}) OR (${step} < 0 AND ${stop} > ${start}) THEN ${wrong(
      "sequence stop value should be greater than or equal to start value if step is greater than zero otherwise stop should be less than or equal to start",
    )} WHEN ${count} > ${MOST} THEN ${wrong(`result of sequence function must not have more than ${MOST} entries`)} ELSE ${list} END)`
  );
}

function ofNumbers(start: Typed, stop: Typed, given: Typed | undefined): Typed {
  const step =
    given?.sql ?? `(CASE WHEN ${stop.sql} >= ${start.sql} THEN CAST(1 AS BIGINT) ELSE CAST(-1 AS BIGINT) END)`;
  const count = `((CAST(${stop.sql} AS HUGEINT) - ${start.sql}) // ${step} + 1)`;
  const parts = { start: start.sql, stop: stop.sql, step, count };
  return {
    sql: checked(parts, `generate_series(${start.sql}, ${stop.sql}, ${step})`, BIGINT),
    type: { kind: "array", element: BIGINT },
  };
}

function byTime(start: Typed, stop: Typed, given: Typed | undefined): Typed {
  const { type } = start;
  const isDate = type.kind === "date";
  const distance = isDate
    ? `(CAST(${stop.sql} - ${start.sql} AS BIGINT) * ${DAY})`
    : `((epoch_us(${stop.sql}) - epoch_us(${start.sql})) // 1000)`;
  const step =
    given?.sql ??
    `(CASE WHEN ${stop.sql} >= ${start.sql} THEN CAST(${DAY} AS BIGINT) ELSE CAST(-${DAY} AS BIGINT) END)`;
  const number = freshName("e");
  const moved = isDate
    ? `${start.sql} + CAST(${number} * ${step} // ${DAY} AS INTEGER)`
    : `${start.sql} + to_milliseconds(${number} * ${step})`;
  const count = `(${distance} // ${step} + 1)`;
  const list = `list_transform(range(0, ${count}), lambda ${number}: ${moved})`;
  const odd = fail(
    "INVALID_FUNCTION_ARGUMENT",
    "'sequence step must be a day interval if start and end values are dates'",
    { kind: "varchar" },
  );
  const more = isDate && given ? `WHEN ${step} % ${DAY} <> 0 THEN CAST([${odd}] AS DATE[]) ` : "";
  return {
    sql: checked({ start: start.sql, stop: stop.sql, step, count }, list, type, more),
    type: { kind: "array", element: type },
  };
}

// Each item is so many months after the first: the 31st stays the 31st where a month has one.
function byMonths(start: Typed, stop: Typed, step: Typed, call: SpecialCall): Typed {
  const number = freshName("e");
  const months = `date_sub('month', CAST(${start.sql} AS TIMESTAMP), CAST(${stop.sql} AS TIMESTAMP))`;
  const count = `(${months} // ${step.sql} + 1)`;
  const interval: Typed = { sql: `CAST(${number} * ${step.sql} AS INTEGER)`, type: step.type };
  const item = shift(start, interval, "+", call.at).sql;
  // A month counts as soon as its last day is reached.
  const inside = freshName("e");
  const reached = `CASE WHEN ${step.sql} > 0 THEN ${inside} <= ${stop.sql} ELSE ${inside} >= ${stop.sql} END`;
  const list = `list_filter(list_transform(range(0, ${count} + 1), lambda ${number}: ${item}), lambda ${inside}: ${reached})`;
  return {
    sql: checked({ start: start.sql, stop: stop.sql, step: step.sql, count }, list, start.type),
    type: { kind: "array", element: start.type },
  };
}
