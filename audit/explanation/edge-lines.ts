/**
 * The lines of an explanation: what an edge query selects, in the shape of the explanation table.
 */
import { auditError } from "../audit-error";
import { auditLengths } from "../audit-table";
import { fitted } from "../canonical-text";
import { columnType } from "../column-type";
import { dateLiteral, literal } from "../literal";
import type { ChangedRows } from "./changed-rows";
import { explanationColumns } from "./edge-table";
import type { ExplainedAttribute, SourceFiles } from "./explained";
import { isFloat, keyNames, numbered, type Origin, textOf } from "./row-marks";
import { quoted } from "./scope";

/** The columns of the lines that name rows by their origin, or an origin of -1 for the rest and -2 for what is not listed. */
export function edgeColumns(explained: ExplainedAttribute, origins: readonly Origin[]): string {
  return inTableOrder(edgeValues(explained, origins)).join(",\n  ");
}

/** One line for each changed row behind what is not followed. */
export function changedEdges(explained: ExplainedAttribute, { sql, origins }: ChangedRows): string {
  const values = {
    ...edgeValues(explained, origins),
    contribution: "NULL",
    share: "NULL",
    place: "place + 1",
    row_count: "1",
  };
  return `SELECT ${inTableOrder({ ...values, ...changedValues }).join(",\n  ")}\nFROM (${sql}) AS changed WHERE place <= ${explained.top}`;
}

/** Values come as text already. */
const changedValues = {
  source_curr_value: fitted("value_current", auditLengths.value),
  source_prev_value: fitted("value_prior", auditLengths.value),
};

/** The lines in the shape of the explanation table. */
function edgeValues(explained: ExplainedAttribute, origins: readonly Origin[]): Record<string, string> {
  const { result, attribute, labels = {}, files = {} } = explained;
  const pick = (value: (origin: Origin) => string | undefined): string => {
    const whens = origins.flatMap((origin, index) => {
      const text = value(origin);
      return text === undefined ? [] : [`WHEN ${index} THEN ${literal(text)}`];
    });
    return whens.length === 0 ? "CAST(NULL AS varchar)" : `CASE origin ${whens.join(" ")} END`;
  };
  const fileOf = ({ table }: Origin): SourceFiles => files[`${table.database}.${table.table}`] ?? {};
  const label = (table: string, column: string) => labels[`${table}.${column}`] ?? column;
  const number = "CASE WHEN origin = -1 THEN change - explained ELSE sum(contribution) END";
  return {
    result_table: literal(result.table),
    result_attribute: literal(label(result.table, attribute.column)),
    ...grainValues("result", numbered("result_key")),
    result_change: "change",
    source_table: pick(({ table }) => table.table),
    source_attribute: pick(({ table, attributes }) =>
      attributes.length === 0 ? "*" : attributes.map(({ column }) => label(table.table, column)).join(", "),
    ),
    ...grainValues("source", keyNames()),
    source_curr_value: fitted(valueText(origins, "current"), auditLengths.value),
    source_prev_value: fitted(valueText(origins, "prior"), auditLengths.value),
    contribution: number,
    share: `${number.replace(/END$/, "END")} / nullif(change, 0E0)`,
    depth: String(explained.depth),
    place: "place",
    method: `CASE origin WHEN -1 THEN 'unexplained' WHEN -2 THEN 'further rows' ${origins
      .map((origin, index) => `WHEN ${index} THEN ${literal(origin.method)}`)
      .join(" ")} END`,
    row_count: "CASE WHEN origin = -1 THEN 0 ELSE count(*) END",
    note: pick((origin) => (origin.with.length > 0 ? `with ${origin.with.join(", ")}` : undefined)),
    source_curr_file: pick((origin) => fileOf(origin).current?.key),
    source_curr_etag: pick((origin) => fileOf(origin).current?.etag),
    source_prev_file: pick((origin) => fileOf(origin).prior?.key),
    source_prev_etag: pick((origin) => fileOf(origin).prior?.etag),
    prev_exec_date: dateLiteral(explained.dates.priorDate),
  };
}

/** A listed row's value as the audit writes it. */
function valueText(origins: readonly Origin[], date: "current" | "prior"): string {
  const floats = origins.flatMap(({ attributes: [attribute, ...more] }, index) => {
    if (!attribute || more.length > 0 || !isFloat(attribute.type)) return [];
    const read = columnType(attribute.type)?.kind === "real" ? "real" : "double";
    return [`WHEN ${index} THEN ${textOf(`CAST(number_${date} AS ${read})`, attribute.type)}`];
  });
  return floats.length === 0 ? `value_${date}` : `CASE origin ${floats.join(" ")} ELSE value_${date} END`;
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
    return `CAST(${values[name]} AS ${type}) AS ${quoted(name)}`;
  });
}

/** One line for each change that says why it is not followed. */
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
): string {
  const given: Record<string, string> = {
    ...Object.fromEntries(explanationColumns.map(({ name }) => [name, "NULL"])),
    result_table: literal(result.table),
    result_attribute: literal(labels[`${result.table}.${attribute.column}`] ?? attribute.column),
    ...grainValues("result", numbered("result_key")),
    result_change: "change",
    contribution: "change",
    share: "1E0",
    depth: String(depth),
    place: "1",
    method: "'not followed'",
    row_count: "0",
    note: literal(`${reason}: not followed`.slice(0, 200)),
    prev_exec_date: dateLiteral(dates.priorDate),
  };
  return `SELECT ${inTableOrder(given).join(",\n  ")}\nFROM (${targets}) AS target`;
}
