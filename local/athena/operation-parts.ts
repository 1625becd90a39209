/** What Athena's operations have in common. */
import type { z } from "zod";
import type { Permission, Place } from "../api";
import { parseInput } from "../http/parse-input";

/** Reads an operation's input. Throws an AwsError `InvalidRequestException` for what is not of the schema. */
export function reads<T>(schema: z.ZodType<T>): (input: unknown) => T {
  return (input) => parseInput(schema, input, "InvalidRequestException");
}

/** An action on a workgroup. Service Authorization Reference, "Actions, resources, and condition keys for Amazon Athena". */
export function onWorkGroup({ account, region }: Place, action: string, group: string): Permission {
  return { action: `athena:${action}`, resource: `arn:aws:athena:${region}:${account}:workgroup/${group}` };
}
