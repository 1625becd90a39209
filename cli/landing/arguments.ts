/** What `local run` is told to land, as it stands on the command line. */
import { usageError } from "../command-error";

/** A file for an execution date. The date is not checked here: what the lake makes of a wrong one is its answer to give. */
export interface Delivery {
  /** A file, or a folder of parts. */
  readonly file: string;
  readonly date: string;
  /** What it is called below the date's folder. @default the file's own name */
  readonly name?: string;
}

/** A control file for an execution date, e.g. `state_emission_daily.done`. */
export interface Control {
  readonly name: string;
  readonly date: string;
}

/** Reads `<file>@<date>`. The last `@` counts: file names may have others. */
export function parseDelivery(text: string): Delivery {
  const [file, date] = splitAtDate(text, "--land", "<file>@<date>, e.g. sample/epacems-1996-OH.parquet@2024-11-08");
  return { file, date };
}

/** Reads `<name>.done@<date>`. */
export function parseControl(text: string): Control {
  const expected = "<name>.done@<date>, e.g. state_emission_daily.done@2024-11-08";
  const [name, date] = splitAtDate(text, "--control", expected);
  if (name.includes("/") || !name.endsWith(".done")) throw usageError(`--control ${text}: expected ${expected}.`);
  return { name, date };
}

function splitAtDate(text: string, option: string, expected: string): [string, string] {
  const at = text.lastIndexOf("@");
  const date = text.slice(at + 1);
  // A slash would put the file into another folder than the one it names.
  if (at < 1 || date === "" || date.includes("/")) throw usageError(`${option} ${text}: expected ${expected}.`);
  return [text.slice(0, at), date];
}
