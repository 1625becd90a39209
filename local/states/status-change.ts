/**
 * The events that Step Functions sends to EventBridge when an execution starts and ends.
 * Source: developer guide, "Automating Step Functions event delivery with EventBridge" (eventbridge-integration), whose remarks
 * also say what is left out of an event that would be too large.
 */
import type { ExecutionStatus } from "@aws-sdk/client-sfn";
import type { StoredExecution } from "./execution-store";

/** Whether input or output stands in the event. */
interface DataDetails {
  readonly included: boolean;
}

/** The detail of a `Step Functions Execution Status Change`. */
export interface StatusChange {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly stateMachineVersionArn: null;
  readonly stateMachineAliasArn: null;
  readonly name: string;
  readonly status: ExecutionStatus;
  /** Milliseconds since 1970. */
  readonly startDate: number;
  readonly stopDate: number | null;
  /** JSON text; null if it was left out. */
  readonly input: string | null;
  readonly inputDetails: DataDetails;
  /** JSON text; null if there is none, or if it was left out. */
  readonly output: string | null;
  readonly outputDetails: DataDetails | null;
  readonly error: string | null;
  readonly cause: string | null;
  readonly redriveCount: 0;
  readonly redriveDate: null;
  readonly redriveStatus: "NOT_REDRIVABLE";
  readonly redriveStatusReason: string;
}

/** Bytes of input and output, escaped as they stand in the event. */
const DATA_LIMIT = 248 * 1024;

/** The change that an execution has just made. */
export function statusChange(execution: StoredExecution): StatusChange {
  const { executionArn, stateMachineArn, name, status, startDate, stopDate, error, cause } = execution;
  const { input, output = null } = execution;
  const hasOutput = escapedBytes(output) <= DATA_LIMIT;
  const hasInput = escapedBytes(input) + escapedBytes(output) <= DATA_LIMIT;
  return {
    executionArn,
    stateMachineArn,
    stateMachineVersionArn: null,
    stateMachineAliasArn: null,
    name,
    status,
    startDate: Date.parse(startDate),
    stopDate: stopDate === undefined ? null : Date.parse(stopDate),
    input: hasInput ? input : null,
    inputDetails: { included: hasInput },
    output: hasOutput ? output : null,
    outputDetails: output === null ? null : { included: hasOutput },
    error: error ?? null,
    cause: cause ?? null,
    redriveCount: 0,
    redriveDate: null,
    redriveStatus: "NOT_REDRIVABLE",
    redriveStatusReason: whyNotRedrivable(status),
  };
}

/** Why an execution cannot be redriven. */
export function whyNotRedrivable(status: ExecutionStatus): string {
  return status === "RUNNING" || status === "SUCCEEDED"
    ? `Execution is ${status} and cannot be redriven`
    : "The local runtime does not redrive executions: start a new one.";
}

function escapedBytes(text: string | null): number {
  return text === null ? 0 : Buffer.byteLength(JSON.stringify(text));
}
