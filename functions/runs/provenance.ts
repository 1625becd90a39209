/**
 * How the tables of a lake were made for a date: the SQL of their models as it was executed, the incoming files they were landed
 * from, and their columns. Read from what the runs left in the assets bucket and from the catalog.
 */
import type { GlueClient, Table } from "@aws-sdk/client-glue";
import type { ComparedDates, ComparedRuns } from "../../audit/comparison";
import type { AuditConfig } from "../../audit/config";
import { readAuditConfig } from "../../audit/stored-config";
import { columnType } from "../../audit/column-type";
import type { SourceFiles } from "../../audit/explanation/explained";
import type { LakeKnowledge, ModelTexts } from "../../audit/explanation/plan";
import { readModel } from "../../audit/explanation/read-model";
import { type SourceTable, tablesRead } from "../../audit/explanation/scope";
import { isFault } from "../invocation/fault";
import { list, readText } from "../storage/objects";
import { readMakers, readMakersOfRuns, type LakePlaces } from "./makers";
import type { RunScope } from "./pipeline";
import { readVersions } from "./versions-read";
import { personalDataParameter, readTable, tagsParameter } from "../publication/catalog-table";

/** All audit configurations of the pipelines. */
export async function readAuditConfigs({ s3, assets, pipelines }: LakePlaces): Promise<AuditConfig[]> {
  const configs: AuditConfig[] = [];
  for (const pipeline of pipelines) {
    for (const { key } of (await list(s3, assets, `audit_configs/${pipeline}/`)).objects) {
      configs.push(readAuditConfig(await readText(s3, assets, key)));
    }
  }
  return configs;
}

/**
 * Everything that is known of the tables from `names` (`<database>.<table>`) down to landed ones, by what is compared: two dates as
 * readers see them, or what two runs of one date read. Of a table without dates it is in both cases what the runs read.
 *
 * @param own the run whose data is current though it is not published yet, if there is one
 */
export async function readKnowledge(
  names: readonly string[],
  compared: ComparedDates | ComparedRuns,
  places: LakePlaces,
  configs: readonly AuditConfig[],
  own?: Pick<RunScope, "executions">,
): Promise<LakeKnowledge> {
  const byRun = "run" in compared;
  const dates = datesOf(compared);
  const [current, prior] = byRun
    ? await readMakersOfRuns(places, compared.execDate, names, [compared.run, compared.priorRun])
    : [await readMakers(places, dates.execDate, own), await readMakers(places, dates.priorDate)];
  const models: Record<string, ModelTexts> = {};
  const files: Record<string, SourceFiles> = {};
  const tables: SourceTable[] = [];
  const seen: string[] = [];
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (seen.includes(name)) continue;
    seen.push(name);
    const table = await describeTable(places.glue, name, configs);
    const [now, before] = await Promise.all([current.of(name), prior.of(name)]);
    if (table) tables.push({ ...table, versions: await readVersions(places.glue, now, before, byRun) });
    const runs = { current: now?.run, prior: before?.run };
    files[name] = { current: now?.sources, prior: before?.sources, runs };
    if (!now?.sql) continue;
    const text = await readText(places.s3, places.assets, now.sql);
    // Without a record of the date before, its model is taken to be the same.
    const earlier = before?.sql ? await readText(places.s3, places.assets, before.sql) : onDate(text, dates);
    models[name] = { current: text, prior: earlier };
    waiting.push(...readsOf(text), ...readsOf(earlier));
  }
  const labels = Object.fromEntries(
    configs.flatMap(({ table, attributes }) => attributes.map(({ column, label }) => [`${table}.${column}`, label])),
  );
  return { tables, models, files, labels };
}

/** The dates of what is compared: of two runs both are the same. */
export function datesOf(compared: ComparedDates | ComparedRuns): ComparedDates {
  return "run" in compared ? { execDate: compared.execDate, priorDate: compared.execDate } : compared;
}

/** A model's text for the date before: the execution date stands in it as a literal. */
function onDate(text: string, { execDate, priorDate }: { execDate: string; priorDate: string }): string {
  return text.split(`'${execDate}'`).join(`'${priorDate}'`);
}

/** The tables that a model reads; none if its text can't be read, which its explanation says. */
function readsOf(sql: string): string[] {
  try {
    return tablesRead(readModel(sql));
  } catch (error) {
    if ((error as Error).name !== "AuditError") throw error;
    return [];
  }
}

/** A table, and what people say of it in the catalog. */
export interface DescribedTable extends SourceTable {
  readonly about?: {
    readonly description?: string;
    readonly owner?: string;
    readonly tags: readonly string[];
    /** What columns mean, by name. */
    readonly comments: Readonly<Record<string, string>>;
    /** Columns that say something of a person. */
    readonly personalData: readonly string[];
  };
}

function aboutOf({ Description, Owner, Parameters, StorageDescriptor }: Table): DescribedTable["about"] {
  const columns = StorageDescriptor?.Columns ?? [];
  const commented = columns.filter(({ Comment }) => Boolean(Comment));
  return {
    ...(Description ? { description: Description } : {}),
    ...(Owner ? { owner: Owner } : {}),
    tags: (Parameters?.[tagsParameter] ?? "").split(",").filter(Boolean),
    comments: Object.fromEntries(commented.map(({ Name = "", Comment = "" }) => [Name, Comment])),
    personalData: columns
      .filter((column) => column.Parameters?.[personalDataParameter] === "true")
      .map(({ Name = "" }) => Name),
  };
}

/** A table of the catalog, with the columns that tell its rows apart; undefined if the catalog does not have it. */
export async function describeTable(
  glue: GlueClient,
  name: string,
  configs: readonly AuditConfig[] = [],
): Promise<DescribedTable | undefined> {
  const [database, table] = name.split(".");
  try {
    const { columns, entry } = await readTable(glue, database, table);
    const keys = (entry.PartitionKeys ?? []).map(({ Name = "", Type = "string" }) => ({ column: Name, type: Type }));
    const own = columns.map((column) => ({ column: column.name, type: column.type }));
    const grain = configs.find((config) => config.database === database && config.table === table)?.grain;
    return { database, table, columns: [...own, ...keys], grain: grain ?? likelyGrain(own), about: aboutOf(entry) };
  } catch (error) {
    if (!isFault(error) && (error as Error).name !== "EntityNotFoundException") throw error;
    return undefined;
  }
}

/** Without a declared grain, rows are told apart by what is not measured: the first five columns that are no fractions. */
function likelyGrain(columns: SourceTable["columns"]): SourceTable["grain"] {
  const kind = (type: string) => columnType(type)?.kind;
  const measured = ["real", "double", "decimal"];
  const telling = columns.filter(({ type }) => kind(type) && !measured.includes(kind(type) ?? ""));
  return (telling.length > 0 ? telling : columns).slice(0, 5);
}
