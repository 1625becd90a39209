/**
 * Why a result changed: from a change in a result, down the lineage of its attribute, to the rows that caused it.
 *
 * Contributions are differences of sums: a source row accounts for as much of a result's change as its own value changed,
 * if it lies in the result's period and has the same values in the grain columns that both tables have. Whatever is not a
 * sum shows as a rest that stays unexplained.
 */
import type { AuditChange } from "./audit-change";
import { type AttributeName, auditedSources, derivesFrom, type Lineage, nameOf, originsOf } from "./lineage";
import type { PeriodSpan } from "./period";

/** A change and what it comes from. */
export interface Explanation {
  readonly change: AuditChange;
  /** Part of the explained result's change, 1 for all of it; negative if it went against it. */
  readonly share: number;
  /** How much of a period the change is about. */
  readonly span: PeriodSpan;
  /** The sources' contributions; empty for a change of a source. */
  readonly causes: readonly Contribution[];
  /** What the causes do not account for, in the attribute's unit; 0 for a change of a source. */
  readonly unexplained: number;
}

/** What one source attribute contributes to a change. */
export interface Contribution extends AttributeName {
  /** Sum of the deltas of all its changes that count, shown or not. */
  readonly delta: number;
  readonly share: number;
  /** The changes behind it, largest first, at most as many as asked for. */
  readonly changes: readonly Explanation[];
  /** How many more there are. */
  readonly further: number;
}

/** Options of {@link explain}. */
export interface ExplainOptions {
  /** Most changes shown of each source attribute. @default 3 */
  readonly rows?: number;
}

/**
 * Explains every result that changed: numeric changes of attributes that are computed from others and are not themselves
 * a step of another explanation; largest change first. `changes` are the audit rows of one execution date, of all tables.
 */
export function explain(
  changes: readonly AuditChange[],
  lineage: Lineage,
  options: ExplainOptions = {},
): Explanation[] {
  const search = searchIn(changes, lineage, options);
  const derived = changes.filter((change) => isNumber(change) && auditedSources(lineage, change).length > 0);
  const explanations = derived
    .filter((change) => !derived.some((result) => feeds(change, result, lineage)))
    .sort((left, right) => size(right) - size(left))
    .map((change) => explanationOf(change, { ...search, total: delta(change) }, []));
  // Siblings are steps only if the explanation goes through them.
  return explanations.filter(({ change }) => !explanations.some((other) => isStep(change, other)));
}

/** Explains one change of a result, whichever it is. */
export function explainChange(
  change: AuditChange,
  changes: readonly AuditChange[],
  lineage: Lineage,
  options: ExplainOptions = {},
): Explanation {
  return explanationOf(change, { ...searchIn(changes, lineage, options), total: delta(change) }, []);
}

interface Search {
  /** Numeric changes by the full name of their attribute. */
  readonly changes: ReadonlyMap<string, readonly AuditChange[]>;
  readonly lineage: Lineage;
  readonly rows: number;
  /** Delta of the result, which shares are parts of. */
  readonly total: number;
}

function searchIn(changes: readonly AuditChange[], lineage: Lineage, { rows = 3 }: ExplainOptions): Search {
  const byName = new Map<string, AuditChange[]>();
  for (const change of changes.filter(isNumber)) {
    const name = nameOf(change);
    const list = byName.get(name);
    if (list) list.push(change);
    else byName.set(name, [change]);
  }
  return { changes: byName, lineage, rows, total: 0 };
}

function explanationOf(change: AuditChange, search: Search, above: readonly string[]): Explanation {
  const { lineage, total } = search;
  const sources = auditedSources(lineage, change).filter((source) => !above.includes(nameOf(source)));
  const inner: Step = { change, search, above: [...above, nameOf(change)] };
  // Siblings make the shorter story ("the total fell because Ohio fell"); they may tell it only if they tell it as well.
  const direct = contributionsOf(sources, inner);
  const throughSiblings = contributionsOf(withSiblings(sources, inner), inner);
  const rest = (contributions: readonly Contribution[]) => delta(change) - sum(contributions.map((each) => each.delta));
  const tolerance = size(change) * 1e-6;
  const causes = Math.abs(rest(throughSiblings)) <= Math.abs(rest(direct)) + tolerance ? throughSiblings : direct;
  return {
    change,
    share: total === 0 ? 0 : delta(change) / total,
    span: spanOf(lineage, change.table),
    causes,
    unexplained: sources.length === 0 ? 0 : rest(causes),
  };
}

