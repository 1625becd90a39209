/** The data that both sides of a diff run on: a project's own files, or the two dates of the acceptance test, of any size. */
import { basename, join, resolve } from "node:path";
import { CommandError } from "../command-error";
import type { Delivery } from "../landing/arguments";
import { registers } from "../landing/landing";
import type { LakeOutputs } from "../lake/outputs";
import { RIGHT_DATE, WRONG_DATE } from "../sample/acceptance";
import { generateSample } from "../sample/generate";
import { misreport } from "../sample/misreport";
import { SAMPLE_STATES, sampleFileName } from "../sample/schema";

/** What is landed on both sides. */
export interface Sample {
  /** Dates in the order in which they are landed, each with its files. */
  readonly dates: readonly { readonly date: string; readonly files: readonly string[] }[];
  /** What it is, e.g. `3,000 generated rows per state`. */
  readonly described: string;
}

/** A project's own files, date by date. */
export function ownSample(deliveries: readonly Delivery[]): Sample {
  const dates = [...new Set(deliveries.map(({ date }) => date))].sort();
  return {
    dates: dates.map((date) => ({
      date,
      files: deliveries.filter((delivery) => delivery.date === date).map(({ file }) => resolve(file)),
    })),
    described: `${deliveries.length} ${deliveries.length === 1 ? "file" : "files"}`,
  };
}

/** Makes the emissions sample in a folder, `rows` for each state: the same data each time. */
export async function makeSample(folder: string, rows: number): Promise<Sample> {
  const files = await Promise.all(
    SAMPLE_STATES.map(async (state) => {
      const file = join(folder, sampleFileName(state));
      await generateSample({ state, file, rows });
      if (state !== "OH") return { right: file, wrong: file };
      const wrong = join(folder, "misreported", sampleFileName(state));
      await misreport({ from: file, to: wrong });
      return { right: file, wrong };
    }),
  );
  return {
    dates: [
      { date: WRONG_DATE, files: files.map(({ wrong }) => wrong) },
      { date: RIGHT_DATE, files: files.map(({ right }) => right) },
    ],
    described: `${rows.toLocaleString("en-US")} generated rows per state`,
  };
}

/**
 * Looks whether a version has pipelines for a sample's files.
 *
 * @throws CommandError that names the files which nothing registers
 */
export function requireRegistered(
  sample: Sample,
  label: string,
  { pipelines }: Pick<LakeOutputs, "pipelines">,
  own: boolean,
): void {
  const names = [...new Set(sample.dates.flatMap(({ files }) => files.map((file) => basename(file))))];
  const strange = names.filter((name) => !pipelines.some((pipeline) => registers(pipeline, name)));
  // A version may not have the pipeline yet that the other one is about.
  if (own ? strange.length < names.length : strange.length === 0) return;
  throw new CommandError(
    own
      ? `${label} registers none of ${strange.join(", ")}: there is nothing to run.`
      : `${label} is not the emissions lake, whose files \`diff\` generates: give files of your own, --land <file>@<date>.`,
  );
}
