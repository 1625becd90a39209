/**
 * JSON values that travel between states, and the limit on their size.
 */
import { StateFailure } from "./failure";

/** A JSON value: what states receive, pass on and keep in variables. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A JSON object. */
export type JsonObject = { [key: string]: Json };

/** Largest input, result, output or set of variables of one state, in bytes of UTF-8 (Step Functions service quotas). */
export const PAYLOAD_LIMIT = 262_144;

/** Largest sum of all variables of one execution, in bytes of UTF-8 (Step Functions service quotas: 10 MiB). */
export const VARIABLES_LIMIT = 10_485_760;

/** Size of a value as compact JSON text, in bytes of UTF-8. */
export function payloadBytes(value: Json): number {
  return Buffer.byteLength(JSON.stringify(value), "utf8");
}

/** Returns `value` unchanged, or throws `States.DataLimitExceeded` in the service's words if it is over the limit. */
export function withinLimit<T extends Json>(value: T, stateOrTask: string): T {
  if (payloadBytes(value) <= PAYLOAD_LIMIT) return value;
  throw new StateFailure(
    "States.DataLimitExceeded",
    `The state/task '${stateOrTask}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
}

/** True for objects that are neither arrays nor null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Name of a value's JSON type, as it stands in error messages. */
export function typeName(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
