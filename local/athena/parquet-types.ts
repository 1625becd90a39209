/**
 * Values between Parquet and Trino: which types of a file a column of the catalog accepts, and what is written.
 */
import {
  type DuckDBDecimalType,
  type DuckDBListType,
  type DuckDBMapType,
  type DuckDBStructType,
  type DuckDBType,
  DuckDBTypeId,
} from "@duckdb/node-api";
import { duckType, freshName, quoteName } from "../../athena-sql/dialect/typed";
import { packRow } from "../../athena-sql/dialect/casts";
import { QueryError } from "../../athena-sql/trino/errors";
import { type TrinoType, typeName } from "../../athena-sql/trino/types";

// What Trino's Parquet reader converts: numbers to wider ones, decimals among themselves, all kinds of timestamps.
const ACCEPTED: Readonly<Record<string, readonly DuckDBTypeId[]>> = {
  boolean: [DuckDBTypeId.BOOLEAN],
  tinyint: [DuckDBTypeId.TINYINT, DuckDBTypeId.SMALLINT, DuckDBTypeId.INTEGER],
  smallint: [DuckDBTypeId.TINYINT, DuckDBTypeId.SMALLINT, DuckDBTypeId.INTEGER],
  integer: [
    DuckDBTypeId.TINYINT,
    DuckDBTypeId.SMALLINT,
    DuckDBTypeId.INTEGER,
    DuckDBTypeId.UTINYINT,
    DuckDBTypeId.USMALLINT,
  ],
  bigint: [
    DuckDBTypeId.TINYINT,
    DuckDBTypeId.SMALLINT,
    DuckDBTypeId.INTEGER,
    DuckDBTypeId.BIGINT,
    DuckDBTypeId.UTINYINT,
    DuckDBTypeId.USMALLINT,
    DuckDBTypeId.UINTEGER,
  ],
  real: [DuckDBTypeId.FLOAT],
  double: [DuckDBTypeId.DOUBLE, DuckDBTypeId.FLOAT],
  decimal: [DuckDBTypeId.DECIMAL],
  varchar: [DuckDBTypeId.VARCHAR, DuckDBTypeId.BLOB],
  char: [DuckDBTypeId.VARCHAR],
  varbinary: [DuckDBTypeId.BLOB, DuckDBTypeId.VARCHAR],
  date: [DuckDBTypeId.DATE],
  timestamp: [
    DuckDBTypeId.TIMESTAMP,
    DuckDBTypeId.TIMESTAMP_S,
    DuckDBTypeId.TIMESTAMP_MS,
    DuckDBTypeId.TIMESTAMP_NS,
    DuckDBTypeId.TIMESTAMP_TZ,
  ],
};

/**
 * A value of a file as one of the table's type.
 * @returns undefined if Trino refuses the pair
 */
export function readValue(sql: string, from: DuckDBType, to: TrinoType): string | undefined {
  const inner = {
    list: (from as DuckDBListType).valueType,
    map: from as DuckDBMapType,
    struct: from as DuckDBStructType,
  };
  switch (to.kind) {
    case "array": {
      if (from.typeId !== DuckDBTypeId.LIST) return undefined;
      const item = freshName("e");
      const body = readValue(item, inner.list, to.element);
      return body && (body === item ? sql : `list_transform(${sql}, lambda ${item}: ${body})`);
    }
    case "map": {
      if (from.typeId !== DuckDBTypeId.MAP) return undefined;
      const entry = freshName("e");
      const key = readValue(`${entry}.key`, inner.map.keyType, to.key);
      const value = readValue(`${entry}.value`, inner.map.valueType, to.value);
      if (key === undefined || value === undefined) return undefined;
      const pair = `struct_pack(key := ${key}, value := ${value})`;
      return `map_from_entries(list_transform(map_entries(${sql}), lambda ${entry}: ${pair}))`;
    }
    case "row": {
      if (from.typeId !== DuckDBTypeId.STRUCT) return undefined;
      const { entryNames, entryTypes } = inner.struct;
      const parts: string[] = [];
      for (const field of to.fields) {
        const index = entryNames.findIndex((name) => name.toLowerCase() === field.name?.toLowerCase());
        const part =
          index < 0
            ? `CAST(NULL AS ${duckType(field.type)})`
            : readValue(`(${sql}).${quoteName(entryNames[index])}`, entryTypes[index], field.type);
        if (part === undefined) return undefined;
        parts.push(part);
      }
      return `(CASE WHEN ${sql} IS NULL THEN NULL ELSE ${packRow(parts)} END)`;
    }
    default:
      return ACCEPTED[to.kind]?.includes(from.typeId) ? readScalar(sql, from, to) : undefined;
  }
}

