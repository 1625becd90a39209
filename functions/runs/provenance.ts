/**
 * How the tables of a lake were made for a date: the SQL of their models as it was executed, the incoming files they were landed
 * from, and their columns. Read from what the runs left in the assets bucket and from the catalog.
 */
import type { GlueClient } from "@aws-sdk/client-glue";
import type { S3Client } from "@aws-sdk/client-s3";
import type { AuditConfig } from "../../audit/config";
import { readAuditConfig } from "../../audit/stored-config";
import { columnType } from "../../audit/column-type";
import type { SourceFiles } from "../../audit/explanation/explained";
import type { LakeKnowledge, ModelTexts } from "../../audit/explanation/plan";
import { readModel } from "../../audit/explanation/read-model";
import { type SourceTable, tablesRead } from "../../audit/explanation/scope";
import { isFault } from "../invocation/fault";
import { list, readText } from "../storage/objects";
import { executionsOf, runOfPrefix, stepRecord, type RunScope, type StepRecord } from "./pipeline";
import { isNewerRun } from "./run-order";
import { readJson } from "../invocation/schema";
import { readTable } from "../publication/catalog-table";
import { findPartition, partitionValues, publishedParameters } from "../publication/publication";

/** Where to look. */
export interface LakePlaces {
  readonly s3: S3Client;
  readonly glue: GlueClient;
  /** Bucket of run records. */
  readonly assets: string;
  /** Pipelines whose runs may have made the tables. */
  readonly pipelines: readonly string[];
}

/** How a table was made for one date. */
type Maker = Pick<StepRecord, "database" | "table" | "sql" | "source">;

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
 * Everything that is known of the tables from `names` (`<database>.<table>`) down to landed ones.
 *
 * @param own the run whose data is current though it is not published yet, if there is one
 */
export async function readKnowledge(
  names: readonly string[],
  dates: { readonly execDate: string; readonly priorDate: string },
  places: LakePlaces,
  configs: readonly AuditConfig[],
  own?: Pick<RunScope, "executions">,
): Promise<LakeKnowledge> {
  const current = await readMakers(places, dates.execDate, own);
  const prior = await readMakers(places, dates.priorDate);
  const models: Record<string, ModelTexts> = {};
  const files: Record<string, SourceFiles> = {};
  const tables: SourceTable[] = [];
  const seen: string[] = [];
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (seen.includes(name)) continue;
    seen.push(name);
    const table = await describeTable(places.glue, name, configs);
    if (table) tables.push(table);
    const [now, before] = await Promise.all([current.of(name), prior.of(name)]);
    files[name] = { current: now?.source, prior: before?.source };
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

/** How tables were made for a date. */
export interface Makers {
  /** Tables that runs of the date wrote, as `<database>.<table>`. */
  readonly names: readonly string[];
  /** How the data of a table was made that readers see, or that the run `own` wrote; undefined if no run of the date wrote it. */
  of(name: string): Promise<Maker | undefined>;
}

/** A run's record of a table. */
interface MadeBy {
  readonly run: string;
  readonly step: StepRecord;
  readonly isOwn: boolean;
}

/** Reads how the published data of a date, and what the run `own` wrote, was made. */
export async function readMakers(
  { s3, glue, assets, pipelines }: LakePlaces,
  date: string,
  own?: Pick<RunScope, "executions">,
): Promise<Makers> {
  const found = new Map<string, MadeBy[]>();
  for (const pipeline of pipelines) {
    const { objects } = await list(s3, assets, executionsOf(pipeline, date));
    const keys = objects.map(({ key }) => key).filter((key) => /\/steps\/(land|model)-[^/]+\.json$/.test(key));
    const steps = await Promise.all(
      keys.map(async (key) => ({
        run: runOfPrefix(key),
        step: readJson(await readText(s3, assets, key), stepRecord, key),
        isOwn: own !== undefined && key.startsWith(own.executions),
      })),
    );
    for (const each of steps.filter(({ step, isOwn }) => step.published || isOwn)) {
      const name = `${each.step.database}.${each.step.table}`;
      found.set(name, [...(found.get(name) ?? []), each]);
    }
  }
  return {
    names: [...found.keys()],
    of: async (name) => {
      const records = [...(found.get(name) ?? [])].sort((a, b) => (isNewerRun(a.run, b.run) ? -1 : 1));
      const [newest] = records as (MadeBy | undefined)[];
      const ofOwn = records.find(({ isOwn }) => isOwn);
      if (!newest || ofOwn) return ofOwn?.step;
      // After a rollback readers see another run than the newest. Of an unpartitioned table, which may show another date, it is the newest.
      const shown = await publishedRun(newest.step, date, glue);
      return (records.find(({ run }) => run === shown) ?? newest).step;
    },
  };
}

/** The run whose data readers see where a step wrote, if it is there and of that date. */
async function publishedRun(
  { database, table, partition }: StepRecord,
  date: string,
  glue: GlueClient,
): Promise<string | undefined> {
  const found = await readTable(glue, database, table);
  const values = partitionValues(found, partition);
  const { Parameters } = (values.length === 0 ? found.entry : await findPartition(glue, found, values)) ?? {};
  return Parameters?.[publishedParameters.execDate] === date ? Parameters[publishedParameters.run] : undefined;
}

/** A table of the catalog, with the columns that tell its rows apart; undefined if the catalog does not have it. */
export async function describeTable(
  glue: GlueClient,
  name: string,
  configs: readonly AuditConfig[] = [],
): Promise<SourceTable | undefined> {
  const [database, table] = name.split(".");
  try {
    const { columns, entry } = await readTable(glue, database, table);
    const keys = (entry.PartitionKeys ?? []).map(({ Name = "", Type = "string" }) => ({ column: Name, type: Type }));
    const own = columns.map((column) => ({ column: column.name, type: column.type }));
    const grain = configs.find((config) => config.database === database && config.table === table)?.grain;
    return { database, table, columns: [...own, ...keys], grain: grain ?? likelyGrain(own) };
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
