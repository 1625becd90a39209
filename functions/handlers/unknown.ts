/** Sees every control file of the lake and rejects those that belong to no pipeline: they would start nothing, silently. */
import type { S3Client } from "@aws-sdk/client-s3";
import { fault } from "../invocation/fault";
import { list } from "../storage/objects";
import { executionsPrefix } from "../runs/pipeline";
import { shape, text } from "../invocation/schema";
import { reject } from "../runs/rejection";
import type { LakeSettings } from "../invocation/settings";

const controlFileEvent = shape({ time: text, detail: shape({ object: shape({ key: text, sequencer: text }) }) });

/** Handles the event of any `*.done` under `incoming/`. Answers whether the control file was rejected. */
export async function rejectUnknown(
  event: unknown,
  { s3, settings }: { readonly s3: S3Client; readonly settings: LakeSettings },
): Promise<boolean> {
  const { time, detail } = controlFileEvent(event, "event");
  const { key, sequencer } = detail.object;
  const { assets } = settings;
  const { prefixes } = await list(s3, assets, "pipelines/", "/");
  const pipelines = prefixes.map((prefix) => prefix.split("/")[1]).sort();
  const name = (key.split("/").pop() ?? "").replace(/\.done$/, "");
  if (pipelines.includes(name)) return false;
  const date = key.split("/")[2] ?? "";
  const run = sequencer.toLowerCase();
  const known = pipelines.map((pipeline) => `${pipeline}.done`).join(", ");
  await reject(
    s3,
    assets,
    { pipeline: name, exec_date: date, run, executions: executionsPrefix(name, date, time, run), started: time },
    fault("ControlFileUnknown", `${key} belongs to no pipeline of this lake; expected one of: ${known}.`),
  );
  return true;
}
