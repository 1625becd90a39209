/** `tributary status`: dates × pipelines, what runs, and what waits for what. */
import { isExecDate } from "../../audit/exec-date";
import { countDeadLetters } from "../lake/dead-letters";
import { pipelineNamed, readDefinitions } from "../lake/definitions";
import { withLake } from "../lake/open-lake";
import { contradictionsOf, readShownRuns } from "../runs/shown-runs";
import type { Session } from "../session";
import { details, statusTable } from "../status/date-status";
import { datesOf, readStatus, type DateRange } from "../status/read-status";
import { heading, render, type Format } from "../presentation/table";

/** Dates that are shown unless others are asked for. */
const NEWEST = 14;

/** Folders with other names that are shown beside them: anybody may make as many as they like. */
const OTHERS = 3;

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
    const dates = range.from === undefined && range.to === undefined ? newest(found) : found;
    const statuses = await progress.during("Look at the dates", () => readStatus(definitions, dates, all, lake));
    print(render(statusTable(statuses, definitions, format), format, look));
    if (format === "table") {
      for (const { heading: title, lines } of details(statuses)) {
        print(`\n${heading(title, look)}\n${lines.map((line) => `  ${line}\n`).join("")}`);
      }
    }
    for (const definition of definitions) {
      const shown = await readShownRuns(definition, dates.filter(isExecDate), lake);
      for (const line of contradictionsOf(definition.pipeline, shown)) warn(line);
    }
    if (dates.length < found.length) warn(`${found.length - dates.length} other dates are not shown: give --from.`);
    const letters = await countDeadLetters(lake);
    if (letters > 0) {
      warn(`${letters} events could not be handled: they wait in the queue ${lake.outputs.workgroup}-dead-letters.`);
    }
  });
}

function newest(dates: readonly string[]): string[] {
  const others = dates.filter((date) => !isExecDate(date));
  return [...dates.filter(isExecDate).slice(-NEWEST), ...others.slice(-OTHERS)].sort();
}
