/**
 * Trino's comparisons: three-valued also inside arrays, maps and rows, and nothing is equal to or above NaN.
 */
import { type Position, QueryError } from "../trino/errors";
import type { ComparisonOperator } from "../trino/syntax";
import { BOOLEAN, commonType, isStructure, type TrinoType, typeName } from "../trino/types";
import { coerce } from "./casts";
import { fail, freshName, type Typed } from "./typed";

export type Comparison = ComparisonOperator | "is distinct from" | "is not distinct from";

/** A comparison or calculation of two types that do not go together. */
export function mismatch(operator: string, left: Typed, right: Typed, at: Position): QueryError {
  return new QueryError(
    "TYPE_MISMATCH",
    `Cannot apply operator: ${typeName(left.type)} ${operator.toUpperCase()} ${typeName(right.type)}`,
    at,
  );
}

/** Two values, the second shown in the first one's time zone: instants compare whatever their zones are. */
export function sameZone(left: Typed, right: Typed): [Typed, Typed] {
  const zoned = "timestamp with time zone";
  if (left.type.kind === zoned && right.type.kind === zoned) {
    return [left, { sql: right.sql, type: { ...right.type, zone: left.type.zone } }];
  }
  return [left, right];
}

/** `=`, `<`, IS DISTINCT FROM, …: both sides become their common type first. @throws QueryError TYPE_MISMATCH */
export function compare(operator: Comparison, ...operands: [left: Typed, right: Typed, at: Position]): Typed {
  const at = operands[2];
  const [left, right] = sameZone(operands[0], operands[1]);
  const common = commonType(left.type, right.type);
  const equality = ["=", "<>"].includes(operator) || operator.startsWith("is");
  if (!common || !(equality ? isComparable(common) : isOrderable(common))) throw mismatch(operator, left, right, at);
  const [a, b] = [coerce(left, common).sql, coerce(right, common).sql];
  // A literal is never NaN, which spares the tests for it.
  const plain = [left, right].some(({ sql }) => /^CAST\(['\d.eE+-]+ AS \w+(\(\d+,\d+\))?\)$/.test(sql));
  return { sql: comparison(operator, a, b, common, plain), type: BOOLEAN };
}

function isComparable(type: TrinoType): boolean {
  if (type.kind === "array") return isComparable(type.element);
  if (type.kind === "row") return type.fields.every((field) => isComparable(field.type));
  return true;
}

function isOrderable(type: TrinoType): boolean {
  if (type.kind === "array") return isOrderable(type.element);
  if (type.kind === "row") return type.fields.every((field) => isOrderable(field.type));
  return type.kind !== "map" && type.kind !== "json";
}

function isFloat(type: TrinoType): boolean {
  return type.kind === "real" || type.kind === "double";
}

function holds(type: TrinoType, test: (part: TrinoType) => boolean): boolean {
  if (test(type)) return true;
  if (type.kind === "array") return holds(type.element, test);
  if (type.kind === "map") return holds(type.key, test) || holds(type.value, test);
  return type.kind === "row" && type.fields.some((field) => holds(field.type, test));
}

/** Values of equal types, compared. @param plain one of the two is known not to be NaN */
function comparison(operator: Comparison, a: string, b: string, type: TrinoType, plain: boolean): string {
  if (operator.startsWith("is")) {
    const [x, y] = [ordered(a, type), ordered(b, type)];
    return `(${x} ${operator.toUpperCase()} ${y})`;
  }
  if (operator === "=") return isFloat(type) && plain ? `(${a} = ${b})` : equal(a, b, type);
  if (operator === "<>") return isStructure(type) || isFloat(type) ? `(NOT ${equal(a, b, type)})` : `(${a} <> ${b})`;
  if (isFloat(type)) return `trino_ordered(${a}, ${b}, ${a} ${operator} ${b})`;
  if (!isStructure(type)) return `(${a} ${operator} ${b})`;
  // The order of a NULL inside is undefined, which DuckDB defines.
  if (type.kind === "row") return rowOrder(operator, a, b, type);
  return `(CASE WHEN ${hasNull(a, type)} OR ${hasNull(b, type)} THEN ${withoutOrder("ARRAY")} ELSE ${a} ${operator} ${b} END)`;
}

function withoutOrder(what: "ARRAY" | "ROW"): string {
  const parts = what === "ROW" ? "fields" : "arrays";
  return fail("NOT_SUPPORTED", `'${what} comparison not supported for ${parts} with null elements'`, BOOLEAN);
}

/** Rows go by their first fields that differ. */
function rowOrder(operator: Comparison, a: string, b: string, type: TrinoType & { kind: "row" }): string {
  const tests = type.fields.map((field, i) => {
    const [x, y] = [`(${a}).f${i + 1}`, `(${b}).f${i + 1}`];
    const differ = `NOT ${equal(x, y, field.type)}`;
    return `WHEN ${x} IS NULL OR ${y} IS NULL THEN ${withoutOrder("ROW")} WHEN ${differ} THEN ${comparison(operator, x, y, field.type, false)}`;
  });
  return `(CASE WHEN ${a} IS NULL OR ${b} IS NULL THEN NULL ${tests.join(" ")} ELSE ${operator.endsWith("=")} END)`;
}

/** Whether a row or array, itself not NULL, holds a NULL. */
function hasNull(sql: string, type: TrinoType): string {
  if (type.kind === "array") {
    const item = freshName("e");
    const inner = isStructure(type.element) ? `(${item} IS NULL OR ${hasNull(item, type.element)})` : `${item} IS NULL`;
    return `coalesce(list_contains(list_transform(${sql}, lambda ${item}: ${inner}), true), false)`;
  }
  if (type.kind !== "row") return "false";
  const parts = type.fields.map((field, i) => {
    const part = `(${sql}).f${i + 1}`;
    return isStructure(field.type) ? `${part} IS NULL OR ${hasNull(part, field.type)}` : `${part} IS NULL`;
  });
  return `(${sql} IS NOT NULL AND (${parts.join(" OR ")}))`;
}

/** `a = b`, which is NULL where a NULL inside decides. */
function equal(a: string, b: string, type: TrinoType): string {
  switch (type.kind) {
    case "real":
    case "double":
      // NaN = NULL is NULL, hence the second test.
      return `(${a} = ${b} AND (NOT isnan(${a}) OR ${b} IS NULL))`;
    case "array": {
      const index = freshName("i");
      const item = (array: string): string => `list_extract(${array}, ${index})`;
      const items = `list_transform(range(1, len(${a}) + 1), lambda ${index}: ${equal(item(a), item(b), type.element)})`;
      return `(CASE WHEN ${a} IS NULL OR ${b} IS NULL THEN NULL WHEN len(${a}) <> len(${b}) THEN false ELSE trino_all(${items}) END)`;
    }
    case "map": {
      const keys = (map: string): string => `list_sort(map_keys(${map}))`;
      const key = freshName("e");
      const value = (map: string): string => `list_extract(map_extract(${map}, ${key}), 1)`;
      const values = `list_transform(${keys(a)}, lambda ${key}: ${equal(value(a), value(b), type.value)})`;
      return `(CASE WHEN ${a} IS NULL OR ${b} IS NULL THEN NULL WHEN ${keys(a)} <> ${keys(b)} THEN false ELSE trino_all(${values}) END)`;
    }
    case "row": {
      // A row that is NULL as a whole has NULL in every field.
      const fields = type.fields.map((field, i) => equal(`(${a}).f${i + 1}`, `(${b}).f${i + 1}`, field.type));
      return `(${fields.join(" AND ")})`;
    }
    default:
      return `(${a} = ${b})`;
  }
}

/** A value in which the entries of all maps are ordered, so that equal ones are the same to DuckDB. */
function ordered(sql: string, type: TrinoType): string {
  if (!holds(type, (part) => part.kind === "map")) return sql;
  const item = freshName("e");
  switch (type.kind) {
    case "array":
      return `list_transform(${sql}, lambda ${item}: ${ordered(item, type.element)})`;
    case "map": {
      const value = ordered(`${item}.value`, type.value);
      const entry = value === `${item}.value` ? item : `struct_pack(key := ${item}.key, value := ${value})`;
      return `map_from_entries(list_sort(list_transform(map_entries(${sql}), lambda ${item}: ${entry})))`;
    }
    case "row": {
      const parts = type.fields.map((field, i) => `f${i + 1} := ${ordered(`(${sql}).f${i + 1}`, field.type)}`);
      return `(CASE WHEN ${sql} IS NULL THEN NULL ELSE struct_pack(${parts.join(", ")}) END)`;
    }
    default:
      return sql;
  }
}

/** Whether IN may be left to DuckDB, or has to be written as comparisons. */
export function comparesPlainly(type: TrinoType): boolean {
  return !isStructure(type) && !isFloat(type);
}
