/**
 * Step Functions' operations, with the shapes of `@aws-sdk/client-sfn`.
 * Permissions: Service Authorization Reference, "Actions, resources, and condition keys for AWS Step Functions".
 */
import { z } from "zod";
import { AwsError, operation, type Operations, type Place } from "../api";
import { parseInput } from "../http/parse-input";
import { readJson } from "../read-json";
import { parseDefinition } from "./definition-rules";
import type { StoredExecution } from "./execution-store";
import { unsupportedResource } from "./integrations";
import type { StateMachines } from "./machines";
import { page, paging } from "./paging";
import { type Json, PAYLOAD_LIMIT } from "./payload";
import { stateMachineArn } from "./state-machine";
import { whyNotRedrivable } from "./status-change";

const arn = z.string().min(1).max(256);
const reason = { error: z.string().max(256).optional(), cause: z.string().max(32_768).optional() };
const start = z.object({
  stateMachineArn: arn,
  name: z.string().min(1).max(80).optional(),
  input: z.string().optional(),
  traceHeader: z.string().optional(),
});
const execution = z.object({ executionArn: arn, includedData: z.string().optional() });
const stopping = z.object({ executionArn: arn, ...reason });
const executions = z.object({
  stateMachineArn: arn.optional(),
  mapRunArn: arn.optional(),
  statusFilter: z.enum(["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"]).optional(),
  redriveFilter: z.enum(["REDRIVEN", "NOT_REDRIVEN"]).optional(),
  ...paging,
});
const history = z.object({
  executionArn: arn,
  reverseOrder: z.boolean().default(false),
  includeExecutionData: z.boolean().default(true),
  ...paging,
});
const machine = z.object({ stateMachineArn: arn, includedData: z.string().optional() });
const validation = z.object({
  definition: z.string().min(1).max(1_048_576),
  type: z.enum(["STANDARD", "EXPRESS"]).default("STANDARD"),
  severity: z.enum(["ERROR", "WARNING"]).optional(),
  maxResults: z.number().int().min(0).max(100).default(100),
});
const token = z.object({ taskToken: z.string().min(1).max(2_048) });

