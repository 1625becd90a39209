/**
 * Follows paths of SQL/JSON through JSON, as Trino's PathEvaluationVisitor does.
 */
import type { JsonPath, PathNode, Subscript } from "../../../athena-sql/dialect/sql-json-path";
import { PathError, typeError } from "./json-path-errors";
import { arithmetic, changed, negated, toDouble } from "./json-path-numbers";
import { holds } from "./json-path-predicates";
import { sqlItem, type JsonItem, type PathNumber } from "./json-items";

type Sequence = readonly JsonItem[];

/** What a path sees where one of its parts stands. */
export interface PathScope {
  readonly lax: boolean;
  readonly input: JsonItem;
  /** Values of the path's variables; undefined for a JSON text that is NULL, which has no items. */
  readonly variables: ReadonlyMap<string, JsonItem | undefined>;
  readonly item?: JsonItem;
  readonly last?: number;
  /** Objects that keyvalue() has seen. */
  readonly seen: { objects: number };
}

/** @throws PathError where Trino's ON ERROR comes in, Error NOT_SUPPORTED for what is not computed here */
export function followPath(path: JsonPath, input: JsonItem, variables: PathScope["variables"]): Sequence {
  return evaluate(path.root, { lax: path.lax, input, variables, seen: { objects: 0 } });
}

/** The items of arrays instead of the arrays, one level deep. */
export function unwrapped(sequence: Sequence): Sequence {
  return sequence.flatMap((item) => (item.kind === "array" ? item.items : [item]));
}

export function evaluate(node: PathNode, scope: PathScope): Sequence {
  const base = (from: PathNode): Sequence => {
    const sequence = evaluate(from, scope);
    return scope.lax ? unwrapped(sequence) : sequence;
  };
  switch (node.kind) {
    case "literal":
      return [literal(node.type, node.text)];
    case "context":
      return [scope.input];
    case "item":
      if (!scope.item) throw new PathError("accessing current filter item out of scope");
      return [scope.item];
    case "last":
      if (scope.last === undefined) throw new PathError("accessing the last array index with no enclosing array");
      return [{ kind: "integer", value: BigInt(scope.last), bits: 32 }];
    case "variable": {
      const value = scope.variables.get(node.name);
      return value ? [value] : [];
    }
    case "sign": {
      const numbers = base(node.base).map(numberOf);
      return node.negative ? numbers.map(negated) : numbers;
    }
    case "arithmetic": {
      const [left, right] = [base(node.left), base(node.right)];
      if (left.length !== 1 || right.length !== 1)
        throw new PathError("arithmetic binary expression requires singleton operands");
      return [arithmetic(node.operator, numberOf(left[0]), numberOf(right[0]))];
    }
    case "member":
      return base(node.base).flatMap((item) => members(item, node.key, scope.lax));
    case "descendant":
      return evaluate(node.base, scope).flatMap((item) => descendants(item, node.key));
    case "array":
      return evaluate(node.base, scope).flatMap((item) => elements(item, node.subscripts, scope));
    case "filter":
      return base(node.base).filter((item) => holds(node.predicate, { ...scope, item }) === true);
    case "method":
      return method(node, scope, base);
  }
}

function literal(type: string, text: string): JsonItem {
  if (type !== "integer") return sqlItem(type, text);
  const value = BigInt(text);
  if (BigInt.asIntN(64, value) !== value) throw new PathError(`invalid numeric literal ${text}`);
  return { kind: "integer", value, bits: BigInt.asIntN(32, value) === value ? 32 : 64 };
}

function numberOf(item: JsonItem): PathNumber {
  if (item.kind === "huge") throw new PathError(`cannot convert ${item.value} to Trino value (value too big)`);
  if (item.kind === "integer" || item.kind === "real" || item.kind === "double" || item.kind === "decimal") return item;
  throw typeError("NUMBER", item);
}

function members(item: JsonItem, key: string | undefined, lax: boolean): Sequence {
  if (item.kind !== "object") {
    if (lax) return [];
    throw typeError("OBJECT", item);
  }
  if (key === undefined) return [...item.members.values()];
  const member = item.members.get(key);
  if (member) return [member];
  if (lax) return [];
  throw new PathError(`structural error: missing member '${key}' in JSON object`);
}

