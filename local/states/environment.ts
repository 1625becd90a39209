/**
 * What the interpreter needs from outside: the work of Tasks, time, chance and a place for the history. Everything else it
 * does is a function of definition and input.
 */
import type { HistoryEvent, HistoryEventType } from "@aws-sdk/client-sfn";
import type { StateFailure } from "./failure";
import type { Json } from "./payload";
import type { TaskResource } from "./task-resource";

/** One attempt of a Task. */
export interface TaskRequest {
  readonly resource: TaskResource;
  /** Name of the state. */
  readonly state: string;
  /** How often the state was retried before in this visit. */
  readonly attempt: number;
  /** Index of the item, within a Map. */
  readonly item?: number;
  /** Whether there is a limit to its time. */
  readonly limited: boolean;
  readonly arguments: Json;
  /** Fires when nobody wants the result any more: stop jobs that are under way. */
  readonly signal: AbortSignal;
  /** Seconds between two heartbeats of a Task that waits for its token. */
  readonly heartbeatSeconds?: number;
  /** Token of a Task that waits for a callback. */
  readonly token?: string;
  /** Id of the event that told of its start. */
  readonly started: number;
  /** Set for a Task that was under way when the runtime's process ended, with the response to its handing over, if it came. */
  readonly resumed?: { readonly submitted: Json | undefined };
  /** Call once when a job or callback Task has been handed over, with the service's response. */
  submitted(response: Json): void;
}

/** Members of a history event that depend on its type. */
export type EventDetails = Omit<HistoryEvent, "id" | "previousEventId" | "type" | "timestamp">;

export interface Environment {
  /** Does the work of a Task. Throws a StateFailure with the error that retriers and catchers see. */
  task(request: TaskRequest): Promise<Json>;
  now(): Date;
  /** Passes the time of Wait states and retry intervals; `since` is the id of the event that it follows. */
  wait(seconds: number, signal: AbortSignal, since: number): Promise<void>;
  /** A number in [0, 1). */
  random(): number;
  /** The token of a Task that waits for a callback and follows the event `since`: always the same one. */
  newToken(since: number): string;
  /** Keeps an event and returns its id. Throws `States.Runtime` when the history is full. */
  record(type: HistoryEventType, previousEventId: number, details: EventDetails): number;
  /** An event that was recorded before this process continued the execution. */
  recorded?(id: number): HistoryEvent | undefined;
  /** Told of each failure of a state, also of those that are retried or caught. */
  failed(state: string, failure: StateFailure): void;
}

/** An input or output as history events have it. */
export function eventData(value: Json): { text: string; details: { truncated: false } } {
  return { text: JSON.stringify(value), details: { truncated: false } };
}