function readScalar(sql: string, from: DuckDBType, to: TrinoType): string {
  if (to.kind === "timestamp") {
    // The instant's own number, which is the time in UTC: timezone('UTC', …) asks the calendar of each row, and takes twenty times as long.
    const local = from.typeId === DuckDBTypeId.TIMESTAMP_TZ ? `make_timestamp(epoch_us(${sql}))` : sql;
    if (from.typeId === DuckDBTypeId.TIMESTAMP_S || from.typeId === DuckDBTypeId.TIMESTAMP_MS)
      return `CAST(${local} AS TIMESTAMP)`;
    // Timestamps of Athena's tables have milliseconds; finer ones are rounded.
    return `trino_milliseconds(CAST(${local} AS TIMESTAMP))`;
  }
  if (to.kind === "varchar") {
    const text = from.typeId === DuckDBTypeId.BLOB ? `decode(${sql})` : sql;
    return to.length === undefined ? text : `substr(${text}, 1, ${to.length})`;
  }
  if (to.kind === "char") return `rtrim(substr(${sql}, 1, ${to.length}), ' ')`;
  if (to.kind === "varbinary" && from.typeId === DuckDBTypeId.VARCHAR) return `encode(${sql})`;
  if (to.kind === "decimal") {
    const { width, scale } = from as DuckDBDecimalType;
    if (width === to.precision && scale === to.scale) return sql;
  }
  return String(from) === duckType(to) ? sql : `CAST(${sql} AS ${duckType(to)})`;
}

/**
 * A result's value as it is written to Parquet: rows with the names of their fields.
 * @throws QueryError for types that Hive's Parquet tables do not have
 */
export function writtenValue(sql: string, type: TrinoType): string {
  switch (type.kind) {
    case "array": {
      const item = freshName("e");
      const body = writtenValue(item, type.element);
      return body === item ? sql : `list_transform(${sql}, lambda ${item}: ${body})`;
    }
    case "map": {
      const entry = freshName("e");
      const [key, value] = [writtenValue(`${entry}.key`, type.key), writtenValue(`${entry}.value`, type.value)];
      if (key === `${entry}.key` && value === `${entry}.value`) return sql;
      const pair = `struct_pack(key := ${key}, value := ${value})`;
      return `map_from_entries(list_transform(map_entries(${sql}), lambda ${entry}: ${pair}))`;
    }
    case "row": {
      const parts = type.fields.map((field, index) => {
        return `${quoteName(field.name ?? `field${index}`)} := ${writtenValue(`(${sql}).f${index + 1}`, field.type)}`;
      });
      return `(CASE WHEN ${sql} IS NULL THEN NULL ELSE struct_pack(${parts.join(", ")}) END)`;
    }
    case "char":
      return `rpad(${sql}, ${type.length}, ' ')`;
    case "unknown":
    case "json":
    case "uuid":
    case "time":
    case "timestamp with time zone":
    case "interval day to second":
    case "interval year to month":
      throw new QueryError("NOT_SUPPORTED", `Unsupported Hive type: ${typeName(type)}`);
    default:
      return sql;
  }
}

/** A Trino type in the catalog's words: `int`, `string`, `array<double>`. */
export function hiveType(type: TrinoType): string {
  switch (type.kind) {
    case "integer":
      return "int";
    case "real":
      return "float";
    case "varchar":
      return type.length === undefined ? "string" : `varchar(${type.length})`;
    case "varbinary":
      return "binary";
    case "timestamp":
      return "timestamp";
    case "array":
      return `array<${hiveType(type.element)}>`;
    case "map":
      return `map<${hiveType(type.key)},${hiveType(type.value)}>`;
    case "row":
      return `struct<${type.fields.map((field, i) => `${field.name ?? `field${i}`}:${hiveType(field.type)}`).join(",")}>`;
    default:
      return typeName(type);
  }
}
