/**
 * The lines of an explanation: what an edge query selects, in the shape of the explanation table.
 */
import { quotedName } from "../../athena-sql/trino/print";
import { auditError } from "../audit-error";
import { auditLengths } from "../audit-table";
import { fitted } from "../canonical-text";
import { dateLiteral, literal } from "../literal";
import { explanationColumns } from "./edge-table";
import { onlyFile, type ExplainedAttribute } from "./explained";
import { numbered, type Origin, rowParts, valueIn } from "./origin";

/** Lines that are no source row, as `origin` in {@link edgeLines}. */
export const restOf = { change: -1, furtherRows: -2, model: -3, notFollowed: -4 };

/** Why a result is not followed that HAVING may have let in or out as a whole. */
export const byHaving = "HAVING, which lets results in and out as a whole";
/** Why a result is not followed of which too many rows would each have done. */
export const standIns = "changed rows that stand in for one another";

const targetKeys = numbered("result_key");
const sourceKeys = numbered("source_key");

/** How the rest of a change is called. */
export interface Rest {
  readonly method: "unexplained" | "together";
  /** What is different in the model, if it is another. */
  readonly model: string | null;
  /** Why a result is not followed, if it turns out not to be. */
  readonly notFollowed: string;
}

/**
 * SELECT of the lines from `listed`: result keys, change, origin, changed_row (text), contribution (NULL for none), is_condition,
 * row_count and place; of what is not listed, changed_row is NULL.
 */
export function edgeLines(
  explained: ExplainedAttribute,
  listed: string,
  origins: readonly Origin[],
  rest: Rest,
): string {
  const width = Math.max(1, ...origins.map(({ packed }) => packed.length));
  const index = Array.from({ length: width }, (_, each) => each);
  const [before, now] = [(each: number) => `before_${each + 1}`, (each: number) => `now_${each + 1}`];
  const { key, prior, current } = rowParts("changed_row");
  const unpacked = [
    ...sourceKeys.map((name, each) => `${valueIn("row_key", each)} AS ${name}`),
    ...index.flatMap((each) => [
      `${valueIn("row_before", each)} AS ${before(each)}`,
      `${valueIn("row_now", each)} AS ${now(each)}`,
    ]),
  ];
  const parts = [`${key} AS row_key`, `${prior} AS row_before`, `${current} AS row_now`];
  const flags = index.map((each) => `${before(each)} IS DISTINCT FROM ${now(each)} AS differs_${each + 1}`);
  const told = toldValues(explained, origins).map(({ name, sql }) => `${sql} AS ${name}`);
  const select = inTableOrder(lineValues(explained, origins, rest)).join(",\n  ");
  return (
    `SELECT ${select}\nFROM (SELECT *, ${told.join(", ")} FROM (SELECT *, ${flags.join(", ")} FROM (SELECT *, ${unpacked.join(", ")} ` +
    `FROM (SELECT *, ${parts.join(", ")} FROM (${listed}) AS listed) AS parted) AS unpacked) AS compared) AS line`
  );
}

/** SQL that is another for each origin. */
function ofOrigin(origins: readonly Origin[], value: (origin: Origin) => string | undefined): string {
  const whens = origins.flatMap((origin, index) => {
    const sql = value(origin);
    return sql === undefined ? [] : [`WHEN ${index} THEN ${sql}`];
  });
  return whens.length === 0 ? "CAST(NULL AS varchar)" : `CASE origin ${whens.join(" ")} END`;
}

/** Which columns of a row are told, and their values. */
function toldValues(
  { labels = {} }: ExplainedAttribute,
  origins: readonly Origin[],
): { readonly name: string; readonly sql: string }[] {
  const names = (origin: Origin) => {
    const label = (column: string) => labels[`${origin.table.table}.${column}`] ?? column;
    const own = origin.attributes.map(({ column }) => label(column)).join(", ");
    return changedNames(origin, label, own || "*");
  };
  return [
    { name: "told_columns", sql: ofOrigin(origins, names) },
    { name: "told_now", sql: ofOrigin(origins, (origin) => changedValues(origin, "now")) },
    { name: "told_before", sql: ofOrigin(origins, (origin) => changedValues(origin, "before")) },
  ];
}

