/**
 * Tables of CSV files, as the SerDe OpenCSVSerde reads them: fields in order, all of them text. Athena user guide, "Open CSV
 * SerDe for processing CSV".
 */
import { quote } from "../../athena-sql/dialect/typed";
import type { Resolved } from "../../athena-sql/dialect/scope";
import { notSupported } from "../../athena-sql/trino/errors";
import { typeName } from "../../athena-sql/trino/types";
import type { CatalogTable } from "./catalog-access";
import type { DataFile } from "./storage";

const serde = "org.apache.hadoop.hive.serde2.OpenCSVSerde";

/** Whether a table's files are read as CSV. */
export function isCsv(table: CatalogTable): boolean {
  return table.StorageDescriptor?.SerdeInfo?.SerializationLibrary === serde;
}

/** The storage of a CSV table in Glue's words; undefined if the format is another. */
export function csvStorage(format: string, properties: Readonly<Record<string, string>>): object | undefined {
  if (format !== serde) return undefined;
  return {
    InputFormat: "org.apache.hadoop.mapred.TextInputFormat",
    OutputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    SerdeInfo: { SerializationLibrary: serde, Parameters: properties },
  };
}

/** The expressions by which DuckDB reads a table's columns, in order. Throws for a type that is not text. */
export function csvColumns(table: CatalogTable, shape: Extract<Resolved, { kind: "table" }>): string[] {
  const other = shape.columns.find(({ type }) => typeName(type) !== "varchar");
  if (other) {
    throw notSupported(
      `CSV tables with columns other than string (${table.DatabaseName}.${table.Name}.${other.name} ${typeName(other.type)})`,
    );
  }
  return shape.columns.map((_, index) => `f${index + 1}`);
}

/** What DuckDB selects a CSV table's columns from. */
export function csvRelation(table: CatalogTable, files: readonly DataFile[]): string {
  const storage = table.StorageDescriptor;
  const of = storage?.SerdeInfo?.Parameters ?? {};
  const skip = Number(table.Parameters?.["skip.header.line.count"] ?? "0");
  const names = (storage?.Columns ?? []).map((_, index) => `f${index + 1}`);
  const options = [
    "auto_detect = false",
    "header = false",
    `skip = ${Number.isInteger(skip) && skip >= 0 ? skip : 0}`,
    `delim = ${quote(of.separatorchar ?? of.separatorChar ?? ",")}`,
    `quote = ${quote(of.quotechar ?? of.quoteChar ?? '"')}`,
    `escape = ${quote(of.quotechar ?? of.quoteChar ?? '"')}`,
    // An empty field is a text; a line with too few fields has NULL in the others. Nothing that is written is NULL.
    `nullstr = ${quote("\uE000\uE001")}`,
    "null_padding = true",
    `columns = {${names.map((name) => `${name}: 'VARCHAR'`).join(", ")}}`,
  ];
  return `read_csv([${files.map(({ path }) => quote(path)).join(", ")}], ${options.join(", ")})`;
}
