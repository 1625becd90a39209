/** What may happen to a lake, and how to make up histories of it that shrink. */
import fc from "fast-check";
import type { FaultKind } from "../../local/faults/plan";

/** Pipelines of `program/`. */
export type Pipeline = "u" | "v" | "w" | "x";

/** Execution dates that schedules play on. */
export const dates = ["2024-01-29", "2024-01-30", "2024-02-01"] as const;
export type ScheduleDate = (typeof dates)[number];

/** Something that happens. */
export type Happening =
  /** A file of the pool arrives: the first, a correction, or one that was there before. */
  | { readonly what: "land"; readonly pipeline: "u" | "v"; readonly date: ScheduleDate; readonly version: number }
  /** A person writes an empty control file. */
  | { readonly what: "rerun"; readonly pipeline: Pipeline; readonly date: ScheduleDate }
  /** The event of a control file comes once more, however old it is. */
  | { readonly what: "redeliver"; readonly which: number }
  /** A person stops one of the runs that are under way. */
  | { readonly what: "stop"; readonly which: number }
  /** The watchers' hour. */
  | { readonly what: "sweep" }
  /** A week passes if no run is under way, then the pruners' night. */
  | { readonly what: "night" };

/** How much of what was caused may happen before the next thing does. */
export type Pause = "none" | "moment" | "while" | "quiet";

/** One step of a schedule. */
export type Step = Happening & { readonly then: Pause };

/** How likely each kind of fault is. */
export type FaultRates = Readonly<Partial<Record<FaultKind, number>>>;

/** A history. */
export interface Schedule {
  readonly steps: readonly Step[];
  /** Seed of the faults. */
  readonly seed: number;
  readonly rates: FaultRates;
}

/** Versions of the pool of files. */
export const versions = 5;

/** Rates at which retries, redeliveries and the operators of {@link ModelLake.settle} are enough. */
const usualRates: Readonly<Record<FaultKind, number>> = {
  "duplicate-event": 0.15,
  "delay-event": 0.15,
  "reorder-event": 0.15,
  "lose-event": 0.05,
  throttle: 0.02,
  "server-error": 0.02,
  conflict: 0.02,
  "lose-response": 0.02,
  "kill-function": 0.01,
  "time-out-function": 0.005,
  "time-out-task": 0.02,
  "skew-clock": 0.2,
};

const kinds = Object.keys(usualRates) as FaultKind[];
const pipeline = fc.constantFrom<Pipeline>("u", "v", "w", "x");
const files = fc.constantFrom("u", "v");
const pause = fc.constantFrom<Pause>("none", "moment", "while", "quiet");

/** Schedules of at most so many steps. */
export function schedules(longest: number): fc.Arbitrary<Schedule> {
  // Most things happen to one date.
  const date = fc.oneof(
    { weight: 6, arbitrary: fc.constant(dates[0]) },
    { weight: 2, arbitrary: fc.constant(dates[1]) },
    { weight: 1, arbitrary: fc.constant(dates[2]) },
  );
  const land = fc.record({
    what: fc.constant("land" as const),
    pipeline: files as fc.Arbitrary<"u" | "v">,
    date,
    version: fc.integer({ min: 1, max: versions }),
  });
  const happening: fc.Arbitrary<Happening> = fc.oneof(
    { weight: 10, arbitrary: land },
    { weight: 2, arbitrary: fc.record({ what: fc.constant("rerun" as const), pipeline, date }) },
    { weight: 1, arbitrary: fc.record({ what: fc.constant("redeliver" as const), which: fc.nat(20) }) },
    { weight: 1, arbitrary: fc.record({ what: fc.constant("stop" as const), which: fc.nat(20) }) },
    { weight: 1, arbitrary: fc.constant({ what: "sweep" as const }) },
    { weight: 1, arbitrary: fc.constant({ what: "night" as const }) },
  );
  const step = fc.tuple(happening, pause).map(([one, then]): Step => ({ ...one, then }));
  return fc.record({
    steps: fc.array(step, { minLength: 1, maxLength: longest, size: "max" }),
    seed: fc.nat(1_000_000),
    rates: fc
      .subarray(kinds)
      .map((chosen): FaultRates => Object.fromEntries(chosen.map((kind) => [kind, usualRates[kind]]))),
  });
}
