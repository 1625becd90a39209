/**
 * The change set of a table: one SELECT that finds every change between two execution dates.
 *
 * It reads the two partitions in one scan, however many attributes there are, and never joins, so that NULLs in the grain
 * need no care and duplicates can't multiply:
 *
 * 1. `versions` groups the rows by grain and attributes and counts each on both dates. What is the same cancels out.
 * 2. `grains` puts the versions of a grain together and keeps the grains in which a count differs.
 * 3. `changes` makes a row of each attribute that differs, of which there are few.
 *
 * A grain that stands more than once on a date has no value there that could be compared: if its rows differ between the
 * dates, each attribute is reported once, as `duplicate`, without values on the doubled side. `delta` still holds the whole
 * difference, so deltas add up to the change of the table's sum whatever happened.
 */
import { auditError } from "./audit-error";
import { auditLengths, maximumGrain } from "./audit-table";
import { canonicalText, fitted } from "./canonical-text";
import { type ColumnType, columnType, isNumeric } from "./column-type";
import type { AuditConfig, AuditedAttribute, TypedColumn } from "./config";
import { execDate } from "./exec-date";
import { identifier } from "./identifier";
import { dateLiteral, literal } from "./literal";
import { periodExpression } from "./period";

/** What happened to a row, in the audit table's `change_type`. */
export type ChangeType = "changed" | "added" | "removed" | "duplicate";

/** The two execution dates to compare, `YYYY-MM-DD`. */
export interface ComparedDates {
  readonly execDate: string;
  /** The date before, see `priorDate`. */
  readonly priorDate: string;
}

/** Longest text of a query that Athena takes, in bytes (Service Quotas: "Query string length"). */
export const maximumQueryBytes = 262144;

/**
 * The SELECTs whose rows together are the table's change set; one, unless its text would be longer than `longest` bytes:
 * then each takes some of the attributes, and a duplicate is reported for those attributes whose query sees a difference.
 * All have the columns of the audit table, in its order. The default leaves 4 KiB
 * for a statement around it. Throws an AuditError for faulty dates.
 */
export function changeSetQueries(
  config: AuditConfig,
  dates: ComparedDates,
  longest: number = maximumQueryBytes - 4096,
): string[] {
  const query = changeSetQuery(config, dates);
  if (Buffer.byteLength(query) <= longest) return [query];
  if (config.attributes.length < 2) {
    throw auditError(
      `The change set query of table ${config.table} is longer than ${longest} bytes: shorten its filter.`,
    );
  }
  const half = Math.ceil(config.attributes.length / 2);
  return [config.attributes.slice(0, half), config.attributes.slice(half)].flatMap((attributes) =>
    changeSetQueries({ ...config, attributes }, dates, longest),
  );
}

/** The SELECT for all attributes at once, whatever its length. Throws an AuditError for faulty dates or names. */
export function changeSetQuery(config: AuditConfig, dates: ComparedDates): string {
  const current = execDate(dates.execDate);
  const prior = execDate(dates.priorDate);
  if (prior >= current) {
    throw auditError(`The prior date ${prior} of table ${config.table} is not before the execution date ${current}.`);
  }
  const grain = config.grain.map((column, index) => ({ ...column, read: readType(column), alias: `g${index + 1}` }));
  const attributes = config.attributes.map((column, index) => ({
    ...column,
    read: readType(column),
    number: index + 1,
    alias: `a${index + 1}`,
  }));
  return [
    `WITH versions AS (${versions(config, grain, attributes, current, prior)}\n)`,
    `, grains AS (${grains(grain, attributes)}\n)`,
    `, changes AS (${changes(grain, attributes)}\n)`,
    auditRows(config, grain, prior),
  ].join("\n");
}

interface GrainColumn extends TypedColumn {
  readonly read: ColumnType;
  readonly alias: string;
}

interface AttributeColumn extends AuditedAttribute {
  readonly read: ColumnType;
  readonly alias: string;
  readonly number: number;
}

/** Each distinct row of the two dates, with how often it stands on each. */
function versions(
  config: AuditConfig,
  grain: readonly GrainColumn[],
  attributes: readonly AttributeColumn[],
  current: string,
  prior: string,
): string {
  const aliases = [...grain, ...attributes].map(({ alias }) => alias);
  const columns = [...grain, ...attributes].map(({ column, alias }) => `${identifier(column)} AS ${alias}`);
  return `
  SELECT ${aliases.join(", ")},
    count(CASE WHEN is_current THEN 1 END) AS current_rows,
    count(CASE WHEN NOT is_current THEN 1 END) AS prior_rows,
    max(CASE WHEN is_current THEN row_period END) AS current_period,
    max(CASE WHEN NOT is_current THEN row_period END) AS prior_period
  FROM (
    SELECT ${columns.join(", ")},
      ${periodExpression(config.period)} AS row_period,
      "exec_date" = ${dateLiteral(current)} AS is_current
    FROM ${identifier(config.database)}.${identifier(config.table)}
    WHERE "exec_date" IN (${dateLiteral(current)}, ${dateLiteral(prior)})${condition(config.conditions)}
  ) AS both_dates
  GROUP BY ${aliases.join(", ")}`;
}