/** A change that is being explained; `above` are the attributes that led to it. */
interface Step {
  readonly change: AuditChange;
  readonly search: Search;
  readonly above: readonly string[];
}

/**
 * The sources with siblings in place of those they stand for: attributes of the same row whose origins are a part of
 * this attribute's, and no two of which share one.
 */
function withSiblings(sources: readonly AttributeName[], { change, search, above }: Step): AttributeName[] {
  const { lineage, changes } = search;
  const { table } = change;
  const origins = originsOf(lineage, change);
  const taken: string[] = [];
  const attributes = lineage.tables.find((each) => each.table === table)?.attributes ?? [];
  const siblings = attributes
    .map((attribute) => ({ table, attribute }))
    .filter((other) => !above.includes(nameOf(other)) && auditedSources(lineage, other).length > 0)
    .filter((other) => changes.get(nameOf(other))?.some((each) => sameRow(each, change)))
    .map((other) => ({ ...other, origins: originsOf(lineage, other) }))
    .filter((other) => other.origins.length < origins.length && other.origins.every((each) => origins.includes(each)))
    .sort((left, right) => right.origins.length - left.origins.length)
    .filter((other) => {
      if (other.origins.some((each) => taken.includes(each))) return false;
      taken.push(...other.origins);
      return true;
    });
  const remaining = sources.filter((source) => !originsOf(lineage, source).every((each) => taken.includes(each)));
  return [...siblings.map(({ attribute }) => ({ table, attribute })), ...remaining];
}

function contributionsOf(sources: readonly AttributeName[], step: Step): Contribution[] {
  const { change, search, above } = step;
  return sources
    .flatMap((source): Contribution[] => {
      const found = (search.changes.get(nameOf(source)) ?? [])
        .filter((other) => belongsTo(other, change, search.lineage))
        .sort((left, right) => size(right) - size(left));
      if (found.length === 0) return [];
      const whole = sum(found.map(delta));
      return [
        {
          table: source.table,
          attribute: source.attribute,
          delta: whole,
          share: search.total === 0 ? 0 : whole / search.total,
          changes: found.slice(0, search.rows).map((other) => explanationOf(other, search, above)),
          further: Math.max(0, found.length - search.rows),
        },
      ];
    })
    .sort((left, right) => Math.abs(right.delta) - Math.abs(left.delta));
}

/** Whether a change of a source counts for a change of a result: same period, same values in the grain that they share. */
function belongsTo(source: AuditChange, result: AuditChange, lineage: Lineage): boolean {
  if (source.table === result.table) return sameRow(source, result);
  const span = spanOf(lineage, result.table);
  if (inPeriod(source.period, span) !== inPeriod(result.period, span)) return false;
  return result.grain.every(({ key, value }) => {
    const shared = source.grain.find((each) => each.key === key);
    return shared === undefined || shared.value === value;
  });
}

function sameRow(left: AuditChange, right: AuditChange): boolean {
  const row = ({ grain }: AuditChange) => JSON.stringify(grain.map(({ key, value }) => [key, value]));
  return row(left) === row(right);
}

/** The part of a date that stays the same within a period. */
export function inPeriod(date: string | null, span: PeriodSpan): string | null {
  return date === null ? null : date.slice(0, span === "year" ? 4 : span === "month" ? 7 : 10);
}

/** Whether `change` is a step on the way to `result`, in another table. */
function feeds(change: AuditChange, result: AuditChange, lineage: Lineage): boolean {
  if (change.table === result.table) return false;
  return derivesFrom(lineage, result, nameOf(change)) && belongsTo(change, result, lineage);
}

/** Whether `change` is one of the steps below `explanation`. */
function isStep(change: AuditChange, explanation: Explanation): boolean {
  return explanation.causes.some((cause) =>
    cause.changes.some((each) => each.change === change || isStep(change, each)),
  );
}

function spanOf(lineage: Lineage, table: string): PeriodSpan {
  return lineage.tables.find((each) => each.table === table)?.span ?? "day";
}

function isNumber(change: AuditChange): boolean {
  return change.delta !== null && Number.isFinite(change.delta);
}

function delta(change: AuditChange): number {
  return change.delta ?? 0;
}

function size(change: AuditChange): number {
  return Math.abs(delta(change));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
