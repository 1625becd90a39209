/** A run's task after a query wrote data: counts it, and shows it to the run's own queries. Readers see none of it yet. */
import type { GlueClient } from "@aws-sdk/client-glue";
import type { S3Client } from "@aws-sdk/client-s3";
import { log } from "../invocation/log";
import { flag, number, optional, record, shape, text } from "../invocation/schema";
import type { LakeSettings } from "../invocation/settings";
import { parseLocation } from "../publication/catalog-table";
import { keepStep, requireRows } from "../runs/own-data";
import { runScope, type StepRecord } from "../runs/pipeline";
import { list } from "../storage/objects";
import { readParquetFooter } from "../storage/parquet-file";

/** What registering needs. */
export interface RegisterContext {
  readonly s3: S3Client;
  readonly glue: GlueClient;
  readonly settings: LakeSettings;
  readonly now: () => Date;
}

const registerTask = shape({
  run: runScope,
  result: shape({
    kind: text as (value: unknown, path: string) => StepRecord["kind"],
    database: text,
    table: text,
    location: text,
    partition: record(text),
    allowEmpty: optional(flag),
    bytesScanned: optional(number),
    queryExecutionId: optional(text),
    sql: optional(text),
    /** Name of the step's record, where it is not that of the table. */
    name: optional(text),
  }),
});

/**
 * Registers the files under a location as what the run wrote of a table, and keeps the step's record with the run.
 *
 * @throws `ResultEmpty` if there are no rows and the step does not allow that
 */
export async function register(event: unknown, context: RegisterContext): Promise<object> {
  const { run, result } = registerTask(event, "");
  const { allowEmpty = false, name, ...step } = result;
  const rows = await countRows(context.s3, step.location);
  if (!allowEmpty) requireRows(run, { ...step, rows });
  await keepStep(run, { ...step, rows, sources: undefined }, context, name);
  log("info", "Registered", run, { table: step.table, rows });
  return {};
}

/** Rows of the Parquet files under a location. */
export async function countRows(s3: S3Client, location: string): Promise<number> {
  const { bucket, prefix } = parseLocation(location);
  const { objects } = await list(s3, bucket, prefix);
  const footers = await Promise.all(objects.map((object) => readParquetFooter(s3, bucket, object)));
  return footers.reduce((sum, { rows }) => sum + rows, 0);
}