/** The object itself first, then what is in it. */
function descendants(item: JsonItem, key: string): Sequence {
  if (item.kind === "array") return item.items.flatMap((inner) => descendants(inner, key));
  if (item.kind !== "object") return [];
  const own = item.members.get(key);
  return [...(own ? [own] : []), ...[...item.members.values()].flatMap((inner) => descendants(inner, key))];
}

function elements(item: JsonItem, subscripts: readonly Subscript[] | undefined, scope: PathScope): Sequence {
  if (item.kind !== "array" && !scope.lax) throw typeError("ARRAY", item);
  const items = item.kind === "array" ? item.items : [item];
  if (!subscripts) return items;
  if (items.length === 0) {
    if (scope.lax) return [];
    throw new PathError("structural error: invalid array subscript for empty array");
  }
  const inside = { ...scope, last: items.length - 1 };
  return subscripts.flatMap(({ from, to }) => {
    const first = index(evaluate(from, inside), "from");
    const last = to ? index(evaluate(to, inside), "to") : first;
    const size = BigInt(items.length);
    if (!scope.lax && (first < 0n || first >= size || last < 0n || last >= size || first > last)) {
      throw new PathError(
        `structural error: invalid array subscript: [${first}, ${last}] for array of size ${items.length}`,
      );
    }
    return items.filter((_, place) => BigInt(place) >= first && BigInt(place) <= last);
  });
}

function index(sequence: Sequence, which: string): bigint {
  if (sequence.length !== 1) throw new PathError(`array subscript '${which}' value must be singleton numeric`);
  const number = numberOf(sequence[0]);
  if (number.kind === "integer") return number.value;
  // Trino cuts the fraction of numbers in JSON, and rounds that of others.
  const value = toDouble(number);
  if (Number.isSafeInteger(value)) return BigInt(value);
  throw new Error("NOT_SUPPORTED: The local runtime does not run JSON paths with fractions as subscripts.");
}

function method(
  node: Extract<PathNode, { kind: "method" }>,
  scope: PathScope,
  base: (from: PathNode) => Sequence,
): Sequence {
  const { name } = node;
  switch (name) {
    case "type":
      return evaluate(node.base, scope).map((item) => ({ kind: "varchar", value: typeOf(item) }));
    case "size":
      return evaluate(node.base, scope).map((item) => {
        if (item.kind !== "array" && !scope.lax) throw typeError("ARRAY", item);
        return { kind: "integer", value: BigInt(item.kind === "array" ? item.items.length : 1), bits: 32 };
      });
    case "double":
      return base(node.base).map((item) => ({ kind: "double", value: doubleOf(item) }));
    case "keyvalue":
      return base(node.base).flatMap((item) => {
        if (item.kind !== "object") throw typeError("OBJECT", item);
        const id: JsonItem = { kind: "integer", value: BigInt(scope.seen.objects++), bits: 32 };
        return [...item.members].map(([key, value]): JsonItem => {
          const members = new Map<string, JsonItem>([
            ["name", { kind: "varchar", value: key }],
            ["value", value],
            ["id", id],
          ]);
          return { kind: "object", members };
        });
      });
    case "ceiling":
    case "floor":
    case "abs":
      return base(node.base).map((item) => changed(name, numberOf(item)));
  }
}

function doubleOf(item: JsonItem): number {
  if (item.kind !== "varchar") return toDouble(numberOf(item));
  const text = item.value.trim();
  if (!/^[+-]?(NaN|Infinity|(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?)$/.test(text)) throw new PathError("");
  return Number(text);
}

function typeOf(item: JsonItem): string {
  switch (item.kind) {
    case "object":
    case "array":
    case "null":
    case "boolean":
      return item.kind;
    case "varchar":
      return "string";
    case "missing":
      throw new Error("NOT_SUPPORTED: The local runtime does not run type() of a text without JSON.");
    default:
      return "number";
  }
}
