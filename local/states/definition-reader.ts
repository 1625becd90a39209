/**
 * Reads definitions: the shapes of all states, checked member by member. What spans several members or states is checked
 * in `definition-rules.ts`.
 */
import { z } from "zod";
import type {
  Diagnostic,
  MapState,
  ParallelState,
  QueryLanguage,
  State,
  StateGraph,
  StateMachineDefinition,
} from "./definition";
import type { Json } from "./payload";

type Report = (location: string, message: string, code?: string) => void;

const json: z.ZodType<Json> = z.json();
const path = z.string().regex(/^(\$|States\.)/, "must be a path or an intrinsic function");
const seconds = z.int().min(1).max(99_999_999);
const secondsOrExpression = z.union(
  [seconds, z.string()],
  "must be a whole number of seconds from 1 to 99999999 or a {% … %} expression",
);
const queryLanguage = z.enum(["JSONPath", "JSONata"]);

const common = {
  Type: z.string(),
  Comment: z.string().optional(),
  QueryLanguage: queryLanguage.optional(),
  Output: json.optional(),
  InputPath: path.nullable().optional(),
  OutputPath: path.nullable().optional(),
};
const assigning = { Assign: z.record(z.string(), json).optional() };
const transition = { Next: z.string().optional(), End: z.boolean().optional() };
const errorNames = z.array(z.string().min(1)).min(1);
const fallible = {
  Retry: z
    .array(
      z.strictObject({
        Comment: z.string().optional(),
        ErrorEquals: errorNames,
        IntervalSeconds: seconds.optional(),
        MaxAttempts: z.int().min(0).max(99_999_999).optional(),
        BackoffRate: z.number().min(1).optional(),
        MaxDelaySeconds: z.int().min(1).max(31_622_400).optional(),
        JitterStrategy: z.enum(["FULL", "NONE"]).optional(),
      }),
    )
    .optional(),
  Catch: z
    .array(
      z.strictObject({
        Comment: z.string().optional(),
        ErrorEquals: errorNames,
        Next: z.string(),
        ResultPath: path.nullable().optional(),
        ...assigning,
        Output: json.optional(),
      }),
    )
    .optional(),
};
const working = { Parameters: json.optional(), ResultPath: path.nullable().optional() };
const selecting = { ...working, ResultSelector: json.optional() };

/** Choice tests nest; their members differ by operator and are checked with the other rules. */
const rule = z.looseObject({ Next: z.string(), ...assigning, Output: json.optional(), Comment: z.string().optional() });

const SHAPES = {
  Pass: z.strictObject({ ...common, ...transition, ...assigning, ...working, Result: json.optional() }),
  Task: z.strictObject({
    ...common,
    ...transition,
    ...assigning,
    ...fallible,
    ...selecting,
    Resource: z.string(),
    Arguments: json.optional(),
    TimeoutSeconds: secondsOrExpression.optional(),
    TimeoutSecondsPath: path.optional(),
    HeartbeatSeconds: secondsOrExpression.optional(),
    HeartbeatSecondsPath: path.optional(),
  }),
  Choice: z.strictObject({ ...common, ...assigning, Choices: z.array(rule).min(1), Default: z.string().optional() }),
  Wait: z.strictObject({
    ...common,
    ...transition,
    ...assigning,
    Seconds: z.union([z.int().min(0).max(99_999_999), z.string()]).optional(),
    SecondsPath: path.optional(),
    Timestamp: z.string().optional(),
    TimestampPath: path.optional(),
  }),
  Succeed: z.strictObject(common),
  Fail: z.strictObject({
    Type: common.Type,
    Comment: common.Comment,
    QueryLanguage: common.QueryLanguage,
    Error: z.string().optional(),
    ErrorPath: path.optional(),
    Cause: z.string().optional(),
    CausePath: path.optional(),
  }),
  Parallel: z.strictObject({
    ...common,
    ...transition,
    ...assigning,
    ...fallible,
    ...selecting,
    Arguments: json.optional(),
    Branches: z.array(z.unknown()).min(1),
  }),
  Map: z.strictObject({
    ...common,
    ...transition,
    ...assigning,
    ...fallible,
    ...selecting,
    ItemProcessor: z.unknown().optional(),
    Iterator: z.unknown().optional(),
    ItemSelector: json.optional(),
    Items: json.optional(),
    ItemsPath: path.optional(),
    MaxConcurrency: z.union([z.int().min(0), z.string()]).optional(),
    MaxConcurrencyPath: path.optional(),
  }),
} as const;

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

const MACHINE = z.strictObject({
  Comment: z.string().optional(),
  StartAt: z.string(),
  States: z.record(z.string().min(1), z.unknown()),
  Version: z.literal("1.0").optional(),
  QueryLanguage: queryLanguage.optional(),
  TimeoutSeconds: seconds.optional(),
});

const INNER = z.strictObject({
  Comment: z.string().optional(),
  StartAt: z.string(),
  States: z.record(z.string().min(1), z.unknown()),
  QueryLanguage: queryLanguage.optional(),
  ProcessorConfig: z.looseObject({ Mode: z.string().optional() }).optional(),
});

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
