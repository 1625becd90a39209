/**
 * What a run has written so far: each task that writes leaves a record, and shows the data in the table of all runs. Readers see
 * none of it before the run publishes it at its end; the run's own queries read it from there.
 */
import type { GlueClient } from "@aws-sdk/client-glue";
import type { S3Client } from "@aws-sdk/client-s3";
import { queryOfRun, tablesNamed, type OwnData } from "../../audit/own-run";
import { fault } from "../invocation/fault";
import { readJson } from "../invocation/schema";
import { partitionValues } from "../publication/publication";
import { registerRun } from "../publication/runs-table";
import { readTable } from "../publication/catalog-table";
import { list, readText, writeJson } from "../storage/objects";
import { stepKey, stepRecord, type RunScope, type StepRecord } from "./pipeline";

/** What the run's tasks need to know of it. */
export interface OwnDataContext {
  readonly s3: S3Client;
  readonly glue: GlueClient;
  readonly settings: { readonly assets: string };
  readonly now: () => Date;
}

/** What a task wrote. */
export type WrittenStep = Omit<StepRecord, "published" | "ended">;

/** Throws `ResultEmpty` for data without a row. */
export function requireRows(
  run: RunScope,
  { database, table, rows }: Pick<StepRecord, "database" | "table" | "rows">,
): void {
  if (rows > 0) return;
  throw fault(
    "ResultEmpty",
    `${database}.${table} would be published without a row for ${run.exec_date} (run ${run.run}); ` +
      `the data before stays. Set allowEmpty on the step if no rows are an expected result.`,
  );
}

/**
 * Shows what a task wrote to the run's own queries, and keeps its record for the publication.
 *
 * @param name of the step's record, where it is not that of the table
 */
export async function keepStep(
  run: RunScope,
  step: WrittenStep,
  { s3, glue, settings, now }: OwnDataContext,
  name = step.table,
): Promise<void> {
  const table = await readTable(glue, step.database, step.table);
  await registerRun(glue, table, partitionValues(table, step.partition), run.run, step.location);
  const record: StepRecord = { ...step, published: false, ended: now().toISOString() };
  await writeJson(s3, settings.assets, stepKey(run, step.kind, name), record);
}

/** Records of what the run wrote, with their keys. */
export async function readStepRecords(
  s3: S3Client,
  assets: string,
  { executions }: Pick<RunScope, "executions">,
): Promise<{ readonly key: string; readonly step: StepRecord }[]> {
  const { objects } = await list(s3, assets, `${executions}steps/`);
  return Promise.all(
    objects.map(async ({ key }) => ({ key, step: readJson(await readText(s3, assets, key), stepRecord, key) })),
  );
}

/**
 * A query as the run has Athena run it: of the tables that the run wrote it reads what the run wrote.
 *
 * @param audited table whose audit the query reads, if it does
 * @throws `TemplateInvalid` if the text is no query
 */
export async function ownQuery(
  sql: string,
  run: RunScope,
  { s3, glue, settings: { assets } }: Omit<OwnDataContext, "now">,
  audited?: string,
): Promise<string> {
  try {
    const { objects } = await list(s3, assets, `${run.executions}steps/`);
    const written = objects.map(({ key }) => key);
    const own: OwnData[] = [];
    for (const name of tablesNamed(sql)) {
      const table = name.slice(name.indexOf(".") + 1);
      const keys = [
        stepKey(run, "land", table),
        stepKey(run, "model", table),
        ...(audited === undefined ? [] : [stepKey(run, "audit", audited)]),
      ];
      for (const key of keys.filter((each) => written.includes(each))) {
        const step = readJson(await readText(s3, assets, key), stepRecord, key);
        if (`${step.database}.${step.table}` === name) own.push(await ownDataOf(step, glue));
      }
    }
    return queryOfRun(sql, own, run.run);
  } catch (error) {
    if ((error as Error).name !== "AuditError") throw error;
    throw fault("TemplateInvalid", (error as Error).message);
  }
}

/** What a run wrote of a table, as its queries are told of it. */
export async function ownDataOf(
  { database, table, partition }: Pick<StepRecord, "database" | "table" | "partition">,
  glue: GlueClient,
): Promise<OwnData> {
  const { columns, entry } = await readTable(glue, database, table);
  const keys = (entry.PartitionKeys ?? []).map(({ Name = "", Type = "string" }) => ({
    key: Name,
    type: Type,
    value: partition[Name] ?? "",
  }));
  return { database, table, columns: columns.map(({ name }) => name), partition: keys };
}
