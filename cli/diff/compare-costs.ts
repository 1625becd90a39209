/** Compares what the queries of two sides scanned and cost: pure. */
import { athenaDollars } from "../cost/prices";
import type { ScannedQuery } from "./queries";

/** Queries of one step that scan otherwise. */
export interface StepCost {
  /** Absent for queries that no step records. */
  readonly pipeline?: string;
  readonly step: string;
  /** Bytes scanned on each side; absent where there is no such step. */
  readonly base?: number;
  readonly head?: number;
}

/** Queries of one side. */
export interface SideCost {
  readonly queries: number;
  readonly bytes: number;
  readonly dollars: number;
}

/** What differs, and both sides in all. */
export interface CostDifference {
  readonly steps: readonly StepCost[];
  readonly base: SideCost;
  readonly head: SideCost;
}

/** Compares the queries, by pipeline and step. */
export function compareCosts(base: readonly ScannedQuery[], head: readonly ScannedQuery[]): CostDifference {
  const before = bySteps(base);
  const after = bySteps(head);
  const steps = [...new Set([...before.keys(), ...after.keys()])].flatMap((key): StepCost[] => {
    const [old, now] = [before.get(key), after.get(key)];
    const known = now ?? old;
    if (!known || (old?.bytes === now?.bytes && old?.queries === now?.queries)) return [];
    return [
      {
        ...(known.pipeline === undefined ? {} : { pipeline: known.pipeline }),
        step: known.step,
        ...(old ? { base: old.bytes } : {}),
        ...(now ? { head: now.bytes } : {}),
      },
    ];
  });
  return { steps, base: costOf(base), head: costOf(head) };
}

type StepQueries = ScannedQuery & { readonly queries: number };

function bySteps(queries: readonly ScannedQuery[]): Map<string, StepQueries> {
  const found = new Map<string, StepQueries>();
  for (const query of queries) {
    const key = `${query.pipeline ?? ""} ${query.step}`;
    const known = found.get(key);
    found.set(key, {
      ...query,
      bytes: (known?.bytes ?? 0) + query.bytes,
      queries: (known?.queries ?? 0) + 1,
    });
  }
  return found;
}

function costOf(queries: readonly ScannedQuery[]): SideCost {
  const bytes = queries.map((query) => query.bytes);
  return {
    queries: bytes.length,
    bytes: bytes.reduce((sum, each) => sum + each, 0),
    dollars: athenaDollars(bytes),
  };
}
