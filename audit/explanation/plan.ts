/**
 * Which edge queries explain the changes of a table: one for each attribute, and one more for each table on the way that is not
 * audited itself, down to tables that no model makes.
 */
import { auditColumns } from "../audit-table";
import type { ComparedDates } from "../comparison";
import type { AuditConfig, AuditedAttribute, TypedColumn } from "../config";
import { columnType, isNumeric } from "../column-type";
import { identifier } from "../identifier";
import { dateLiteral, literal } from "../literal";
import { keyColumns } from "./origin";
import { notFollowedQuery } from "./edge-lines";
import { type EdgeQuery, edgeQuery } from "./edges";
import type { SourceFiles } from "./explained";
import type { SourceTable } from "./scope";

/** The SQL that made a table for each of the two dates. */
export interface ModelTexts {
  readonly current: string;
  readonly prior: string;
}

/** What is known of the tables behind a result. */
export interface LakeKnowledge {
  readonly tables: readonly SourceTable[];
  /** Models by `<database>.<table>`; a table without one was landed. */
  readonly models: Readonly<Record<string, ModelTexts>>;
  /** Incoming files by `<database>.<table>`. */
  readonly files: Readonly<Record<string, SourceFiles>>;
  /** Names of attributes in the audit table by `<table>.<column>`, where they are not the columns'. */
  readonly labels: Readonly<Record<string, string>>;
}

/** How far explanations go. */
export interface ExplanationLimits {
  /** Source rows listed for each result. @default 20 */
  readonly top?: number;
  /** Tables from the result down to the sources. @default 3 */
  readonly depth?: number;
  /** Bytes of the whole query. @default 180,000: a state machine passes it on as JSON, in 256 KiB */
  readonly longest?: number;
}

/**
 * The SELECT whose rows are the explanation of all changes that the audit table has of `config`'s table: columns of the
 * explanation table, in its order. Undefined if no model makes the table, or none of its attributes is a number.
 */
export function explanationQuery(
  config: AuditConfig,
  dates: ComparedDates,
  knowledge: LakeKnowledge,
  { top = 20, depth = 3, longest = 180_000 }: ExplanationLimits = {},
): string | undefined {
  const name = `${config.database}.${config.table}`;
  if (!knowledge.models[name]) return undefined;
  const known = tableOf(knowledge, name) ?? { ...config, columns: [...config.grain, ...config.attributes] };
  const result = { ...known, grain: config.grain };
  const numeric = config.attributes.filter(({ type }) => isNumeric(columnType(type)?.kind ?? "text"));
  if (numeric.length === 0) return undefined;
  const first = numeric.map((attribute): Step => {
    return { result, attribute, targets: auditedTargets(config, attribute, dates), depth: 1 };
  });
  const told = config.attributes.map(({ column }) => `${name}.${column}`);
  const levels = levelsDown(first, { dates, knowledge, top, deepest: depth, told });
  // What does not fit is said to be missing: the deepest levels go first, then the largest statements.
  const statements = levels.flat().map(({ step, query }) => ({
    sql: query.sql,
    short: step.depth > 1 ? undefined : notFollowedQuery({ ...step, dates, labels: knowledge.labels }, tooLong),
  }));
  const whole = () => statements.map(({ sql }) => `SELECT * FROM (${sql}) AS edge`).join("\nUNION ALL ");
  while (Buffer.byteLength(whole()) > longest) {
    const last = statements[statements.length - 1];
    const largest = statements.reduce((most, entry) => (entry.sql.length > most.sql.length ? entry : most));
    if (last.short === undefined) statements.pop();
    else if (largest.short !== undefined && largest.sql !== largest.short) largest.sql = largest.short;
    else return undefined;
  }
  return whole();
}

const tooLong = "a statement that would be too long";

/** One table and attribute on the way down. */
interface Step {
  readonly result: SourceTable;
  readonly attribute: TypedColumn;
  readonly targets: string;
  readonly depth: number;
}

interface Descent {
  readonly dates: ComparedDates;
  readonly knowledge: LakeKnowledge;
  readonly top: number;
  readonly deepest: number;
  /** `<database>.<table>.<column>` that have edges already. */
  readonly told: readonly string[];
}

interface Told {
  readonly step: Step;
  readonly query: EdgeQuery;
}

