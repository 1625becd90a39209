/**
 * Errors of a path, which ON ERROR catches.
 */
import type { JsonItem } from "./json-items";

/** A path that cannot be followed to its end. */
export class PathError extends Error {
  constructor(text: string) {
    super(`PATH_EVALUATION_ERROR: path evaluation failed: ${text}`);
  }
}

/** An item of another kind than a part of the path needs. */
export function typeError(expected: string, item: JsonItem): PathError {
  const { kind } = item;
  const scalar = kind === "varchar" ? "STRING" : "NUMBER";
  const actual = ["object", "array", "null", "missing", "boolean"].includes(kind) ? kind.toUpperCase() : scalar;
  return new PathError(`invalid item type. Expected: ${expected}, actual: ${actual}`);
}
