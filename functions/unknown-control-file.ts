/** Sees every control file of the lake and rejects those that belong to no pipeline: they would start nothing, silently. */
import type { S3Client } from "@aws-sdk/client-s3";
import { setting } from "./environment";
import { fault } from "./fault";
import { list } from "./objects";
import { executionsPrefix } from "./pipeline";
import { shape, text } from "./shape";
import { reject, type TriggerResult } from "./trigger";

const controlFileEvent = shape({ time: text, detail: shape({ object: shape({ key: text, sequencer: text }) }) });

/** Handles the event of any `*.done` under `incoming/`. Answers undefined for a control file that a pipeline owns. */
export async function rejectUnknown(
  event: unknown,
  { s3 }: { readonly s3: S3Client },
): Promise<TriggerResult | undefined> {
  const { time, detail } = controlFileEvent(event, "event");
  const { key, sequencer } = detail.object;
  const assets = setting("ASSETS_BUCKET");
  const { prefixes } = await list(s3, assets, "pipelines/", "/");
  const pipelines = prefixes.map((prefix) => prefix.split("/")[1]).sort();
  const name = (key.split("/").pop() ?? "").replace(/\.done$/, "");
  if (pipelines.includes(name)) return undefined;
  const date = key.split("/")[2] ?? "";
  const run = sequencer.toLowerCase();
  const known = pipelines.map((pipeline) => `${pipeline}.done`).join(", ");
  return reject(
    s3,
    assets,
    { pipeline: name, exec_date: date, run, executions: executionsPrefix(name, date, time, run), started: time },
    fault("ControlFileUnknown", `${key} belongs to no pipeline of this lake; expected one of: ${known}.`),
  );
}
