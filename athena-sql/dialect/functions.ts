/**
 * Scalar functions: finds the one that a call means and writes it in DuckDB's terms.
 */
import { notSupported, QueryError } from "../trino/errors";
import type { Expression } from "../trino/syntax";
import { commonType, sameType, type TrinoType, typeName } from "../trino/types";
import { aggregateNames } from "./aggregates";
import { coerce } from "./casts";
import { arrayFunctions } from "./functions/arrays";
import { binaryFunctions } from "./functions/binary";
import { conditionalFunctions } from "./functions/conditional";
import { dateFunctions, dateSpecials } from "./functions/dates";
import { lambdaFunctions } from "./functions/lambdas";
import type { SpecialCall, SpecialFunctions } from "./functions/definition";
import { jsonFunctions, jsonSpecials } from "./functions/json";
import { MISSING } from "./functions/missing";
import { mapFunctions } from "./functions/maps";
import { mathSpecials, mathFunctions } from "./functions/math";
import { sequence } from "./functions/sequences";
import { stringFunctions, stringSpecials } from "./functions/strings";
import type { Scope } from "./scope";
import { type Bindings, fit, instantiate, parseSignature, type Pattern, type Signature } from "./signatures";
import { duckType, freshName, type Typed } from "./typed";

interface Overload {
  readonly signature: Signature;
  readonly sql: string;
}

const SPECIALS: SpecialFunctions = {
  ...conditionalFunctions,
  ...mathSpecials,
  ...dateSpecials,
  ...jsonSpecials,
  ...lambdaFunctions,
  ...stringSpecials,
  sequence,
};

const OVERLOADS = new Map<string, Overload[]>();
for (const table of [
  arrayFunctions,
  binaryFunctions,
  dateFunctions,
  jsonFunctions,
  mapFunctions,
  mathFunctions,
  stringFunctions,
]) {
  for (const [text, sql] of Object.entries(table)) {
    const signature = parseSignature(text);
    OVERLOADS.set(signature.name, [...(OVERLOADS.get(signature.name) ?? []), { signature, sql }]);
  }
}

/**
 * A call of a scalar function.
 * @throws QueryError FUNCTION_NOT_FOUND for names and types that no function has
 */
export function callFunction(call: SpecialCall, compile: (node: Expression, scope: Scope) => Typed): Typed {
  const special = SPECIALS[call.name] as SpecialFunctions[string] | undefined;
  const written = special?.(call);
  if (written) return written;
  const overloads = OVERLOADS.get(call.name);
  if (MISSING.has(call.name)) throw notSupported(`the function ${call.name}`, call.at);
  if (!overloads) {
    const known = [...Object.keys(SPECIALS), ...OVERLOADS.keys(), ...MISSING, ...aggregateNames()];
    throw new QueryError("FUNCTION_NOT_FOUND", `Function '${call.name}' not registered`, call.at, 2, known);
  }
  const args = call.args.map((node) => (node.kind === "lambda" ? node : call.compile(node)));
  let best: { overload: Overload; bindings: Bindings; cost: number } | undefined;
  for (const overload of overloads) {
    const bindings: Bindings = new Map();
    const cost = fitCall(overload.signature, args, bindings);
    if (cost !== undefined && (!best || cost < best.cost)) best = { overload, bindings, cost };
  }
  if (!best) throw unexpected(call, args, overloads);
  return write(best.overload, best.bindings, args, call, compile);
}

type Argument = Typed | Extract<Expression, { kind: "lambda" }>;

function isLambda(arg: Argument): arg is Extract<Expression, { kind: "lambda" }> {
  return "kind" in arg;
}

function parameterOf(signature: Signature, index: number): Pattern | undefined {
  const last = signature.parameters.length - 1;
  return signature.parameters[signature.variadic ? Math.min(index, last) : index];
}

function fitCall(signature: Signature, args: readonly Argument[], bindings: Bindings): number | undefined {
  const { length } = signature.parameters;
  if (signature.variadic ? args.length < length : args.length !== length) return undefined;
  let cost = 0;
  for (const [index, arg] of args.entries()) {
    const pattern = parameterOf(signature, index);
    if (isLambda(arg) !== (pattern?.kind === "function")) return undefined;
    if (!pattern || isLambda(arg)) {
      if (pattern?.kind === "function" && isLambda(arg) && pattern.parameters.length !== arg.parameters.length)
        return undefined;
      continue;
    }
    const step = fit(pattern, arg.type, bindings);
    if (step === undefined) return undefined;
    cost += step;
  }
  return cost;
}

function unexpected(call: SpecialCall, args: readonly Argument[], overloads: readonly Overload[]): QueryError {
  const types = args.map((arg) => (isLambda(arg) ? "function" : typeName(arg.type))).join(", ");
  const expected = overloads.map((overload) => overload.signature.text.replace(/\) [^)]*$/, ")")).join(", ");
  return new QueryError(
    "FUNCTION_NOT_FOUND",
    `Unexpected parameters (${types}) for function ${call.name}. Expected: ${expected}`,
    call.at,
  );
}

function write(
  { signature, sql }: Overload,
  bindings: Bindings,
  args: readonly Argument[],
  call: SpecialCall,
  compile: (node: Expression, scope: Scope) => Typed,
): Typed {
  const lambdas = new Map<number, string>();
  for (const [index, arg] of args.entries()) {
    const pattern = parameterOf(signature, index);
    if (isLambda(arg) && pattern?.kind === "function") {
      lambdas.set(index, compileLambda(arg, pattern, bindings, call, compile));
    }
  }
  const texts = args.map((arg, index) => {
    const pattern = parameterOf(signature, index);
    if (isLambda(arg) || !pattern) return lambdas.get(index) ?? "";
    return coerce(arg, instantiate(pattern, bindings, arg.type), call.at).sql;
  });
  const type = instantiate(signature.result, bindings);
  const text = sql.replace(/\$(\*|\d|[A-Z])/g, (_whole, key: string) => {
    if (key === "*") return texts.join(", ");
    if (key === "R") return duckType(type);
    if (/\d/.test(key)) return texts[Number(key) - 1];
    return duckType(bindings.get(key) ?? { kind: "unknown" });
  });
  return { sql: text, type };
}

// A lambda becomes `lambda p1, p2: body`. The variable of its result is bound by its body; one that is bound already, as
// the state of reduce, may have to become wider, and then the body is read again.
function compileLambda(
  lambda: Extract<Expression, { kind: "lambda" }>,
  pattern: Extract<Pattern, { kind: "function" }>,
  bindings: Bindings,
  call: SpecialCall,
  compile: (node: Expression, scope: Scope) => Typed,
): string {
  for (let attempt = 0; ; attempt++) {
    const names = lambda.parameters.map(() => freshName("p"));
    const values = new Map<string, Typed>();
    for (const [index, name] of lambda.parameters.entries()) {
      values.set(name, { sql: names[index], type: instantiate(pattern.parameters[index], bindings) });
    }
    const body = compile(lambda.body, call.scope.binding(values));
    const { result } = pattern;
    let wanted: TrinoType;
    if (result.kind === "variable") {
      const bound = bindings.get(result.name);
      const common = bound ? commonType(bound, body.type) : body.type;
      if (!common) {
        throw new QueryError("TYPE_MISMATCH", `The lambda gives ${typeName(body.type)}, which does not fit`, lambda.at);
      }
      bindings.set(result.name, common);
      if (bound && !sameType(bound, common) && attempt < 3) continue;
      wanted = common;
    } else wanted = instantiate(result, bindings);
    return `lambda ${names.join(", ")}: ${coerce(body, wanted, lambda.at).sql}`;
  }
}
