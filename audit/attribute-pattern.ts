/**
 * Attributes by pattern: `co2_*` stands for the columns of a table whose names fit.
 */
import type { Finding } from "./finding";

/** A pattern of column names, in which `*` stands for any characters, or none. @example "co2_*" */
export type AttributePattern = `${string}*${string}`;

/** Whether an attribute is given by pattern. */
function isPattern(attribute: string): attribute is AttributePattern {
  return attribute.includes("*");
}

/** An attribute, and the place in the specification that named it or its pattern. */
export interface ExpandedAttribute {
  readonly column: string;
  readonly given: number;
}

/**
 * The attributes with each pattern replaced by the columns that fit, in the table's order, without the grain's and without
 * those that stand there already.
 */
export function expandAttributes(
  attributes: readonly string[],
  grain: readonly string[],
  columns: Readonly<Record<string, string>>,
): ExpandedAttribute[] {
  const expanded: ExpandedAttribute[] = [];
  const stands = (name: string) => attributes.includes(name) || expanded.some(({ column }) => column === name);
  attributes.forEach((attribute, given) => {
    const names = isPattern(attribute)
      ? fitting(attribute, grain, columns).filter((name) => !stands(name))
      : [attribute];
    expanded.push(...names.map((column) => ({ column, given })));
  });
  return expanded;
}

/** A finding for each pattern that stands for no column. */
export function checkPatterns(
  attributes: readonly string[],
  grain: readonly string[],
  columns: Readonly<Record<string, string>>,
): Finding[] {
  return attributes.flatMap((attribute, index): Finding[] =>
    isPattern(attribute) && fitting(attribute, grain, columns).length === 0
      ? [{ path: `attributes[${index}]`, found: attribute, problem: "fits no column of the table outside the grain" }]
      : [],
  );
}

function fitting(
  pattern: AttributePattern,
  grain: readonly string[],
  columns: Readonly<Record<string, string>>,
): string[] {
  const [start, ...rest] = pattern.split("*");
  return Object.keys(columns).filter(
    (name) => name.startsWith(start) && fits(name.slice(start.length), rest) && !grain.includes(name),
  );
}

/** Whether a text is any characters before each of `parts`, the last of which ends it. */
function fits(text: string, parts: readonly string[]): boolean {
  const [part, ...rest] = parts;
  if (rest.length === 0) return text.endsWith(part);
  const at = text.indexOf(part);
  return at >= 0 && fits(text.slice(at + part.length), rest);
}
