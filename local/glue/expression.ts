/**
 * The filter of GetPartitions: SQL over a table's partition columns.
 */
import { RE2JS } from "re2js";
import { Cursor } from "../../athena-sql/trino/cursor";
import { ParseError } from "../../athena-sql/trino/errors";
import { parseExpression } from "../../athena-sql/trino/expressions";
import type { Expression } from "../../athena-sql/trino/syntax";
import { invalidInput } from "./errors";
import type { Column } from "./catalog-schema";

/** A value of a partition column or literal; comparisons with NULL give null. */
type Value = string | number | bigint | null;

/** Columns of these types compare by their text: ISO dates and times sort as text. */
const TEXT_TYPES = /^(string|date|timestamp)$/;
const INTEGER_TYPES = /^(tinyint|smallint|int|integer|bigint|long)$/;

/**
 * Whether a partition with these values meets the filter.
 * Glue web API reference, "GetPartitions", Expression: operators `=`, `<>`, `<`, `<=`, `>`, `>=`, AND, OR, NOT, BETWEEN, IN, LIKE, IS NULL.
 * Types of columns: string, date, timestamp, int, bigint, long, tinyint, smallint, decimal.
 * @throws AwsError InvalidInputException for text that is no filter over the partition columns, and for columns of other types
 */
export function partitionFilter(text: string, keys: readonly Column[]): (values: readonly string[]) => boolean {
  let node: Expression;
  try {
    const cursor = new Cursor(text, true);
    node = parseExpression(cursor);
    cursor.needEnd();
  } catch (error) {
    if (error instanceof ParseError) throw invalidInput(`Expression: ${error.message}`);
    throw error;
  }
  // "If a type is encountered that is not valid, an exception is thrown": whichever key has it.
  for (const { Name, Type = "string" } of keys) {
    if (!isKnown(Type))
      throw invalidInput(`Expression: the partition column ${Name} has the type ${Type}, which no filter takes`);
  }
  const evaluate = predicate(node, keys);
  return (values) => evaluate(values) === true;
}

function isKnown(type: string): boolean {
  return TEXT_TYPES.test(type) || INTEGER_TYPES.test(type) || type.startsWith("decimal");
}

type Predicate = (values: readonly string[]) => boolean | null;

function unsupported(): never {
  throw invalidInput(
    "Expression: only partition columns, literals and =, <>, <, <=, >, >=, AND, OR, NOT, BETWEEN, IN, LIKE, IS NULL are supported",
  );
}

function predicate(node: Expression, keys: readonly Column[]): Predicate {
  switch (node.kind) {
    case "binary": {
      if (node.operator === "and" || node.operator === "or") {
        const [left, right] = [predicate(node.left, keys), predicate(node.right, keys)];
        const decisive = node.operator === "or";
        return (values) => {
          const [a, b] = [left(values), right(values)];
          return a === decisive || b === decisive ? decisive : a === null || b === null ? null : !decisive;
        };
      }
      return comparison(node.operator, node.left, node.right, keys);
    }
    case "unary": {
      if (node.operator !== "not") return unsupported();
      return negate(predicate(node.operand, keys));
    }
    case "between": {
      const low = comparison(">=", node.operand, node.low, keys);
      const high = comparison("<=", node.operand, node.high, keys);
      const inside: Predicate = (values) => both(low(values), high(values));
      return node.negated ? negate(inside) : inside;
    }
    case "in": {
      const items = node.list.map((item) => comparison("=", node.operand, item, keys));
      const any: Predicate = (values) => items.some((item) => item(values) === true);
      return node.negated ? negate(any) : any;
    }
    case "like": {
      if (node.pattern.kind !== "string" || node.escape) return unsupported();
      const pieces = node.pattern.text.split(/([%_])/);
      const pattern = RE2JS.compile(
        pieces.map((piece) => (piece === "%" ? ".*" : piece === "_" ? "." : RE2JS.quote(piece))).join(""),
        RE2JS.DOTALL,
      );
      const operand = value(node.operand, keys, "string");
      const like: Predicate = (values) => {
        const text = operand(values);
        return text === null ? null : pattern.matches(String(text));
      };
      return node.negated ? negate(like) : like;
    }
    case "is null": {
      const operand = value(node.operand, keys, typeOf(node.operand, keys) ?? "string");
      return (values) => (operand(values) === null) !== node.negated;
    }
    default:
      return unsupported();
  }
}

function both(a: boolean | null, b: boolean | null): boolean | null {
  return a === false || b === false ? false : a === null || b === null ? null : true;
}

function negate(inner: Predicate): Predicate {
  return (values) => {
    const result = inner(values);
    return result === null ? null : !result;
  };
}

function typeOf(node: Expression, keys: readonly Column[]): string | undefined {
  if (node.kind !== "name" || node.parts.length !== 1) return undefined;
  const key = keys.find((candidate) => candidate.Name.toLowerCase() === node.parts[0]);
  if (!key) throw invalidInput(`Expression: unknown partition column ${node.parts[0]}`);
  return key.Type ?? "string";
}

function comparison(operator: string, left: Expression, right: Expression, keys: readonly Column[]): Predicate {
  const type = typeOf(left, keys) ?? typeOf(right, keys);
  if (type === undefined) return unsupported();
  const [a, b] = [value(left, keys, type), value(right, keys, type)];
  return (values) => {
    const [x, y] = [a(values), b(values)];
    if (x === null || y === null) return null;
    switch (operator) {
      case "=":
        return x === y;
      case "<>":
        return x !== y;
      case "<":
        return x < y;
      case "<=":
        return x <= y;
      case ">":
        return x > y;
      case ">=":
        return x >= y;
      default:
        return unsupported();
    }
  };
}

function value(node: Expression, keys: readonly Column[], type: string): (values: readonly string[]) => Value {
  if (node.kind === "name") {
    const index = keys.findIndex((key) => key.Name.toLowerCase() === node.parts[0]);
    if (node.parts.length !== 1 || index < 0)
      throw invalidInput(`Expression: unknown partition column ${node.parts.join(".")}`);
    // Hive's name for a NULL partition value.
    return (values) => (values[index] === "__HIVE_DEFAULT_PARTITION__" ? null : typed(values[index], type));
  }
  if (node.kind === "unary" && node.operator === "-") {
    const inner = value(node.operand, keys, type);
    return (values) => {
      const number = inner(values);
      return typeof number === "string" || number === null ? unsupported() : -number;
    };
  }
  if (!["string", "integer", "decimal", "double", "typed"].includes(node.kind) || !("text" in node))
    return unsupported();
  const literal = typed(node.text, type);
  return () => literal;
}

function typed(text: string, type: string): Value {
  if (TEXT_TYPES.test(type)) return text;
  if (INTEGER_TYPES.test(type)) {
    if (!/^[+-]?\d+$/.test(text.trim())) throw invalidInput(`Expression: '${text}' is no ${type}`);
    return BigInt(text.trim());
  }
  if (type.startsWith("decimal")) {
    const number = Number(text);
    if (Number.isNaN(number)) throw invalidInput(`Expression: '${text}' is no ${type}`);
    return number;
  }
  throw invalidInput(`Expression: partition columns of type ${type} are not supported`);
}
