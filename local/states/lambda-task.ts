/**
 * Tasks that invoke a Lambda function.
 * Source: developer guide, "Invoke an AWS Lambda function with Step Functions" (connect-lambda).
 */
import { readJson } from "../read-json";
import { StateFailure } from "./failure";
import type { CallService } from "./call-service";
import { isObject, type Json, type JsonObject } from "./payload";

/**
 * Invokes a function and returns the response with its payload as JSON. An error that the function reports becomes the
 * Task's: its type is the error's name, and the whole payload its cause.
 */
export async function invokeFunction(call: CallService, input: Json): Promise<Json> {
  const response = (await call("Invoke", input)) as JsonObject;
  const text = typeof response.Payload === "string" ? response.Payload : "";
  if (response.FunctionError !== undefined) throw functionFailure(text);
  return { ...response, Payload: text === "" ? (response.StatusCode === 200 ? null : "") : payloadOf(text) };
}

function payloadOf(text: string): Json {
  try {
    return readJson(text) as Json;
  } catch (error) {
    const reason = (error as Error).message;
    throw new StateFailure("States.Runtime", `The function's payload cannot be read: ${reason} ${text.slice(0, 200)}`);
  }
}

function functionFailure(payload: string): StateFailure {
  let reported: unknown;
  try {
    reported = JSON.parse(payload);
  } catch {
    reported = undefined;
  }
  const type = isObject(reported) ? reported.errorType : undefined;
  if (typeof type === "string" && type !== "") return new StateFailure(type, payload);
  // Seen in the service for time limits and crashes, where Lambda names no type.
  const cause = `The cause could not be determined because Lambda did not return an error type. Returned payload: ${payload}`;
  return new StateFailure("Lambda.Unknown", cause);
}
