/** What moved, for a lake's page: how many changes there are, the largest of them, and why these came about. */
import { readAuditChange } from "../../audit/audit-change";
import { omittedRowsKey } from "../../audit/audit-table";
import type { AuditConfig } from "../../audit/config";
import { identifier } from "../../audit/identifier";
import { dateLiteral, literal } from "../../audit/literal";
import { explanationSentence } from "../../audit/explanation/sentence";
import { valueKey, type Explanation } from "../../audit/explanation/tree";
import { readText } from "../../functions/storage/objects";
import { readMakers } from "../../functions/runs/makers";
import type { ChangesView, ChangeView, WhyView } from "../../report/view";
import { aboutOf, explainTable, placesOf, type ExplanationRequest } from "../explain/explain-audit";
import type { Lake } from "../lake/lake";
import { runQuery } from "../lake/query";

/** Changes of a date that are read one by one. */
const EACH_DATE = 500;
/** Tables of the newest date whose changes are explained, and changes of each. */
const TABLES = 12;
const EACH_TABLE = 10;

/** A change and what the audit says of it beside. */
export interface AuditedChange extends ChangeView {
  readonly period: string | null;
  readonly priorDate: string;
}

async function ask({ athena, outputs }: Lake, sql: string): Promise<Record<string, string | undefined>[]> {
  const { columns, rows } = await runQuery(athena, outputs.workgroup, sql);
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index]])));
}

function auditTables(configs: readonly AuditConfig[]): string[] {
  return [...new Set(configs.map(({ audit }) => `${identifier(audit.database)}.${identifier(audit.table)}`))];
}

/** Counts of all changes since a date, and the largest of each date. */
export async function readChanges(
  configs: readonly AuditConfig[],
  since: string,
  lake: Lake,
): Promise<{ readonly counts: ChangesView["counts"]; readonly largest: AuditedChange[] }> {
  const counts: ChangesView["counts"][number][] = [];
  const largest: AuditedChange[] = [];
  for (const audit of auditTables(configs)) {
    const where = `WHERE exec_date >= ${dateLiteral(since)}`;
    // One row stands for those that `keepLargest` left out, and says how many they are.
    const each = `CASE WHEN grain_key_1 = ${literal(omittedRowsKey)} THEN CAST(grain_value_1 AS bigint) ELSE 1 END`;
    const summed = `SELECT exec_date, table_name, attribute, sum(${each}) AS changes, sum(delta) AS delta FROM ${audit} ${where} GROUP BY exec_date, table_name, attribute`;
    for (const row of await ask(lake, summed)) {
      const delta = row.delta === undefined ? null : Number(row.delta);
      counts.push({
        date: row.exec_date ?? "",
        table: row.table_name ?? "",
        attribute: row.attribute ?? "",
        changes: Number(row.changes),
        delta,
      });
    }
    const placed = `SELECT *, row_number() OVER (PARTITION BY exec_date ORDER BY abs(coalesce(delta, 0)) DESC) AS place FROM ${audit} ${where} AND change_type <> 'omitted'`;
    const rows = await ask(
      lake,
      `SELECT * FROM (${placed}) WHERE place <= ${EACH_DATE} ORDER BY exec_date DESC, place`,
    );
    largest.push(...rows.map(changeView));
  }
  return { counts, largest };
}

/** A row of the audit table as the page shows it: pure. */
export function changeView(row: Readonly<Record<string, string | undefined>>): AuditedChange {
  const { table, attribute, grain, type, current, prior, delta, period } = readAuditChange(row);
  const values = grain.map(({ value }) => value);
  return {
    date: row.exec_date ?? "",
    priorDate: row.prev_exec_date ?? "",
    table,
    attribute,
    grain: values,
    type,
    current,
    prior,
    delta,
    period,
  };
}

/** Explanations of the newest date that has changes: the largest of each table, but for those that another one tells. */
export async function readWhys(
  configs: readonly AuditConfig[],
  { counts, largest }: { readonly counts: ChangesView["counts"]; readonly largest: readonly AuditedChange[] },
  command: (text: string) => string,
  lake: Lake,
): Promise<WhyView[]> {
  const date = counts.reduce((newest, each) => (each.date > newest ? each.date : newest), "");
  const names = [...new Set(largest.filter((each) => each.date === date).map(({ table }) => table))];
  const found: WhyView[] = [];
  const makers = makersOnce(lake);
  for (const table of names.slice(0, TABLES)) {
    const config = configs.find((each) => each.table === table);
    if (!config) continue;
    const request: ExplanationRequest = { table, date, keys: {}, depth: 5, top: 8, changes: EACH_TABLE };
    const { explanations, priorDate, priorRun, grain, arrivals } = await explainTable(lake, request);
    if (priorDate === undefined || explanations.length === 0) continue;
    const histories = await readHistories(config, explanations, lake);
    for (const [index, explanation] of explanations.entries()) {
      const own = largest.find((each) => each.date === date && valueKey(each) === valueKey(explanation));
      const keys = grain.map((name, place) => ` --key ${shellPair(name, explanation.grain[place])}`).join("");
      const about = aboutOf(config, explanation, own?.period ?? null);
      found.push({
        ...{ date, priorDate, priorRun, grain, explanation, arrivals, history: histories[index] ?? [] },
        about,
        sentence: explanationSentence(explanation, about),
        models: await changedModels(explanation, config, date, priorDate, makers, lake),
        command: command(`explain --table ${table} --date ${date} --attribute ${explanation.attribute}${keys}`),
      });
    }
  }
  return withoutTold(found);
}

