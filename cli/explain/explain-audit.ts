/** Explains the changes that an audit found: asks Athena for the rows behind them, level by level, down to incoming files. */
import { readAuditChange } from "../../audit/audit-change";
import { columnType, isNumeric } from "../../audit/column-type";
import type { ComparedDates, ComparedRuns } from "../../audit/comparison";
import type { AuditConfig, TypedColumn } from "../../audit/config";
import { execDate } from "../../audit/exec-date";
import { targetOf } from "../../audit/explanation/edges";
import type { SourceFiles } from "../../audit/explanation/explained";
import { edgesOf, nextSteps, type LakeKnowledge } from "../../audit/explanation/plan";
import type { SourceTable } from "../../audit/explanation/scope";
import { explanationSentence, type Units } from "../../audit/explanation/sentence";
import {
  explanationOf,
  readEdge,
  valueKey,
  withoutSteps,
  type Change,
  type Edge,
  type Explanation,
} from "../../audit/explanation/tree";
import { grainText } from "../../audit/explanation/wording";
import { identifier } from "../../audit/identifier";
import { dateLiteral, literal } from "../../audit/literal";
import { periodSpan } from "../../audit/period";
import { readPublishedComparison } from "../../functions/runs/compared";
import type { LakePlaces } from "../../functions/runs/makers";
import { datesOf, readAuditConfigs, readKnowledge } from "../../functions/runs/provenance";
import { runQuery } from "../lake/query";
import { CommandError } from "../command-error";
import { onlyFiles, readArrivals } from "./explained-files";
import { withParts } from "./part-files";
import type { Lake } from "../lake/lake";

/** What explaining needs of a lake. */
export type ExplainedLake = Pick<Lake, "s3" | "glue" | "athena" | "outputs">;

/** Which changes are to be explained, and how far. */
export interface ExplanationRequest {
  readonly table: string;
  /** Execution date, `YYYY-MM-DD`. */
  readonly date: string;
  /** One attribute. @default all */
  readonly attribute?: string;
  /** Values of grain columns. @default any */
  readonly keys: Readonly<Record<string, string>>;
  /** Tables from the result down to the sources. */
  readonly depth: number;
  /** Source rows listed for each change. */
  readonly top: number;
  /** Changes explained, the largest first. */
  readonly changes: number;
}

/** Explained changes of a table. */
export interface ExplainedTable {
  readonly table: string;
  readonly date: string;
  /** Execution date compared with; absent if nothing changed. */
  readonly priorDate?: string;
  /** Run compared with, if it was another one of the same date. */
  readonly priorRun?: string;
  /** Names of the grain columns, in the order of values. */
  readonly grain: readonly string[];
  /** Largest change first; a change that is a step of another is told there. */
  readonly explanations: readonly Explanation[];
  /** Changes that were not explained because there are too many. */
  readonly further: number;
  /** When the files in the explanations arrived, ISO 8601 UTC, by `fileId`; absent for a file that is another by now. */
  readonly arrivals: Readonly<Record<string, string>>;
}

/** Explains changes of one audited table. Throws {@link CommandError} for a table, attribute or key that there is none of. */
export async function explainTable(lake: ExplainedLake, request: ExplanationRequest): Promise<ExplainedTable> {
  const places = placesOf(lake);
  const configs = await readAuditConfigs(places);
  const config = configs.find(({ table }) => table === request.table);
  if (!config) {
    const known = [...new Set(configs.map(({ table }) => table))].sort().join(", ");
    throw new CommandError(`${request.table} is no audited table; audited are ${known || "none"}.`);
  }
  checkRequest(request, config);
  const all = (await readChanges(lake, config, request.date)).filter(({ change }) => isWanted(change, request, config));
  const chosen = all.slice(0, request.changes);
  const nothing = { table: config.table, date: request.date, grain: config.grain.map(({ column }) => column) };
  if (chosen.length === 0) return { ...nothing, explanations: [], further: 0, arrivals: {} };
  const dates = { execDate: request.date, priorDate: chosen[0].priorDate };
  const compared = await readPublishedComparison(config, dates, places);
  const explanations = await explainChanges(lake, config, chosen, { ...request, compared }, places, configs);
  return {
    ...nothing,
    priorDate: dates.priorDate,
    ...("priorRun" in compared && { priorRun: compared.priorRun }),
    explanations,
    further: all.length - chosen.length,
    arrivals: await readArrivals(lake, explanations),
  };
}

