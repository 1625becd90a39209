/**
 * Which variables the states of a machine read, as DescribeStateMachine tells.
 * Source: API reference, DescribeStateMachine: variableReferences.
 */
import jsonata from "jsonata";
import type { State, StateGraph } from "./definition";
import { expressionIn } from "./jsonata";

/** The names of variables, sorted, by the states that read any. */
export function variableReferences(graph: StateGraph): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const [name, state] of Object.entries(graph.States)) {
    const names = [...referencesOf(state)].sort();
    if (names.length > 0) found[name] = names;
    const inner = state.Type === "Parallel" ? state.Branches : state.Type === "Map" ? [state.ItemProcessor] : [];
    for (const part of inner) Object.assign(found, variableReferences(part));
  }
  return found;
}

function referencesOf(state: State): Set<string> {
  const found = new Set<string>();
  const visit = (key: string, value: unknown): void => {
    if (typeof value === "string") {
      if (state.QueryLanguage === "JSONata") inExpression(expressionIn(value), found);
      else if (/(?:Path|\.\$)$|^Variable$/.test(key)) inPath(value, found);
    } else if (Array.isArray(value)) {
      for (const item of value as unknown[]) visit(key, item);
    } else if (typeof value === "object" && value !== null) {
      for (const [name, member] of Object.entries(value)) visit(name, member);
    }
  };
  for (const [key, value] of Object.entries(state))
    if (key !== "Branches" && key !== "ItemProcessor") visit(key, value);
  return found;
}

/** Variables in a path, or in the paths of an intrinsic function; texts in quotes have none. */
function inPath(text: string, found: Set<string>): void {
  const outside = text.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, "''");
  for (const [, name] of outside.matchAll(/(?<![$\w])\$([\p{ID_Start}_][\p{ID_Continue}]*)/gu)) found.add(name);
}

/** Names that expressions have without any state having assigned them. */
const OWN = new Set(["", "$", "states"]);

/** Variables in an expression: what it reads and does not bind itself. */
function inExpression(expression: string | undefined, found: Set<string>): void {
  if (expression === undefined) return;
  const read = new Set<string>();
  const bound = new Set<string>(OWN);
  collect(jsonata(expression).ast(), read, bound);
  for (const name of read) if (!bound.has(name)) found.add(name);
}

function collect(node: unknown, read: Set<string>, bound: Set<string>): void {
  if (typeof node !== "object" || node === null) return;
  const { type, value, lhs, procedure, ...parts } = node as Record<string, unknown>;
  if (type === "variable") read.add(String(value));
  if (type === "bind") bound.add(String((lhs as { value?: unknown }).value));
  if (type === "lambda") for (const { value: name } of parts.arguments as { value: unknown }[]) bound.add(String(name));
  // What is called by name is a function of the language, or one that the expression binds.
  const called = (procedure as { type?: unknown } | undefined)?.type === "variable" ? undefined : procedure;
  const children = [type === "bind" ? undefined : lhs, called, ...Object.values(parts)];
  for (const child of children) {
    if (Array.isArray(child)) for (const item of child as unknown[]) collect(item, read, bound);
    else collect(child, read, bound);
  }
}
