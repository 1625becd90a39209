/**
 * The change set of a table: one SELECT that finds every change between two execution dates.
 *
 * It reads the two partitions in one scan, however many attributes there are, and never joins, so that NULLs in the grain
 * need no care and duplicates can't multiply:
 *
 * 1. `versions` groups the rows by grain and attributes and counts each on both dates. What is the same cancels out.
 * 2. `grains` puts the versions of a grain together and keeps the grains in which a count differs.
 * 3. `pairs` makes a row of each attribute of such a grain, of which there are few; `changes` keeps those that differ.
 *
 * A grain that stands more than once on a date has no value there that could be compared: if its rows differ between the
 * dates, each attribute is reported once, as `duplicate`, without values on the doubled side. `delta` still holds the whole
 * difference, so deltas add up to the change of the table's sum whatever happened.
 */
import { auditError } from "./audit-error";
import { canonicalText } from "./canonical-text";
import { auditRows } from "./audit-rows";
import { type ColumnType, columnType, isNumeric } from "./column-type";
import { type ComparedDates, type ComparedRuns, type Sides, sidesOf } from "./comparison";
import type { AuditConfig, AuditedAttribute, TypedColumn } from "./config";
import { identifier } from "./identifier";
import { literal } from "./literal";
import { periodExpression } from "./period";
import { doubleLiteral, withinTolerance } from "./tolerance";

export type { ComparedDates, ComparedRuns } from "./comparison";

/** What happened to a row, in the audit table's `change_type`; `omitted` stands for the changes that were cut. */
export type ChangeType = "changed" | "added" | "removed" | "duplicate" | "omitted";

/**
 * Longest change set query that we write, in bytes. A state machine hands the text to Athena and gets it back in the
 * answer, and neither may be longer than 256 KiB with all that stands around it, escaped as JSON (Step Functions
 * documentation, "Quotas": 256 KiB of input or output).
 */
const longestChangeSetQuery = 180_000;

/**
 * Most attributes reported by one query. Trino compiles the expressions of a projection to one Java method, which can have
 * 64 KiB: a CASE over many hundred columns fails with COMPILER_ERROR.
 */
const mostAttributesOfQuery = 150;

/**
 * The SELECTs whose rows together are the table's change set; one, unless there are more attributes than one takes: then
 * each reports some of them, and groups rows by all, so that a row is the same row to each. All have the columns of the
 * audit table, in its order. Throws an AuditError for faulty dates, and if a query can't be short enough.
 */
export function changeSetQueries(
  config: AuditConfig,
  compared: ComparedDates | ComparedRuns,
  longest: number = longestChangeSetQuery,
): string[] {
  const split = (from: number, to: number): string[] => {
    if (to - from <= mostAttributesOfQuery) {
      const query = changeSetQuery(config, compared, { from, to });
      // As it travels: within JSON.
      if (Buffer.byteLength(JSON.stringify(query)) <= longest) return [query];
      if (to - from < 2) {
        throw auditError(
          `The change set query of table ${config.table} is longer than ${longest} bytes, even for one attribute at a ` +
            `time: audit fewer of its ${config.attributes.length} attributes, or shorten its filter.`,
        );
      }
    }
    const half = from + Math.ceil((to - from) / 2);
    return [...split(from, half), ...split(half, to)];
  };
  return split(0, config.attributes.length);
}

/**
 * The SELECT for the attributes from one position up to another, all by default, whatever its length. Throws an AuditError
 * for faulty dates or names.
 */
