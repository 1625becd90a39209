/** Reads the options of `tributary diff`. Throws commander's InvalidArgumentError, which says what was expected. */
import { InvalidArgumentError } from "commander";

/** The formats that `tributary diff --format` takes. */
export const DIFF_FORMATS = ["table", "markdown", "json"] as const;
export type DiffFormat = (typeof DIFF_FORMATS)[number];

/** Rows of a state's sample: at least a few days of one unit, at most what the smaller state has. */
const LEAST_ROWS = 100;
const MOST_ROWS = 600_000;

/** Reads how many rows each state's sample has. */
export function parseSampleRows(text: string): number {
  const rows = Number(text);
  if (Number.isInteger(rows) && rows >= LEAST_ROWS && rows <= MOST_ROWS) return rows;
  throw new InvalidArgumentError(`expected ${LEAST_ROWS} to ${MOST_ROWS}.`);
}
