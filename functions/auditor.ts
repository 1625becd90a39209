/** Writes the statement that compares a table's data of this execution date with that of the date before. */
import { GetPartitionsCommand, type GetPartitionsCommandOutput, type GlueClient } from "@aws-sdk/client-glue";
import type { S3Client } from "@aws-sdk/client-s3";
import { changeSetQueries } from "../audit/change-set";
import { readAuditConfig } from "../audit/config";
import { priorDate } from "../audit/exec-date";
import { setting } from "./environment";
import { parseExecDate, type ExecDate } from "./exec-date";
import { fault } from "./fault";
import { log } from "./log";
import { readText, writeJson, writeText } from "./objects";
import { runScope } from "./pipeline";
import { shape, text } from "./shape";
import { readTable } from "./table";

/** What auditing needs of AWS. */
export interface AuditorClients {
  readonly s3: S3Client;
  readonly glue: GlueClient;
}

const auditTask = shape({ run: runScope, config: text });

/** A comparison to run, or why there is nothing to compare. */
export type AuditPreparation =
  | {
      readonly query: string;
      readonly sql: string;
      readonly database: string;
      readonly table: string;
      readonly location: string;
      readonly partition: Record<string, string>;
    }
  | { readonly note: string };

/**
 * Finds the prior date, renders the comparison and keeps both the configuration and the SQL with the run. Where no prior date
 * exists there is nothing to compare: the answer is a note for the manifest.
 */
export async function auditTable(event: unknown, { s3, glue }: AuditorClients): Promise<AuditPreparation> {
  const { run, config: key } = auditTask(event, "");
  const assets = setting("ASSETS_BUCKET");
  const config = readAuditConfig(await readText(s3, assets, key));
  const execDate = parseExecDate(run.exec_date, "run.exec_date");
  const { database, table } = config.reference;
  const prior = priorDate(await executionDatesBefore(glue, database, table, execDate), execDate);
  if (!prior) {
    return { note: `${config.table} is not audited: ${database}.${table} has no execution date before ${execDate}.` };
  }
  const partition = {
    pipeline: config.pipeline,
    exec_date: execDate,
    table_name: config.table,
    time_grain: config.timeGrain,
  };
  const target = await readTable(glue, config.audit.database, config.audit.table);
  const folder = target.partitionKeys.map((name) => `${name}=${partition[name as keyof typeof partition]}/`).join("");
  const [query, ...more] = changeSetQueries(config, { execDate, priorDate: prior });
  if (more.length > 0) {
    throw fault(
      "ConfigurationInvalid",
      `${key}: ${config.attributes.length} attributes do not fit into one statement of 262,144 bytes; audit fewer.`,
    );
  }
  const sql = `${run.executions}audit_${config.table}_rendered.sql`;
  await writeJson(s3, assets, `${run.executions}audit_${config.table}_config.json`, {
    ...config,
    execDate,
    priorDate: prior,
  });
  await writeText(s3, assets, sql, query, { contentType: "application/sql" });
  log("info", "Audit prepared", run, { table: config.table, prior_date: prior });
  return {
    query,
    sql,
    database: target.database,
    table: target.name,
    location: `s3://${target.bucket}/${target.prefix}${folder}${run.run}/`,
    partition,
  };
}

/** Execution dates that a table has before a date: the catalog leaves out the others. */
async function executionDatesBefore(
  glue: GlueClient,
  database: string,
  table: string,
  date: ExecDate,
): Promise<string[]> {
  const { partitionKeys } = await readTable(glue, database, table);
  const position = partitionKeys.indexOf("exec_date");
  const dates: string[] = [];
  let token: string | undefined;
  do {
    const page: GetPartitionsCommandOutput = await glue.send(
      new GetPartitionsCommand({
        DatabaseName: database,
        TableName: table,
        Expression: `exec_date < '${date}'`,
        ExcludeColumnSchema: true,
        NextToken: token,
      }),
    );
    for (const { Values } of page.Partitions ?? []) if (Values?.[position]) dates.push(Values[position]);
    token = page.NextToken;
  } while (token);
  return dates;
}