/** The edge queries of some steps, then those of the tables below them, each table's attribute once. */
function levelsDown(steps: readonly Step[], descent: Descent): Told[][] {
  const { knowledge, deepest, told } = descent;
  const level = steps.map((step) => ({ step, query: edgesOf(step, descent) }));
  if (steps.length === 0 || steps[0].depth >= deepest) return [level];
  const below: Record<string, Step> = {};
  for (const { step, query } of level) {
    for (const { table, attribute } of nextSteps(query, knowledge)) {
      const name = `${table.database}.${table.table}.${attribute.column}`;
      // What is audited has lines of its own, in the partition of its own audit.
      const audited = knowledge.labels[`${table.table}.${attribute.column}`] !== undefined;
      if (audited || told.includes(name)) continue;
      const targets = targetsFrom(query.sql, table, attribute, knowledge);
      const known = below[name]?.targets;
      below[name] = {
        ...{ result: table, attribute, depth: step.depth + 1 },
        targets: known === undefined ? targets : `${known} UNION ${targets}`,
      };
    }
  }
  const next = Object.entries(below);
  if (next.length === 0) return [level];
  const more = { ...descent, told: [...told, ...next.map(([name]) => name)] };
  return [
    level,
    ...levelsDown(
      next.map(([, step]) => step),
      more,
    ),
  ];
}

/** The edge query of one attribute of one table. */
export function edgesOf(
  { result, attribute, targets, depth }: Step,
  { dates, knowledge, top }: Pick<Descent, "dates" | "knowledge" | "top">,
): EdgeQuery {
  const { tables, files, labels } = knowledge;
  const model = knowledge.models[`${result.database}.${result.table}`];
  return edgeQuery({ result, attribute, dates, model, tables, files, labels, targets, top, depth });
}

/** Tables with a model behind an edge query, with the single attribute whose change goes on there. */
export function nextSteps(
  { origins }: EdgeQuery,
  { models }: Pick<LakeKnowledge, "models">,
): { readonly table: SourceTable; readonly attribute: TypedColumn }[] {
  return origins.flatMap(({ table, attributes }) => {
    const [attribute, ...more] = attributes;
    if (!attribute || more.length > 0 || !models[`${table.database}.${table.table}`]) return [];
    return isNumeric(columnType(attribute.type)?.kind ?? "text") ? [{ table, attribute }] : [];
  });
}

function tableOf({ tables }: LakeKnowledge, name: string): SourceTable | undefined {
  return tables.find(({ database, table }) => `${database}.${table}` === name);
}

/** The changes that the audit table has of an attribute. */
function auditedTargets(config: AuditConfig, { label }: AuditedAttribute, { execDate }: ComparedDates): string {
  const known = auditColumns.map(({ name }) => name as string);
  const keys = Array.from({ length: keyColumns }, (_, index) => `grain_value_${index + 1}`).filter((key) =>
    known.includes(key),
  );
  const partition = {
    pipeline: literal(config.pipeline),
    exec_date: dateLiteral(execDate),
    table_name: literal(config.table),
    time_grain: literal(config.timeGrain),
    attribute: literal(label),
  };
  return (
    `SELECT ${keys.map((key, index) => `CAST(${key} AS varchar) AS result_key_${index + 1}`).join(", ")}, delta AS change ` +
    `FROM ${identifier(config.audit.database)}.${identifier(config.audit.table)} ` +
    `WHERE ${Object.entries(partition)
      .map(([column, value]) => `${column} = ${value}`)
      .join(" AND ")} AND change_type <> 'omitted' AND abs(delta) > 0E0`
  );
}

/** The changes of source rows that an edge query lists. */
function targetsFrom(sql: string, table: SourceTable, attribute: TypedColumn, { labels }: LakeKnowledge): string {
  const label = labels[`${table.table}.${attribute.column}`] ?? attribute.column;
  const keys = Array.from({ length: keyColumns }, (_, index) => `source_grain_value_${index + 1}`);
  const number = (column: string) => `coalesce(TRY_CAST(${column} AS double), 0E0)`;
  return (
    `SELECT DISTINCT ${keys.map((key, index) => `CAST(${key} AS varchar) AS result_key_${index + 1}`).join(", ")}, ` +
    `${number("source_curr_value")} - ${number("source_prev_value")} AS change FROM (${sql}) AS upper_edge ` +
    `WHERE source_table = ${literal(table.table)} AND source_attribute = ${literal(label)}`
  );
}
