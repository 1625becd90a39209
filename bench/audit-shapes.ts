/**
 * Three ways to find what changed between two dates of a table: our statement, a self-join per attribute, and a bare full outer
 * join, which knows neither NULLs in the grain nor rows that stand twice: nothing that compares two tables can be faster.
 */
import { buildAuditConfig } from "../audit/build-config";
import { changeSetQueries } from "../audit/change-set";
import type { AuditConfig } from "../audit/config";
import { SAMPLE_COLUMNS, SAMPLE_GRAIN } from "../cli/sample/schema";
import { selfJoins } from "./self-joins";

export const dates = { execDate: "2024-11-09", priorDate: "2024-11-08" };

/** The sample has 13 columns outside the grain; copies of its measurements make up for the rest. */
const measurements = SAMPLE_COLUMNS.filter(({ glue }) => glue === "float").map(({ name }) => name);
const copies = [1, 2, 3, 4].flatMap((copy) => measurements.map((of) => ({ name: `${of}_${copy}`, of, copy })));

/** All columns with their Glue types. */
export const columns: Readonly<Record<string, string>> = Object.fromEntries([
  ...SAMPLE_COLUMNS.map(({ name, glue }) => [name, glue]),
  ...copies.map(({ name }) => [name, "float"]),
]);
const grain: readonly string[] = SAMPLE_GRAIN;
/** The disputed one comes first. */
const attributes = [
  "co2_mass_tons",
  ...Object.keys(columns).filter((name) => !grain.includes(name) && name !== "co2_mass_tons"),
];

/** DuckDB's SELECT of the wide table from the sample's file. */
export function wideTable(file: string): string {
  return `SELECT *, ${copies.map(({ name, of, copy }) => `CAST(${of} + ${copy} AS FLOAT) AS ${name}`).join(", ")} FROM '${file}'`;
}

/** DuckDB's SELECT of the same, with every measurement of one row in `each` changed. */
export function changedTable(file: string, each: number): string {
  const hit = `hash(${grain.join(", ")}) % ${each} = 0`;
  const changed = [...measurements, ...copies.map(({ name }) => name)].map(
    (name) => `CAST(CASE WHEN ${hit} THEN coalesce(${name}, 0) + 1 ELSE ${name} END AS FLOAT) AS ${name}`,
  );
  return `SELECT * REPLACE (${changed.join(", ")}) FROM '${file}'`;
}

/** The audit of the first attributes of table `utility_data`. */
function configOf(count: number): AuditConfig {
  return buildAuditConfig({
    specification: {
      grain: [...grain],
      attributes: attributes.slice(0, count),
      period: { column: "operating_datetime_utc", pattern: "timestamp" },
      pipeline: "bench",
      timeGrain: "monthly",
    },
    columns,
    database: "db",
    table: "utility_data",
    layer: "landing",
    audit: { database: "audit_db_dev", table: "audit" },
  });
}

/** The rows that differ, by a full outer join of two relations. */
export function fullJoin(count: number, current: string, prior: string): string {
  const names = attributes.slice(0, count);
  const values = names.map((name) => `curr.${name} AS curr_${name}, prev.${name} AS prev_${name}`);
  const same = grain.map((name) => `curr.${name} = prev.${name}`).join(" AND ");
  const differ = names.map((name) => `curr.${name} IS DISTINCT FROM prev.${name}`).join(" OR ");
  const keys = grain.map((name) => `coalesce(curr.${name}, prev.${name}) AS ${name}`).join(", ");
  return `SELECT ${keys}, ${values.join(", ")} FROM ${current} AS curr FULL JOIN ${prior} AS prev ON ${same} WHERE ${differ}`;
}

/** What is compared, as Athena SQL. Where most rows differ, writing them would be all that is measured: they are counted. */
export function shapesOf(count: number, counted: boolean): Readonly<Record<"audit" | "joins" | "full", string>> {
  const side = (date: string): string => `(SELECT * FROM db.utility_data WHERE exec_date = DATE '${date}')`;
  const [audit, ...others] = changeSetQueries(configOf(count), dates);
  if (others.length > 0) throw new Error("The audit takes several statements.");
  const whole = (sql: string, more = ""): string => (counted ? `SELECT count(*)${more} FROM (${sql}) AS found` : sql);
  return {
    audit: whole(audit, ", sum(delta)"),
    joins: whole(selfJoins(configOf(count), dates)),
    full: whole(fullJoin(count, side(dates.execDate), side(dates.priorDate))),
  };
}
