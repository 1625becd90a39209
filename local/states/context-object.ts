/**
 * The context object: what an execution knows about itself.
 * Source: developer guide, "Accessing execution data from the Context object" (input-output-contextobject).
 */
import type { Json, JsonObject } from "./payload";

/** An execution and its machine. */
export interface ExecutionIdentity {
  readonly executionArn: string;
  readonly executionName: string;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly roleArn: string;
  readonly startTime: Date;
  readonly input: Json;
}

/** The item that a Map iteration works on. */
export interface MapItem {
  readonly Index: number;
  readonly Value: Json;
}

/** What the context object says of one attempt of one state. */
export interface StateMoment {
  readonly name: string;
  readonly enteredTime: Date;
  /** For Task, Parallel and Map: how often the state was retried in this visit. */
  readonly retryCount?: number;
  readonly mapItem?: MapItem;
  /** For Tasks that wait for a callback. */
  readonly taskToken?: string;
}

/** Builds the object; a fresh one each time, so that no state can change what another one sees. */
export function contextObject(execution: ExecutionIdentity, moment: StateMoment): JsonObject {
  return {
    Execution: {
      Id: execution.executionArn,
      Input: execution.input,
      Name: execution.executionName,
      RoleArn: execution.roleArn,
      StartTime: execution.startTime.toISOString(),
      RedriveCount: 0,
    },
    StateMachine: { Id: execution.stateMachineArn, Name: execution.stateMachineName },
    State: {
      Name: moment.name,
      EnteredTime: moment.enteredTime.toISOString(),
      ...(moment.retryCount !== undefined && { RetryCount: moment.retryCount }),
    },
    ...(moment.mapItem && { Map: { Item: { Index: moment.mapItem.Index, Value: moment.mapItem.Value } } }),
    ...(moment.taskToken !== undefined && { Task: { Token: moment.taskToken } }),
  };
}
