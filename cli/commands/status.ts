/** `tributary status`: dates × pipelines, what runs, and what waits for what. */
import { countDeadLetters } from "../lake/dead-letters";
import { pipelineNamed, readDefinitions } from "../lake/definitions";
import { withLake } from "../lake/open-lake";
import type { Session } from "../session";
import { details, statusTable } from "../status/date-status";
import { datesOf, readStatus, type DateRange } from "../status/read-status";
import { heading, render, type Format } from "../presentation/table";

/** Dates that are shown unless others are asked for. */
const NEWEST = 14;

/** What to look at. */
export interface StatusRequest extends DateRange {
  /** @default all */
  readonly pipeline?: string;
  readonly format: Format;
}

/** Prints the status of the dates of a range, or of the newest fourteen. */
export async function status(session: Session, { pipeline, format, ...range }: StatusRequest): Promise<void> {
  const { progress, look, print, warn } = session;
  await withLake(session, async (lake) => {
    const all = await readDefinitions(lake);
    const definitions = pipeline === undefined ? all : [pipelineNamed(all, pipeline)];
    const found = await datesOf(definitions, range, lake);
    const dates = range.from === undefined && range.to === undefined ? found.slice(-NEWEST) : found;
    const statuses = await progress.during("Look at the dates", () => readStatus(definitions, dates, all, lake));
    print(render(statusTable(statuses, definitions, format), format, look));
    if (format === "table") {
      for (const { heading: title, lines } of details(statuses)) {
        print(`\n${heading(title, look)}\n${lines.map((line) => `  ${line}\n`).join("")}`);
      }
    }
    if (dates.length < found.length) warn(`${found.length - dates.length} earlier dates are not shown: give --from.`);
    const letters = await countDeadLetters(lake);
    if (letters > 0) {
      warn(`${letters} events could not be handled: they wait in the queue ${lake.outputs.workgroup}-dead-letters.`);
    }
  });
}
