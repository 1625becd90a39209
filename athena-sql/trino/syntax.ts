/**
 * The syntax tree of Trino SQL, as far as Athena's queries go.
 */
import type { Position } from "./errors";
import type { TrinoType } from "./types";

/** A name as written: quoted or not, Trino compares names without regard to case. Always lower case here. */
export type Name = string;

export type BinaryOperator =
  "+" | "-" | "*" | "/" | "%" | "||" | "and" | "or" | "is distinct from" | "is not distinct from" | ComparisonOperator;

export type ComparisonOperator = "=" | "<>" | "<" | "<=" | ">" | ">=";

export type IntervalUnit = "year" | "month" | "day" | "hour" | "minute" | "second" | "week";

export type Expression = { readonly at: Position } & (
  | { kind: "null" }
  | { kind: "boolean"; value: boolean }
  | { kind: "integer" | "decimal" | "double" | "string" | "bytes"; text: string }
  /** `DATE '2020-01-01'`: a type's name before a string. */
  | { kind: "typed"; type: string; text: string }
  | { kind: "interval"; sign: 1 | -1; text: string; from: IntervalUnit; to?: IntervalUnit }
  | { kind: "parameter"; index: number }
  /** `a.b.c`: a column, perhaps qualified, perhaps with fields of a row after it. */
  | { kind: "name"; parts: readonly Name[] }
  | { kind: "field"; base: Expression; field: Name }
  | { kind: "subscript"; base: Expression; index: Expression }
  | { kind: "unary"; operator: "-" | "+" | "not"; operand: Expression }
  | { kind: "binary"; operator: BinaryOperator; left: Expression; right: Expression }
  | { kind: "between"; operand: Expression; low: Expression; high: Expression; negated: boolean }
  | { kind: "in"; operand: Expression; list: readonly Expression[]; negated: boolean }
  | { kind: "in query"; operand: Expression; query: Query; negated: boolean }
  | { kind: "like"; operand: Expression; pattern: Expression; escape?: Expression; negated: boolean }
  | { kind: "is null"; operand: Expression; negated: boolean }
  | { kind: "exists"; query: Query }
  | { kind: "scalar query"; query: Query }
  | { kind: "quantified"; operator: ComparisonOperator; quantifier: "all" | "any"; left: Expression; query: Query }
  | { kind: "case"; operand?: Expression; branches: readonly CaseBranch[]; otherwise?: Expression }
  | { kind: "cast"; operand: Expression; type: TrinoType; safe: boolean }
  | ({ kind: "call" } & Call)
  | { kind: "lambda"; parameters: readonly Name[]; body: Expression }
  | { kind: "array" | "row"; elements: readonly Expression[] }
  | { kind: "extract"; field: string; operand: Expression }
  | { kind: "at time zone"; operand: Expression; zone: Expression }
  | { kind: "current"; what: "date" | "timestamp" | "localtimestamp" | "user" }
  | ({ kind: "json path" } & JsonPathCall)
  | ({ kind: "json object"; members: readonly JsonMember[]; unique: boolean } & JsonConstruction)
  | ({ kind: "json array"; elements: readonly JsonInput[] } & JsonConstruction)
);

export interface CaseBranch {
  readonly when: Expression;
  readonly then: Expression;
}

/** `json_value(text, 'lax $.a' …)` and its kin. */
export interface JsonPathCall {
  readonly name: "json_exists" | "json_value" | "json_query";
  readonly input: JsonInput;
  readonly path: { readonly text: string; readonly at: Position };
  /** Variables of the path, their names as it writes them. */
  readonly passing: readonly { readonly name: string; readonly input: JsonInput }[];
  readonly returning?: JsonReturning;
  readonly wrapper?: "conditional" | "unconditional";
  readonly quotes?: "keep" | "omit";
  readonly onEmpty?: JsonBehavior;
  readonly onError?: JsonBehavior;
}

/** A value, and whether it is a text of JSON. */
export interface JsonInput {
  readonly value: Expression;
  readonly format?: JsonFormat;
}

/** `FORMAT JSON ENCODING UTF8`. */
export interface JsonFormat {
  readonly encoding?: string;
}

export interface JsonReturning {
  readonly type: TrinoType;
  readonly format?: JsonFormat;
}

/** What stands before ON EMPTY or ON ERROR. */
export type JsonBehavior =
  | { readonly kind: "null" | "error" | "true" | "false" | "unknown" | "empty array" | "empty object" }
  | { readonly kind: "default"; readonly value: Expression };

export interface JsonMember {
  readonly key: Expression;
  readonly input: JsonInput;
}

interface JsonConstruction {
  readonly absentOnNull: boolean;
  readonly returning?: JsonReturning;
}

/** A function call, with what only aggregates and window functions have. */
export interface Call {
  readonly name: Name;
  readonly args: readonly Expression[];
  /** `count(*)`. */
  readonly star: boolean;
  readonly distinct: boolean;
  readonly orderBy: readonly SortItem[];
  readonly filter?: Expression;
  readonly nulls?: "ignore" | "respect";
  /** A window, or the name of one in the WINDOW clause. */
  readonly over?: Window | Name;
}

