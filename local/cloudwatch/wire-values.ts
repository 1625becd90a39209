/** Values as they arrive over CloudWatch's two protocols: JSON, and the query protocol, in which all is text. */
import { z } from "zod";

/** A number. */
export const wireNumber = z.union([
  z.number(),
  z.string().regex(/^-?\d/, "must be a number").transform(Number).pipe(z.number()),
]);

/** A whole number. */
export const wireInteger = wireNumber.pipe(z.number().int());

/** True or false. */
export const wireBoolean = z.union([z.boolean(), z.enum(["true", "false"]).transform((text) => text === "true")]);

/** A moment: epoch seconds in JSON, ISO 8601 in the query protocol. */
export const wireTime = z.union([
  z.date(),
  z.number().transform((seconds) => new Date(seconds * 1000)),
  z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
]);

/** A page's token: the place where it begins. */
export const pageToken = z.string().regex(/^\d+$/, "is no token of this operation").transform(Number).optional();

/** Cuts a page out of a list. */
export function pageOf<T>(
  items: readonly T[],
  begin: number,
  size: number,
): { page: readonly T[]; NextToken?: string } {
  const end = begin + size;
  return { page: items.slice(begin, end), ...(end < items.length && { NextToken: String(end) }) };
}