export function changeSetQuery(
  config: AuditConfig,
  compared: ComparedDates | ComparedRuns,
  { from, to }: { readonly from: number; readonly to: number } = { from: 0, to: config.attributes.length },
): string {
  const sides = sidesOf(config, compared);
  const grain = config.grain.map((column, index) => ({ ...column, read: readType(column), alias: `g${index + 1}` }));
  const attributes = config.attributes.map((column, index) => ({
    ...column,
    read: readType(column),
    number: index + 1,
    alias: `a${index + 1}`,
  }));
  const reported = attributes.slice(from, to);
  return [
    `WITH versions AS (${versions(config, grain, attributes, sides)}\n)`,
    `, grains AS (${grains(config, grain, reported)}\n)`,
    `, pairs AS (${pairs(grain, reported)}\n)`,
    `, changes AS (${changes(grain, reported)}\n)`,
    auditRows(config, sides.priorDate),
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

/** Each distinct row of the two sides, with how often it stands on each. */
function versions(
  config: AuditConfig,
  grain: readonly GrainColumn[],
  attributes: readonly AttributeColumn[],
  sides: Sides,
): string {
  const aliases = [...grain, ...attributes].map(({ alias }) => alias);
  const columns = [...grain, ...attributes].map((each) => `${selected(each)} AS ${each.alias}`);
  const own = periodOfGrain(config, grain) === undefined;
  const periods = own
    ? `,
    max(CASE WHEN is_current THEN row_period END) AS current_period,
    max(CASE WHEN NOT is_current THEN row_period END) AS prior_period`
    : "";
  return `
  SELECT ${aliases.join(", ")},
    count(CASE WHEN is_current THEN 1 END) AS current_rows,
    count(CASE WHEN NOT is_current THEN 1 END) AS prior_rows${periods}
  FROM (
    SELECT ${columns.join(", ")},${own ? `\n      ${periodExpression(config.period)} AS row_period,` : ""}
      ${sides.current} AS is_current
    FROM ${sides.relation}
    WHERE ${sides.both}${config.conditions === null ? "" : `\n      AND (${config.conditions})`}
  ) AS both_sides
  GROUP BY ${aliases.join(", ")}`;
}

/** The period, where a column of the grain tells it: then all rows of a grain have the same, and none has to be looked for. */
function periodOfGrain({ period }: AuditConfig, grain: readonly GrainColumn[]): string | undefined {
  const column = grain.find((each) => each.column === period.column && !each.read.padded);
  return column && periodExpression({ ...period, column: column.alias });
}

/** A column's value; of a `char(n)` without the spaces that fill it up, which mean nothing and which engines treat differently. */
function selected({ column, read }: GrainColumn): string {
  return read.padded ? `rtrim(CAST(${identifier(column)} AS varchar))` : identifier(column);
}

/** Each grain whose rows differ: its period, and for each attribute both values (c, p) and the difference (d). */
function grains(config: AuditConfig, grain: readonly GrainColumn[], attributes: readonly AttributeColumn[]): string {
  const aliases = grain.map(({ alias }) => alias).join(", ");
  const values = attributes.map(({ alias, number, read }) => {
    // Looked at only where one row is there: whichever it is of several does not matter.
    const current = `arbitrary(CASE WHEN current_rows > 0 THEN ${alias} END) AS c${number}`;
    const prior = `arbitrary(CASE WHEN prior_rows > 0 THEN ${alias} END) AS p${number}`;
    return [current, prior, ...(isNumeric(read.kind) ? [`${difference(alias)} AS d${number}`] : [])].join(",\n    ");
  });
  return `
  SELECT ${aliases},
    ${periodOfGrain(config, grain) ?? "coalesce(max(current_period), max(prior_period))"} AS period,
    sum(current_rows) AS current_count,
    sum(prior_rows) AS prior_count,
    ${values.join(",\n    ")}
  FROM versions
  GROUP BY ${aliases}
  HAVING count(CASE WHEN current_rows <> prior_rows THEN 1 END) > 0`;
}

/** Current minus prior sum of an attribute; NULL counts as nothing, and nothing on both sides gives NULL. */
function difference(alias: string): string {
  return `sum(CASE WHEN current_rows <> prior_rows THEN CAST(${alias} AS double) * (current_rows - prior_rows) END)`;
}

/** Attributes whose values can stand in one column, so that what is done with them is written once. */
interface Family {
  /** Ends the columns' names. */
  readonly name: string;
  readonly read: ColumnType;
  readonly attributes: readonly AttributeColumn[];
}

function familiesOf(attributes: readonly AttributeColumn[]): Family[] {
  const nameOf = ({ kind, scale }: ColumnType) => (kind === "decimal" ? `decimal_${scale}` : kind);
  const names = attributes.map(({ read }) => nameOf(read)).filter((name, index, all) => all.indexOf(name) === index);
  return names.map((name) => {
    const members = attributes.filter(({ read }) => nameOf(read) === name);
    return { name, read: members[0].read, attributes: members };
  });
}

/** A row for each attribute of each grain that differs, with its values in the columns of its family. */
function pairs(grain: readonly GrainColumn[], attributes: readonly AttributeColumn[]): string {
  const tolerant = attributes.some(({ tolerance }) => tolerance);
  const names = attributes.map(({ number, label, tolerance }) => {
    const { absolute = 0, relative = 0 } = tolerance ?? {};
    const bounds = tolerant ? `, ${doubleLiteral(absolute)}, ${doubleLiteral(relative)}` : "";
    return `(${number}, ${literal(label)}${bounds})`;
  });
  const pick = (members: readonly AttributeColumn[], side: string) =>
    `CASE n ${members.map(({ number }) => `WHEN ${number} THEN ${side}${number}`).join(" ")} END`;
  const values = familiesOf(attributes).flatMap(({ name, attributes: members }) => [
    `${pick(members, "c")} AS curr_${name}`,
    `${pick(members, "p")} AS prev_${name}`,
  ]);
  const numeric = attributes.filter(({ read }) => isNumeric(read.kind));
  const columns = [
    ...["n", "attribute", ...(tolerant ? ["absolute", "relative"] : [])],
    ...grain.map(({ alias }) => alias),
    ...["period", "current_count", "prior_count"],
    ...values,
    `${numeric.length > 0 ? pick(numeric, "d") : "CAST(NULL AS double)"} AS delta`,
  ];
  return `
  SELECT ${columns.join(",\n    ")}
  FROM grains
  CROSS JOIN (VALUES ${names.join(", ")}) AS attributes (n, attribute${tolerant ? ", absolute, relative" : ""})`;
}

/** The pairs that differ, as text. */
function changes(grain: readonly GrainColumn[], attributes: readonly AttributeColumn[]): string {
  const families = familiesOf(attributes);
  // Of the families' columns all but one are NULL.
  const text = (side: string) => {
    const texts = families.map(({ name, read }) => canonicalText(`${side}_${name}`, read));
    return texts.length === 1 ? texts[0] : `coalesce(${texts.join(",\n      ")})`;
  };
  const differs = families.map((family) => `(${differ(family)})`).join("\n      OR ");
  return `
  SELECT attribute,
    ${grain.map(({ alias, read }) => `${canonicalText(alias, read)} AS ${alias}_text`).join(",\n    ")},
    period,
    CASE WHEN current_count = 1 THEN ${text("curr")} END AS current_text,
    CASE WHEN prior_count = 1 THEN ${text("prev")} END AS prior_text,
    CASE WHEN current_count > 1 OR prior_count > 1 THEN 'duplicate'
      WHEN prior_count = 0 THEN 'added'
      WHEN current_count = 0 THEN 'removed'
      ELSE 'changed' END AS change_type,
    delta
  FROM pairs
  WHERE current_count <> 1 OR prior_count <> 1
    OR ${differs}`;
}

/** Whether the two values of a family differ, by more than the tolerance. */
function differ({ name, attributes }: Family): string {
  const [current, prior] = [`curr_${name}`, `prev_${name}`];
  const distinct = `${current} IS DISTINCT FROM ${prior}`;
  if (!attributes.some(({ tolerance }) => tolerance)) return distinct;
  const double = (value: string) => `CAST(${value} AS double)`;
  return `${distinct} AND NOT ${withinTolerance(double(current), double(prior), "absolute", "relative")}`;
}

function readType(column: TypedColumn): ColumnType {
  const read = columnType(column.type);
  if (!read) throw auditError(`Column ${column.column} has type ${column.type}, which an audit can't compare.`);
  return read;
}
