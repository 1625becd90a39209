/** Structured logs: one JSON object a line, so that one run can be followed by its id. */

/** What every line about a run carries. */
export interface LogScope {
  readonly pipeline: string;
  readonly exec_date: string;
  readonly run: string;
}

/**
 * Writes one line. `level` error is what the alarms count. Not by `console.log`, which puts the time and the request before
 * each line: a filter pattern for JSON wants the whole line to be JSON.
 */
export function log(level: "info" | "error", message: string, scope: Partial<LogScope>, details: object = {}): void {
  process.stdout.write(`${JSON.stringify({ level, message, ...scope, ...details })}\n`);
}
