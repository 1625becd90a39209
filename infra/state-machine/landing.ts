/** Incoming files: placed side by side, then checked. Readers see none of them before the run publishes. */
import { checksEntry, checkStates } from "./checks";
import { conversionEntry, conversionStates } from "./conversions";
import type { StateMachinePlan } from "./plan";
import { call, errorOutput, failed, outcome, runScope, type State } from "./tasks";

/** Places, converts and checks the incoming files. Which file is which, and which are placed by one task, the run's input says. */
export function landStates(plan: StateMachinePlan, next: string): Record<string, State> {
  const { conversions } = plan;
  const converted = conversions.map(({ table }) => table);
  const ofText = converted.length > 0 && { converted };
  const checked = plan.landed.filter(({ checks }) => checks.config !== undefined);
  const parts = plan.landed.some(({ parts: many, table }) => many && !converted.includes(table));
  /** The checks of the first, second … checked table, or what comes after all of them. */
  const entry = (position: number): string => (position < checked.length ? checksEntry(checked[position].table) : next);
  /** The first, second … conversion, or what comes after all of them. */
  const conversion = (position: number): string =>
    position < conversions.length ? conversionEntry(conversions[position]) : entry(0);
  return {
    Land: {
      Type: "Map",
      Items: "{% [0..$batches - 1] %}",
      MaxConcurrency: 10,
      ItemProcessor: {
        ProcessorConfig: { Mode: "INLINE" },
        StartAt: "Land files",
        States: {
          "Land files": call(
            plan.functions.land,
            { run: runScope, batch: "{% $states.input %}", ...ofText },
            { Output: {}, End: true },
          ),
        },
      },
      Output: {},
      Catch: [
        { ErrorEquals: ["IncomingFileReplaced"], Assign: { failure: errorOutput }, Next: "Record replaced file" },
        ...failed,
      ],
      Next: parts ? "Gather parts" : conversion(0),
    },
    ...(parts && {
      "Gather parts": call(
        plan.functions.land,
        { run: runScope, ...ofText },
        { Output: {}, Catch: failed, Next: conversion(0) },
      ),
    }),
    // The run of the newer file does what this one was to do.
    "Record replaced file": call(
      plan.functions.complete,
      { ...outcome("SUPERSEDED"), error: "{% $failure %}" },
      { Catch: failed, Next: "Record lineage" },
    ),
    ...Object.assign(
      {},
      ...conversions.map((each, position) => conversionStates(plan, each, conversion(position + 1))),
    ),
    ...Object.assign({}, ...checked.map((landed, position) => checkStates(plan, landed, entry(position + 1)))),
  };
}