export interface Window {
  readonly base?: Name;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortItem[];
  readonly frame?: Frame;
}

export interface Frame {
  readonly unit: "rows" | "range" | "groups";
  readonly start: FrameBound;
  readonly end?: FrameBound;
}

export type FrameBound =
  | { readonly kind: "unbounded preceding" | "unbounded following" | "current row" }
  | { readonly kind: "preceding" | "following"; readonly distance: Expression };

export interface SortItem {
  readonly key: Expression;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export interface Query {
  readonly kind: "query";
  readonly at: Position;
  readonly with: readonly CommonTable[];
  readonly body: QueryBody;
  readonly orderBy: readonly SortItem[];
  readonly offset?: Expression;
  readonly limit?: Expression;
}

export interface CommonTable {
  readonly name: Name;
  readonly columns?: readonly Name[];
  readonly query: Query;
  readonly at: Position;
}

export type QueryBody =
  | Select
  | {
      readonly kind: "set";
      readonly at: Position;
      operator: SetOperator;
      all: boolean;
      left: QueryBody;
      right: QueryBody;
    }
  | { readonly kind: "values"; readonly at: Position; readonly rows: readonly Expression[] }
  | { readonly kind: "nested"; readonly at: Position; readonly query: Query };

export type SetOperator = "union" | "intersect" | "except";

export interface Select {
  readonly kind: "select";
  readonly at: Position;
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  readonly from?: Relation;
  readonly where?: Expression;
  readonly groupBy: readonly GroupingElement[];
  /** GROUP BY was written, be it `GROUP BY ()`. */
  readonly grouped: boolean;
  readonly having?: Expression;
  readonly windows: ReadonlyMap<Name, Window>;
}

export type SelectItem =
  | { readonly kind: "all"; readonly at: Position; readonly qualifier?: readonly Name[] }
  | { readonly kind: "expression"; readonly value: Expression; readonly alias?: Name };

export type GroupingElement =
  | { readonly kind: "expression"; readonly value: Expression }
  | { readonly kind: "sets"; readonly at: Position; readonly sets: readonly (readonly Expression[])[] };

export type Relation = { readonly at: Position } & (
  | { kind: "table"; parts: readonly Name[]; alias?: Alias }
  | { kind: "derived"; query: Query; lateral: boolean; alias?: Alias }
  | { kind: "unnest"; values: readonly Expression[]; ordinality: boolean; alias?: Alias }
  | { kind: "join"; type: JoinType; left: Relation; right: Relation; on?: Expression; using?: readonly Name[] }
  | { kind: "parenthesised"; relation: Relation; alias: Alias }
);

export type JoinType = "cross" | "inner" | "left" | "right" | "full";

export interface Alias {
  readonly name: Name;
  readonly columns?: readonly Name[];
}

/** The table reference itself, for errors and look-ups. */
export type TableRelation = Extract<Relation, { kind: "table" }>;
export type UnnestRelation = Extract<Relation, { kind: "unnest" }>;
export type JoinRelation = Extract<Relation, { kind: "join" }>;

/** Calls `visit` for an expression and all expressions below it, queries inside it left out. */
export function visitExpression(expression: Expression, visit: (part: Expression) => void): void {
  visit(expression);
  for (const part of partsOf(expression)) visitExpression(part, visit);
}

/** The expressions directly inside another, queries inside it left out. */
export function partsOf(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case "field":
      return [node.base];
    case "subscript":
      return [node.base, node.index];
    case "unary":
    case "is null":
    case "in query":
    case "cast":
    case "extract":
      return [node.operand];
    case "binary":
      return [node.left, node.right];
    case "quantified":
      return [node.left];
    case "between":
      return [node.operand, node.low, node.high];
    case "in":
      return [node.operand, ...node.list];
    case "like":
      return [node.operand, node.pattern, ...(node.escape ? [node.escape] : [])];
    case "at time zone":
      return [node.operand, node.zone];
    case "case":
      return [node.operand, ...node.branches.flatMap((b) => [b.when, b.then]), node.otherwise].filter((e) => !!e);
    case "lambda":
      return [node.body];
    case "array":
    case "row":
      return node.elements;
    case "call": {
      const over = typeof node.over === "object" ? node.over : undefined;
      const sorts = [...node.orderBy, ...(over?.orderBy ?? [])].map((item) => item.key);
      return [...node.args, ...sorts, ...(over?.partitionBy ?? []), ...(node.filter ? [node.filter] : [])];
    }
    case "json path": {
      const inputs = [node.input, ...node.passing.map(({ input }) => input)].map(({ value }) => value);
      return [
        ...inputs,
        ...[node.onEmpty, node.onError].flatMap((given) => (given?.kind === "default" ? [given.value] : [])),
      ];
    }
    case "json object":
      return node.members.flatMap(({ key, input }) => [key, input.value]);
    case "json array":
      return node.elements.map(({ value }) => value);
    default:
      return [];
  }
}
