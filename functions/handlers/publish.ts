/** A run's task after data was written: checks what is there and makes it the table's data. */
import type { GlueClient } from "@aws-sdk/client-glue";
import type { S3Client } from "@aws-sdk/client-s3";
import { fault } from "../invocation/fault";
import { landedFile, landedKey } from "./land";
import { log } from "../invocation/log";
import { list, readText, writeJson } from "../storage/objects";
import { readParquetFooter } from "../storage/parquet-file";
import { runScope, stepKey, type StepRecord } from "../runs/pipeline";
import { partitionValues, publishData } from "../publication/publication";
import { registerRun } from "../publication/runs-table";
import type { LakeSettings } from "../invocation/settings";
import { flag, number, optional, readJson, record, shape, text } from "../invocation/schema";
import { parseLocation, readTable } from "../publication/catalog-table";

/** What publishing needs. */
export interface PublishContext {
  readonly s3: S3Client;
  readonly glue: GlueClient;
  readonly settings: LakeSettings;
  readonly now: () => Date;
}

const result = shape({
  kind: text as (value: unknown, path: string) => StepRecord["kind"],
  database: text,
  table: text,
  location: text,
  partition: record(text),
  allowEmpty: optional(flag),
  bytesScanned: optional(number),
  queryExecutionId: optional(text),
  sql: optional(text),
  source: optional(shape({ key: text, etag: text })),
  /** Name of the step's record, where it is not that of the table. */
  name: optional(text),
  /** Whether a table of all its runs is kept. */
  keepsRuns: optional(flag),
});

const publishTask = shape({
  run: runScope,
  result: optional(result),
  /** Number of the landed file, if that is what is published. */
  landed: optional(number),
});

/** What the state machine hears; the whole record is kept with the run. */
export interface Published {
  readonly published: boolean;
  readonly rows: number;
}

/**
 * Publishes the files under a location as a partition of a table, or as the table if it is unpartitioned, and keeps the step's
 * record with the run.
 *
 * @throws `ResultEmpty` if there are no rows and the step does not allow that
 */
export async function publish(event: unknown, context: PublishContext): Promise<Published> {
  const { s3, settings, now } = context;
  const { run, result: given, landed } = publishTask(event, "");
  const written = given ?? (await readLanded(s3, settings.assets, run.executions, landed ?? 0));
  const { allowEmpty = false, keepsRuns = false, name, ...step } = written;
  const rows = await countRows(s3, step.location);
  if (rows === 0 && !allowEmpty) {
    throw fault(
      "ResultEmpty",
      `${step.database}.${step.table} would be published without a row for ${run.exec_date} (run ${run.run}); ` +
        `the data before stays. Set allowEmpty on the step if no rows are an expected result.`,
    );
  }
  if (keepsRuns) {
    const table = await readTable(context.glue, step.database, step.table);
    await registerRun(context.glue, table, partitionValues(table, step.partition), run.run, step.location);
  }
  const published = await publishData({ ...step, rows, run: run.run, execDate: run.exec_date }, context);
  const done: StepRecord = { ...step, rows, published, ended: now().toISOString() };
  await writeJson(s3, settings.assets, stepKey(run, step.kind, name ?? step.table), done);
  log("info", published ? "Published" : "A newer run had published before", run, { table: step.table, rows });
  return { published, rows };
}

async function readLanded(s3: S3Client, assets: string, executions: string, index: number) {
  const key = landedKey(executions, index);
  return result(readJson(await readText(s3, assets, key), landedFile, key), key);
}

/** Rows of the Parquet files under a location. */
export async function countRows(s3: S3Client, location: string): Promise<number> {
  const { bucket, prefix } = parseLocation(location);
  const { objects } = await list(s3, bucket, prefix);
  const footers = await Promise.all(objects.map((object) => readParquetFooter(s3, bucket, object)));
  return footers.reduce((sum, { rows }) => sum + rows, 0);
}
