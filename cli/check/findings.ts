/** What the checks of a program found, read from its evaluation. */
import { z } from "zod";

const finding = z.object({
  /** Stable name of the kind of mistake, see docs/checks.md. */
  code: z.string(),
  severity: z.enum(["error", "warning"]).default("error"),
  /** `file:line:column`, or what there is instead. */
  place: z.string(),
  at: z
    .object({
      file: z.string(),
      line: z.number().int().min(1),
      column: z.number().int().min(1),
      length: z.number().int().min(1).default(1),
    })
    .optional(),
  message: z.string(),
  help: z.string().optional(),
  notes: z.array(z.string()).default([]),
});
export type Finding = z.infer<typeof finding>;

/** Reads findings; a program that failed otherwise has one that says how. */
export function readFindings(findings: readonly unknown[], failure?: string): Finding[] {
  const read = z.array(finding).safeParse(findings);
  if (read.success && (read.data.length > 0 || failure === undefined)) return read.data;
  return [{ code: "program-error", severity: "error", place: "index.ts", message: failure ?? "", notes: [] }];
}