function condition(conditions: string | null): string {
  return conditions === null ? "" : `\n      AND (${conditions})`;
}

/** Each grain whose rows differ: its period, and for each attribute both values (c, p) and the difference (d). */
function grains(grain: readonly GrainColumn[], attributes: readonly AttributeColumn[]): string {
  const aliases = grain.map(({ alias }) => alias).join(", ");
  const values = attributes.map(({ alias, number, read }) => {
    const current = `max(CASE WHEN current_rows > 0 THEN ${alias} END) AS c${number}`;
    const prior = `max(CASE WHEN prior_rows > 0 THEN ${alias} END) AS p${number}`;
    return [current, prior, ...(isNumeric(read.kind) ? [`${difference(alias)} AS d${number}`] : [])].join(",\n    ");
  });
  return `
  SELECT ${aliases},
    coalesce(max(current_period), max(prior_period)) AS period,
    sum(current_rows) AS current_count,
    sum(prior_rows) AS prior_count,
    ${values.join(",\n    ")}
  FROM versions
  GROUP BY ${aliases}
  HAVING max(CASE WHEN current_rows <> prior_rows THEN 1 ELSE 0 END) = 1`;
}

/** Current minus prior sum of an attribute; NULL counts as nothing, and nothing on both sides gives NULL. */
function difference(alias: string): string {
  return `sum(CASE WHEN current_rows <> prior_rows THEN CAST(${alias} AS double) * (current_rows - prior_rows) END)`;
}

/** A row for each attribute that differs. */
function changes(grain: readonly GrainColumn[], attributes: readonly AttributeColumn[]): string {
  const names = attributes.map(({ number, label }) => `(${number}, ${literal(label)})`).join(", ");
  const pick = (expression: (attribute: AttributeColumn) => string) =>
    `CASE n ${attributes.map((each) => `WHEN ${each.number} THEN ${expression(each)}`).join("\n      ")} END`;
  const delta = ({ read, number }: AttributeColumn) => (isNumeric(read.kind) ? `d${number}` : "CAST(NULL AS double)");
  return `
  SELECT attribute,
    ${grain.map(({ alias, read }) => `${canonicalText(alias, read)} AS ${alias}_text`).join(",\n    ")},
    period,
    CASE WHEN current_count = 1 THEN ${pick(({ number, read }) => canonicalText(`c${number}`, read))} END AS current_text,
    CASE WHEN prior_count = 1 THEN ${pick(({ number, read }) => canonicalText(`p${number}`, read))} END AS prior_text,
    CASE WHEN current_count > 1 OR prior_count > 1 THEN 'duplicate'
      WHEN prior_count = 0 THEN 'added'
      WHEN current_count = 0 THEN 'removed'
      ELSE 'changed' END AS change_type,
    ${pick(delta)} AS delta
  FROM grains
  CROSS JOIN (VALUES ${names}) AS attributes (n, attribute)
  WHERE current_count <> 1 OR prior_count <> 1
    OR ${pick(({ number }) => `c${number} IS DISTINCT FROM p${number}`)}`;
}

/** The changes in the shape of the audit table. */
function auditRows(config: AuditConfig, grain: readonly GrainColumn[], prior: string): string {
  const { layer, attribute, grainKey, grainValue, value, changeType } = auditLengths;
  const places = Array.from({ length: maximumGrain }, (_, index) => ({ place: index + 1, column: grain.at(index) }));
  const key = (column: GrainColumn | undefined) => (column ? literal(column.column) : "NULL");
  const columns = [
    `CAST(${literal(config.layer)} AS varchar(${layer})) AS layer`,
    `CAST(attribute AS varchar(${attribute})) AS attribute`,
    ...places.map(({ place, column }) => `CAST(${key(column)} AS varchar(${grainKey})) AS grain_key_${place}`),
    ...places.map(({ place, column }) => {
      const text = column ? fitted(`${column.alias}_text`, grainValue) : `CAST(NULL AS varchar(${grainValue}))`;
      return `${text} AS grain_value_${place}`;
    }),
    "period",
    `${fitted("current_text", value)} AS curr_value`,
    `${fitted("prior_text", value)} AS prev_value`,
    `CAST(change_type AS varchar(${changeType})) AS change_type`,
    "delta",
    `${dateLiteral(prior)} AS prev_exec_date`,
  ];
  return `SELECT\n  ${columns.join(",\n  ")}\nFROM changes`;
}

function readType(column: TypedColumn): ColumnType {
  const read = columnType(column.type);
  if (!read) throw auditError(`Column ${column.column} has type ${column.type}, which an audit can't compare.`);
  return read;
}
