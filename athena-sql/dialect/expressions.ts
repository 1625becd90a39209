/**
 * Translates expressions of Trino to DuckDB, with the types that Trino gives them.
 */
import { notSupported, type Position, QueryError } from "../trino/errors";
import type { Expression } from "../trino/syntax";
import {
  BIGINT,
  BOOLEAN,
  commonType,
  DATE,
  INTEGER,
  isText,
  type TrinoType,
  typeName,
  UNKNOWN,
  VARCHAR,
  isStructure,
} from "../trino/types";
import { compileCall } from "./calls";
import { cast, coerce, packRow } from "./casts";
import { unify } from "./functions/conditional";
import { extractField } from "./functions/date-fields";
import { atTimeZone } from "./functions/dates";
import { compileJsonForm } from "./json-forms";
import { literal, settled } from "./literals";
import { compare, comparesPlainly } from "./comparisons";
import { binary, condition, negate } from "./operators";
import { inQuery, quantified, scalarQuery, subquery } from "./subqueries";
import type { Scope } from "./scope";
import { attempted, fail, quote, type Typed } from "./typed";

type Node<Kind extends Expression["kind"]> = Extract<Expression, { kind: Kind }>;

/** @throws QueryError with Trino's name and place for whatever Trino's analyzer would refuse */
export function compileExpression(node: Expression, scope: Scope): Typed {
  const replaced = scope.grouped?.replace(node, scope);
  if (replaced) return replaced;
  const constant = literal(node);
  if (constant) return constant;
  const compile = (part: Expression): Typed => compileExpression(part, scope);
  switch (node.kind) {
    case "parameter":
      return compile(parameter(node, scope));
    case "name": {
      const { value, rest } = scope.resolve(node.parts, node.at);
      return rest.reduce((base, field) => fieldOf(base, field, node.at), value);
    }
    case "field":
      return fieldOf(compile(node.base), node.field, node.at);
    case "subscript":
      return subscript(compile(node.base), node.index, scope, node.at);
    case "unary":
      return unary(node, scope);
    case "binary":
      return binary(node.operator, compile(node.left), compile(node.right), node.at);
    case "between": {
      const [value, low, high] = [node.operand, node.low, node.high].map(compile);
      const sql = `(${compare(">=", value, low, node.at).sql} AND ${compare("<=", value, high, node.at).sql})`;
      return { sql: node.negated ? `(NOT ${sql})` : sql, type: BOOLEAN };
    }
    case "in":
      return inList(node, scope);
    case "in query":
      return inQuery(node, scope);
    case "like":
      return like(node, scope);
    case "is null":
      return { sql: `(${settled(compile(node.operand))} IS ${node.negated ? "NOT " : ""}NULL)`, type: BOOLEAN };
    case "exists":
      return { sql: `EXISTS (${subquery(node.query, scope).sql})`, type: BOOLEAN };
    case "scalar query":
      return scalarQuery(node.query, scope);
    case "quantified":
      return quantified(node, scope);
    case "case":
      return caseOf(node, scope);
    case "cast": {
      const value = cast(compile(node.operand), node.type, node.at);
      return node.safe ? { sql: attempted(value.sql), type: value.type } : value;
    }
    case "call":
      return compileCall(node, scope);
    case "array": {
      const { values, type } = unify(node.elements.map(compile), { name: "ARRAY", at: node.at });
      const items = values.map(settled).join(", ");
      return { sql: values.length ? `[${items}]` : "CAST([] AS INTEGER[])", type: { kind: "array", element: type } };
    }
    case "row": {
      const values = node.elements.map(compile);
      return { sql: packRow(values.map(settled)), type: { kind: "row", fields: values.map(({ type }) => ({ type })) } };
    }
    case "extract":
      return extractField(node.field, compile(node.operand), node.at);
    case "at time zone": {
      const { literal: zone } = compile(node.zone);
      if (zone === undefined) throw notSupported("AT TIME ZONE with a zone that is no literal", node.at);
      return atTimeZone(compile(node.operand), zone);
    }
    case "current":
      return current(node, scope);
    case "json path":
    case "json object":
    case "json array":
      return compileJsonForm(node, compile);
    case "lambda":
      throw new QueryError("TYPE_MISMATCH", "Lambda expression should always be used inside a function", node.at);
    default:
      throw notSupported(`expressions of kind ${node.kind}`, node.at);
  }
}

function parameter(node: Node<"parameter">, scope: Scope): Expression {
  const value = scope.session.parameters[node.index] as Expression | undefined;
  if (!value) {
    const text = `Incorrect number of parameters: no value for parameter ${node.index + 1}`;
    throw new QueryError("INVALID_PARAMETER_USAGE", text, node.at);
  }
  return value;
}

function fieldOf(base: Typed, name: string, at: Position): Typed {
  if (base.type.kind !== "row") {
    throw new QueryError("TYPE_MISMATCH", `Expression ${name} is not of type ROW`, at);
  }
  const index = base.type.fields.findIndex((field) => field.name?.toLowerCase() === name);
  if (index < 0) throw new QueryError("COLUMN_NOT_FOUND", `Column '${name}' cannot be resolved`, at);
  return { sql: `(${base.sql}).f${index + 1}`, type: base.type.fields[index].type };
}

