/** The catalog's entry of a table's files as they arrived: pure. Queries of the run's own conversion read it, nobody else. */
import { runKey } from "../../audit/data-check-query";
import {
  arrivedColumns,
  arrivedTableName,
  csvCharacters,
  noEscape,
  type FileFormat,
} from "../../functions/formats/file-format";
import { glueColumns, type Columns } from "../columns";

/** What it follows from. */
export interface ArrivedTable {
  readonly table: string;
  readonly columns: Columns;
  readonly partitionKeys: Columns;
  readonly format: FileFormat;
  /** `s3://…/` below which the runs of the table write. */
  readonly root: string;
}

/** The plain members of its `aws.glue.CatalogTable`: a partition for each run, and none that it begins with. */
export function arrivedTable({ table, columns, partitionKeys, format, root }: ArrivedTable) {
  const names = arrivedColumns(format, Object.keys(columns));
  const header = "csv" in format && csvCharacters(format.csv).header;
  const storageDescriptor = {
    columns: names.map((name) => ({ name, type: "string" })),
    location: `${root}nothing-arrived/`,
    inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
    outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    serDeInfo: serDe(format),
  };
  return {
    name: arrivedTableName(table),
    description: `Files of ${table} as they arrived, one partition for each run`,
    tableType: "EXTERNAL_TABLE",
    parameters: { EXTERNAL: "TRUE", ...(header && { "skip.header.line.count": "1" }) },
    storageDescriptor,
    partitionKeys: glueColumns({ ...partitionKeys, [runKey]: "string" }),
  };
}

/**
 * How Athena reads its lines. Athena user guide, "Open CSV SerDe for processing CSV" and "Lazy Simple SerDe for CSV, TSV, and
 * custom-delimited files": a line of JSON is one field, so that conversions see it as it was written.
 */
function serDe(format: FileFormat): { serializationLibrary: string; parameters: Record<string, string> } {
  if ("jsonLines" in format) {
    return {
      serializationLibrary: "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
      parameters: { "field.delim": "\u0001", "serialization.format": "\u0001" },
    };
  }
  const { delimiter, quote, escape = noEscape } = csvCharacters(format.csv);
  return {
    serializationLibrary: "org.apache.hadoop.hive.serde2.OpenCSVSerde",
    parameters: { separatorChar: delimiter, quoteChar: quote, escapeChar: escape },
  };
}
