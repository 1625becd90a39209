/** What the audits of a run compared with: kept with each one's configuration as `audit_<table>_config.json`. */
import type { S3Client } from "@aws-sdk/client-s3";
import { optional, readJson, shape, text, type Shape } from "../invocation/schema";
import { list, readText } from "../storage/objects";
import type { RunScope } from "./pipeline";

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
  run: RunScope,
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
