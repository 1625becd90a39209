/**
 * Trino: "Conditional expressions", and greatest and least of "Comparison functions".
 */
import { QueryError } from "../../trino/errors";
import { BIGINT, commonType, isStructure, type TrinoType, typeName, UNKNOWN, VARCHAR } from "../../trino/types";
import { cast, coerce } from "../casts";
import type { SpecialCall, SpecialFunctions } from "./definition";
import { compare } from "../comparisons";
import { condition } from "../operators";
import { attempted, quote, type Typed } from "../typed";

/** The values as their common type. @throws QueryError TYPE_MISMATCH */
export function unify(
  values: readonly Typed[],
  call: { name: string; at: SpecialCall["at"] },
): { values: Typed[]; type: TrinoType } {
  let type: TrinoType = UNKNOWN;
  for (const value of values) {
    const common = commonType(type, value.type);
    if (!common) {
      const text = `All ${call.name.toUpperCase()} operands must be the same type: ${typeName(type)}`;
      throw new QueryError("TYPE_MISMATCH", `${text} vs ${typeName(value.type)}`, call.at);
    }
    type = common;
  }
  return { values: values.map((value) => coerce(value, type)), type };
}

function argumentsOf(call: SpecialCall, least: number, most = Infinity): Typed[] {
  if (call.args.length < least || call.args.length > most) {
    throw new QueryError("INVALID_ARGUMENTS", `Invalid number of arguments for '${call.name}' function`, call.at);
  }
  return call.args.map((node) => call.compile(node));
}

// Unlike DuckDB's, Trino's greatest and least are NULL if an argument is.
function extreme(call: SpecialCall): Typed {
  const { values, type } = unify(argumentsOf(call, 1), call);
  const sqls = values.map((value) => value.sql);
  const anyNull = sqls.map((sql) => `${sql} IS NULL`).join(" OR ");
  if (type.kind === "real" || type.kind === "double") {
    // A number wins against NaN.
    const wins = sqls.reduce((best, other) => {
      const better = `${other} ${call.name === "greatest" ? ">" : "<"} ${best}`;
      return `(CASE WHEN isnan(${best}) OR (NOT isnan(${other}) AND ${better}) THEN ${other} ELSE ${best} END)`;
    });
    return { sql: `(CASE WHEN ${anyNull} THEN NULL ELSE ${wins} END)`, type };
  }
  // Comparing a value with itself finds what has no order: maps, and NULL inside.
  const checks =
    isStructure(type) || type.kind === "json" ? values.map((value) => compare("<", value, value, call.at).sql) : [];
  const guard = checks.length ? ` WHEN ${checks.join(" OR ")} THEN NULL` : "";
  return { sql: `(CASE WHEN ${anyNull} THEN NULL${guard} ELSE ${call.name}(${sqls.join(", ")}) END)`, type };
}

export const conditionalFunctions: SpecialFunctions = {
  coalesce: (call) => {
    const { values, type } = unify(argumentsOf(call, 2), call);
    return { sql: `coalesce(${values.map((value) => value.sql).join(", ")})`, type };
  },
  if: (call) => {
    const [test, yes, no = { sql: "NULL", type: UNKNOWN }] = argumentsOf(call, 2, 3);
    const { values, type } = unify([yes, no], call);
    return { sql: `(CASE WHEN ${condition(test, call.at)} THEN ${values[0].sql} ELSE ${values[1].sql} END)`, type };
  },
  nullif: (call) => {
    const [first, second] = argumentsOf(call, 2, 2);
    return {
      sql: `(CASE WHEN ${compare("=", first, second, call.at).sql} THEN NULL ELSE ${first.sql} END)`,
      type: first.type,
    };
  },
  try: (call) => {
    const [value] = argumentsOf(call, 1, 1);
    return { sql: attempted(value.sql), type: value.type };
  },
  typeof: (call) => {
    const [value] = argumentsOf(call, 1, 1);
    return { sql: quote(typeName(value.type)), type: VARCHAR };
  },
  greatest: extreme,
  least: extreme,
  cardinality: (call) => {
    const [value] = argumentsOf(call, 1, 1);
    if (value.type.kind === "map") return { sql: `CAST(cardinality(${value.sql}) AS BIGINT)`, type: BIGINT };
    if (value.type.kind === "array") return { sql: `len(${value.sql})`, type: BIGINT };
    if (value.type.kind === "unknown") return cast(value, BIGINT);
    const text = `Unexpected parameters (${typeName(value.type)}) for function cardinality. Expected: cardinality(array(E)), cardinality(map(K,V))`;
    throw new QueryError("FUNCTION_NOT_FOUND", text, call.at);
  },
};
