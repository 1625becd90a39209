/**
 * Records runs that ended without recording it themselves: stopped by a person, out of time, or failed where a state machine
 * cannot catch it.
 */
import type { S3Client } from "@aws-sdk/client-s3";
import { log } from "../invocation/log";
import { list, readVersion, replaceText } from "../storage/objects";
import { executionsOf, manifestKey, manifestSummary, runOfPrefix, type Manifest } from "../runs/pipeline";
import type { MachineSettings } from "../invocation/settings";
import { optional, readJson, shape, text } from "../invocation/schema";

/** What recording needs. */
export interface EndedContext {
  readonly s3: S3Client;
  readonly settings: MachineSettings;
  readonly now: () => Date;
}

/** Step Functions documentation, "Step Functions Execution Status Change". */
const statusChange = shape({
  detail: shape({
    name: text,
    status: text,
    stateMachineArn: text,
    error: optional(text),
    cause: optional(text),
  }),
});

/** Handles the end of an execution that did not succeed. Answers whether there was anything to record. */
export async function recordEnd(event: unknown, { s3, settings, now }: EndedContext): Promise<boolean> {
  const { detail } = statusChange(event, "event");
  const machine = detail.stateMachineArn.split(":").pop() ?? "";
  const pipeline = machine.slice(settings.machinePrefix.length);
  const date = detail.name.slice(0, "YYYY-MM-DD".length);
  const run = detail.name.slice(date.length + 1);
  const { prefixes } = await list(s3, settings.assets, executionsOf(pipeline, date), "/");
  const executions = prefixes.find((prefix) => runOfPrefix(prefix) === run);
  // An execution that somebody started by hand has no record.
  if (executions === undefined) return false;
  const key = manifestKey({ executions });
  const { text: body, etag } = await readVersion(s3, settings.assets, key);
  if (readJson(body, manifestSummary, key).status !== "RUNNING") return false;
  const error = {
    name: detail.error ?? detail.status,
    message: detail.cause ?? `The execution ${detail.name} of ${machine} ended as ${detail.status}.`,
  };
  const manifest: Manifest = {
    ...(JSON.parse(body) as Manifest),
    status: "FAILED",
    ended: now().toISOString(),
    error,
  };
  // Only in place of what was read: a run that ends at this moment records itself.
  const replaced = await replaceText(s3, settings.assets, key, `${JSON.stringify(manifest, null, 2)}\n`, etag);
  log("error", "Run ended without a record of its own", { pipeline, exec_date: date, run }, { error });
  return replaced !== undefined;
}
