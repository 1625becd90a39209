/** How scalar functions are defined: by signatures and the DuckDB SQL of each, or by rules of their own. */
import { type Position, QueryError } from "../../trino/errors";
import type { Expression } from "../../trino/syntax";
import type { Scope } from "../scope";
import { typeName } from "../../trino/types";
import type { Typed } from "../typed";

/** Signature → DuckDB SQL: `$1` … are the arguments, `$*` all of them, `$R` the result's type, `$T` that of variable T. */
export type FunctionTable = Readonly<Record<string, string>>;

/** What a function with rules of its own gets. */
export interface SpecialCall {
  readonly name: string;
  readonly args: readonly Expression[];
  readonly scope: Scope;
  readonly at: Position;
  /** Compiles an argument. */
  compile(node: Expression): Typed;
  /** Compiles the body of a lambda, these values standing for its parameters. */
  apply(node: Expression, values: readonly Typed[]): Typed;
}

/** Functions whose types no signature says; undefined leaves a call to the signatures. */
export type SpecialFunctions = Readonly<Record<string, (call: SpecialCall) => Typed | undefined>>;

/** A call whose arguments the function does not take. */
export function unexpected(call: SpecialCall): QueryError {
  const types = call.args.map((node) => typeName(call.compile(node).type)).join(", ");
  return new QueryError("FUNCTION_NOT_FOUND", `Unexpected parameters (${types}) for function ${call.name}.`, call.at);
}

export function needArguments(call: SpecialCall, ...counts: number[]): void {
  if (!counts.includes(call.args.length)) throw unexpected(call);
}
