/**
 * The members of machines and states, with their types: what a definition may say, member by member.
 * Source: Amazon States Language; developer guide, the page of each state.
 */
import { z } from "zod";
import type { Json } from "./payload";

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

/** The states by their Type. */
export const SHAPES = {
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

/** A whole machine. */
export const MACHINE = z.strictObject({
  Comment: z.string().optional(),
  States: z.record(z.string().min(1), z.unknown()),
  StartAt: z.string(),
  Version: z.literal("1.0").optional(),
  QueryLanguage: queryLanguage.optional(),
  TimeoutSeconds: seconds.optional(),
});

/** A Parallel branch, or what a Map runs for each item. */
export const INNER = z.strictObject({
  Comment: z.string().optional(),
  States: z.record(z.string().min(1), z.unknown()),
  StartAt: z.string(),
  QueryLanguage: queryLanguage.optional(),
  ProcessorConfig: z.looseObject({ Mode: z.string().optional() }).optional(),
});
