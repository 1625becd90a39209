/** Execution dates: checked once, where they enter. */
import { isExecDate, type ExecDate } from "../../audit/exec-date";
import { fault } from "./fault";

export type { ExecDate };

/**
 * Reads an execution date.
 *
 * @param text what should be a date, e.g. the folder of an incoming file
 * @param place what the text was taken from, for the error message
 * @throws `ExecDateInvalid` for anything but an existing `YYYY-MM-DD` date
 * @example parseExecDate("2024-11-08", "incoming/all_ef_files/2024-11-08/state_emission_daily.done")
 */
export function parseExecDate(text: string, place: string): ExecDate {
  if (isExecDate(text)) return text;
  throw fault("ExecDateInvalid", `${place}: '${text}' is not a date that exists; expected YYYY-MM-DD.`);
}
