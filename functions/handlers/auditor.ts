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
import { readText, writeJson } from "../storage/objects";
import { publishedDates, type PublishedDate } from "../publication/partition-dates";
import { comparedKey } from "../runs/compared";
import { ownQuery } from "../runs/own-data";
import { runScope, type RunScope } from "../runs/pipeline";
import { keepQuery, renderedKey } from "../runs/rendered-query";
import { isNewerRun, isRepeatedAudit } from "../runs/run-order";
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
  const found = part === 0 ? await comparisonOf(glue, config, run, execDate) : readCompared(before, execDate);
  if ("note" in found) {
    await writeJson(s3, assets, comparedKey(run, config.table), { ...config, statements: [] });
    return found;
  }
  const { referenceRun, ...compared } = { referenceRun: undefined, ...found };
  const queries = changeSetQueries(config, compared);
  const query = queries.at(part);
  if (query === undefined) {
    throw fault("ConfigurationInvalid", `${key} has changed since the audit began: it has no statement ${part + 1}.`);
  }
  const name = `audit_${config.table}`;
  const keys = queries.map((_, index) => renderedKey(run, nameOfPart(name, index)));
  if (part === 0) {
    const sides = { priorDate: execDate, ...compared, referenceRun };
    await writeJson(s3, assets, comparedKey(run, config.table), { ...config, ...sides, statements: keys });
  }
  const executed = await ownQuery(query, run, { s3, glue, settings });
  const kept = await keepQuery(s3, assets, run, nameOfPart(name, part), query, executed);
  const target = await readTable(glue, config.audit.database, config.audit.table);
  const partition = {
    pipeline: config.pipeline,
    exec_date: execDate,
    table_name: config.table,
    time_grain: config.timeGrain,
  };
  const folder = target.partitionKeys.map((name) => `${name}=${partition[name as keyof typeof partition]}/`).join("");
  log("info", "Audit prepared", run, { table: config.table, compared, part: part + 1, of: queries.length });
  return {
    query: kept.query,
    sql: keys[0],
    parts: queries.length,
    compared,
    database: target.database,
    table: target.name,
    location: `s3://${target.bucket}/${target.prefix}${folder}${run.run}/`,
    partition,
  };
}

/** What is compared; of two dates with the run that the table which tells the prior date has published for it. */
type Comparison = (ComparedDates & { readonly referenceRun?: string }) | ComparedRuns | { readonly note: string };

function readCompared(
  { priorDate, run, priorRun }: { priorDate?: string; run?: string; priorRun?: string },
  execDate: ExecDate,
): Comparison {
  if (run !== undefined && priorRun !== undefined) return { execDate, run, priorRun };
  if (priorDate !== undefined) return { execDate, priorDate };
  throw fault("ConfigurationInvalid", "compared: a later statement of an audit needs what the first compared.");
}

/** What the configuration says to compare with, if it is there. */
async function comparisonOf(
  glue: GlueClient,
  config: AuditConfig,
  run: RunScope,
  execDate: ExecDate,
): Promise<Comparison> {
  if (config.compareWith === "prior run") return priorRunOf(glue, config, run, execDate);
  const { database, table } = config.reference;
  const before = await publishedDates(glue, { database, table }, "before", execDate);
  const prior = isExecDate(config.compareWith) ? config.compareWith : priorDate(datesOf(before), execDate);
  const found = before.find(({ date }) => date === prior);
  if (found) return { execDate, priorDate: found.date, referenceRun: found.run };
  const which = isExecDate(config.compareWith) ? ` ${config.compareWith}` : "";
  return {
    note: `${config.table} is not audited: ${database}.${table} has no execution date${which} before ${execDate}.`,
  };
}

/**
 * Two runs of the date. The later one is this run, of what it wrote itself, or else the one that is published; the earlier one is
 * what was published before. The table of all runs still has to show both.
 */
async function priorRunOf(
  glue: GlueClient,
  config: AuditConfig,
  { run: id }: RunScope,
  execDate: ExecDate,
): Promise<Comparison> {
  const table = await readTable(glue, config.database, config.table);
  const values = partitionValues(table, { exec_date: execDate });
  const runs = { database: table.database, name: runsTableName(table.name) };
  const isKept = async (run: string): Promise<boolean> =>
    (await findPartition(glue, runs, [...values, run])) !== undefined;
  const parameters: Record<string, string | undefined> = (await findPartition(glue, table, values))?.Parameters ?? {};
  const published = parameters[publishedParameters.run];
  const isNext = published !== id && !isRepeatedAudit(id) && (await isKept(id));
  const run = isNext ? id : published;
  const priorRun = isNext ? published : parameters[publishedParameters.priorRun];
  if (!run || !priorRun || isNewerRun(priorRun, run)) {
    return { note: `${config.table} is not audited: no other run of ${execDate} was published before.` };
  }
  for (const each of [run, priorRun]) {
    if (await isKept(each)) continue;
    return { note: `${config.table} is not audited: the data of run ${each} of ${execDate} is not kept.` };
  }
  return { execDate, run, priorRun };
}

function datesOf(published: readonly PublishedDate[]): string[] {
  return published.map(({ date }) => date);
}

function nameOfPart(name: string, part: number): string {
  return part === 0 ? name : `${name}_${part + 1}`;
}
