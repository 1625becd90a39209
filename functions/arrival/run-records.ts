/** What the runs of a date say of its control file: whether it was heard of, and whether its set of files was run already. */
import type { S3Client } from "@aws-sdk/client-s3";
import type { ExecDate } from "../../audit/exec-date";
import { list as listOf, optional, record, shape, text } from "../invocation/schema";
import type { PipelineDefinition, RunStatus } from "../runs/pipeline";
import { inputKey, readRunInput } from "../runs/run-input";
import { bareEtag, list, type VersionedText } from "../storage/objects";
import { announcementOf, sameAnnouncement, type WantedAnnouncement } from "./announcement";
import { readRecord, runsOfDate } from "./date-records";

/** Where a pipeline's runs keep their records. */
export interface RecordsPlace {
  readonly s3: S3Client;
  readonly assets: string;
}

/** Seconds by which the time of an event and that of its object may differ. */
const clocksDiffer = 5;

/** Whether a run, or the record of a rejection, came of this version of a control file. */
export async function wasHeardOf(
  control: Pick<VersionedText, "etag" | "modified">,
  { pipeline }: Pick<PipelineDefinition, "pipeline">,
  date: ExecDate,
  { s3, assets }: RecordsPlace,
): Promise<boolean> {
  const written = Math.floor(control.modified.getTime() / 1000);
  const since = (await runsOfDate(s3, assets, pipeline, date)).map((prefix) => ({
    prefix,
    late: startOf(prefix) - written,
  }));
  // There is no newer version that a later run could be of.
  if (since.some(({ late }) => late > clocksDiffer)) return true;
  for (const { prefix } of since.filter(({ late }) => late >= -clocksDiffer)) {
    const began = await controlOf(s3, assets, prefix);
    if (began === undefined || began === bareEtag(control.etag)) return true;
  }
  return false;
}

const rejected = shape({ control: optional(text) });

/** ETag of the control file that a run, or a rejection, came of; undefined if it is not known: a run may be about to begin. */
async function controlOf(s3: S3Client, assets: string, executions: string): Promise<string | undefined> {
  const { objects } = await list(s3, assets, inputKey(executions));
  if (objects.length > 0) return (await readRunInput(s3, assets, executions)).control;
  return (await readRecord(s3, assets, executions, rejected))?.control;
}

/** The members of a manifest that tell what its run was made of. */
const madeOf = shape({
  status: text as (value: unknown, path: string) => RunStatus,
  inputs: listOf(shape({ key: text, etag: text })),
  upstreams: record(text),
});

/**
 * Whether the newest run of a date was of these files and upstream runs. Control files go as other files do, perhaps before the
 * files that they announced (S3 documentation, "Expiring objects"): the records stay.
 */
export async function wasRun(
  wanted: WantedAnnouncement,
  { pipeline }: Pick<PipelineDefinition, "pipeline">,
  date: ExecDate,
  { s3, assets }: RecordsPlace,
): Promise<boolean> {
  for (const executions of await runsOfDate(s3, assets, pipeline, date)) {
    const record = await readRecord(s3, assets, executions, madeOf);
    if (!record || record.status === "REJECTED") continue;
    const { status, inputs, upstreams } = record;
    return status !== "SUPERSEDED" && sameAnnouncement(announcementOf(inputs, upstreams), wanted);
  }
  return false;
}

/** When a run began, in seconds since 1970: its prefix says so. */
function startOf(prefix: string): number {
  const [start = ""] = (prefix.split("/")[3] ?? "").split("-");
  const iso = start.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
  return Date.parse(iso) / 1000;
}
