/**
 * Rules of the language that span several members or states: where transitions lead, which members belong to which query
 * language, that every expression can be parsed, and that variables do not hide one another.
 * Sources: Amazon States Language; developer guide, "Transforming data with JSONata", "Passing data between states with
 * variables", "Handling errors".
 */
import { readJson } from "../read-json";
import { timestamp } from "./choice";
import { checkChoices } from "./choice-rules";
import { type Diagnostic, type State, type StateGraph, type StateMachineDefinition } from "./definition";
import { pointer, readDefinition } from "./definition-reader";
import { expressionFault as jsonataFault, expressionIn } from "./jsonata";
import { jsonFault } from "./json-fault";
import { isReferencePath, pathFault } from "./jsonpath";
import { checkTemplate, expressionFault } from "./payload-template";
import type { Json } from "./payload";

/** Largest definition, in bytes of UTF-8 (Step Functions service quotas). */
const DEFINITION_LIMIT = 1_048_576;

type Report = (location: string | undefined, message: string, code?: string) => void;

/** The outcome of reading a definition: without errors there is a definition. */
export interface ReadResult {
  readonly definition?: StateMachineDefinition;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads and checks the text of a definition. `supports` says what is wrong with a Task's resource, if anything. */
export function parseDefinition(text: string, supports: (resource: string) => string | undefined): ReadResult {
  const diagnostics: Diagnostic[] = [];
  const report: Report = (location, message, code = "SCHEMA_VALIDATION_FAILED") => {
    diagnostics.push({ severity: "ERROR", code, message, ...(location !== undefined && { location }) });
  };
  if (Buffer.byteLength(text) > DEFINITION_LIMIT) {
    report("/", `The definition is larger than ${DEFINITION_LIMIT} bytes.`);
    return { diagnostics };
  }
  let value: unknown;
  try {
    value = text.trim() === "" ? undefined : readJson(text);
  } catch (error) {
    const { message, source } = jsonFault(text, error);
    report(source, source === undefined ? message : `${message}\n at ${source}`, "INVALID_JSON_DESCRIPTION");
    return { diagnostics };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    report(undefined, "Definition must be a valid JSON object");
    return { diagnostics };
  }
  const definition = readDefinition(value, diagnostics);
  if (!definition) return { diagnostics };
  checkGraph(definition, "", new Map(), new Set(), { report, supports });
  return diagnostics.length > 0 ? { diagnostics } : { definition, diagnostics };
}

interface Checks {
  readonly report: Report;
  readonly supports: (resource: string) => string | undefined;
}

function checkGraph(
  graph: StateGraph,
  location: string,
  names: Map<string, string>,
  outer: ReadonlySet<string>,
  checks: Checks,
): void {
  const { report } = checks;
  const target = (place: string, field: string, name: string | undefined) => {
    if (name !== undefined && !Object.hasOwn(graph.States, name)) {
      report(place, `Missing '${field}' target: ${name}`, "MISSING_TRANSITION_TARGET");
    }
  };
  target(`${location}/StartAt`, "StartAt", graph.StartAt);
  const own = new Set(Object.values(graph.States).flatMap(assignedNames));
  for (const name of own) {
    if (outer.has(name))
      report(location, `The variable "${name}" is assigned in an outer scope too; use another name.`);
  }
  for (const [name, state] of Object.entries(graph.States)) {
    const place = `${location}/States/${pointer(name)}`;
    if (names.has(name))
      report(place, `The state name "${name}" is used twice in the machine.`, "DUPLICATE_STATE_NAME");
    names.set(name, place);
    if ([...name].length > 80) report(place, "A state name has at most 80 characters.");
    for (const [field, next] of transitions(state)) target(`${place}/${field}`, "Next", next);
    if ("Next" in state || "End" in state || !["Choice", "Succeed", "Fail"].includes(state.Type)) {
      const { Next, End } = state as { Next?: string; End?: boolean };
      if ((Next === undefined) === (End !== true))
        report(place, 'A state must have exactly one of "Next" and "End": true.');
    }
    checkLanguage(state, place, report);
    checkState(state, place, checks);
    // When a catcher of this state assigns, its branches are over: they may use the same name (seen in recorded runs).
    const around = Object.values(graph.States).flatMap((one) =>
      one === state ? assignedNames(withoutCatch(one)) : assignedNames(one),
    );
    const scope = new Set([...outer, ...around]);
    if (state.Type === "Parallel") {
      state.Branches.forEach((branch, index) => checkGraph(branch, `${place}/Branches/${index}`, names, scope, checks));
    }
    if (state.Type === "Map") checkGraph(state.ItemProcessor, `${place}/ItemProcessor`, names, scope, checks);
  }
  checkReachable(graph, location, report);
}

/** Every way out of a state: where it stands and where it leads. */
function transitions(state: State): [string, string | undefined][] {
  const found: [string, string | undefined][] = [];
  if ("Next" in state && typeof state.Next === "string") found.push(["Next", state.Next]);
  if (state.Type === "Choice") {
    state.Choices.forEach((rule, index) => found.push([`Choices/${index}/Next`, rule.Next]));
    found.push(["Default", state.Default]);
  }
  if ("Catch" in state) state.Catch?.forEach((catcher, index) => found.push([`Catch/${index}/Next`, catcher.Next]));
  return found;
}

function checkReachable(graph: StateGraph, location: string, report: Report): void {
  const reached = new Set<string>();
  const visit = (name: string | undefined) => {
    const state = name === undefined ? undefined : graph.States[name];
    if (name === undefined || !state || reached.has(name)) return;
    reached.add(name);
    for (const [, next] of transitions(state)) visit(next);
  };
  visit(graph.StartAt);
  for (const name of Object.keys(graph.States)) {
    if (!reached.has(name))
      report(`${location}/States/${pointer(name)}`, `State "${name}" is not reachable.`, "MISSING_TRANSITION_TARGET");
  }
}

const JSONPATH_ONLY = [
  "InputPath",
  "OutputPath",
  "Parameters",
  "ResultSelector",
  "ResultPath",
  "ItemsPath",
  "SecondsPath",
  "TimestampPath",
  "TimeoutSecondsPath",
  "HeartbeatSecondsPath",
  "MaxConcurrencyPath",
  "ErrorPath",
  "CausePath",
  "Result",
];
const JSONATA_ONLY = ["Arguments", "Output", "Items"];

function checkLanguage(state: State, place: string, report: Report): void {
  const [foreign, other] = state.QueryLanguage === "JSONata" ? [JSONPATH_ONLY, "JSONPath"] : [JSONATA_ONLY, "JSONata"];
  for (const holder of [{ place, fields: state as object }, ...nested(state, place)]) {
    for (const name of foreign.filter((field) => Object.hasOwn(holder.fields, field))) {
      report(`${holder.place}/${name}`, `${name} belongs to ${other} states; this one uses ${state.QueryLanguage}.`);
    }
  }
}

/** Catchers and choice rules, which have members of a query language too. */
function nested(state: State, place: string): { place: string; fields: object }[] {
  if (state.Type === "Choice")
    return state.Choices.map((fields, index) => ({ place: `${place}/Choices/${index}`, fields }));
  return ("Catch" in state ? (state.Catch ?? []) : []).map((fields, index) => ({
    place: `${place}/Catch/${index}`,
    fields,
  }));
}

function checkState(state: State, place: string, { report, supports }: Checks): void {
  for (const name of assignedNames(state)) {
    if (!/^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(name) || name.length > 80 || name === "states") {
      report(`${place}/Assign`, `"${name}" cannot be a variable's name.`);
    }
  }
  if (state.QueryLanguage === "JSONata") checkExpressions(state, place, report);
  else checkPaths(state, place, report);
  if ("Retry" in state || "Catch" in state) checkWildcards(state, place, report);
  if (state.Type === "Task") {
    const fault = supports(state.Resource);
    if (fault !== undefined) report(`${place}/Resource`, fault);
    exclusive(state, ["TimeoutSeconds", "TimeoutSecondsPath"], 0, place, report);
    exclusive(state, ["HeartbeatSeconds", "HeartbeatSecondsPath"], 0, place, report);
    const { TimeoutSeconds, HeartbeatSeconds } = state;
    if (
      typeof TimeoutSeconds === "number" &&
      typeof HeartbeatSeconds === "number" &&
      HeartbeatSeconds >= TimeoutSeconds
    ) {
      report(`${place}/HeartbeatSeconds`, "HeartbeatSeconds must be less than TimeoutSeconds.");
    }
  }
  if (state.Type === "Map") exclusive(state, ["MaxConcurrency", "MaxConcurrencyPath"], 0, place, report);
  if (state.Type === "Fail") {
    exclusive(state, ["Error", "ErrorPath"], 0, place, report);
    exclusive(state, ["Cause", "CausePath"], 0, place, report);
  }
  if (state.Type === "Wait") {
    exclusive(state, ["Seconds", "SecondsPath", "Timestamp", "TimestampPath"], 1, place, report);
    if (
      state.Timestamp !== undefined &&
      (state.QueryLanguage === "JSONPath" || expressionIn(state.Timestamp) === undefined) &&
      timestamp(state.Timestamp) === undefined
    ) {
      report(`${place}/Timestamp`, "String does not match RFC3339 timestamp");
    }
  }
  if (state.Type === "Choice") checkChoices(state, place, report);
}

/** Reports unless between `least` and one of the members are there. */
function exclusive(state: object, fields: readonly string[], least: 0 | 1, place: string, report: Report): void {
  const given = fields.filter((field) => Object.hasOwn(state, field));
  if (given.length > 1) report(place, `Only one of ${given.join(", ")} may be given.`);
  if (given.length < least) report(place, `One of ${fields.join(", ")} must be given.`);
}

/** Numbers may be expressions in JSONata states only, and every expression must be one that Step Functions can run. */
function checkExpressions(state: State, place: string, report: Report): void {
  const visit = (value: unknown, here: string): void => {
    if (typeof value === "string") {
      const expression = expressionIn(value);
      const fault = expression === undefined ? undefined : jsonataFault(expression);
      if (fault !== undefined) report(here, `The JSONata expression is not valid: ${fault}`);
    } else if (typeof value === "object" && value !== null) {
      for (const [key, child] of Object.entries(value)) visit(child, `${here}/${pointer(key)}`);
    }
  };
  for (const [key, value] of Object.entries(state)) {
    if (key !== "Branches" && key !== "ItemProcessor" && key !== "Comment") visit(value, `${place}/${key}`);
  }
  numbers(state, place, report, (value) => expressionIn(value) !== undefined);
}

function checkPaths(state: State, place: string, report: Report): void {
  const fields = state as unknown as Readonly<Record<string, Json | undefined>>;
  const template = (name: string) => {
    if (fields[name] !== undefined) checkTemplate(fields[name], `${place}/${name}`, report);
  };
  ["Parameters", "ResultSelector", "ItemSelector", "Assign"].forEach(template);
  for (const name of JSONPATH_ONLY.filter((field) => field.endsWith("Path"))) {
    const value = fields[name];
    if (typeof value !== "string") continue;
    const fault = name === "ErrorPath" || name === "CausePath" ? expressionFault(value) : pathFault(value);
    if (fault !== undefined) report(`${place}/${name}`, fault);
    else if (name === "ResultPath" && (!isReferencePath(value) || !/^\$(?:[.[]|$)/.test(value))) {
      report(`${place}/${name}`, "ResultPath must be a reference path into the state's input, e.g. $.result.");
    }
  }
  for (const { place: here, fields: holder } of nested(state, place)) {
    checkTemplate((holder as { Assign?: unknown }).Assign, `${here}/Assign`, report);
  }
  numbers(state, place, report, () => false);
}

function numbers(state: State, place: string, report: Report, allowed: (text: string) => boolean): void {
  for (const name of ["TimeoutSeconds", "HeartbeatSeconds", "Seconds", "MaxConcurrency"]) {
    const value = (state as unknown as Record<string, unknown>)[name];
    if (typeof value === "string" && !allowed(value)) report(`${place}/${name}`, `${name} must be a number.`);
  }
}

/** `States.ALL` stands alone, in the last retrier or catcher. */
function checkWildcards(state: State, place: string, report: Report): void {
  const { Retry, Catch } = state as {
    Retry?: readonly { ErrorEquals: readonly string[] }[];
    Catch?: readonly { ErrorEquals: readonly string[] }[];
  };
  for (const [field, list] of [
    ["Retry", Retry],
    ["Catch", Catch],
  ] as const) {
    list?.forEach(({ ErrorEquals }, index) => {
      if (!ErrorEquals.includes("States.ALL")) return;
      const here = `${place}/${field}/${index}/ErrorEquals`;
      if (ErrorEquals.length > 1) report(here, "States.ALL must stand alone.");
      if (index < list.length - 1) report(here, `States.ALL must be in the last element of ${field}.`);
    });
  }
}

function withoutCatch(state: State): State {
  return "Catch" in state ? { ...state, Catch: undefined } : state;
}

/** Names of the variables that a state assigns, in whichever of its parts. */
function assignedNames(state: State): string[] {
  const parts: { Assign?: Json }[] = [state];
  if (state.Type === "Choice") parts.push(...state.Choices);
  if ("Catch" in state) parts.push(...(state.Catch ?? []));
  const suffix = state.QueryLanguage === "JSONPath" ? /\.\$$/ : /$^/;
  return parts.flatMap(({ Assign }) => Object.keys((Assign ?? {}) as object).map((name) => name.replace(suffix, "")));
}
