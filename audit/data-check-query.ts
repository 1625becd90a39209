/**
 * The query that counts the violations of a table's checks. Simple checks share one scan of the data, however many they are;
 * uniqueness and queries of one's own take a scan each.
 */
import { isNumeric, columnType } from "./column-type";
import type { DataCheck } from "./data-check";
import { identifier } from "./identifier";
import { literal } from "./literal";

/** Data that was written and is not published: where it can be read. */
export interface CandidateData {
  readonly database: string;
  /** Table whose partitions are runs, see `runsTableName`. */
  readonly runsTable: string;
  /** Glue types of the columns by name. */
  readonly columns: Readonly<Record<string, string>>;
  /** Partition keys with their types and values, the run's among them. */
  readonly partition: readonly PartitionValue[];
  /** Where the prior date's rows are, if there is one. */
  readonly prior?: { readonly table: string; readonly partition: readonly PartitionValue[] };
}

/** A partition key and its value. */
export interface PartitionValue {
  readonly key: string;
  readonly type: string;
  readonly value: string;
}

/** Name of the table that shows the data of all runs of a table, one partition each. */
export function runsTableName(table: string): string {
  return `${table}__runs`;
}

/** Partition key of a runs table beside those of its table. */
export const runKey = "run";

/**
 * A SELECT with one row per check: `n`, its position from 1, and `failures`, how many rows (or groups of rows) violate it.
 * Throws an AuditError for names that cannot stand in SQL.
 */
export function dataCheckQuery(checks: readonly DataCheck[], data: CandidateData): string {
  const { database, runsTable, columns, partition, prior } = data;
  const read = `SELECT ${Object.keys(columns).map(identifier).join(", ")} FROM ${identifier(database)}.${identifier(runsTable)}`;
  const counted = checks.flatMap((check, index) => {
    const condition = rowCondition(check, columns);
    return condition === undefined ? [] : [{ n: index + 1, condition }];
  });
  const relations = [
    `candidate AS (\n  ${read}\n  WHERE ${matches(partition)}\n)`,
    `scan AS (\n  SELECT ${["count(*) AS row_count", ...counted.map(({ n, condition }) => `count_if(${condition}) AS v${n}`)].join(",\n    ")}\n  FROM candidate\n)`,
  ];
  const selects = [
    ...(counted.length === 0
      ? []
      : [
          `SELECT n, CASE n ${counted.map(({ n }) => `WHEN ${n} THEN v${n}`).join(" ")} END AS failures\n` +
            `FROM scan CROSS JOIN (VALUES ${counted.map(({ n }) => n).join(", ")}) AS checks (n)`,
        ]),
    ...checks.flatMap((check, index) => {
      const failures = ownQuery(check, database, prior);
      return failures === undefined ? [] : [`SELECT ${index + 1} AS n, (${failures}) AS failures`];
    }),
  ];
  return `WITH ${relations.join(", ")}\n${selects.join("\nUNION ALL\n")}`;
}

/** What a row that violates the check fulfils, if it can be told from the row alone. */
function rowCondition(check: DataCheck, columns: Readonly<Record<string, string>>): string | undefined {
  if ("notNull" in check) return check.notNull.map((name) => `${identifier(name)} IS NULL`).join(" OR ");
  if ("accepted" in check) {
    const { column, values } = check.accepted;
    return `${identifier(column)} NOT IN (${values.map((value) => typed(value, columns[column])).join(", ")})`;
  }
  if ("pattern" in check) {
    const { column, matches: expression } = check.pattern;
    return `NOT regexp_like(${identifier(column)}, ${literal(expression)})`;
  }
  if ("range" in check) {
    const { column, min, max } = check.range;
    return [
      ...(min === undefined ? [] : [`${identifier(column)} < ${typed(min, columns[column])}`]),
      ...(max === undefined ? [] : [`${identifier(column)} > ${typed(max, columns[column])}`]),
    ].join(" OR ");
  }
  return undefined;
}

/** A scalar query that counts violations, where the row alone does not tell. */
function ownQuery(check: DataCheck, database: string, prior: CandidateData["prior"]): string | undefined {
  if ("unique" in check) {
    const grain = check.unique.map(identifier).join(", ");
    return `SELECT count(*) FROM (SELECT 1 AS one FROM candidate GROUP BY ${grain} HAVING count(*) > 1)`;
  }
  if ("rowCount" in check) {
    if (!prior) return "SELECT CAST(0 AS bigint)";
    const before = `(SELECT count(*) FROM ${identifier(database)}.${identifier(prior.table)} WHERE ${matches(prior.partition)})`;
    const { atLeast, atMost } = check.rowCount;
    const violated = [
      ...(atLeast === undefined ? [] : [`row_count < ${before} * ${double(atLeast)}`]),
      ...(atMost === undefined ? [] : [`row_count > ${before} * ${double(atMost)}`]),
    ].join(" OR ");
    return `SELECT CASE WHEN ${violated} THEN BIGINT '1' ELSE BIGINT '0' END FROM scan`;
  }
  return "sql" in check ? `SELECT count(*) FROM (\n${check.sql}\n)` : undefined;
}

/** A condition that chooses a partition. */
export function matches(partition: readonly PartitionValue[]): string {
  return partition.map(({ key, type, value }) => `${identifier(key)} = ${typed(value, type)}`).join(" AND ");
}

/** A value as a literal of a column's type. */
function typed(value: string | number, type: string): string {
  const read = columnType(type);
  if (typeof value === "number")
    return read?.kind === "integer" && Number.isInteger(value) ? String(value) : double(value);
  if (read && isNumeric(read.kind)) return `CAST(${literal(value)} AS ${type})`;
  if (read?.kind === "date") return `DATE ${literal(value)}`;
  if (read?.kind === "timestamp") return `TIMESTAMP ${literal(value)}`;
  return literal(value);
}

/** A number as SQL reads it, without loss. */
function double(value: number): string {
  return `DOUBLE ${literal(String(value))}`;
}