function lineValues(explained: ExplainedAttribute, origins: readonly Origin[], rest: Rest): Record<string, string> {
  const { result, attribute, labels = {}, files = {} } = explained;
  const pick = (value: (origin: Origin) => string | undefined) => ofOrigin(origins, value);
  const text = (value: string | undefined) => (value === undefined ? undefined : literal(value));
  const fileOf = ({ table }: Origin, date: "current" | "prior") =>
    onlyFile(files[`${table.database}.${table.table}`]?.[date]);
  const number = "contribution";
  const ofRest =
    rest.method === "together"
      ? "CASE WHEN row_count = 0 THEN 'unexplained' ELSE 'together' END"
      : literal(rest.method);
  const method = [
    `WHEN ${restOf.change} THEN ${ofRest} WHEN ${restOf.furtherRows} THEN 'further rows' WHEN ${restOf.model} THEN 'model' WHEN ${restOf.notFollowed} THEN 'not followed'`,
    ...origins.map((origin, index) => `WHEN ${index} THEN ${methodOf(origin)}`),
  ].join(" ");
  return {
    result_table: literal(result.table),
    result_attribute: literal(labels[`${result.table}.${attribute.column}`] ?? attribute.column),
    ...grainValues("result", targetKeys),
    result_change: "change",
    source_table: pick(({ table }) => text(table.table)),
    source_attribute: fitted("told_columns", auditLengths.value),
    ...grainValues("source", sourceKeys),
    source_curr_value: fitted("told_now", auditLengths.value),
    source_prev_value: fitted("told_before", auditLengths.value),
    contribution: number,
    share: `${number} / nullif(change, 0E0)`,
    depth: String(explained.depth),
    place: "place",
    method: `CASE origin ${method} END`,
    row_count: "row_count",
    note: `CASE origin WHEN ${restOf.model} THEN ${rest.model === null ? "NULL" : literal(rest.model.slice(0, 200))} WHEN ${restOf.notFollowed} THEN ${literal(`${rest.notFollowed}: not followed`)} ELSE ${pick(
      (origin) => (origin.with.length > 0 ? literal(`with ${origin.with.join(", ")}`.slice(0, 200)) : undefined),
    )} END`,
    source_change:
      "CASE WHEN changed_row IS NULL OR origin < 0 THEN NULL WHEN row_before IS NULL THEN 'added' WHEN row_now IS NULL THEN 'removed' ELSE 'changed' END",
    source_curr_file: pick((origin) => text(fileOf(origin, "current")?.key)),
    source_curr_etag: pick((origin) => text(fileOf(origin, "current")?.etag)),
    source_prev_file: pick((origin) => text(fileOf(origin, "prior")?.key)),
    source_prev_etag: pick((origin) => text(fileOf(origin, "prior")?.etag)),
    prev_exec_date: dateLiteral(explained.dates.priorDate),
  };
}

/** A row that moves nothing by itself counts as a condition, whatever is made of it; without a number nothing is made of it. */
function methodOf({ method }: Origin): string {
  const numbered = !["max", "min", "changed"].includes(method);
  return numbered
    ? `CASE WHEN contribution IS NULL THEN 'changed' WHEN contribution = 0E0 THEN 'condition' ELSE ${literal(method)} END`
    : literal(method);
}

/** The used columns that differ; of a row that came or went, and of a column told for itself, those that count. */
function changedNames(origin: Origin, label: (column: string) => string, own: string): string {
  const names = origin.used.map(
    ({ column }) => `CASE WHEN differs_${placeOf(origin, column)} THEN ${literal(`, ${label(column)}`)} ELSE '' END`,
  );
  const differing = names.length === 0 ? literal("*") : `substr(${names.join(" || ")}, 3)`;
  return `CASE WHEN ${showsOwn(origin)} THEN ${literal(own)} ELSE ${differing} END`;
}

