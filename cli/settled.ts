/**
 * Waits until a lake that another process serves has nothing left to do for some control files. It asks S3 and Step
 * Functions only, so it would do the same on AWS.
 */
import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { ListExecutionsCommand } from "@aws-sdk/client-sfn";
import { setTimeout as sleep } from "node:timers/promises";
import { CommandError } from "./command-error";
import type { Lake } from "./lake";
import { manifestKeys } from "./runs";

/** Milliseconds between two looks, and without anything running or new before it is given up. */
const PAUSE = 500;
const PATIENCE = 120_000;

type Reachable = Pick<Lake, "outputs" | "place" | "s3" | "sfn">;

/**
 * Resolves when each control file has its run record, so has each dependent that these runs started, and nothing runs.
 *
 * @param controls keys of the control files that were written
 * @param known manifests that were there before
 * @throws CommandError if a control file starts nothing for two minutes
 */
export async function untilSettled(lake: Reachable, controls: readonly string[], known: Set<string>): Promise<void> {
  const { landingBucket, assetsBucket } = lake.outputs;
  // By the store's own clock, which need not be ours.
  const written = await Promise.all(controls.map((key) => writtenAt(lake, landingBucket, key)));
  const since = Math.min(...written.map((time) => time ?? Number.POSITIVE_INFINITY));
  let changed = performance.now();
  let seen = -1;
  for (;;) {
    const fresh = [...(await manifestKeys(lake.s3, assetsBucket))].filter((key) => !known.has(key));
    const awaited = new Set(controls);
    for (const manifest of fresh) for (const key of await dependentControls(lake, manifest, since)) awaited.add(key);
    const unanswered = [...awaited].filter((key) => !fresh.some((manifest) => answers(manifest, key)));
    const busy = await isBusy(lake);
    if (!busy && unanswered.length === 0) return;
    if (busy || fresh.length !== seen) changed = performance.now();
    seen = fresh.length;
    if (performance.now() - changed > PATIENCE) {
      throw new CommandError(`Nothing has come of ${unanswered.join(", ")} for ${PATIENCE / 1000} seconds.`);
    }
    await sleep(PAUSE);
  }
}

/** Whether a manifest, `pipeline_executions/<pipeline>/<date>/…`, is the record of a control file's run. */
export function answers(manifest: string, control: string): boolean {
  const [, , date, file = ""] = control.split("/");
  return manifest.startsWith(`pipeline_executions/${file.replace(/\.done$/, "")}/${date}/`);
}

/** Control files that the run of a manifest wrote for the pipelines after it. */
async function dependentControls(lake: Reachable, manifest: string, since: number): Promise<string[]> {
  const [, name = "", date = ""] = manifest.split("/");
  const written: string[] = [];
  for (const pipeline of lake.outputs.pipelines.filter(({ after }) => after.includes(name))) {
    const key = `incoming/${pipeline.source}/${date}/${pipeline.name}.done`;
    const time = await writtenAt(lake, lake.outputs.landingBucket, key);
    if (time !== undefined && time >= since) written.push(key);
  }
  return written;
}

async function writtenAt({ s3 }: Reachable, bucket: string, key: string): Promise<number | undefined> {
  try {
    return (await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))).LastModified?.getTime();
  } catch (error) {
    if ((error as Error).name === "NotFound") return undefined;
    throw error;
  }
}

async function isBusy({ sfn, outputs, place }: Reachable): Promise<boolean> {
  for (const { stateMachine } of outputs.pipelines) {
    const stateMachineArn = `arn:aws:states:${place.region}:${place.account}:stateMachine:${stateMachine}`;
    const { executions = [] } = await sfn.send(
      new ListExecutionsCommand({ stateMachineArn, statusFilter: "RUNNING", maxResults: 1 }),
    );
    if (executions.length > 0) return true;
  }
  return false;
}
