/**
 * Runs definitions for the tests of the interpreter: no time passes, chance is fixed, Tasks are plain functions.
 */
import { expect } from "chai";
import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { parseDefinition } from "../../../local/states/definition-rules";
import { StateFailure } from "../../../local/states/failure";
import type { TaskRequest } from "../../../local/states/environment";
import { interpret, type Outcome } from "../../../local/states/execution";
import type { Json } from "../../../local/states/payload";

/** A definition in a test: plain JSON. */
export type Definition = Record<string, unknown>;

/** A machine, its input and what comes of it. */
export interface Case {
  readonly title: string;
  readonly definition: Definition;
  readonly input?: Json;
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: RegExp;
  /** What Tasks answer. */
  readonly task?: Work;
}

/** The work of a Task: gets its arguments, the number of the call, and the whole request. */
export type Work = (input: Json, call: number, request: TaskRequest) => Json | Promise<Json>;

export interface Ran {
  readonly outcome: Outcome;
  readonly events: HistoryEvent[];
  /** Seconds that Wait states and retriers waited. */
  readonly waits: number[];
  /** `state: error` of each failure. */
  readonly failures: string[];
}

export const NOW = new Date("2024-11-08T12:34:56.789Z");

/** The resource of Tasks whose work is given by the test. */
export const FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:work";

/** Runs a definition, which has to be valid, to its end. */
export async function run(
  definition: Definition,
  input: Json = {},
  task: Work = () => null,
  signal: AbortSignal = new AbortController().signal,
): Promise<Ran> {
  const read = parseDefinition(JSON.stringify(definition), () => undefined);
  if (!read.definition) throw new Error(`The definition is not valid: ${JSON.stringify(read.diagnostics)}`);
  const events: HistoryEvent[] = [];
  const waits: number[] = [];
  const failures: string[] = [];
  let calls = 0;
  const identity = {
    executionArn: "arn:aws:states:us-east-1:123456789012:execution:machine:name",
    executionName: "name",
    stateMachineArn: "arn:aws:states:us-east-1:123456789012:stateMachine:machine",
    stateMachineName: "machine",
    roleArn: "arn:aws:iam::123456789012:role/machine",
    startTime: NOW,
    input,
  };
  const outcome = await interpret(
    read.definition,
    input,
    identity,
    {
      task: async (request) => task(request.arguments, calls++, request),
      now: () => NOW,
      wait: async (seconds) => void waits.push(seconds),
      random: () => 0.25,
      newToken: () => "token-1",
      record: (type, previousEventId, details) => {
        events.push({ timestamp: NOW, type, id: events.length + 1, previousEventId, ...details });
        return events.length;
      },
      failed: (state, failure) => failures.push(`${state}: ${failure.error ?? ""}`),
    },
    signal,
  );
  return { outcome, events, waits, failures };
}

/** A machine of one JSONata state. */
export function jsonata(state: Definition): Definition {
  return { QueryLanguage: "JSONata", StartAt: "A", States: { A: state } };
}

/** A machine of one JSONPath state. */
export function jsonpath(state: Definition): Definition {
  return { StartAt: "A", States: { A: state } };
}

/** One test for each case. */
export function check(cases: readonly Case[]): void {
  for (const { title, definition, input, output, error, cause, task: work } of cases) {
    it(title, async () => {
      const { outcome } = await run(definition, input, work);
      if (error === undefined) expect(outcome).to.deep.equal({ status: "SUCCEEDED", output });
      else {
        expect(outcome).to.include({ status: "FAILED", error });
        if (cause) expect(outcome).to.have.property("cause").that.matches(cause);
      }
    });
  }
}

/** Fails with the errors in turn, then succeeds. */
export function failing(...errors: string[]): Work {
  return (_input, call) => {
    const error = errors[call];
    if (error !== undefined) throw new StateFailure(error, `cause ${call}`);
    return "done";
  };
}

/** A Task whose catchers go on at the state B. */
export const caught = (fields: Definition): Definition => ({
  QueryLanguage: "JSONata",
  StartAt: "A",
  States: { A: { Type: "Task", Resource: FUNCTION, End: true, ...fields }, B: { Type: "Pass", End: true } },
});