/** Explains in a sentence the largest change of a date that is computed from something; says so if there is none. */
export async function explainDate(lake: ExplainedLake, date: string, units: Units = {}): Promise<string> {
  const places = placesOf(lake);
  const configs = await readAuditConfigs(places);
  let largest: { readonly explanation: Explanation; readonly about: string } | undefined;
  let changed = 0;
  for (const config of configs) {
    const changes = await readChanges(lake, config, date);
    changed += changes.length;
    if (changes.length === 0) continue;
    const limits = { table: config.table, date, keys: {}, depth: 5, top: 3, changes: 3 };
    const compared = await readPublishedComparison(config, { execDate: date, priorDate: changes[0].priorDate }, places);
    const [explanation] = await explainChanges(
      lake,
      config,
      changes.slice(0, 3),
      { ...limits, compared },
      places,
      configs,
    );
    const computed = explanation && (explanation.causes.length > 0 || explanation.notFollowed !== null);
    if (!computed || Math.abs(explanation.change ?? 0) <= Math.abs(largest?.explanation.change ?? 0)) continue;
    const audited = changes.find(({ change }) => valueKey(change) === valueKey(explanation));
    largest = { explanation, about: aboutOf(config, explanation, audited?.period ?? null) };
  }
  if (largest) return explanationSentence(largest.explanation, largest.about, units);
  if (changed === 0) return `Nothing that is audited differs on ${date} from the date before.`;
  return `${changed} audited values differ on ${date} from the date before, none of them computed from others.`;
}

/** The period that a row is about, as far as its table tells. */
export function aboutOf(
  config: Pick<AuditConfig, "period">,
  { grain }: Pick<Explanation, "grain">,
  period: string | null,
): string {
  const span = periodSpan(config.period.pattern);
  const length = span === "year" ? 4 : span === "month" ? 7 : 10;
  return period === null ? grain.filter((value) => value !== null).join(" / ") : period.slice(0, length);
}

/** Where the lake's tables and run records are. */
export function placesOf({ s3, glue, outputs }: ExplainedLake): LakePlaces {
  return { s3, glue, assets: outputs.assetsBucket, pipelines: outputs.pipelines.map(({ name }) => name) };
}

function checkRequest({ attribute, keys }: ExplanationRequest, { table, attributes, grain }: AuditConfig): void {
  if (attribute !== undefined && !attributes.some(({ label }) => label === attribute)) {
    const known = attributes.map(({ label }) => label).join(", ");
    throw new CommandError(`${attribute} is no audited attribute of ${table}; audited are ${known}.`);
  }
  for (const key of Object.keys(keys)) {
    if (!grain.some(({ column }) => column === key)) {
      const known = grain.map(({ column }) => column).join(", ");
      throw new CommandError(`${key} does not tell rows of ${table} apart; give --key with ${known}.`);
    }
  }
}

/** A change and what the audit says of it beside. */
interface AuditedChange {
  readonly change: Change;
  readonly period: string | null;
  readonly priorDate: string;
}

/** The changes of a table, largest first, those that are no numbers last. */
async function readChanges(lake: ExplainedLake, config: AuditConfig, date: string): Promise<AuditedChange[]> {
  const { audit, table, pipeline } = config;
  const sql =
    `SELECT * FROM ${identifier(audit.database)}.${identifier(audit.table)} WHERE exec_date = ${dateLiteral(date)} ` +
    `AND table_name = ${literal(table)} AND pipeline = ${literal(pipeline)}`;
  const rows = await ask(lake, sql);
  const changes = rows.map((row): AuditedChange => {
    const { attribute, current, prior, delta, grain, period, type } = readAuditChange(row);
    const change = {
      became: type === "added" || type === "removed" ? type : ("changed" as const),
      table,
      attribute,
      grain: grain.map(({ value }) => value),
      current,
      prior,
      change: delta,
      files: {},
    };
    return { change, period, priorDate: execDate(String(row.prev_exec_date)) };
  });
  const size = ({ change }: AuditedChange) => Math.abs(change.change ?? -1);
  return changes.sort((left, right) => size(right) - size(left));
}

