/**
 * The order of runs. A run's id is the sequencer of its control file's event. Sequencers differ in length: S3 documentation, "Event
 * message structure", says to pad the shorter of two with zeros on the right, and then to compare them as text. An audit made
 * again because an earlier date changed has the id of its date's run with that date and its run appended, by dots.
 */

/** Whether run `a` is later than run `b`, of the same pipeline and date. */
export function isNewerRun(a: string, b: string): boolean {
  const left = a.split(".");
  const right = b.split(".");
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const [x, y] = [left[index] ?? "", right[index] ?? ""];
    const width = Math.max(x.length, y.length);
    const [padded, other] = [x.padEnd(width, "0"), y.padEnd(width, "0")];
    if (padded !== other) return padded > other;
  }
  return left.length > right.length;
}

/**
 * The id of an audit of `run` made again because `priorDate` has a new run.
 *
 * @example repeatedAuditId("0055aed6", "2024-11-08", "0055aed9") // "0055aed6.20241108.0055aed9"
 */
export function repeatedAuditId(run: string, priorDate: string, priorRun: string): string {
  return [run.split(".")[0], priorDate.replace(/-/g, ""), priorRun.split(".")[0]].join(".");
}

/**
 * The id of an audit that takes the place of all audits of the same run that there are, and gives way to those that follow from a run to
 * come: an id of {@link repeatedAuditId} with a turn behind it.
 *
 * @param known ids of the date's runs
 * @param turn later ones as text of the same length
 * @example auditIdAfter(["0a", "0a.20241108.0c"], "0a.20241108.0b", "19") // "0a.20241108.0c.19"
 */
export function auditIdAfter(known: readonly string[], wanted: string, turn: string): string {
  const [run] = wanted.split(".");
  const newest = known
    .filter((id) => isRepeatedAudit(id) && id.startsWith(`${run}.`))
    .reduce((best, id) => (isNewerRun(id, best) ? id : best), wanted);
  return [...newest.split(".").slice(0, 3), turn].join(".");
}

/** Whether a run only audits again: it brings no data. */
export function isRepeatedAudit(run: string): boolean {
  return run.includes(".");
}