/** The place of a column among a row's packed values, from 1; 0 if it is not there. */
function placeOf({ packed }: Origin, column: string | undefined): number {
  return packed.findIndex((each) => each.column === column) + 1;
}

function showsOwn(origin: Origin): string {
  const { attributes, apart } = origin;
  const place = apart ? placeOf(origin, attributes.at(0)?.column) : 0;
  const alone = place === 0 ? "" : ` OR differs_${place}`;
  return `row_before IS NULL OR row_now IS NULL${alone}`;
}

/** Their values: one as it is, several with NULL spelled out. */
function changedValues(origin: Origin, side: "before" | "now"): string | undefined {
  const { used, attributes } = origin;
  const value = (place: number) => `${side}_${place}`;
  const own = attributes.map(({ column }) => placeOf(origin, column)).filter((place) => place > 0);
  const several = (all: readonly string[]) => all.map((each) => `coalesce(${each}, 'NULL')`).join(" || ', ' || ");
  const ownValue = own.length === 0 ? "NULL" : own.length === 1 ? value(own[0]) : several(own.map(value));
  if (used.length === 0) return undefined;
  const places = used.map(({ column }) => placeOf(origin, column));
  const count = places.map((place) => `CASE WHEN differs_${place} THEN 1 ELSE 0 END`).join(" + ");
  const single = `CASE ${places.map((place) => `WHEN differs_${place} THEN ${value(place)}`).join(" ")} END`;
  const all = places.map(
    (place) => `CASE WHEN differs_${place} THEN ', ' || coalesce(${value(place)}, 'NULL') ELSE '' END`,
  );
  return (
    `CASE WHEN row_${side} IS NULL THEN NULL WHEN ${showsOwn(origin)} THEN ${ownValue} ` +
    `WHEN ${count} = 1 THEN ${single} ELSE substr(${all.join(" || ")}, 3) END`
  );
}

function grainValues(side: "result" | "source", keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    keys.map((key, index) => [`${side}_grain_value_${index + 1}`, fitted(key, auditLengths.grainValue)]),
  );
}

/** Each column of the table, typed as it is there. */
function inTableOrder(values: Readonly<Record<string, string>>): string[] {
  return explanationColumns.map(({ name, type }) => {
    if (values[name] === undefined) throw auditError(`An edge has no ${name}.`);
    return `CAST(${values[name]} AS ${type}) AS ${quotedName(name)}`;
  });
}

/** One line for each change that says why it is not followed; `contribution` is SQL over the target's columns. */
export function notFollowedQuery(
  {
    result,
    attribute,
    labels = {},
    depth,
    dates,
    targets,
  }: Pick<ExplainedAttribute, "result" | "attribute" | "labels" | "depth" | "dates" | "targets">,
  reason: string,
  {
    from = `(${targets}) AS target`,
    contribution = "change",
  }: { readonly from?: string; readonly contribution?: string } = {},
): string {
  const given: Record<string, string> = {
    ...Object.fromEntries(explanationColumns.map(({ name }) => [name, "NULL"])),
    result_table: literal(result.table),
    result_attribute: literal(labels[`${result.table}.${attribute.column}`] ?? attribute.column),
    ...grainValues("result", targetKeys),
    result_change: "change",
    contribution,
    share: `${contribution} / nullif(change, 0E0)`,
    depth: String(depth),
    place: "1",
    method: "'not followed'",
    row_count: "0",
    note: literal(`${reason}: not followed`.slice(0, 200)),
    prev_exec_date: dateLiteral(dates.priorDate),
  };
  return `SELECT ${inTableOrder(given).join(",\n  ")}\nFROM ${from}`;
}