function shellPair(name: string, value: string | null | undefined): string {
  const text = `${name}=${value ?? ""}`;
  return /^[\w=:.,/-]+$/.test(text) ? text : `'${text.replace(/'/g, "'\\''")}'`;
}

/** Largest first, without those that are a step of another one: pure. */
export function withoutTold(whys: readonly WhyView[]): WhyView[] {
  const told = new Set(whys.flatMap(({ explanation }) => explanation.causes.flatMap(({ source }) => keysIn(source))));
  const size = ({ explanation }: WhyView): number =>
    Math.abs(explanation.change ?? 0) + (explanation.causes.length > 0 ? 1e-9 : 0);
  return whys.filter(({ explanation }) => !told.has(valueKey(explanation))).sort((a, b) => size(b) - size(a));
}

/** What all values of a tree are told by. */
function keysIn(explanation: Explanation): string[] {
  return [valueKey(explanation), ...explanation.causes.flatMap(({ source }) => keysIn(source))];
}

/** Values over dates, as the audit kept them: both sides of each change. Between changes a value stays what it is. */
async function readHistories(
  config: AuditConfig,
  explanations: readonly Explanation[],
  lake: Lake,
): Promise<WhyView["history"][]> {
  const { audit, table, pipeline } = config;
  const attributes = [...new Set(explanations.map(({ attribute }) => literal(attribute)))].join(", ");
  const first = [...new Set(explanations.flatMap(({ grain }) => (grain[0] ? [literal(grain[0])] : [])))].join(", ");
  const sql =
    `SELECT * FROM ${identifier(audit.database)}.${identifier(audit.table)} WHERE table_name = ${literal(table)} AND pipeline = ${literal(pipeline)} ` +
    `AND attribute IN (${attributes})${first === "" ? "" : ` AND grain_value_1 IN (${first})`}`;
  const changes = (await ask(lake, sql)).map(changeView);
  return explanations.map((explanation) =>
    historyOf(changes.filter((each) => valueKey(each) === valueKey(explanation))),
  );
}

/** The values on both sides of changes of one attribute, oldest first: pure. */
export function historyOf(changes: readonly AuditedChange[]): WhyView["history"] {
  const values = new Map<string, string | null>();
  const inOrder = [...changes].sort((a, b) => a.date.localeCompare(b.date));
  for (const { date, priorDate, current, prior } of inOrder) {
    values.set(priorDate, prior);
    values.set(date, current);
  }
  return [...values]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([date, value]) => {
      const number = value === null ? NaN : Number(value);
      return { date, value: Number.isFinite(number) ? number : null };
    });
}

type MakersOf = (date: string) => ReturnType<typeof readMakers>;

/** What made each table on a date: the records of a date are read once, and only if something asks for them. */
function makersOnce(lake: Lake): MakersOf {
  const read = new Map<string, ReturnType<typeof readMakers>>();
  return (date) => {
    const makers = read.get(date) ?? readMakers(placesOf(lake), date);
    read.set(date, makers);
    return makers;
  };
}

/** Statements of the tables in a tree whose model changed, on both dates. */
async function changedModels(
  explanation: Explanation,
  { database }: AuditConfig,
  date: string,
  priorDate: string,
  makersOf: MakersOf,
  lake: Lake,
): Promise<WhyView["models"]> {
  const tables = [...new Set(changedIn(explanation))];
  if (tables.length === 0) return [];
  const [now, before] = [await makersOf(date), await makersOf(priorDate)];
  const models: WhyView["models"][number][] = [];
  for (const table of tables) {
    const own = `${database}.${table}`;
    const name = now.names.includes(own) ? own : now.names.find((each) => each.endsWith(`.${table}`));
    if (name === undefined) continue;
    const [current, prior] = [(await now.of(name))?.sql, (await before.of(name))?.sql];
    if (!current || !prior) continue;
    models.push({
      table,
      current: await readText(lake.s3, lake.outputs.assetsBucket, current),
      // The date stands in the text: it is no difference.
      prior: (await readText(lake.s3, lake.outputs.assetsBucket, prior)).split(`'${priorDate}'`).join(`'${date}'`),
    });
  }
  return models;
}

function changedIn({ table, model, causes }: Explanation): string[] {
  return [...(model ? [table] : []), ...causes.flatMap(({ source }) => changedIn(source))];
}
