/** A call of an aggregate or window function, and what their translations share. */
import { type Position, QueryError } from "../trino/errors";
import { DOUBLE, isNumeric, type TrinoType, typeName, UNKNOWN } from "../trino/types";
import { cast } from "./casts";
import { duckType, nullOf, type Typed } from "./typed";

/** One call of an aggregate or window function. */
export interface AggregateCall {
  readonly name: string;
  readonly args: readonly Typed[];
  readonly star: boolean;
  readonly distinct: boolean;
  readonly windowed: boolean;
  readonly at: Position;
  /** DuckDB call with the DISTINCT, ORDER BY, FILTER and OVER of the query. */
  write(name: string, ...args: readonly string[]): string;
}

/** How a call is translated. */
export type Aggregate = (call: AggregateCall) => Typed;

/** Arguments that no overload of the function takes. */
export function unexpected(call: AggregateCall): QueryError {
  const types = call.args.map((arg) => typeName(arg.type)).join(", ");
  return new QueryError("FUNCTION_NOT_FOUND", `Unexpected parameters (${types}) for function ${call.name}.`, call.at);
}

/** The only argument. */
export function one(call: AggregateCall): Typed {
  if (call.args.length !== 1) throw unexpected(call);
  const [value] = call.args;
  return value.type.kind === "unknown" ? { sql: nullOf(value.type), type: UNKNOWN } : value;
}

/** A number as a double. */
export function double(value: Typed, call: AggregateCall): string {
  if (!isNumeric(value.type) && value.type.kind !== "unknown") throw unexpected(call);
  return cast(value, DOUBLE).sql;
}

/** SQL of a type that DuckDB would not give it. */
export function as(sql: string, type: TrinoType): Typed {
  return { sql: `CAST(${sql} AS ${duckType(type)})`, type };
}
