/**
 * Tables of lines of text: CSV as OpenCSVSerde reads it, delimited fields as LazySimpleSerDe does, all of them text. Athena user guide,
 * "Open CSV SerDe for processing CSV", "Lazy Simple SerDe for CSV, TSV, and custom-delimited files" and "Use Hive table compression".
 */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as zlib from "node:zlib";
import { quote } from "../../athena-sql/dialect/typed";
import type { Resolved } from "../../athena-sql/dialect/scope";
import { notSupported, QueryError } from "../../athena-sql/trino/errors";
import { typeName } from "../../athena-sql/trino/types";
import type { CatalogTable } from "./catalog-access";
import { csvFields } from "./csv-line";
import type { DataFile } from "./storage";

/** Fields of a line: the first so many. */
type LineReader = (line: string, count: number) => (string | null)[];

/** Readers by SerDe, each made from the table's SerDe properties, whose names Athena compares without case. */
const readers: Readonly<Record<string, (properties: ReadonlyMap<string, string>) => LineReader>> = {
  "org.apache.hadoop.hive.serde2.OpenCSVSerde": (properties) => {
    const of = (name: string, otherwise: string): string => properties.get(name)?.slice(0, 1) ?? otherwise;
    const [separator, quoted] = [of("separatorchar", ","), of("quotechar", '"')];
    const given = of("escapechar", "\\");
    // Hive's OpenCSVSerde takes a quote as escape for none given.
    const characters = { separator, quote: quoted, escape: given === '"' ? "\\" : given };
    return (line, count) => csvFields(line, count, characters);
  },
  "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe": (properties) => {
    const delimiter = properties.get("field.delim") ?? "\u0001";
    const nullText = properties.get("serialization.null.format") ?? "\\N";
    if (properties.has("escape.delim")) throw notSupported("LazySimpleSerDe with escape.delim");
    return (line, count) => {
      const fields = line.split(delimiter);
      return Array.from({ length: count }, (_, index) => (fields[index] === nullText ? null : (fields[index] ?? null)));
    };
  },
};

/** Whether a table's files are read as lines of text. */
export function isText(table: CatalogTable): boolean {
  return Object.hasOwn(readers, table.StorageDescriptor?.SerdeInfo?.SerializationLibrary ?? "");
}

/** The storage of a text table in Glue's words; undefined if the format is another. */
export function textStorage(format: string, properties: Readonly<Record<string, string>>): object | undefined {
  if (!Object.hasOwn(readers, format)) return undefined;
  return {
    InputFormat: "org.apache.hadoop.mapred.TextInputFormat",
    OutputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    SerdeInfo: { SerializationLibrary: format, Parameters: properties },
  };
}

/** The expressions by which DuckDB reads a table's columns, in order. Throws for a type that is not text. */
export function textColumns(table: CatalogTable, shape: Extract<Resolved, { kind: "table" }>): string[] {
  const other = shape.columns.find(({ type }) => typeName(type) !== "varchar");
  if (other) {
    throw notSupported(
      `text tables with columns other than string (${table.DatabaseName}.${table.Name}.${other.name} ${typeName(other.type)})`,
    );
  }
  return shape.columns.map((_, index) => `f${index + 1}`);
}

/** What DuckDB selects a text table's columns from: the files' fields, written anew where nothing is ambiguous. */
export function textRelation(table: CatalogTable, files: readonly DataFile[], scratch: string): string {
  const storage = table.StorageDescriptor;
  const count = (storage?.Columns ?? []).length;
  const properties = Object.entries(storage?.SerdeInfo?.Parameters ?? {});
  const read = readers[storage?.SerdeInfo?.SerializationLibrary ?? ""](
    new Map(properties.map(([name, value]) => [name.toLowerCase(), value])),
  );
  const header = Number(table.Parameters?.["skip.header.line.count"] ?? "0");
  const skip = Number.isInteger(header) && header >= 0 ? header : 0;
  const folder = mkdtempSync(join(scratch, "text-"));
  const written = files.map((file, index) => {
    const path = join(folder, `${index}.csv`);
    const rows = linesOf(file)
      .slice(skip)
      .map((line) => read(line, count).map(writtenField).join(","));
    writeFileSync(path, rows.map((row) => `${row}\n`).join(""));
    return path;
  });
  const options = [
    "auto_detect = false",
    "header = false",
    ...["delim = ','", `quote = '"'`, `escape = '"'`, "nullstr = 'N'", "allow_quoted_nulls = false"],
    `max_line_size = ${longestLine}`,
    `columns = {${Array.from({ length: count }, (_, index) => `f${index + 1}: 'VARCHAR'`).join(", ")}}`,
  ];
  return `read_csv([${written.map(quote).join(", ")}], ${options.join(", ")})`;
}

/** Bytes. */
const longestLine = 64 * 1024 * 1024;

/** A field of a copy: NULL is the one that stands without quotes. */
function writtenField(field: string | null): string {
  return field === null ? "N" : `"${field.replaceAll('"', '""')}"`;
}

/** The lines of a file, whose name says how it is compressed. */
function linesOf(file: DataFile): string[] {
  const text = contentOf(file);
  const lines = text.split(/\r\n|\n|\r/);
  if (lines[lines.length - 1] === "") lines.pop();
  return lines;
}

function contentOf(file: DataFile): string {
  const place = `s3://${file.bucket}/${file.key}`;
  const [, suffix = ""] = /\.(gz|zst|bz2|lz4|snappy|lzo|deflate)$/.exec(file.key) ?? [];
  const bytes = readFileSync(file.path);
  const { zstdDecompressSync } = zlib as { zstdDecompressSync?: (given: Uint8Array) => Buffer };
  try {
    if (suffix === "") return bytes.toString("utf8");
    if (suffix === "gz") return zlib.gunzipSync(bytes).toString("utf8");
    if (suffix === "zst" && zstdDecompressSync) return zstdDecompressSync(bytes).toString("utf8");
  } catch (error) {
    throw new QueryError("HIVE_CURSOR_ERROR", `Failed to read file: ${place}: ${(error as Error).message}`);
  }
  throw notSupported(`text files that are compressed as .${suffix} on this Node.js (${place})`);
}
