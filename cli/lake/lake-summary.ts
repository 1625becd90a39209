/** What a lake makes of what, as its program summarises it: tables, models, and where each column comes from. */
import { z } from "zod";
import type { ResourceGraph } from "../../local/graph";

const summary = z.object({
  // Programs that were written before a member was lack it: `check --against` reads them too.
  folder: z.string().default("sql"),
  tables: z.array(
    z.object({
      database: z.string(),
      table: z.string(),
      columns: z.record(z.string(), z.string()),
      partitionKeys: z.record(z.string(), z.string()),
      root: z.string().optional(),
      seed: z.string().optional(),
      key: z.array(z.string()).optional(),
    }),
  ),
  models: z.array(
    z.object({
      pipeline: z.string(),
      model: z.string(),
      table: z.string(),
      parameters: z.record(z.string(), z.string()).default({}),
      reads: z.array(z.string()),
      before: z.array(z.string()).default([]),
      rows: z.string(),
      latest: z.array(z.string()).default([]),
      rowSources: z.array(z.string()),
      columns: z.array(z.object({ name: z.string(), expression: z.string(), sources: z.array(z.string()) })),
    }),
  ),
  landed: z.array(z.string()),
});

/** A lake as its program summarises it. */
export type LakeSummary = z.infer<typeof summary>;

/** Reads the summary that a lake's component gives as an output. Throws ZodError. */
export function readSummary(text: unknown): LakeSummary {
  return summary.parse(JSON.parse(z.string().parse(text)));
}

/** A table and a model of it. */
export type TableSummary = LakeSummary["tables"][number];
export type ModelSummary = LakeSummary["models"][number];

/** The summaries of a program's lakes. */
export function summariesOf({ resources }: ResourceGraph): LakeSummary[] {
  const lakes = resources.filter(({ type }) => type === "tributary:index:DataLake");
  return lakes.flatMap(({ outputs: { summary } }) => (summary === undefined ? [] : [readSummary(summary)]));
}
