/** Structured logs: one JSON object a line, so that one run can be followed by its id. */

/** What every line about a run carries. */
export interface LogScope {
  readonly pipeline: string;
  readonly exec_date: string;
  readonly run: string;
}

/** Writes one line. `level` error is what the alarms count. */
export function log(level: "info" | "error", message: string, scope: Partial<LogScope>, details: object = {}): void {
  console.log(JSON.stringify({ level, message, ...scope, ...details }));
}
