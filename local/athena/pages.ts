/** Lists that come in pages of 50 at most. */
import { z } from "zod";

/** Members of a listing's input. */
export const pages = {
  NextToken: z.string().regex(/^\d+$/).optional(),
  MaxResults: z.number().int().min(0).max(50).optional(),
};

/** The page that an input asks for. */
export function pageOf<T>(
  all: readonly T[],
  { NextToken, MaxResults }: { readonly NextToken?: string; readonly MaxResults?: number },
): { items: readonly T[]; NextToken?: string } {
  const from = Number(NextToken ?? 0);
  const to = from + (MaxResults || 50);
  return { items: all.slice(from, to), NextToken: to < all.length ? String(to) : undefined };
}
