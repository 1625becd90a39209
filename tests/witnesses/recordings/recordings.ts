/**
 * The recorded cases in `../shared/recordings`, whose README explains their format. They are no part of the repository:
 * where the folder is absent the suites say so and skip.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Json } from "../../../local/states/payload";

const FOLDER = join(__dirname, "..", "..", "..", "..", "shared", "recordings");

/** Whether there are recordings to play. */
export const recorded = existsSync(FOLDER);

const json: z.ZodType<Json> = z.json();
const failure = { error: z.string().nullable().optional(), cause: json.optional() };

/** One event, as GetExecutionHistory gave it, without its time. */
const event = z.looseObject({
  id: z.number().nullable(),
  previousEventId: z.number().nullable(),
  type: z.string(),
  taskScheduledEventDetails: z.looseObject({ parameters: json }).optional(),
  taskSucceededEventDetails: z.looseObject({ output: json }).optional(),
  taskFailedEventDetails: z.looseObject(failure).optional(),
});

const task = z.object({
  /** Unknown where a recording lost it. */
  state: z.string().optional(),
  parameters: json.optional(),
  /** Output of TaskSubmitted. */
  submitted: json.optional(),
  answer: z.object({ output: json.optional(), ...failure }).optional(),
  timedOut: z.object(failure).optional(),
});

const execution = z.object({
  id: z.string(),
  definition: json,
  type: z.string().optional(),
  input: json,
  execution: z.object({
    executionArn: z.string(),
    executionName: z.string(),
    stateMachineArn: z.string(),
    stateMachineName: z.string(),
    roleArn: z.string(),
  }),
  tasks: z.array(task).optional(),
  tasksUnknown: z.boolean().optional(),
  recorded: z.object({
    status: z.string().optional(),
    output: json.optional(),
    ...failure,
    events: z.array(event).optional(),
  }),
  unfinished: z.boolean().optional(),
  reversed: z.boolean().optional(),
  now: z.string().optional(),
  /** Plain words that stand for values which differ from run to run. */
  placeholders: z.array(z.string()).default([]),
  validated: z.boolean().default(true),
});

export type RecordedEvent = z.output<typeof event>;
export type RecordedTask = z.output<typeof task>;
export type RecordedExecution = z.output<typeof execution>;

/** The executions by area. */
export function executions(): ReadonlyMap<string, readonly RecordedExecution[]> {
  const areas = readdirSync(join(FOLDER, "executions")).sort();
  return new Map(
    areas.map((file) => [file.replace(".json", ""), read(join("executions", file), z.array(execution))] as const),
  );
}

/** The cases of another file, which must have the shape of `schema`. */
export function cases<T>(file: string, schema: z.ZodType<T>): readonly T[] {
  return read(file, z.array(schema));
}

/** The text of a definition: of one that is no JSON, the text itself. */
export function definitionText(definition: Json): string {
  if (typeof definition === "object" && definition !== null && "$text" in definition) return String(definition.$text);
  return JSON.stringify(definition);
}

function read<T>(file: string, schema: z.ZodType<T>): T {
  const text = readFileSync(join(FOLDER, file), "utf8");
  // The word stands for the ARN that CreateActivity gave.
  return schema.parse(
    JSON.parse(text.replaceAll('"activity_arn"', '"arn:aws:states:us-east-1:111111111111:activity:work"')),
  );
}
