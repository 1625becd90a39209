/** Places incoming files where their tables' runs keep their data. No reader knows the place until it is published. */
import type { GlueClient } from "@aws-sdk/client-glue";
import type { S3Client } from "@aws-sdk/client-s3";
import { copyLimits, copyObject, type CopyLimits } from "../storage/copy";
import { fault } from "../invocation/fault";
import { log } from "../invocation/log";
import { landText } from "../formats/land-text";
import { list as listObjects, readText, writeJson } from "../storage/objects";
import { openParquet, type ParquetFooter } from "../storage/parquet-file";
import { keepStep, requireRows } from "../runs/own-data";
import { landBatches, type BatchLimits, type LandBatch, type LandingFile } from "../runs/land-batches";
import { landedKey, runScope, type RunScope } from "../runs/pipeline";
import { readRunInput } from "../runs/run-input";
import type { LakeSettings } from "../invocation/settings";
import { atMost, CALLS_AT_ONCE } from "../invocation/concurrency";
import { list, number, optional, readJson, shape, text } from "../invocation/schema";
import { readTable, type CatalogTable } from "../publication/catalog-table";

/** What landing needs. */
export interface LandContext {
  readonly s3: S3Client;
  readonly glue: GlueClient;
  readonly settings: LakeSettings;
  readonly now: () => Date;
  /** @default what S3 takes */
  readonly limits?: CopyLimits;
  /** How files are shared out: as the run's state machine was told. @default what a task has time for */
  readonly batches?: BatchLimits;
}

const landTask = shape({
  run: runScope,
  /** Number of the batch of files (land-batches.ts); without it, what all batches landed is put together. */
  batch: optional(number),
  /** Tables whose files are converted after they are landed. @default none */
  converted: optional(list(text)),
});

/** Bytes up to which files are read side by side: what a function's memory is sure to hold several of. */
const smallFile = 1024 ** 2;

/**
 * Copies files of one table, `incoming/<source>/<date>/<file>`, to `<database>/<table>/exec_date=<date>/<run>/<file>`, and shows them to the
 * run's own queries: at once, if no other task lands files of the table. Files of another format are copied to `arrived/` below that
 * folder, for the run's own conversion.
 *
 * @throws `FileNotParquet`, `FileNotAsDeclared`, `HeaderDiffers`, `ColumnMissing`, `ColumnTypeMismatch`, `IncomingFileDuplicated` before any of them is copied;
 *   `IncomingFileReplaced`, `IncomingFileMissing`; `ResultEmpty` for a table without rows
 */
export async function landFiles(event: unknown, context: LandContext): Promise<object> {
  const { s3, glue, settings, limits } = context;
  const { run, batch: index, converted = [] } = landTask(event, "");
  const { landing, assets } = settings;
  const batches = landBatches((await readRunInput(s3, assets, run.executions)).files, context.batches);
  if (index === undefined)
    return gather(
      run,
      batches.filter(({ files }) => !converted.includes(files[0].table)),
      context,
    );
  const batch = batches[index];
  const [{ database, table: name }] = batch.files;
  const table = await readTable(glue, database, name);
  if (converted.includes(name)) {
    for (const file of batch.files) if (file.size > 0) requireOnce(landing, file, batch.table);
    const arrived = { run, table, prefix: landingPlace(run, table).prefix, files: batch.files };
    await landText(arrived, { s3, glue, settings, limits: limits ?? copyLimits }, (file) =>
      notAsFound(s3, landing, file),
    );
    log("info", "Files placed for conversion", run, {
      key: batch.files[0].key,
      files: batch.files.length,
      table: name,
    });
    return {};
  }
  const atOnce = batch.files.every(({ size }) => size <= smallFile) ? CALLS_AT_ONCE : 1;
  const counts = await atMost(atOnce, batch.files, async (file) => {
    const changed = notAsFound(s3, landing, file);
    const { footer, requireReadable } = await openParquet(s3, landing, file).catch(changed);
    requireColumns(`s3://${landing}/${file.key}`, footer, table);
    if (footer.rows > 0) requireOnce(landing, file, batch.table);
    await requireReadable(table.columns.map((column) => column.name)).catch(changed);
    return footer.rows;
  });
  const rows = counts.reduce((sum, count) => sum + count, 0);
  const whole = batch.files.length === batch.table.length;
  if (whole) requireRows(run, { database, table: name, rows });

  const { prefix } = landingPlace(run, table);
  await atMost(CALLS_AT_ONCE, batch.files, (file) =>
    copyObject(
      s3,
      { ...file, bucket: landing },
      { bucket: table.bucket, key: `${prefix}${file.name}` },
      limits ?? copyLimits,
    ).catch(notAsFound(s3, landing, file)),
  );
  if (whole) await keepLanded(run, table, rows, batch.table, context);
  else await writeJson(s3, assets, landedKey(run, name, index), { rows });
  log("info", "Files landed", run, { key: batch.files[0].key, files: batch.files.length, table: name, rows });
  return {};
}

const landedBatch = shape({ rows: number });