function subscript(base: Typed, indexNode: Expression, scope: Scope, at: Position): Typed {
  const index = compileExpression(indexNode, scope);
  if (base.type.kind === "row" && indexNode.kind === "integer") {
    const field = base.type.fields[Number(indexNode.text) - 1] as { type: TrinoType } | undefined;
    if (!field) throw new QueryError("INVALID_FUNCTION_ARGUMENT", `Invalid subscript index: ${indexNode.text}`, at);
    return { sql: `(${base.sql}).f${indexNode.text}`, type: field.type };
  }
  if (base.type.kind === "map") {
    const key = (base.type.key.kind === "varchar" ? coerce(index, VARCHAR, at) : coerce(index, base.type.key, at)).sql;
    const missing = fail("INVALID_FUNCTION_ARGUMENT", "'Key not present in map'", base.type.value);
    const found = `map_extract(${base.sql}, ${key})`;
    const sql = `(CASE WHEN ${base.sql} IS NULL THEN NULL WHEN ${key} IS NULL THEN NULL WHEN len(${found}) = 0 THEN ${missing} ELSE ${found}[1] END)`;
    return { sql, type: base.type.value };
  }
  if (base.type.kind !== "array") {
    throw new QueryError(
      "TYPE_MISMATCH",
      `Cannot use ${typeName(index.type)} for subscript of ${typeName(base.type)}`,
      at,
    );
  }
  // Outside its bounds, `array[i]` is an error in Trino; element_at gives NULL.
  const i = coerce(index, BIGINT, at).sql;
  const bounds = fail(
    "INVALID_FUNCTION_ARGUMENT",
    `(CASE WHEN ${i} = 0 THEN 'SQL array indices start at 1' WHEN ${i} < 0 THEN 'Array subscript is negative: ' || ${i} ` +
      `ELSE 'Array subscript must be less than or equal to array length: ' || ${i} || ' > ' || len(${base.sql}) END)`,
    base.type.element,
  );
  const inside = `${i} BETWEEN 1 AND len(${base.sql})`;
  return {
    sql: `(CASE WHEN ${inside} THEN list_extract(${base.sql}, ${i}) WHEN NOT (${inside}) THEN ${bounds} END)`,
    type: base.type.element,
  };
}

function unary(node: Node<"unary">, scope: Scope): Typed {
  // The least bigint is no literal of its own: its digits alone are too large.
  if (node.operator === "-" && node.operand.kind === "integer") {
    if (node.operand.text === "9223372036854775808")
      return { sql: "CAST('-9223372036854775808' AS BIGINT)", type: BIGINT };
    if (node.operand.text === "2147483648") return { sql: "CAST('-2147483648' AS INTEGER)", type: INTEGER };
  }
  const value = compileExpression(node.operand, scope);
  if (node.operator === "not") return { sql: `(NOT ${condition(value, node.at)})`, type: BOOLEAN };
  return node.operator === "+" ? value : negate(value, node.at);
}

function inList(node: Node<"in">, scope: Scope): Typed {
  const value = compileExpression(node.operand, scope);
  const items = node.list.map((item) => compileExpression(item, scope));
  let common = value.type;
  for (const item of items) {
    const wider = commonType(common, item.type);
    if (!wider) {
      const text = `IN value and list items must be the same type: ${typeName(value.type)}`;
      throw new QueryError("TYPE_MISMATCH", `${text}, ${typeName(item.type)}`, node.at);
    }
    common = wider;
  }
  const literals = node.list.every((item) => literal(item) !== undefined);
  if (!comparesPlainly(common) && !(literals && !isStructure(common))) {
    const equal = items.map((item) => compare("=", value, item, node.at).sql).join(" OR ");
    return { sql: `(${node.negated ? "NOT " : ""}(${equal}))`, type: BOOLEAN };
  }
  const list = items.map((item) => coerce(item, common).sql).join(", ");
  return { sql: `(${coerce(value, common).sql} ${node.negated ? "NOT " : ""}IN (${list}))`, type: BOOLEAN };
}

function like(node: Node<"like">, scope: Scope): Typed {
  const text = (part: Expression): Typed => {
    const value = compileExpression(part, scope);
    if (!isText(value.type) && value.type.kind !== "unknown") {
      const message = `Left side of LIKE expression must evaluate to a varchar (actual: ${typeName(value.type)})`;
      throw new QueryError("TYPE_MISMATCH", message, node.at);
    }
    return cast(value, VARCHAR);
  };
  const escape = node.escape ? ` ESCAPE ${text(node.escape).sql}` : "";
  const sql = `(${text(node.operand).sql} ${node.negated ? "NOT " : ""}LIKE ${text(node.pattern).sql}${escape})`;
  return { sql, type: BOOLEAN };
}

function caseOf(node: Node<"case">, scope: Scope): Typed {
  const compile = (part: Expression): Typed => compileExpression(part, scope);
  const operand = node.operand && compile(node.operand);
  const results = [
    ...node.branches.map((branch) => compile(branch.then)),
    node.otherwise ? compile(node.otherwise) : { sql: "NULL", type: UNKNOWN },
  ];
  const { values, type } = unify(results, { name: "CASE", at: node.at });
  const branches = node.branches.map((branch, index) => {
    const when = compile(branch.when);
    const test = operand ? compare("=", operand, when, node.at).sql : condition(when, branch.when.at);
    return `WHEN ${test} THEN ${values[index].sql}`;
  });
  return { sql: `(CASE ${branches.join(" ")} ELSE ${values[values.length - 1].sql} END)`, type };
}

function current(node: Node<"current">, scope: Scope): Typed {
  const now = scope.session.now.toISOString().replace("T", " ").replace("Z", "");
  switch (node.what) {
    case "date":
      return { sql: `DATE ${quote(now.slice(0, 10))}`, type: DATE };
    case "localtimestamp":
      return { sql: `TIMESTAMP ${quote(now)}`, type: { kind: "timestamp", precision: 3 } };
    case "timestamp":
      return { sql: `TIMESTAMP ${quote(now)}`, type: { kind: "timestamp with time zone", precision: 3, zone: "UTC" } };
    case "user":
      throw notSupported("current_user", node.at);
  }
}
