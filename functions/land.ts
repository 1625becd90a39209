/** Places one incoming file where its table's run keeps its data. No reader knows the place until it is published. */
import { CopyObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { GlueClient } from "@aws-sdk/client-glue";
import { setting } from "./environment";
import { fault } from "./fault";
import { log } from "./log";
import { foundFile, runScope } from "./pipeline";
import { readParquetFooter, type ParquetFooter } from "./parquet-footer";
import { shape } from "./shape";
import { readTable, type CatalogTable } from "./table";

/** What landing needs of AWS. */
export interface LandClients {
  readonly s3: S3Client;
  readonly glue: GlueClient;
}

const landTask = shape({ run: runScope, file: foundFile });

/** A landed file: the input of its table's publication. */
export interface LandedFile {
  readonly kind: "land";
  readonly database: string;
  readonly table: string;
  readonly location: string;
  readonly partition: Record<string, string>;
  readonly source: { readonly key: string; readonly etag: string };
}

/**
 * Copies `incoming/<source>/<date>/<file>` to `<database>/<table>/exec_date=<date>/<run>/<file>`.
 *
 * @throws `FileNotParquet`, `ColumnMissing`, `ColumnTypeMismatch` before anything is copied
 */
export async function landFile(event: unknown, { s3, glue }: LandClients): Promise<LandedFile> {
  const { run, file } = landTask(event, "");
  const landing = setting("LANDING_BUCKET");
  const table = await readTable(glue, file.database, file.table);
  const footer = await readParquetFooter(s3, landing, file);
  requireColumns(`s3://${landing}/${file.key}`, footer, table);

  const partition = Object.fromEntries(table.partitionKeys.map((key) => [key, run.exec_date]));
  const folder = table.partitionKeys.map((key) => `${key}=${run.exec_date}/`).join("");
  const prefix = `${table.prefix}${folder}${run.run}/`;
  await s3.send(
    new CopyObjectCommand({
      Bucket: table.bucket,
      Key: `${prefix}${file.key.split("/").pop() ?? ""}`,
      CopySource: `${landing}/${file.key.split("/").map(encodeURIComponent).join("/")}`,
      // A file that was replaced since the control file was checked belongs to the next run.
      CopySourceIfMatch: `"${file.etag}"`,
    }),
  );
  log("info", "File landed", run, { key: file.key, table: table.name, rows: footer.rows });
  return {
    kind: "land",
    database: table.database,
    table: table.name,
    location: `s3://${table.bucket}/${prefix}`,
    partition,
    source: { key: file.key, etag: file.etag },
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
