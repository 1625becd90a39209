/** Records a control file that starts nothing, so that a person finds it where all runs are found. */
import type { S3Client } from "@aws-sdk/client-s3";
import { log } from "../invocation/log";
import { writeJson } from "../storage/objects";
import { manifestKey, type Manifest, type RunScope } from "./pipeline";

/**
 * Writes the record of a rejection; one that is there already stays. The line in the log raises the alarm.
 *
 * @param control ETag of the control file, which tells it from a later one of the same second
 */
export async function reject(
  s3: S3Client,
  assets: string,
  scope: RunScope,
  error: Error,
  control?: string,
): Promise<void> {
  const manifest: Manifest = {
    pipeline: scope.pipeline,
    exec_date: scope.exec_date,
    run: scope.run,
    status: "REJECTED",
    started: scope.started,
    ended: new Date().toISOString(),
    error: { name: error.name, message: error.message },
    inputs: [],
    upstreams: {},
    steps: [],
    checks: [],
    notes: [],
    ...(control !== undefined && { control }),
  };
  await writeJson(s3, assets, manifestKey(scope), manifest, { onlyIfAbsent: true });
  log("error", "Control file rejected", scope, { error: error.name, reason: error.message });
}
