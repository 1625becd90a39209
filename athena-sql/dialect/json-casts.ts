/**
 * CAST to and from JSON. JSON values are held as text.
 */
import { isInteger, isNumeric, type TrinoType } from "../trino/types";
import { notSupported } from "../trino/errors";
import { textOf } from "./text";
import { duckType, fail, freshName } from "./typed";

/** JSON text of a value; undefined for types without one. */
export function toJson(sql: string, from: TrinoType): string | undefined {
  switch (from.kind) {
    case "unknown":
      return "'null'";
    case "json":
      return sql;
    case "boolean":
    case "tinyint":
    case "smallint":
    case "integer":
    case "bigint":
      return `CAST(${sql} AS VARCHAR)`;
    case "decimal":
      return textOf(sql, from);
    case "real":
    case "double":
      return `trino_json_number(trino_plain_${from.kind}_text(${sql}))`;
    case "varchar":
      return `trino_json_text(${sql})`;
    case "char":
    case "date":
    case "timestamp":
      return `trino_json_text(${textOf(sql, from)})`;
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
      const key = `trino_json_text(${textOf(`${entry}.key`, from.key)})`;
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
  if (to.kind === "json") return sql;
  if (to.kind === "varchar") {
    // A number with a fraction is a double, and written as one.
    const whole = `CASE WHEN ${kind} = 'DOUBLE' AND regexp_matches(${sql}, '[.eE]') THEN trino_double_text(CAST(${scalar} AS DOUBLE)) ELSE ${scalar} END`;
    return guarded(scalars, to.length === undefined ? whole : `substr(${whole}, 1, ${to.length})`);
  }
  if (isInteger(to)) {
    // A double would lose the last digits of large integers.
    const rounded = `CAST(round(CAST(${scalar} AS DOUBLE)) AS ${duckType(to)})`;
    const exact = `CAST(${scalar} AS ${duckType(to)})`;
    return guarded(
      scalars,
      `CASE WHEN ${kind} = 'BOOLEAN' THEN ${truth(scalar, to)} WHEN ${kind} IN ('BIGINT', 'UBIGINT', 'VARCHAR') THEN ${exact} ELSE ${rounded} END`,
    );
  }
  if (isNumeric(to)) {
    const number = `CAST(${scalar} AS ${duckType(to)})`;
    return guarded(scalars, `CASE WHEN ${kind} = 'BOOLEAN' THEN ${truth(scalar, to)} ELSE ${number} END`);
  }
  if (to.kind === "boolean") {
    const value = `CASE WHEN ${kind} IN ('VARCHAR', 'BOOLEAN') THEN CAST(${scalar} AS BOOLEAN) ELSE CAST(${scalar} AS DOUBLE) <> 0 END`;
    return guarded(scalars, value);
  }
  if (to.kind === "array") {
    const item = freshName("e");
    const body = fromJson(item, to.element);
    const items = `trino_json_items(${sql})`;
    return body && guarded("'ARRAY'", `list_transform(${items}, lambda ${item}: ${body})`);
  }
  if (to.kind === "map") {
    if (to.key.kind !== "varchar") throw notSupported(`casts of JSON to maps with keys of type ${to.key.kind}`);
    const key = freshName("e");
    const body = fromJson(`trino_json_member(${sql}, ${key})`, to.value);
    const keys = `json_keys(${sql})`;
    return body && guarded("'OBJECT'", `map(${keys}, list_transform(${keys}, lambda ${key}: ${body}))`);
  }
  if (to.kind === "row") {
    const parts: string[] = [];
    for (const [index, field] of to.fields.entries()) {
      // An array gives the fields in their order, an object by their names.
      const item = `trino_json_extract(${sql}, '$[${index}]')`;
      const named = `trino_json_field(${sql}, '${(field.name ?? "").replaceAll("'", "''")}')`;
      const part = `(CASE WHEN ${kind} = 'ARRAY' THEN ${item} ELSE ${named} END)`;
      const body = fromJson(part, field.type);
      if (body === undefined) return undefined;
      parts.push(`f${index + 1} := ${body}`);
    }
    const wrong = fail("INVALID_CAST_ARGUMENT", `'Cannot cast to row: ' || ${sql}`, to);
    const fits = `${kind} = 'OBJECT' OR trino_json_length(${sql}) = ${to.fields.length}`;
    return guarded("'OBJECT', 'ARRAY'", `CASE WHEN ${fits} THEN struct_pack(${parts.join(", ")}) ELSE ${wrong} END`);
  }
  return undefined;
}

function truth(scalar: string, to: TrinoType): string {
  return `CAST(CASE WHEN ${scalar} = 'true' THEN 1 ELSE 0 END AS ${duckType(to)})`;
}