/** Puts together what several tasks landed of a table. */
async function gather(run: RunScope, batches: readonly LandBatch[], context: LandContext): Promise<object> {
  const { s3, glue, settings } = context;
  for (const { files, table: all } of batches.filter((batch) => batch.files[0] === batch.table[0])) {
    if (files.length === all.length) continue;
    const [{ database, table: name }] = files;
    const numbers = batches.flatMap((batch, index) => (batch.table === all ? [index] : []));
    const counts = await atMost(CALLS_AT_ONCE, numbers, async (index) => {
      const key = landedKey(run, name, index);
      return readJson(await readText(s3, settings.assets, key), landedBatch, key).rows;
    });
    const rows = counts.reduce((sum, count) => sum + count, 0);
    requireRows(run, { database, table: name, rows });
    await keepLanded(run, await readTable(glue, database, name), rows, all, context);
    log("info", "Files gathered", run, { files: all.length, table: name, rows });
  }
  return {};
}

/** Where a run's data of a table is, and the partition that it is of. */
function landingPlace(run: RunScope, table: CatalogTable): { prefix: string; partition: Record<string, string> } {
  const partition = Object.fromEntries(table.partitionKeys.map((key) => [key, run.exec_date]));
  const folder = table.partitionKeys.map((key) => `${key}=${run.exec_date}/`).join("");
  return { prefix: `${table.prefix}${folder}${run.run}/`, partition };
}

async function keepLanded(
  run: RunScope,
  table: CatalogTable,
  rows: number,
  files: readonly LandingFile[],
  context: LandContext,
): Promise<void> {
  const { prefix, partition } = landingPlace(run, table);
  await keepStep(
    run,
    {
      kind: "land",
      database: table.database,
      table: table.name,
      rows,
      location: `s3://${table.bucket}/${prefix}`,
      partition,
      sources: files.map(({ key, etag, name }) => ({ key, etag, name })),
      bytesScanned: undefined,
      queryExecutionId: undefined,
      sql: undefined,
    },
    context,
  );
}

/** Throws `IncomingFileDuplicated` for a part whose content another one has. Parts without rows may well be alike. */
function requireOnce(bucket: string, file: LandingFile, files: readonly LandingFile[]): void {
  const twin = files.find(({ key, etag, size }) => key !== file.key && etag === file.etag && size === file.size);
  if (!twin) return;
  throw fault(
    "IncomingFileDuplicated",
    `s3://${bucket}/${file.key} and ${twin.key} are one file twice: both have ETag ${file.etag} and ${file.size} bytes; remove one of them.`,
  );
}

/** What became of a file that is not there any more as the run found it: one that was replaced belongs to the next run. */
function notAsFound(
  s3: S3Client,
  bucket: string,
  { key, etag }: { readonly key: string; readonly etag: string },
): (error: unknown) => Promise<never> {
  const place = `s3://${bucket}/${key}`;
  return async (error) => {
    const { name } = error as Error;
    if (name === "PreconditionFailed") {
      throw fault(
        "IncomingFileReplaced",
        `${place} is not the file with ETag ${etag} any more that this run was started for: the newer one's run brings it.`,
      );
    }
    // S3 denies a key that is not there to those who may list it only by its prefix: the listing tells which it is.
    if (name !== "NoSuchKey" && name !== "AccessDenied") throw error;
    const { objects } = await listObjects(s3, bucket, key);
    if (objects.some((object) => object.key === key)) throw error;
    throw fault("IncomingFileMissing", `${place} was there when this run was started, and is gone: deliver it again.`);
  };
}

/** Parquet's physical types that Athena reads as a catalog type. Athena documentation: "Supported data types". */
function physicalTypes(catalogType: string): readonly string[] | undefined {
  switch (/^[a-z]+/.exec(catalogType)?.[0]) {
    case "tinyint":
    case "smallint":
    case "int":
    case "date":
      return ["INT32"];
    case "bigint":
      return ["INT32", "INT64"];
    case "float":
      return ["FLOAT"];
    case "double":
      return ["FLOAT", "DOUBLE"];
    case "boolean":
      return ["BOOLEAN"];
    case "string":
    case "varchar":
    case "char":
      return ["BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY"];
    case "timestamp":
      return ["INT64", "INT96"];
    case "decimal":
      return ["INT32", "INT64", "BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY"];
    default:
      return undefined;
  }
}

function requireColumns(place: string, footer: ParquetFooter, table: CatalogTable): void {
  const wanted = `${table.database}.${table.name}`;
  for (const { name } of table.columns) {
    const same = footer.columns.map((column) => column.name).filter((other) => other.toLowerCase() === name);
    if (same.length > 1) {
      throw fault(
        "ColumnTypeMismatch",
        `${place} has ${same.join(" and ")}: names of columns differ by more than case, and ${wanted} reads one ${name}.`,
      );
    }
  }
  const missing = table.columns.filter(({ name }) => !footer.columns.some((column) => column.name === name));
  if (missing.length > 0) {
    throw fault(
      "ColumnMissing",
      `${place} lacks ${missing.map(({ name, type }) => `${name} (${type})`).join(", ")} of ${wanted}; ` +
        `it has ${footer.columns.map(({ name }) => name).join(", ")}.`,
    );
  }
  for (const { name, type } of table.columns) {
    const found = footer.columns.find((column) => column.name === name)?.physicalType;
    const readable = physicalTypes(type);
    if (found && readable && !readable.includes(found)) {
      throw fault(
        "ColumnTypeMismatch",
        `${place}: ${name} is ${found}; ${wanted} declares ${type} (${readable.join(" or ")}).`,
      );
    }
  }
}
