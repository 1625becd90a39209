/**
 * How small a change of a number is left out of an audit.
 */
import { columnType, isNumeric } from "./column-type";
import type { Finding } from "./finding";

/** A change is left out if it is within either of the two. */
export interface Tolerance {
  /** In the attribute's unit. @default 0 @example 0.5 */
  readonly absolute?: number;
  /** As a part of the larger of the two values, below 1. @default 0 @example 0.001 */
  readonly relative?: number;
}

/** Both members, as a configuration holds them. */
export type CompleteTolerance = Required<Tolerance>;

/** All faults of the tolerances for all numeric attributes and for some. */
export function checkTolerances(
  { tolerance, tolerances = {} }: Tolerances,
  attributes: readonly string[],
  columns: Readonly<Record<string, string>>,
): Finding[] {
  const numeric = (name: string) => isNumeric(columnType(columns[name] ?? "")?.kind);
  const findings: Finding[] = [];
  if (tolerance !== undefined) {
    findings.push(...checkTolerance("tolerance", tolerance));
    if (!attributes.some(numeric)) {
      findings.push({ path: "tolerance", found: tolerance, problem: "is for numbers, and no attribute is one" });
    }
  }
  for (const [name, own] of Object.entries(tolerances)) {
    const path = `tolerances.${name}`;
    findings.push(...checkTolerance(path, own));
    if (!attributes.includes(name)) findings.push({ path, found: name, problem: "is no attribute of this audit" });
    else if (!numeric(name)) {
      findings.push({ path, found: name, problem: `has type ${columns[name]}: only numbers have a tolerance` });
    }
  }
  return findings;
}

/** What a specification says about tolerance. */
export interface Tolerances {
  /** For all numeric attributes. */
  readonly tolerance?: Tolerance;
  /** For some, in place of `tolerance`. */
  readonly tolerances?: Readonly<Partial<Record<string, Tolerance>>>;
}

/** All faults of one tolerance. */
export function checkTolerance(path: string, found: unknown): Finding[] {
  if (typeof found !== "object" || found === null) return [{ path, found, problem: "is no tolerance" }];
  const { absolute, relative, ...others } = found as Record<string, unknown>;
  const findings = Object.keys(others).map((name): Finding => ({
    path: `${path}.${name}`,
    found: others[name],
    problem: "is neither absolute nor relative",
  }));
  if (absolute === undefined && relative === undefined) {
    findings.push({ path, found, problem: "is empty: give absolute, relative or both" });
  }
  if (absolute !== undefined && !isBound(absolute, Infinity)) {
    findings.push({ path: `${path}.absolute`, found: absolute, problem: "is no number from 0" });
  }
  if (relative !== undefined && !isBound(relative, 1)) {
    findings.push({ path: `${path}.relative`, found: relative, problem: "is no number from 0 to less than 1" });
  }
  return findings;
}

function isBound(value: unknown, below: number): boolean {
  return typeof value === "number" && value >= 0 && value < below;
}

/** The tolerance of an attribute, `null` if none: for all numeric attributes, unless it has its own. */
export function toleranceOf(
  { tolerance, tolerances }: Tolerances,
  attribute: string,
  type: string,
): CompleteTolerance | null {
  const found = tolerances?.[attribute] ?? tolerance;
  if (found === undefined || !isNumeric(columnType(type)?.kind)) return null;
  return { absolute: found.absolute ?? 0, relative: found.relative ?? 0 };
}

/**
 * SQL for whether two doubles are within a tolerance whose parts are doubles too; never NULL. NULL, NaN and infinities are
 * within the tolerance of nothing: engines order them differently, so they are kept from the comparison.
 */
export function withinTolerance(current: string, prior: string, absolute: string, relative: string): string {
  return (
    `coalesce(is_finite(${current}) AND is_finite(${prior}) AND abs(${current} - ${prior}) <= ` +
    `greatest(${absolute}, ${relative} * greatest(abs(${current}), abs(${prior}))), false)`
  );
}

/** A number as an SQL double, digit by digit. */
export function doubleLiteral(value: number): string {
  return `DOUBLE '${String(value)}'`;
}
