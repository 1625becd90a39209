/**
 * Whether a fault happens: a function of the plan and the place, and of nothing else.
 */
import { createHash } from "node:crypto";
import type { Fault, FaultKind, FaultPlan, NamedFault } from "./plan";

/** A place where something can go wrong. */
export interface FaultPoint {
  /** What can go wrong here; the first kind that does is the only one. */
  readonly kinds: readonly FaultKind[];
  /** Tells this place from all others of a run, and is the same in each run. */
  readonly identity: string;
  readonly actor: string;
  readonly service?: string;
  readonly operation?: string;
  /** Ordinal of the call, from 1. */
  readonly call?: number;
  /** What is acted on. */
  readonly on: string;
  /** What the actor was given. */
  readonly given: string;
}

/** A number from 0 to 1 (excluded) that depends on seed and names only; any two of them are independent. */
export function chance(seed: number | string, ...names: readonly string[]): number {
  const hash = createHash("sha256")
    .update(JSON.stringify([seed, ...names]))
    .digest();
  return hash.readUIntBE(0, 6) / 2 ** 48;
}

/**
 * What goes wrong at a place: a fault of `named` that fits it, else one by chance. `named` holds those of the plan's faults that
 * are still to happen.
 */
export function decide(
  plan: FaultPlan,
  point: FaultPoint,
  named: readonly NamedFault[] = plan.named ?? [],
): (Fault & { readonly named?: NamedFault }) | undefined {
  const { seed, rates = {}, only } = plan;
  const { kinds, identity } = point;
  const amount = (kind: FaultKind) => chance(seed, "amount", kind, identity);
  const certain = named.find((fault) => fits(fault, point));
  if (certain) {
    const { kind, when = "before" } = certain;
    return { kind, when, amount: amount(kind), where: place(kind, identity), named: certain };
  }
  // Each kind draws for itself: to change one's rate does not move the others.
  const kind = kinds.find(
    (candidate) =>
      chance(seed, candidate, identity) < (rates[candidate] ?? 0) &&
      (only === undefined || only.includes(place(candidate, identity))),
  );
  if (kind === undefined) return undefined;
  const when = chance(seed, "when", kind, identity) < 0.5 ? "before" : "after";
  return { kind, when, amount: amount(kind), where: place(kind, identity) };
}

function place(kind: FaultKind, identity: string): string {
  return `${kind} ${identity}`;
}

function fits(fault: NamedFault, point: FaultPoint): boolean {
  return (
    point.kinds.includes(fault.kind) &&
    (fault.actor === undefined || fault.actor === point.actor) &&
    (fault.service === undefined || fault.service === point.service) &&
    (fault.operation === undefined || fault.operation === point.operation) &&
    (fault.call === undefined || fault.call === point.call) &&
    (fault.on === undefined || point.on.includes(fault.on)) &&
    (fault.given === undefined || point.given.includes(fault.given))
  );
}
