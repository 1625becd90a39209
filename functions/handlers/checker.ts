/**
 * Checks data that is written and not yet published. The first call renders the query that counts violations, over the partition
 * of the table of all runs that shows the data; the second judges what the query found.
 */
import type { GlueClient } from "@aws-sdk/client-glue";
import type { S3Client } from "@aws-sdk/client-s3";
import { priorDate } from "../../audit/exec-date";
import { checkName, type DataCheck } from "../../audit/data-check";
import { dataCheckQuery, runKey, runsTableName, type PartitionValue } from "../../audit/data-check-query";
import { parseExecDate } from "../invocation/exec-date";
import { fault } from "../invocation/fault";
import { log } from "../invocation/log";
import { readText, writeJson } from "../storage/objects";
import { publishedDates } from "../publication/partition-dates";
import { checkOutcome, checksKey, runScope, type CheckOutcome } from "../runs/pipeline";
import { keepQuery, type RenderedQuery } from "../runs/rendered-query";
import { ownQuery } from "../runs/own-data";
import type { LakeSettings } from "../invocation/settings";
import { anything, list, optional, readJson, record, shape, text } from "../invocation/schema";

/** What checking needs. */
export interface CheckContext {
  readonly s3: S3Client;
  readonly glue: GlueClient;
  readonly settings: LakeSettings;
}

/** Checks of one table, `check_configs/<pipeline>/<table>.json`. */
const checkConfig = shape({
  database: text,
  table: text,
  /** Glue types by column. */
  columns: record(text),
  /** Glue types by partition key. */
  partitionKeys: record(text),
  /** As they were declared and checked at deployment. */
  checks: list(anything as (value: unknown, path: string) => DataCheck),
});

/** Key of the checks of a table that a pipeline writes. */
export function checkConfigKey(pipeline: string, table: string): string {
  return `check_configs/${pipeline}/${table}.json`;
}

/** What {@link checkConfig} reads. */
export interface CheckConfig {
  readonly database: string;
  readonly table: string;
  readonly columns: Readonly<Record<string, string>>;
  readonly partitionKeys: Readonly<Record<string, string>>;
  readonly checks: readonly DataCheck[];
}

/** Handles both calls: the second one brings the rows that the query found. */
export function checkData(event: unknown, context: CheckContext): Promise<object> {
  const { rows } = shape({ rows: anything })(event, "");
  return rows === undefined ? prepareChecks(event, context) : judgeChecks(event, context);
}

const prepareTask = shape({ run: runScope, config: text, partition: record(text) });

/** Renders the query that counts violations. */
async function prepareChecks(event: unknown, { s3, glue, settings }: CheckContext): Promise<RenderedQuery> {
  const { run, config: key, partition } = prepareTask(event, "");
  const { assets } = settings;
  const config = readJson(await readText(s3, assets, key), checkConfig, key);
  const { database, columns, partitionKeys, checks } = config;
  const place = (values: Readonly<Record<string, string>>): PartitionValue[] =>
    Object.entries(partitionKeys).map(([name, type]) => ({ key: name, type, value: values[name] ?? "" }));
  const prior = checks.some((check) => "rowCount" in check)
    ? await priorPartition(glue, config, run.exec_date, partition)
    : undefined;
  const query = dataCheckQuery(checks, {
    database,
    columns,
    runsTable: runsTableName(config.table),
    partition: [...place(partition), { key: runKey, type: "string", value: run.run }],
    prior: prior && { table: config.table, partition: place(prior) },
  });
  const executed = await ownQuery(query, run, { s3, glue, settings });
  return keepQuery(s3, assets, run, `checks_${config.table}`, query, executed);
}

/** The same partition of the prior date; undefined if there is none. */
async function priorPartition(
  glue: GlueClient,
  { database, table, partitionKeys }: Pick<CheckConfig, "database" | "table" | "partitionKeys">,
  execDate: string,
  partition: Readonly<Record<string, string>>,
): Promise<Record<string, string> | undefined> {
  if (partitionKeys.exec_date === undefined) return undefined;
  const date = parseExecDate(execDate, "run.exec_date");
  const before = await publishedDates(glue, { database, table }, "before", date);
  const prior = priorDate(
    before.map((each) => each.date),
    date,
  );
  return prior && { ...partition, exec_date: prior };
}

const judgeTask = shape({
  run: runScope,
  config: text,
  /** Athena API reference, "GetQueryResults": the first row has the columns' names. */
  rows: list(shape({ Data: list(shape({ VarCharValue: optional(text) })) })),
});

/**
 * Keeps what the query found with the run, for its manifest.
 *
 * @throws `CheckFailed` if a check of level `error` is violated: the data is not published
 */
async function judgeChecks(event: unknown, { s3, settings }: CheckContext): Promise<object> {
  const { run, config: key, rows } = judgeTask(event, "");
  const { table, checks } = readJson(await readText(s3, settings.assets, key), checkConfig, key);
  const counts = rows.slice(1).map(({ Data }) => Data.map(({ VarCharValue }) => Number(VarCharValue ?? "0")));
  const outcomes = checks.map((check, index): CheckOutcome => {
    const [, failures] = counts.find(([n]) => n === index + 1) ?? [];
    if (failures === undefined) {
      throw fault("ConfigurationInvalid", `${key}: the query of the checks has no row for '${checkName(check)}'.`);
    }
    return checkOutcome({ table, name: checkName(check), level: check.level ?? "error", failures }, "");
  });
  await writeJson(s3, settings.assets, checksKey(run, table), outcomes);
  const violated = outcomes.filter(({ failures }) => failures > 0);
  if (violated.length > 0) log("info", "Checks violated", run, { table, violated });
  const errors = violated.filter(({ level }) => level === "error");
  if (errors.length > 0) {
    const which = errors.map(({ name, failures }) => `'${name}' is violated ${failures} times`).join("; ");
    throw fault("CheckFailed", `${table} of ${run.exec_date} is not published, the data before stays: ${which}.`);
  }
  return {};
}
