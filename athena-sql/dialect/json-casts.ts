/**
 * CAST to and from JSON. JSON values are held as text.
 */
import { isInteger, isNumeric, type TrinoType } from "../trino/types";
import { textOf } from "./text";
import { duckType, fail, freshName } from "./typed";

/** JSON text of a value; undefined for types without one. */
export function toJson(sql: string, from: TrinoType): string | undefined {
  switch (from.kind) {
    case "boolean":
    case "tinyint":
    case "smallint":
    case "integer":
    case "bigint":
    case "decimal":
      return `CAST(${sql} AS VARCHAR)`;
    case "real":
    case "double":
      return textOf(sql, from);
    case "varchar":
      return `CAST(to_json(${sql}) AS VARCHAR)`;
    case "char":
    case "date":
    case "timestamp":
      return `CAST(to_json(${textOf(sql, from)}) AS VARCHAR)`;
    case "array": {
      const item = freshName("e");
      const body = toJson(item, from.element);
      return (
        body &&
        `('[' || array_to_string(list_transform(${sql}, lambda ${item}: coalesce(${body}, 'null')), ',') || ']')`
      );
    }
    case "map": {
      const entry = freshName("e");
      const body = toJson(`${entry}.value`, from.value);
      const key = `CAST(to_json(${textOf(`${entry}.key`, from.key)}) AS VARCHAR)`;
      // Trino orders the keys of a map, and only of a map.
      const entries = `list_sort(list_transform(map_entries(${sql}), lambda ${entry}: ${key} || ':' || coalesce(${body ?? "''"}, 'null')))`;
      return body && `('{' || array_to_string(${entries}, ',') || '}')`;
    }
    case "row": {
      const parts: string[] = [];
      for (const [index, field] of from.fields.entries()) {
        const body = toJson(`(${sql}).f${index + 1}`, field.type);
        if (body === undefined) return undefined;
        const name = JSON.stringify(field.name ?? "").replaceAll("'", "''");
        parts.push(`'${name}:' || coalesce(${body}, 'null')`);
      }
      return `(CASE WHEN ${sql} IS NULL THEN NULL ELSE '{' || ${parts.join(" || ',' || ")} || '}' END)`;
    }
    default:
      return undefined;
  }
}

/** A value of type `to` from JSON text; JSON null gives NULL. */
export function fromJson(sql: string, to: TrinoType): string | undefined {
  const kind = `json_type(${sql})`;
  const scalar = `(CAST(${sql} AS JSON) ->> '$')`;
  const guarded = (kinds: string, value: string): string =>
    `(CASE WHEN ${sql} IS NULL OR ${kind} = 'NULL' THEN NULL WHEN ${kind} IN (${kinds}) THEN ${value} ELSE ` +
    `${fail("INVALID_CAST_ARGUMENT", `'Cannot cast to ${to.kind}: ' || ${sql}`, to)} END)`;
  const scalars = "'VARCHAR', 'BIGINT', 'UBIGINT', 'HUGEINT', 'DOUBLE', 'BOOLEAN'";
  if (to.kind === "varchar") {
    const text = to.length === undefined ? scalar : `substr(${scalar}, 1, ${to.length})`;
    return guarded(scalars, text);
  }
  if (isInteger(to)) {
    // A double would lose the last digits of large integers.
    const rounded = `CAST(round(CAST(${scalar} AS DOUBLE)) AS ${duckType(to)})`;
    const exact = `CAST(${scalar} AS ${duckType(to)})`;
    return guarded(scalars, `CASE WHEN ${kind} IN ('BIGINT', 'UBIGINT', 'VARCHAR') THEN ${exact} ELSE ${rounded} END`);
  }
  if (isNumeric(to) || to.kind === "boolean") return guarded(scalars, `CAST(${scalar} AS ${duckType(to)})`);
  if (to.kind === "array") {
    const item = freshName("e");
    const body = fromJson(item, to.element);
    const items = `json_extract(${sql}, '$[*]')`;
    return body && guarded("'ARRAY'", `list_transform(${items}, lambda ${item}: ${body})`);
  }
  if (to.kind === "map" && to.key.kind === "varchar") {
    const key = freshName("e");
    const body = fromJson(`json_extract(${sql}, '$."' || ${key} || '"')`, to.value);
    const keys = `json_keys(${sql})`;
    return body && guarded("'OBJECT'", `map(${keys}, list_transform(${keys}, lambda ${key}: ${body}))`);
  }
  if (to.kind === "row") {
    const parts: string[] = [];
    for (const [index, field] of to.fields.entries()) {
      const path = field.name === undefined ? `$[${index}]` : `$."${field.name}"`;
      const body = fromJson(`json_extract(${sql}, '${path.replaceAll("'", "''")}')`, field.type);
      if (body === undefined) return undefined;
      parts.push(`f${index + 1} := ${body}`);
    }
    return guarded("'OBJECT', 'ARRAY'", `struct_pack(${parts.join(", ")})`);
  }
  return undefined;
}
