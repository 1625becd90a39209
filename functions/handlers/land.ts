/** Places one incoming file where its table's run keeps its data. No reader knows the place until it is published. */
import type { GlueClient } from "@aws-sdk/client-glue";
import type { S3Client } from "@aws-sdk/client-s3";
import { copyLimits, copyObject, type CopyLimits } from "../storage/copy";
import { fault } from "../invocation/fault";
import { log } from "../invocation/log";
import { list as listObjects } from "../storage/objects";
import { openParquet, type ParquetFooter } from "../storage/parquet-file";
import { keepStep, requireRows } from "../runs/own-data";
import { runScope } from "../runs/pipeline";
import { readRunInput } from "../runs/run-input";
import type { LakeSettings } from "../invocation/settings";
import { number, shape } from "../invocation/schema";
import { readTable, type CatalogTable } from "../publication/catalog-table";

/** What landing needs. */
export interface LandContext {
  readonly s3: S3Client;
  readonly glue: GlueClient;
  readonly settings: LakeSettings;
  readonly now: () => Date;
  /** @default what S3 takes */
  readonly limits?: CopyLimits;
}

const landTask = shape({
  run: runScope,
  /** Number of the file in the run's input. */
  index: number,
});

/**
 * Copies `incoming/<source>/<date>/<file>` to `<database>/<table>/exec_date=<date>/<run>/<file>`, and shows it to the run's own
 * queries.
 *
 * @throws `FileNotParquet`, `ColumnMissing`, `ColumnTypeMismatch` before anything is copied; `IncomingFileReplaced`,
 *   `IncomingFileMissing`; `ResultEmpty` for a file without rows
 */
export async function landFile(event: unknown, context: LandContext): Promise<object> {
  const { s3, glue, settings, limits } = context;
  const { run, index } = landTask(event, "");
  const { landing, assets } = settings;
  const file = (await readRunInput(s3, assets, run.executions)).files[index];
  const table = await readTable(glue, file.database, file.table);
  const place = `s3://${landing}/${file.key}`;
  const changed = notAsFound(s3, landing, file);
  const { footer, requireReadable } = await openParquet(s3, landing, file).catch(changed);
  requireColumns(place, footer, table);
  await requireReadable(table.columns.map(({ name }) => name)).catch(changed);
  requireRows(run, { database: table.database, table: table.name, rows: footer.rows });

  const partition = Object.fromEntries(table.partitionKeys.map((key) => [key, run.exec_date]));
  const folder = table.partitionKeys.map((key) => `${key}=${run.exec_date}/`).join("");
  const prefix = `${table.prefix}${folder}${run.run}/`;
  await copyObject(
    s3,
    { ...file, bucket: landing },
    { bucket: table.bucket, key: `${prefix}${file.key.split("/").pop() ?? ""}` },
    limits ?? copyLimits,
  ).catch(changed);
  await keepStep(
    run,
    {
      kind: "land",
      database: table.database,
      table: table.name,
      rows: footer.rows,
      location: `s3://${table.bucket}/${prefix}`,
      partition,
      source: { key: file.key, etag: file.etag },
      bytesScanned: undefined,
      queryExecutionId: undefined,
      sql: undefined,
    },
    context,
  );
  log("info", "File landed", run, { key: file.key, table: table.name, rows: footer.rows });
  return {};
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
