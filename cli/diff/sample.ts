/** The data that both sides of a diff run on: the two dates of the acceptance test, of any size. */
import { join } from "node:path";
import { generateSample } from "../sample/generate";
import { misreport } from "../sample/misreport";
import { SAMPLE_STATES, sampleFileName } from "../sample/schema";

/** Files of both dates, each ready to be landed. */
export interface Sample {
  /** Of the first date: one row of Ohio has the wrong number. */
  readonly wrong: readonly string[];
  /** Of the second date. */
  readonly right: readonly string[];
}

/** Makes the sample in a folder, `rows` for each state: the same data each time. */
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
  return { wrong: files.map(({ wrong }) => wrong), right: files.map(({ right }) => right) };
}
