/** Writes the statements that compare a table's data of this execution date with that of the date, or run, before. */
import type { GlueClient } from "@aws-sdk/client-glue";
import type { S3Client } from "@aws-sdk/client-s3";
import { changeSetQueries } from "../../audit/change-set";
import type { ComparedDates, ComparedRuns } from "../../audit/comparison";
import type { AuditConfig } from "../../audit/config";
import { readAuditConfig } from "../../audit/stored-config";
import { runsTableName } from "../../audit/data-check-query";
import { isExecDate, priorDate } from "../../audit/exec-date";
import { parseExecDate, type ExecDate } from "../invocation/exec-date";
import { fault } from "../invocation/fault";
import { log } from "../invocation/log";
import { readText, writeJson, writeText } from "../storage/objects";
import { publishedDates } from "../publication/partition-dates";
import { runScope } from "../runs/pipeline";
import { findPartition, partitionValues, publishedParameters } from "../publication/publication";
import type { LakeSettings } from "../invocation/settings";
import { number, optional, shape, text } from "../invocation/schema";
import { readTable } from "../publication/catalog-table";

/** What auditing needs. */
export interface AuditorContext {
  readonly s3: S3Client;
  readonly glue: GlueClient;
  readonly settings: LakeSettings;
}

const auditTask = shape({
  run: runScope,
  config: text,
  /** Which of the statements is wanted, from 0. */
  part: optional(number),
  /** What the first statement compares: the others have to compare the same. Empty for the first. */
  compared: optional(
    shape({ execDate: optional(text), priorDate: optional(text), run: optional(text), priorRun: optional(text) }),
  ),
});

/** A statement to run, and where its result belongs; or why there is none. */
export type AuditPreparation =
  | {
      readonly query: string;
      /** Key of the same text in the assets bucket. */
      readonly sql: string;
      readonly database: string;
      readonly table: string;
      /** `s3://…/` below which the result goes. */
      readonly location: string;
      readonly partition: Record<string, string>;
    }
  | { readonly note: string };

/** One of the statements whose results together are the audit. */
export type PreparedAudit = Extract<AuditPreparation, { query: string }> & {
  /** How many statements there are. */
  readonly parts: number;
  /** What they compare. */
  readonly compared: ComparedDates | ComparedRuns;
};

/**
 * Finds what to compare with, renders the comparison and keeps both the configuration and the SQL with the run. Where there is
 * nothing to compare with, the answer is a note for the manifest.
 *
 * A table with very many attributes takes several statements. Their texts together may be longer than what a state machine
 * passes on: each call answers one of them.
 */
export async function auditTable(
  event: unknown,
  { s3, glue, settings }: AuditorContext,
): Promise<PreparedAudit | { readonly note: string }> {
  const { run, config: key, part = 0, compared: before = {} } = auditTask(event, "");
  const { assets } = settings;
  const config = readAuditConfig(await readText(s3, assets, key));
  const execDate = parseExecDate(run.exec_date, "run.exec_date");
  const found = part === 0 ? await comparisonOf(glue, config, execDate) : readCompared(before, execDate);
  if ("note" in found) return found;
  const queries = changeSetQueries(config, found);
  const query = queries.at(part);
  if (query === undefined) {
    throw fault("ConfigurationInvalid", `${key} has changed since the audit began: it has no statement ${part + 1}.`);
  }
  const name = `${run.executions}audit_${config.table}`;
  const keys = queries.map((_, index) => (index === 0 ? `${name}_rendered.sql` : `${name}_${index + 1}_rendered.sql`));
  if (part === 0) {
    const sides = { priorDate: execDate, ...found };
    await writeJson(s3, assets, `${name}_config.json`, { ...config, ...sides, statements: keys });
  }
  await writeText(s3, assets, keys[part], query, { contentType: "application/sql" });
  const target = await readTable(glue, config.audit.database, config.audit.table);
  const partition = {
    pipeline: config.pipeline,
    exec_date: execDate,
    table_name: config.table,
    time_grain: config.timeGrain,
  };
  const folder = target.partitionKeys.map((name) => `${name}=${partition[name as keyof typeof partition]}/`).join("");
  log("info", "Audit prepared", run, { table: config.table, compared: found, part: part + 1, of: queries.length });
  return {
    query,
    sql: keys[0],
    parts: queries.length,
    compared: found,
    database: target.database,
    table: target.name,
    location: `s3://${target.bucket}/${target.prefix}${folder}${run.run}/`,
    partition,
  };
}

type Comparison = ComparedDates | ComparedRuns | { readonly note: string };

function readCompared(
  { priorDate, run, priorRun }: { priorDate?: string; run?: string; priorRun?: string },
  execDate: ExecDate,
): Comparison {
  if (run !== undefined && priorRun !== undefined) return { execDate, run, priorRun };
  if (priorDate !== undefined) return { execDate, priorDate };
  throw fault("ConfigurationInvalid", "compared: a later statement of an audit needs what the first compared.");
}

/** What the configuration says to compare with, if it is there. */
async function comparisonOf(glue: GlueClient, config: AuditConfig, execDate: ExecDate): Promise<Comparison> {
  if (config.compareWith === "prior run") return priorRunOf(glue, config, execDate);
  const { database, table } = config.reference;
  const dates = (await publishedDates(glue, { database, table }, "before", execDate)).map(({ date }) => date);
  if (isExecDate(config.compareWith)) {
    if (dates.includes(config.compareWith)) return { execDate, priorDate: config.compareWith };
    const note = `${config.table} is not audited: ${database}.${table} has no execution date ${config.compareWith} before ${execDate}.`;
    return { note };
  }
  const prior = priorDate(dates, execDate);
  if (prior) return { execDate, priorDate: prior };
  return { note: `${config.table} is not audited: ${database}.${table} has no execution date before ${execDate}.` };
}

/** The run that is published for the date, and the one that was before, which the table of all runs still has to show. */
async function priorRunOf(glue: GlueClient, config: AuditConfig, execDate: ExecDate): Promise<Comparison> {
  const table = await readTable(glue, config.database, config.table);
  const values = partitionValues(table, { exec_date: execDate });
  const published = (await findPartition(glue, table, values))?.Parameters ?? {};
  const run = published[publishedParameters.run] as string | undefined;
  const priorRun = published[publishedParameters.priorRun] as string | undefined;
  if (!run || !priorRun) {
    return { note: `${config.table} is not audited: no other run of ${execDate} was published before.` };
  }
  const runs = { database: table.database, name: runsTableName(table.name) };
  for (const each of [run, priorRun]) {
    if (await findPartition(glue, runs, [...values, each])) continue;
    return { note: `${config.table} is not audited: the data of run ${each} of ${execDate} is not kept.` };
  }
  return { execDate, run, priorRun };
}
