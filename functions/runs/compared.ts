/** What the audits of a run compared with: kept with each one's configuration as `audit_<table>_config.json`. */
import type { S3Client } from "@aws-sdk/client-s3";
import { optional, readJson, shape, text, type Shape } from "../invocation/schema";
import type { ComparedDates, ComparedRuns } from "../../audit/comparison";
import type { AuditConfig } from "../../audit/config";
import { publishedParameters, shownParameters } from "../publication/publication";
import { list, readText } from "../storage/objects";
import type { LakePlaces } from "./makers";
import { executionsOf, runOfPrefix, type RunScope } from "./pipeline";

const compared = shape({
  /** As the table's audit declares it. */
  compareWith: text,
  /** Absent if there was nothing to compare with; the run's own date if it was another run of that. */
  priorDate: optional(text),
  /** Run of the prior date that was published in the table which tells prior dates. */
  referenceRun: optional(text),
  run: optional(text),
  priorRun: optional(text),
});
export type Compared = Shape<typeof compared>;

/** Key of what the audit of a table compared in a run, with its configuration. */
export function comparedKey({ executions }: Pick<RunScope, "executions">, table: string): string {
  return `${executions}audit_${table}_config.json`;
}

/** What the run's audit of a table compared; undefined if the run did not audit it. */
export async function readCompared(
  s3: S3Client,
  assets: string,
  run: Pick<RunScope, "executions">,
  table: string,
): Promise<Compared | undefined> {
  const key = comparedKey(run, table);
  const { objects } = await list(s3, assets, key);
  return objects.length === 0 ? undefined : readJson(await readText(s3, assets, key), compared, key);
}

/** What all audits of the run compared. */
export async function readAllCompared(s3: S3Client, assets: string, run: RunScope): Promise<Compared[]> {
  const { objects } = await list(s3, assets, `${run.executions}audit_`);
  const keys = objects.map(({ key }) => key).filter((key) => key.endsWith("_config.json"));
  return Promise.all(keys.map(async (key) => readJson(await readText(s3, assets, key), compared, key)));
}

/** What an audit compared of a date: two runs of it, or that date and the one before. */
export function comparisonOf(
  { run, priorRun }: Pick<Compared, "run" | "priorRun">,
  dates: ComparedDates,
): ComparedDates | ComparedRuns {
  return run === undefined || priorRun === undefined ? dates : { execDate: dates.execDate, run, priorRun };
}

/** What the audit of a table and date compared that readers see. */
export async function readPublishedComparison(
  { audit, table, pipeline, timeGrain }: AuditConfig,
  dates: ComparedDates,
  { s3, glue, assets, pipelines }: LakePlaces,
): Promise<ComparedDates | ComparedRuns> {
  // Of another date there is nothing more to know.
  if (dates.priorDate !== dates.execDate) return dates;
  const partition = { pipeline, exec_date: dates.execDate, table_name: table, time_grain: timeGrain };
  const shown = await shownParameters(glue, { ...audit, partition });
  for (const name of pipelines) {
    const { prefixes } = await list(s3, assets, executionsOf(name, dates.execDate), "/");
    for (const executions of prefixes.filter((each) => runOfPrefix(each) === shown[publishedParameters.run])) {
      const compared = await readCompared(s3, assets, { executions }, table);
      if (compared) return comparisonOf(compared, dates);
    }
  }
  return dates;
}
