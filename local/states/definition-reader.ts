/**
 * Reads definitions: the shapes of all states, checked member by member. What spans several members or states is checked
 * in `definition-rules.ts`.
 */
import type { z } from "zod";
import type {
  Diagnostic,
  MapState,
  ParallelState,
  QueryLanguage,
  State,
  StateGraph,
  StateMachineDefinition,
} from "./definition";
import { INNER, MACHINE, SHAPES } from "./definition-schema";

type Report = (location: string, message: string, code?: string) => void;

/** Members of a distributed Map; naming them is kinder than "unrecognized key". */
const DISTRIBUTED = [
  "ItemReader",
  "ItemBatcher",
  "ResultWriter",
  "Label",
  "ToleratedFailurePercentage",
  "ToleratedFailurePercentagePath",
  "ToleratedFailureCount",
  "ToleratedFailureCountPath",
];

/**
 * Reads the shape of a definition and resolves each state's query language. Returns undefined after reporting at least
 * one diagnostic; rules across members are not checked here.
 */
export function readDefinition(value: unknown, diagnostics: Diagnostic[]): StateMachineDefinition | undefined {
  const before = diagnostics.length;
  const report: Report = (location, message, code = "SCHEMA_VALIDATION_FAILED") => {
    diagnostics.push({ severity: "ERROR", code, message, location: location === "" ? "/" : location });
  };
  const machine = check(MACHINE, value, "", report);
  if (!machine) return undefined;
  const { StartAt, QueryLanguage, TimeoutSeconds, Comment } = machine;
  const States = readStates(machine.States, "", QueryLanguage ?? "JSONPath", QueryLanguage === "JSONata", report);
  if (diagnostics.length > before) return undefined;
  return {
    StartAt,
    States,
    ...(QueryLanguage && { QueryLanguage }),
    ...(TimeoutSeconds && { TimeoutSeconds }),
    ...(Comment && { Comment }),
  };
}

function readStates(
  states: Readonly<Record<string, unknown>>,
  location: string,
  language: QueryLanguage,
  fixed: boolean,
  report: Report,
): Record<string, State> {
  const read: Record<string, State> = {};
  if (Object.keys(states).length === 0) report(`${location}/States`, "There must be at least one state.");
  for (const [name, value] of Object.entries(states)) {
    const state = readState(value, `${location}/States/${pointer(name)}`, language, fixed, report);
    if (state) read[name] = state;
  }
  return read;
}

function readState(
  value: unknown,
  location: string,
  inherited: QueryLanguage,
  fixed: boolean,
  report: Report,
): State | undefined {
  const type = (value as { Type?: unknown } | null)?.Type;
  const shape =
    typeof type === "string" && Object.hasOwn(SHAPES, type) ? SHAPES[type as keyof typeof SHAPES] : undefined;
  if (!shape) {
    report(location, `The state's Type must be one of ${Object.keys(SHAPES).join(", ")}, not ${JSON.stringify(type)}.`);
    return undefined;
  }
  if (type === "Map" && DISTRIBUTED.some((name) => Object.hasOwn(value as object, name))) {
    const names = DISTRIBUTED.filter((name) => Object.hasOwn(value as object, name)).join(", ");
    report(
      location,
      `${names} belong to distributed Map states, which the local runtime does not run: use an INLINE Map.`,
    );
    return undefined;
  }
  if (type === "Task" && Object.hasOwn(value as object, "Credentials")) {
    const instead = "its Tasks act with the machine's own role.";
    report(`${location}/Credentials`, `The local runtime does not assume other roles for a Task: ${instead}`);
    return undefined;
  }
  const state = check<z.output<typeof shape>>(shape, value, location, report);
  if (!state) return undefined;
  const language = state.QueryLanguage ?? inherited;
  if (fixed && language === "JSONPath") {
    report(location, "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine");
  }
  if (type === "Parallel") {
    const { Branches } = state as z.output<typeof SHAPES.Parallel>;
    const branches = Branches.map((branch, index) =>
      readInner(branch, `${location}/Branches/${index}`, inherited, fixed, report),
    );
    return { ...state, QueryLanguage: language, Branches: branches } as ParallelState;
  }
  if (type === "Map") {
    const { Iterator, ItemProcessor, Parameters, ItemSelector, ...map } = state as z.output<typeof SHAPES.Map>;
    if ((Iterator === undefined) === (ItemProcessor === undefined)) {
      report(location, "A Map state must have an ItemProcessor (or, formerly, an Iterator), and only one.");
    }
    if (Parameters !== undefined && ItemSelector !== undefined) {
      report(location, "ItemSelector replaces Parameters in a Map state: give only one of them.");
    }
    const member = Iterator === undefined ? "ItemProcessor" : "Iterator";
    const processor = readInner(Iterator ?? ItemProcessor, `${location}/${member}`, inherited, fixed, report);
    const selector = ItemSelector ?? Parameters;
    return {
      ...map,
      QueryLanguage: language,
      ItemProcessor: processor,
      ...(selector !== undefined && { ItemSelector: selector }),
    } as MapState;
  }
  return { ...state, QueryLanguage: language } as State;
}

function readInner(
  value: unknown,
  location: string,
  language: QueryLanguage,
  fixed: boolean,
  report: Report,
): StateGraph | undefined {
  const graph = check(INNER, value, location, report);
  if (!graph) return undefined;
  if ((graph.ProcessorConfig?.Mode ?? "INLINE") !== "INLINE") {
    report(
      `${location}/ProcessorConfig`,
      "The local runtime does not run DISTRIBUTED Map states: use the mode INLINE.",
    );
  }
  return {
    StartAt: graph.StartAt,
    States: readStates(graph.States, location, graph.QueryLanguage ?? language, fixed, report),
  };
}

function check<T>(schema: z.ZodType<T>, value: unknown, location: string, report: Report): T | undefined {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const missing = result.error.issues.filter((issue) => issue.code === "invalid_type" && isMissing(value, issue.path));
  if (missing.length > 0)
    report(location, `These fields are required: [${missing.map((issue) => issue.path.join("/")).join(", ")}]`);
  for (const issue of result.error.issues) {
    if (missing.includes(issue)) continue;
    if (issue.code === "unrecognized_keys") report(location, `Field is not supported here: ${issue.keys.join(", ")}`);
    else report([location, ...issue.path.map((part) => pointer(String(part)))].join("/"), issue.message);
  }
  return undefined;
}

function isMissing(value: unknown, path: readonly PropertyKey[]): boolean {
  let at: unknown = value;
  for (const part of path) {
    if (typeof at !== "object" || at === null) return false;
    at = (at as Record<PropertyKey, unknown>)[part];
  }
  return path.length > 0 && at === undefined;
}

/** A name as a segment of a JSON pointer. */
export function pointer(name: string): string {
  return name.replace(/~/g, "~0").replace(/\//g, "~1");
}
