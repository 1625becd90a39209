/**
 * Pages of results, as Step Functions returns them.
 */
import { z } from "zod";
import { AwsError } from "../api";

/** Members of a paged request. */
export const paging = {
  /** Most results of a page; default 100, which 0 stands for too. */
  maxResults: z.number().int().min(0).max(1_000).default(0),
  nextToken: z.string().min(1).max(1_024).optional(),
};

/** One page of `all`. The token names the last item of the page before, so that new items do not shift the pages. */
export function page<T>(
  all: readonly T[],
  keyOf: (item: T) => string,
  { maxResults, nextToken }: { readonly maxResults: number; readonly nextToken?: string | undefined },
): { items: T[]; nextToken?: string } {
  let from = 0;
  if (nextToken !== undefined) {
    const last = Buffer.from(nextToken, "base64url").toString("utf8");
    from = all.findIndex((item) => keyOf(item) === last) + 1;
    if (from === 0) throw new AwsError("InvalidToken", `Invalid Token: '${nextToken}'`);
  }
  const items = all.slice(from, from + (maxResults || 100));
  const last = items.at(-1);
  if (last === undefined || from + items.length >= all.length) return { items };
  return { items, nextToken: Buffer.from(keyOf(last), "utf8").toString("base64url") };
}
