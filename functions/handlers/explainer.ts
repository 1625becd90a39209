/** Writes the statement that explains the changes which the audit of a table found, down to the incoming files. */
import type { GlueClient } from "@aws-sdk/client-glue";
import type { S3Client } from "@aws-sdk/client-s3";
import { readAuditConfig } from "../../audit/stored-config";
import { execDate as readExecDate } from "../../audit/exec-date";
import { explanationQuery } from "../../audit/explanation/plan";
import type { AuditPreparation } from "./auditor";
import { parseExecDate } from "../invocation/exec-date";
import { log } from "../invocation/log";
import { readText } from "../storage/objects";
import { comparisonOf, readCompared } from "../runs/compared";
import type { LakePlaces } from "../runs/makers";
import { readAuditConfigs, readKnowledge } from "../runs/provenance";
import { ownQuery } from "../runs/own-data";
import { keepQuery } from "../runs/rendered-query";
import { pipelineDefinition, runScope, type RunScope } from "../runs/pipeline";
import type { LakeSettings } from "../invocation/settings";
import { readJson, shape, text } from "../invocation/schema";
import { readTable } from "../publication/catalog-table";

/** What explaining needs. */
export interface ExplainContext {
  readonly s3: S3Client;
  readonly glue: GlueClient;
  readonly settings: LakeSettings;
}

/** `explanation` is the name of the explanation table, in the audit table's database. */
const explainTask = shape({ run: runScope, config: text, explanation: text });

/**
 * Renders the explanation of one audited table and keeps the SQL with the run: of the changes that the run's own audit found.
 * Where there is nothing to explain the answer is a note for the manifest, or empty if the run did
 * not audit the table.
 */
export async function explainTable(
  event: unknown,
  { s3, glue, settings }: ExplainContext,
): Promise<AuditPreparation | Record<string, never>> {
  const { run, config: key, explanation } = explainTask(event, "");
  const { assets } = settings;
  const config = readAuditConfig(await readText(s3, assets, key));
  const execDate = parseExecDate(run.exec_date, "run.exec_date");
  const compared = await readCompared(s3, assets, run, config.table);
  // Why there was nothing to compare, the audit has noted.
  if (compared?.priorDate === undefined) return {};
  const places: LakePlaces = { s3, glue, assets, pipelines: await upstreamsOf(s3, assets, run) };
  const dates = { execDate, priorDate: readExecDate(compared.priorDate) };
  const configs = await readAuditConfigs(places);
  const names = [`${config.database}.${config.table}`];
  const knowledge = await readKnowledge(names, comparisonOf(compared, dates), places, configs, run);
  const query = explanationQuery(config, dates, knowledge);
  if (query === undefined) {
    return { note: `${config.table} is not explained: no model computes a number in it.` };
  }
  const target = await readTable(glue, config.audit.database, explanation);
  const partition = {
    pipeline: config.pipeline,
    exec_date: execDate,
    table_name: config.table,
    time_grain: config.timeGrain,
  };
  const folder = target.partitionKeys.map((name) => `${name}=${partition[name as keyof typeof partition]}/`).join("");
  const executed = await ownQuery(query, run, { s3, glue, settings }, config.table);
  const rendered = await keepQuery(s3, assets, run, `explanation_${config.table}`, query, executed);
  log("info", "Explanation prepared", run, { table: config.table, prior_date: dates.priorDate });
  return {
    ...rendered,
    database: target.database,
    table: target.name,
    location: `s3://${target.bucket}/${target.prefix}${folder}${run.run}/`,
    partition,
  };
}

/** The run's pipeline and all pipelines before it: one of them made each table that it reads. */
async function upstreamsOf(s3: S3Client, assets: string, { pipeline }: RunScope): Promise<string[]> {
  const found: string[] = [];
  const waiting = [pipeline];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.includes(name)) continue;
    found.push(name);
    const place = `pipelines/${name}/definition.json`;
    waiting.push(...readJson(await readText(s3, assets, place), pipelineDefinition, place).after);
  }
  return found;
}
