/**
 * Lists in pages: MaxResults in, NextToken out.
 */
import { z } from "zod";
import { invalidInput } from "./errors";

/** Members of an input that asks for a page. */
export function pageInput(most: number) {
  return { MaxResults: z.number().int().min(1).max(most).optional(), NextToken: z.string().optional() };
}

/** One page of a list, and the token of the next one. @throws AwsError InvalidInputException for a token that is not ours */
export function page<T>(
  all: readonly T[],
  input: { MaxResults?: number; NextToken?: string },
  size: number,
): { items: T[]; next?: string } {
  const from = input.NextToken ? Number(Buffer.from(input.NextToken, "base64url").toString()) : 0;
  if (!Number.isInteger(from) || from < 0) throw invalidInput("NextToken: not a token of this operation");
  const to = from + (input.MaxResults ?? size);
  const next = to < all.length ? Buffer.from(String(to)).toString("base64url") : undefined;
  return { items: all.slice(from, to), next };
}
