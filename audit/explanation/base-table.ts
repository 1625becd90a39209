/**
 * A table in both states at once: its rows that did not change once, those that did in the state before, in the state now, or in
 * both. What a model makes of it tells what it would make of any mixture of the two.
 */
import { printExpression, quotedName, quotedText } from "../../athena-sql/trino/print";
import type { Expression } from "../../athena-sql/trino/syntax";
import type { TypedColumn } from "../config";
import { auditError } from "../audit-error";
import { changedRowText, type Origin, originNumber, type Search } from "./origin";
import type { SourceTable } from "./scope";

/** Names of the columns that go through a query beside the model's own. */
export const marks = {
  /** Text of the changed row; NULL for one that did not change. */
  row: (position: number) => quotedName(`#row_${position}`),
  /** 0 for its state before, 1 for its state now. */
  state: (position: number) => quotedName(`#state_${position}`),
  /** How often the row stands there. */
  weight: quotedName("#weight"),
  amount: quotedName("#amount"),
  /** 1 for a row that stands for the absence of others. */
  ghost: quotedName("#ghost"),
};

/** Which rows of a table a model reads on each date. */
export interface DatedRows {
  /** SQL conditions. */
  readonly current: string;
  readonly prior: string;
  /** The execution date that all of them have in the model, as SQL, if it is one. */
  readonly date?: string;
  /** Whether both dates are the same rows. */
  readonly same: boolean;
}

/** The column that every dated table is partitioned by. */
export const dateColumn = "exec_date";

/** The rows of a table that conditions of a model choose by execution date alone. */
export function datedRows(
  table: SourceTable,
  conditions: readonly Expression[],
  { dates: { execDate, priorDate } }: Pick<Search, "dates">,
): DatedRows {
  const dated = table.columns.some(({ column }) => column === dateColumn);
  const { versions } = table;
  if (versions) {
    const all = conditions.map((each) => `(${printExpression(each)})`);
    if (dated && all.length === 0) all.push(`${quotedName(dateColumn)} <= ${dateValue(table, execDate)}`);
    const where = (side: string) => [side, ...all].join(" AND ");
    const date = conditions.map(dateIn).find((each) => each !== undefined);
    return { current: where(versions.current.where), prior: where(versions.prior.where), date, same: false };
  }
  if (!dated) return { current: "TRUE", prior: "TRUE", same: true };
  const text = (date: string) =>
    conditions.length === 0
      ? `${quotedName(dateColumn)} <= ${dateValue(table, date)}`
      : conditions.map((each) => `(${onDate(printExpression(each), execDate, date)})`).join(" AND ");
  const [current, prior] = [text(execDate), text(priorDate)];
  const date = conditions.map(dateIn).find((each) => each !== undefined);
  return { current, prior, date, same: current === prior };
}

/** An execution date as SQL of the type that the table's has. */
function dateValue({ columns }: SourceTable, date: string): string {
  const type = columns.find(({ column }) => column === dateColumn)?.type;
  return type === "date" ? `DATE ${quotedText(date)}` : quotedText(date);
}

/** `exec_date = …` of a table. */
export function dateCondition({ columns }: SourceTable, date: string): Expression {
  const at = { line: 1, column: 1 };
  const type = columns.find(({ column }) => column === dateColumn)?.type;
  const right: Expression =
    type === "date" ? { kind: "typed", type: "date", text: date, at } : { kind: "string", text: date, at };
  return { kind: "binary", operator: "=", left: { kind: "name", parts: [dateColumn], at }, right, at };
}

/** A text of SQL for another execution date. */
export function onDate(sql: string, from: string, to: string): string {
  return sql.split(quotedText(from)).join(quotedText(to));
}

/** The value that a condition says the execution date has. */
function dateIn(condition: Expression): string | undefined {
  if (condition.kind !== "binary" || condition.operator !== "=") return undefined;
  const { left, right } = condition;
  return printExpression(left.kind === "name" ? right : left);
}

