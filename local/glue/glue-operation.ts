/**
 * Writes an operation of Glue from the schema of its input.
 */
import type { z } from "zod";
import { operation, type Operations, type Permission } from "../api";
import { parseInput } from "../http/parse-input";

/** One operation; `run` may throw AwsErrors with Glue's names. */
export function glueOperation<Schema extends z.ZodType>(definition: {
  readonly input: Schema;
  permissions(input: z.infer<Schema>): readonly Permission[];
  run(input: z.infer<Schema>): object;
}): Operations[string] {
  return operation<z.infer<Schema>, object>({
    parse: (input) =>
      parseInput<z.infer<Schema>>(definition.input as z.ZodType<z.infer<Schema>>, input, "InvalidInputException"),
    permissions: definition.permissions,
    run: async (input) => definition.run(input),
  });
}
