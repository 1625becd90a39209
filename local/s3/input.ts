/** Inputs of S3's operations: what they take, and nothing else. */
import type { z } from "zod";
import { AwsError, type Place } from "../api";
import { parseInput } from "../http/parse-input";
import { notImplemented } from "./routes";
import { httpHeaders } from "./wire-members";

/** Members that say how long a body is, or that any request may have. */
const httpMembers: ReadonlySet<string> = new Set([
  "ContentLength",
  ...[...httpHeaders.values()].map(({ member }) => member),
]);
const owners = ["ExpectedBucketOwner", "ExpectedSourceBucketOwner"] as const;

/**
 * An operation's input, read with its schema. A member that the operation does not take here is refused by name: what asks
 * for something else than what is done must not succeed. Members of HTTP's own headers, which any request may have, are left
 * out.
 */
export function takeInput<Shape extends z.ZodRawShape>(
  operation: string,
  { account }: Place,
  schema: z.ZodObject<Shape>,
  input: unknown,
  code = "InvalidArgument",
): z.infer<z.ZodObject<Shape>> {
  const members = Object.entries(input ?? {}).filter(([, value]) => value !== undefined) as [string, unknown][];
  for (const [name, value] of members) {
    if ((owners as readonly string[]).includes(name)) {
      // S3 documentation, "Verifying bucket ownership with bucket owner condition".
      if (value !== account) throw new AwsError("AccessDenied", "Access Denied", 403);
    } else if (!Object.hasOwn(schema.shape, name) && !httpMembers.has(name)) {
      throw notImplemented(`The local S3's ${operation} knows no ${name}.`);
    }
  }
  return parseInput(schema, Object.fromEntries(members), code);
}