/** A value of the grain may be given as it is shown, without seconds that are zero. */
function isWanted(change: Change, request: ExplanationRequest, config: AuditConfig): boolean {
  if (request.attribute !== undefined && change.attribute !== request.attribute) return false;
  return Object.entries(request.keys).every(([key, value]) => {
    const found = change.grain[config.grain.findIndex(({ column }) => column === key)];
    return found === value || grainText([found]) === value;
  });
}

/** Asks for the edges of each level until there are none below, and puts them together. */
async function explainChanges(
  lake: ExplainedLake,
  config: AuditConfig,
  changes: readonly AuditedChange[],
  { compared, depth, top }: ExplanationRequest & { readonly compared: ComparedDates | ComparedRuns },
  places: LakePlaces,
  configs: readonly AuditConfig[],
): Promise<Explanation[]> {
  const dates = datesOf(compared);
  const name = `${config.database}.${config.table}`;
  const knowledge = await readKnowledge([name], compared, places, configs);
  const edges: Edge[] = [];
  let level: Level[] = levelOf(config, changes, knowledge);
  for (let at = 1; at <= depth && level.length > 0; at += 1) {
    const next: Level[] = [];
    for (const { table, attribute, targets } of level) {
      const query = edgesOf(
        { result: table, attribute, targets: targets.join(" UNION ALL "), depth: at },
        { dates, knowledge, top },
      );
      const found = (await ask(lake, query.sql)).map(readEdge);
      edges.push(...found);
      for (const step of nextSteps(query, knowledge)) next.push(...below(step, found, edges, knowledge));
    }
    level = next;
  }
  const files = knowledge.files[name] as SourceFiles | undefined;
  const landed = !knowledge.models[name];
  const widths = Object.fromEntries(knowledge.tables.map((each) => [each.table, each.grain.length]));
  const trees = changes.map(({ change }) =>
    explanationOf({ ...change, files: landed ? onlyFiles(files) : {} }, edges, widths),
  );
  return withParts(withoutSteps(trees), knowledge, dates, (sql) => ask(lake, sql));
}

/** Changes of one attribute to be explained together. */
interface Level {
  readonly table: SourceTable;
  readonly attribute: TypedColumn;
  readonly targets: readonly string[];
}

function levelOf(config: AuditConfig, changes: readonly AuditedChange[], knowledge: LakeKnowledge): Level[] {
  const { database, table: tableName, grain } = config;
  const table = knowledge.tables.find((each) => each.database === database && each.table === tableName);
  if (!table || !knowledge.models[`${database}.${tableName}`]) return [];
  return config.attributes.flatMap((attribute): Level[] => {
    const targets = changes
      .filter(({ change }) => change.attribute === attribute.label && change.change)
      .map(({ change }) => targetOf(change.grain, change.change ?? 0));
    const numeric = isNumeric(columnType(attribute.type)?.kind ?? "text");
    return targets.length > 0 && numeric ? [{ table: { ...table, grain }, attribute, targets }] : [];
  });
}

/** The listed source rows of one table and attribute that no edge explains yet. */
function below(
  { table, attribute }: { readonly table: SourceTable; readonly attribute: TypedColumn },
  found: readonly Edge[],
  edges: readonly Edge[],
  { labels }: LakeKnowledge,
): Level[] {
  const label = labels[`${table.table}.${attribute.column}`] ?? attribute.column;
  const known = edges.map(({ result }) => valueKey(result));
  const targets = found.flatMap(({ source }) => {
    if (!source || source.table !== table.table || source.attribute !== label || known.includes(valueKey(source)))
      return [];
    const change = Number(source.current ?? 0) - Number(source.prior ?? 0);
    return change ? [targetOf(source.grain, change)] : [];
  });
  return targets.length > 0 ? [{ table, attribute, targets: [...new Set(targets)] }] : [];
}

async function ask(lake: ExplainedLake, sql: string): Promise<Record<string, unknown>[]> {
  const { columns, rows } = await runQuery(lake.athena, lake.outputs.workgroup, sql);
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index]])));
}
