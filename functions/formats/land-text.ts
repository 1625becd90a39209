/** Places a file of text where its table's run converts it. */
import type { GlueClient } from "@aws-sdk/client-glue";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { Readable } from "node:stream";
import { anything, readJson, record, shape, text, type Shape } from "../invocation/schema";
import type { CatalogTable } from "../publication/catalog-table";
import { registerRun } from "../publication/runs-table";
import { readTable } from "../publication/catalog-table";
import type { LandingFile } from "../runs/land-batches";
import type { RunScope } from "../runs/pipeline";
import { copyObject, type CopyLimits } from "../storage/copy";
import { readText } from "../storage/objects";
import { arrivedTableName, type FileFormat } from "./file-format";
import { inspectText } from "./inspect-text";

/** How files of a table are converted, `conversion_configs/<pipeline>/<table>.json`. */
const conversionConfig = shape({
  database: text,
  table: text,
  /** Glue types by column, in order. */
  columns: record(text),
  /** Glue types by partition key. */
  partitionKeys: record(text),
  /** As it was declared and checked at deployment. */
  format: anything as (value: unknown, path: string) => FileFormat,
});
export type ConversionConfig = Shape<typeof conversionConfig>;

/** Key of how the files of a table are converted. */
export function conversionConfigKey(pipeline: string, table: string): string {
  return `conversion_configs/${pipeline}/${table}.json`;
}

/** Reads how files of a table are converted. */
export async function readConversion(
  s3: S3Client,
  assets: string,
  pipeline: string,
  table: string,
): Promise<ConversionConfig> {
  const key = conversionConfigKey(pipeline, table);
  return readJson(await readText(s3, assets, key), conversionConfig, key);
}

/** What landing text needs. */
export interface LandTextContext {
  readonly s3: S3Client;
  readonly glue: GlueClient;
  readonly settings: { readonly assets: string; readonly landing: string };
  readonly limits: CopyLimits;
}

/** What a run received of a table, as it arrived. */
export interface ArrivedText {
  readonly run: RunScope;
  readonly table: CatalogTable;
  /** Key below which the run writes what it makes of the table; ends with `/`. */
  readonly prefix: string;
  readonly files: readonly LandingFile[];
}

/**
 * Copies files of one table to `<prefix>arrived/`, and shows them to the run's own conversion.
 *
 * @param unless turns what S3 says of a file that changed into a fault
 * @throws `FileNotAsDeclared`, `HeaderDiffers` before any of them is copied
 */
export async function landText(
  { run, table, prefix, files }: ArrivedText,
  { s3, glue, settings, limits }: LandTextContext,
  unless: (file: LandingFile) => (error: unknown) => Promise<never>,
): Promise<void> {
  const { landing, assets } = settings;
  const { format } = await readConversion(s3, assets, run.pipeline, table.name);
  const columns = table.columns.map(({ name }) => name);
  for (const file of files) {
    const place = `s3://${landing}/${file.key}`;
    const read = async (): Promise<void> => {
      const { Body } = await s3.send(
        new GetObjectCommand({ Bucket: landing, Key: file.key, IfMatch: `"${file.etag}"` }),
      );
      if (Body) await inspectText(Body as Readable, { place, format, columns });
    };
    await read().catch(unless(file));
  }
  const arrived = `${prefix}arrived/`;
  for (const file of files) {
    const key = `${arrived}${file.name}`;
    await copyObject(s3, { ...file, bucket: landing }, { bucket: table.bucket, key }, limits).catch(unless(file));
  }
  const shown = await readTable(glue, table.database, arrivedTableName(table.name));
  const values = table.partitionKeys.map(() => run.exec_date);
  await registerRun(glue, shown, values, run.run, `s3://${table.bucket}/${arrived}`, shown.name);
}
