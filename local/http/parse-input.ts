/**
 * Reads an operation's input with its schema, and says what is wrong with it the way AWS does.
 */
import type { z } from "zod";
import { AwsError } from "../api";

/**
 * `input` as `schema` has it. Throws an {@link AwsError} with the service's own code for invalid input, naming each faulty
 * member, e.g. `Name: must be a string`.
 */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown, code = "ValidationException"): T {
  const result = schema.safeParse(input ?? {});
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) => `${path.join(".") || "input"}: ${message}`);
  throw new AwsError(code, faults.join("; "));
}
