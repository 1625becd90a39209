/**
 * Makes typed rows of files of text. Of a table, the first two calls render the queries of the rows that can be read and of those that
 * cannot; the third judges what they wrote, and shows it to the run's own queries.
 */
import type { GlueClient } from "@aws-sdk/client-glue";
import type { S3Client } from "@aws-sdk/client-s3";
import { runKey } from "../../audit/data-check-query";
import { convertedQuery, rejectedQuery, type ArrivedFiles } from "../formats/conversion-query";
import { rejectedTableName, textValues } from "../formats/file-format";
import { readConversion, type ConversionConfig } from "../formats/land-text";
import { fault } from "../invocation/fault";
import { log } from "../invocation/log";
import { number, optional, shape, text, type Shape } from "../invocation/schema";
import type { LakeSettings } from "../invocation/settings";
import { parseLocation } from "../publication/catalog-table";
import { byTable } from "../runs/land-batches";
import { keepStep, requireRows } from "../runs/own-data";
import { runScope, type RunScope } from "../runs/pipeline";
import { keepQuery, type RenderedQuery } from "../runs/rendered-query";
import { readRunInput } from "../runs/run-input";
import { list } from "../storage/objects";
import { readParquetRows } from "../storage/parquet-file";
import { countRows } from "./register";

/** What converting needs. */
export interface ConvertContext {
  readonly s3: S3Client;
  readonly glue: GlueClient;
  readonly settings: LakeSettings;
  readonly now: () => Date;
}

/** What a query wrote. */
const unloaded = shape({ location: text, bytesScanned: optional(number), queryExecutionId: optional(text) });

const convertTask = shape({
  run: runScope,
  table: text,
  /** Which rows are queried, of the first two calls. */
  rows: optional(text as (value: unknown, path: string) => "converted" | "rejected"),
  converted: optional(unloaded),
  rejected: optional(unloaded),
});

/** Handles all calls. */
export async function convert(event: unknown, context: ConvertContext): Promise<RenderedQuery | object> {
  const { run, table, rows, converted, rejected } = convertTask(event, "");
  const { s3, settings } = context;
  const config = await readConversion(s3, settings.assets, run.pipeline, table);
  if (converted && rejected) return judge(run, config, converted, rejected, context);
  const arrived: ArrivedFiles = {
    ...config,
    partition: [
      ...Object.entries(config.partitionKeys).map(([key, type]) => ({ key, type, value: run.exec_date })),
      { key: runKey, type: "string", value: run.run },
    ],
  };
  const query = rows === "rejected" ? rejectedQuery(arrived) : convertedQuery(arrived);
  return keepQuery(s3, settings.assets, run, rows === "rejected" ? rejectedTableName(table) : table, query);
}

/** Rejected rows that an error names. */
const namedRows = 3;

/** @throws `RowsRejected` if more rows are rejected than may be, `ResultEmpty` if none is left */
async function judge(
  run: RunScope,
  { database, table, partitionKeys, format }: ConversionConfig,
  converted: Shape<typeof unloaded>,
  rejected: Shape<typeof unloaded>,
  context: ConvertContext,
): Promise<object> {
  const { s3, settings } = context;
  const input = await readRunInput(s3, settings.assets, run.executions);
  const [files = []] = byTable(input.files.filter((file) => file.database === database && file.table === table));
  const step = {
    kind: "land" as const,
    database,
    partition: Object.fromEntries(Object.keys(partitionKeys).map((key) => [key, run.exec_date])),
    sources: files.map(({ key, etag, name }) => ({ key, etag, name })),
    sql: undefined,
  };
  const refused = rejectedTableName(table);
  const count = await countRows(s3, rejected.location);
  // Whoever looks for what was wrong finds it, whether the run fails or not.
  await keepStep(run, { ...step, ...rejected, table: refused, rows: count }, context);
  const { atMost } = textValues(format).rejected ?? { atMost: 0 };
  if (count > atMost) {
    const examples = await readExamples(s3, rejected.location);
    throw fault(
      "RowsRejected",
      `${count} rows of ${filesText(settings.landing, files)} cannot be read as ${database}.${table}; ` +
        `${atMost} may be rejected. ${examples.join("; ")}. All of them: SELECT * FROM "${database}"."${refused}__runs" WHERE ${runKey} = '${run.run}'. The data before stays.`,
    );
  }
  const rows = await countRows(s3, converted.location);
  requireRows(run, { database, table, rows });
  await keepStep(run, { ...step, ...converted, table, rows }, context);
  log("info", "File converted", run, { table, rows, rejected: count });
  return {};
}

/** Names a file, or the first of many. */
function filesText(landing: string, files: readonly { readonly key: string }[]): string {
  const [first] = files;
  const more = files.length > 1 ? ` and ${files.length - 1} other files` : "";
  return `s3://${landing}/${first.key}${more}`;
}

/** The first rejected rows, a phrase each. */
async function readExamples(s3: S3Client, location: string): Promise<string[]> {
  const { bucket, prefix } = parseLocation(location);
  const found: string[] = [];
  for (const object of (await list(s3, bucket, prefix)).objects) {
    if (found.length >= namedRows) break;
    for (const row of await readParquetRows(s3, bucket, object, namedRows - found.length)) {
      const cell = (name: string): string => (typeof row[name] === "string" ? row[name] : "");
      const short = (name: string): string => cell(name).slice(0, 100);
      const what = cell("column_name") === "" ? short("row_text") : `${cell("column_name")} '${short("value")}'`;
      found.push(`${what} is ${cell("reason")} (${cell("file").split("/").pop()})`);
    }
  }
  return found;
}