/** The operations on `machines`. */
export function statesOperations(machines: StateMachines, place: Place): Operations {
  const permission = (action: string, resource: string) => [{ action: `states:${action}`, resource }];
  /** The machine whose Task waits for a token; nobody waits for a wrong one. */
  const machineOf = (taskToken: string) => machines.tokens.machineOf(taskToken) ?? "*";

  return {
    StartExecution: operation({
      parse: (input) => withArn(parseInput(start, input), "stateMachineArn"),
      permissions: ({ stateMachineArn }) => permission("StartExecution", stateMachineArn),
      run: async ({ stateMachineArn, name, input }) => {
        const started = machines.start(stateMachineArn, input, name);
        return { executionArn: started.executionArn, startDate: new Date(started.startDate) };
      },
    }),
    StartSyncExecution: operation({
      parse: (input) => withArn(parseInput(start, input), "stateMachineArn"),
      permissions: ({ stateMachineArn }) => permission("StartSyncExecution", stateMachineArn),
      run: async () => {
        throw new AwsError(
          "StateMachineTypeNotSupported",
          "This operation is not supported by this type of state machine",
        );
      },
    }),
    StopExecution: operation({
      parse: (input) => withArn(parseInput(stopping, input), "executionArn"),
      permissions: ({ executionArn }) => permission("StopExecution", executionArn),
      run: async ({ executionArn, error, cause }) => {
        const stopped = await machines.stop(executionArn, {
          ...(error !== undefined && { error }),
          ...(cause !== undefined && { cause }),
        });
        return { stopDate: date(stopped.stopDate) };
      },
    }),
    DescribeExecution: operation({
      parse: (input) => withArn(parseInput(execution, input), "executionArn"),
      permissions: ({ executionArn }) => permission("DescribeExecution", executionArn),
      run: async ({ executionArn }) => description(machines.execution(executionArn)),
    }),
    ListExecutions: operation({
      parse: (input) => {
        const { mapRunArn, redriveFilter, stateMachineArn, ...rest } = parseInput(executions, input);
        if (mapRunArn !== undefined || redriveFilter !== undefined) {
          throw new AwsError(
            "ValidationException",
            "The local runtime has no map runs and no redrives to list: leave out mapRunArn and redriveFilter.",
          );
        }
        if (stateMachineArn === undefined)
          throw new AwsError("ValidationException", "Must provide a StateMachine ARN or MapRun ARN");
        return withArn({ ...rest, stateMachineArn }, "stateMachineArn");
      },
      permissions: ({ stateMachineArn }) => permission("ListExecutions", stateMachineArn),
      run: async ({ stateMachineArn, statusFilter, maxResults, nextToken }) => {
        machines.machine(stateMachineArn);
        const found = machines
          .executions(stateMachineArn)
          .filter(({ status }) => statusFilter === undefined || status === statusFilter);
        const { items, ...more } = page(found, ({ executionArn }) => executionArn, { maxResults, nextToken });
        return { executions: items.map(summary), ...more };
      },
    }),
    GetExecutionHistory: operation({
      parse: (input) => withArn(parseInput(history, input), "executionArn"),
      permissions: ({ executionArn }) => permission("GetExecutionHistory", executionArn),
      run: async ({ executionArn, reverseOrder, maxResults, nextToken, includeExecutionData }) => {
        const events = machines.history(executionArn);
        if (reverseOrder) events.reverse();
        const { items, ...more } = page(events, ({ id }) => String(id), { maxResults, nextToken });
        return { events: includeExecutionData ? items : items.map(withoutData), ...more };
      },
    }),
    DescribeStateMachine: operation({
      parse: (input) => withArn(parseInput(machine, input), "stateMachineArn"),
      permissions: ({ stateMachineArn }) => permission("DescribeStateMachine", stateMachineArn),
      run: async ({ stateMachineArn }) => {
        const found = machines.machine(stateMachineArn);
        return {
          stateMachineArn,
          name: found.name,
          status: "ACTIVE",
          definition: found.definition,
          roleArn: found.roleArn,
          type: "STANDARD",
          creationDate: new Date(found.creationDate),
          loggingConfiguration: found.loggingConfiguration,
          tracingConfiguration: { enabled: found.tracingEnabled },
          revisionId: found.revisionId,
          variableReferences: machines.variableReferences(found.definition),
        };
      },
    }),
    DescribeStateMachineForExecution: operation({
      parse: (input) => withArn(parseInput(execution, input), "executionArn"),
      permissions: ({ executionArn }) => permission("DescribeStateMachineForExecution", executionArn),
      run: async ({ executionArn }) => {
        const ran = machines.execution(executionArn);
        const found = machines.machine(ran.stateMachineArn);
        return {
          stateMachineArn: ran.stateMachineArn,
          name: found.name,
          definition: machines.definitionOf(ran),
          roleArn: ran.roleArn,
          updateDate: new Date(found.updateDate),
          loggingConfiguration: found.loggingConfiguration,
          tracingConfiguration: { enabled: found.tracingEnabled },
          revisionId: found.revisionId,
          variableReferences: machines.variableReferences(machines.definitionOf(ran)),
        };
      },
    }),
    ListStateMachines: operation({
      parse: (input) => parseInput(z.object(paging), input),
      permissions: () => permission("ListStateMachines", stateMachineArn(place, "*")),
      run: async (input) => {
        const { items, ...more } = page(machines.list(), ({ name }) => name, input);
        const stateMachines = items.map((found) => ({
          stateMachineArn: machines.arnOf(found),
          name: found.name,
          type: "STANDARD",
          creationDate: new Date(found.creationDate),
        }));
        return { stateMachines, ...more };
      },
    }),
    ValidateStateMachineDefinition: operation({
      parse: (input) => {
        const parsed = parseInput(validation, input);
        if (parsed.type === "EXPRESS")
          throw new AwsError("ValidationException", "The local runtime knows STANDARD state machines only.");
        return parsed;
      },
      permissions: () => permission("ValidateStateMachineDefinition", "*"),
      run: async ({ definition, maxResults }) => {
        const { diagnostics } = parseDefinition(definition, unsupportedResource);
        const shown = diagnostics.slice(0, maxResults || 100);
        const failed = diagnostics.some(({ severity }) => severity === "ERROR");
        return { result: failed ? "FAIL" : "OK", diagnostics: shown, truncated: shown.length < diagnostics.length };
      },
    }),
    SendTaskSuccess: operation({
      parse: (input) => {
        const parsed = parseInput(token.extend({ output: z.string() }), input);
        return { ...parsed, value: taskOutput(parsed.output) };
      },
      permissions: ({ taskToken }) => permission("SendTaskSuccess", machineOf(taskToken)),
      run: async ({ taskToken, value }) => {
        machines.tokens.succeed(taskToken, value);
        return {};
      },
    }),
    SendTaskFailure: operation({
      parse: (input) => parseInput(token.extend(reason), input),
      permissions: ({ taskToken }) => permission("SendTaskFailure", machineOf(taskToken)),
      run: async ({ taskToken, error, cause }) => {
        machines.tokens.fail(taskToken, error, cause);
        return {};
      },
    }),
    SendTaskHeartbeat: operation({
      parse: (input) => parseInput(token, input),
      permissions: ({ taskToken }) => permission("SendTaskHeartbeat", machineOf(taskToken)),
      run: async ({ taskToken }) => {
        machines.tokens.beat(taskToken);
        return {};
      },
    }),
  };
}

/** Throws `InvalidArn` unless the member is an ARN. */
function withArn<Key extends string, T extends Record<Key, string>>(input: T, member: Key): T {
  if (!input[member].startsWith("arn:"))
    throw new AwsError("InvalidArn", `Invalid Arn: 'Invalid ARN prefix: ${input[member]}'`);
  return input;
}

function taskOutput(text: string): Json {
  try {
    if (Buffer.byteLength(text) <= PAYLOAD_LIMIT) return readJson(text) as Json;
  } catch {
    // Reported below, as an output that is too large is.
  }
  throw new AwsError("InvalidOutput", `Invalid Output: the output must be JSON of at most ${PAYLOAD_LIMIT} bytes.`);
}

function date(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}

function summary({ executionArn, stateMachineArn, name, status, startDate, stopDate }: StoredExecution) {
  return {
    executionArn,
    stateMachineArn,
    name,
    status,
    startDate: new Date(startDate),
    ...(stopDate !== undefined && { stopDate: new Date(stopDate) }),
    redriveCount: 0,
  };
}

function description(found: StoredExecution) {
  const { status, input, output, error, cause } = found;
  return {
    ...summary(found),
    input,
    inputDetails: { included: true },
    ...(output !== undefined && { output, outputDetails: { included: true } }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    redriveStatus: "NOT_REDRIVABLE",
    redriveStatusReason: whyNotRedrivable(status),
  };
}

/** An event without inputs, outputs, parameters and variables. */
function withoutData<T extends object>(event: T): T {
  const data = new Set(["input", "output", "parameters", "assignedVariables"]);
  return Object.fromEntries(
    Object.entries(event).map(([key, value]) => {
      if (!key.endsWith("EventDetails")) return [key, value];
      return [key, Object.fromEntries(Object.entries(value as object).filter(([member]) => !data.has(member)))];
    }),
  ) as T;
}
