/** Execution dates: checked once, where they enter. */
import { fault } from "./fault";

/** A calendar date `YYYY-MM-DD` that exists. */
export type ExecDate = string & { readonly __brand: "ExecDate" };

/**
 * Reads an execution date.
 *
 * @param text what should be a date, e.g. the folder of an incoming file
 * @param place what the text was taken from, for the error message
 * @throws `ExecDateInvalid` for anything but an existing `YYYY-MM-DD` date
 * @example parseExecDate("2024-11-08", "incoming/all_ef_files/2024-11-08/state_emission_daily.done")
 */
export function parseExecDate(text: string, place: string): ExecDate {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  const time = parts ? Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3])) : Number.NaN;
  if (!parts || new Date(time).toISOString().slice(0, 10) !== text) {
    throw fault("ExecDateInvalid", `${place}: '${text}' is not a date that exists; expected YYYY-MM-DD.`);
  }
  return text as ExecDate;
}
