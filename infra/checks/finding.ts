/** What a check found: pure data, the same for people, editors and pull requests. */

/** Every kind of mistake that the checks know; docs/checks.md says of each what causes it and what to do. */
export const findingCodes = [
  // Templates
  "template-syntax",
  "template-error",
  "unknown-template",
  "undefined-variable",
  "unknown-parameter",
  "unknown-filter",
  "unknown-macro",
  "macro-arguments",
  // Queries
  "syntax-error",
  "not-a-query",
  "unknown-table",
  "unknown-column",
  "ambiguous-column",
  "unknown-function",
  "wrong-arguments",
  "type-mismatch",
  "not-grouped",
  "misplaced-aggregate",
  "invalid-query",
  "query-too-long",
  "not-checked",
  // A query's result and the table it goes into
  "result-name",
  "result-missing",
  "result-extra",
  "result-order",
  "result-type",
  "result-duplicate",
  // Tables
  "invalid-name",
  "invalid-type",
  "no-columns",
  "duplicate-table",
  "partition-keys",
  "seed",
  "table-about",
  // Audits
  "no-audit",
  "audit-specification",
  "audit-condition",
  "prior-date-table",
  "data-check",
  // Pipelines and the graph that they make
  "pipeline-name",
  "duplicate-pipeline",
  "pipeline-source",
  "never-starts",
  "duplicate-prefix",
  "ambiguous-prefix",
  "incoming-files",
  "file-format",
  "unknown-model",
  "cadence",
  "hour",
  "time-zone",
  "parameter-name",
  "pipeline-cycle",
  "written-twice",
  "never-written",
  "not-upstream",
  "step-order",
  "own-history",
  // State machines
  "state-missing",
  "state-unreachable",
  "state-invalid",
  "state-name",
  // Permissions
  "unknown-action",
  "wildcard",
  "invalid-statement",
  // What a service takes
  "name-too-long",
  "too-large",
  // Stage configuration
  "stage-setting",
] as const;

/** A stable name of a kind of mistake. */
export type FindingCode = (typeof findingCodes)[number];

/** A place in a file. Lines and columns count from 1. */
export interface SourcePlace {
  /** Relative to the program's folder, with `/`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Characters that it is about, on that line. @default 1 */
  readonly length?: number;
}

/** One mistake. */
export interface Finding {
  readonly code: FindingCode;
  /** A warning is told and fails nothing. @default "error" */
  readonly severity?: "error" | "warning";
  /** Where: `file:line:column`, or what there is instead, e.g. a role's name. */
  readonly place: string;
  /** The place as data, if it is in a file. */
  readonly at?: SourcePlace;
  /** The line of the file, for the code frame. */
  readonly source?: string;
  /** What was found. */
  readonly message: string;
  /** What was meant, or what to do. */
  readonly help?: string;
  /** What else there is to know, e.g. the model that a macro's mistake was found in. */
  readonly notes?: readonly string[];
}

/** Reads a file of the program; `undefined` if it cannot be read. */
export type ReadSource = (file: string) => string | undefined;

/** A finding at a place of a file, with the line that stands there. */
export function findingAt(at: SourcePlace, read: ReadSource, found: Omit<Finding, "place" | "at" | "source">): Finding {
  const source = read(at.file)?.split("\n")[at.line - 1];
  return { ...found, place: `${at.file}:${at.line}:${at.column}`, at, ...(source !== undefined && { source }) };
}

/** Each mistake once: one in a macro is found in every model that uses it. Notes are put together. */
export function withoutRepetition(findings: readonly Finding[]): Finding[] {
  const once = new Map<string, Finding>();
  for (const finding of findings) {
    const key = [finding.code, finding.place, finding.message].join("\n");
    const before = once.get(key);
    const notes = [...new Set([...(before?.notes ?? []), ...(finding.notes ?? [])])];
    once.set(key, { ...finding, ...before, ...(notes.length > 0 && { notes }) });
  }
  return [...once.values()];
}
