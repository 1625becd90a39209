/** What is wrong with something that a developer says: the property, what stands there, and what was meant. */

/** One fault of a specification or a check. */
export interface Finding {
  /** The property at fault, e.g. `grain[2]`. */
  readonly path: string;
  /** What stands there. */
  readonly found: unknown;
  /** What is wrong with it, as a phrase. */
  readonly problem: string;
  /** What was probably meant. */
  readonly suggestion?: string;
}

/** A finding as one line for a person. */
export function describeFinding(finding: Finding): string {
  const hint = finding.suggestion === undefined ? "" : ` Did you mean ${JSON.stringify(finding.suggestion)}?`;
  return `${finding.path}: ${JSON.stringify(finding.found) ?? "nothing"} ${finding.problem}.${hint}`;
}
