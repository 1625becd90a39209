/**
 * The input of an execution, as StartExecution takes it.
 */
import { AwsError } from "../api";
import { readJson } from "../read-json";
import { jsonFault } from "./json-fault";
import { type Json, PAYLOAD_LIMIT } from "./payload";

/** Reads the text of an input. Throws `InvalidExecutionInput`, or `ValidationException` for one that is too large. */
export function readInput(input: string): Json {
  if (Buffer.byteLength(input, "utf8") > PAYLOAD_LIMIT) {
    const limit = `Member must have length less than or equal to ${PAYLOAD_LIMIT}`;
    throw new AwsError(
      "ValidationException",
      `1 validation error detected: Value at 'input' failed to satisfy constraint: ${limit}`,
    );
  }
  try {
    return readJson(input) as Json;
  } catch (error) {
    const { message } = input === "" ? { message: "Invalid execution input." } : jsonFault(input, error);
    throw new AwsError("InvalidExecutionInput", `Invalid State Machine Execution Input: '${message}'`);
  }
}