/** A relation with both states of a table: `used` columns and {@link marks} for one position. */
export function bothStates(
  table: SourceTable,
  { used, attributes, others, method }: LeafUse,
  rows: DatedRows,
  search: Search,
): string {
  const typed = (name: string): TypedColumn => {
    const found = table.columns.find(({ column }) => column === name);
    if (!found) throw auditError(`Table ${table.table} has no column ${name}.`);
    return found;
  };
  const constant = (name: string) => name === dateColumn && rows.date !== undefined;
  const own = used.filter((name) => !constant(name)).map(typed);
  const elsewhere = search.uses?.get(table)?.filter((name) => !used.includes(name) && !constant(name)) ?? [];
  const packed = [...own, ...elsewhere.map(typed)].sort((left, right) => (left.column < right.column ? -1 : 1));
  const origin: Origin = {
    table,
    attributes: attributes.filter((name) => !constant(name)).map(typed),
    used: own,
    packed,
    method: search.method ?? method,
    with: others,
    apart: search.apart ?? false,
  };
  // Rows of several execution dates are told apart by it as well.
  const dated = rows.date === undefined && table.columns.some(({ column }) => column === dateColumn);
  const keys = [...table.grain.map(({ column }) => column), ...(dated ? [dateColumn] : [])].filter(
    (name) => !constant(name),
  );
  const columns = [...new Set([...packed.map(({ column }) => column), ...keys])].map(quotedName);
  const given = used.map((name) => (constant(name) ? `${rows.date ?? ""} AS ${quotedName(name)}` : quotedName(name)));
  if (rows.same) {
    return `SELECT ${[...given, `1 AS ${marks.weight}`].join(", ")} FROM ${relationOf(table)} WHERE ${rows.current}`;
  }
  const number = originNumber(search, origin);
  // Without knowing what is used elsewhere, a row is told apart by what is used here.
  const source = search.uses ? search.origins.findIndex((each) => each.table === table) : number;
  const listed = columns.map((name) => `${name}, `).join("");
  const [state, copies, pair] = [marks.state(1), marks.weight, quotedName("#pair")];
  const [now, before] = [quotedName("#now"), quotedName("#before")];
  const sides = `PARTITION BY ${[`${state} IS NULL`, ...keys.map(quotedName), pair].join(", ")}`;
  const text = changedRowText(number, source, origin, (packed) => [
    `max(CASE WHEN ${state} = 0 THEN ${packed} END) OVER (${sides})`,
    `max(CASE WHEN ${state} = 1 THEN ${packed} END) OVER (${sides})`,
  ]);
  const pairs = `PARTITION BY ${[state, ...keys.map(quotedName)].join(", ")}${columns.length > 0 ? ` ORDER BY ${columns.join(", ")}` : ""}`;
  const least = `least(${now}, ${before})`;
  return (
    `SELECT ${[...given, copies, state].join(", ")}, CASE WHEN ${state} IS NOT NULL THEN ${text} END AS ${marks.row(1)} FROM (` +
    `SELECT *, row_number() OVER (${pairs}) AS ${pair} FROM (` +
    `SELECT ${listed}${state}, CASE WHEN ${state} IS NULL THEN ${least} ELSE abs(${now} - ${before}) END AS ${copies} FROM (` +
    `${countedVersions(table, rows, columns, now, before)}) AS versions ` +
    `CROSS JOIN (VALUES (CAST(NULL AS integer)), (0), (1)) AS states (${state}) ` +
    `WHERE CASE WHEN ${state} IS NULL THEN ${least} > 0 WHEN ${state} = 1 THEN ${now} > ${before} ELSE ${before} > ${now} END` +
    `) AS in_states) AS paired`
  );
}

/** Each different row with how often it stands on either side. */
function countedVersions(
  table: SourceTable,
  { current, prior }: DatedRows,
  columns: readonly string[],
  now: string,
  before: string,
): string {
  const listed = columns.map((name) => `${name}, `).join("");
  const grouped = columns.length > 0 ? ` GROUP BY ${columns.join(", ")}` : "";
  const { versions } = table;
  if (!versions) {
    return (
      `SELECT ${listed}count_if(${current}) AS ${now}, count_if(${prior}) AS ${before} ` +
      `FROM ${relationOf(table)} WHERE (${current}) OR (${prior})${grouped}`
    );
  }
  const side = quotedName("#side");
  return (
    `SELECT ${listed}count_if(${side} = 1) AS ${now}, count_if(${side} = 0) AS ${before} FROM (` +
    `SELECT ${listed}1 AS ${side} FROM ${versions.current.relation} WHERE ${current} UNION ALL ` +
    `SELECT ${listed}0 AS ${side} FROM ${versions.prior.relation} WHERE ${prior}) AS sides${grouped}`
  );
}

/** What a query needs of a table. */
export interface LeafUse {
  /** Columns that it mentions. */
  readonly used: readonly string[];
  /** Those whose values count. */
  readonly attributes: readonly string[];
  /** Columns of other tables that the amount depends on as well. */
  readonly others: readonly string[];
  readonly method: string;
}

function relationOf({ database, table }: SourceTable): string {
  return `${quotedName(database)}.${quotedName(table)}`;
}
