/**
 * Answers of Trino to statements, recorded or just given.
 */

/** What an engine answers: a result, or why there is none. */
export type Answer = Result | { readonly error: string };

/** An answer with rows. */
export interface Result {
  types: string[];
  names?: string[];
  /** As Athena prints values in a result file; null for NULL. */
  rows: (string | null)[][];
}

export interface Statement {
  readonly id: string;
  readonly about: string;
  readonly sql: string;
  /** Trino's answer: the older one's where two versions disagree, since Athena's is then unknown. */
  readonly expected: Answer;
  readonly unordered: boolean;
  readonly firstRows?: number;
}
