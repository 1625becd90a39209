/** Begins a backfill, or takes up one that was begun. */
import { isExecDate } from "../../audit/exec-date";
import type { PipelineDefinition } from "../../functions/runs/pipeline";
import { usageError } from "../command-error";
import { dependentsOf, pipelineNamed } from "../lake/definitions";
import type { Lake } from "../lake/lake";
import { datesOf } from "../status/read-status";
import { BackfillRecord } from "./backfill-record";

/** Which dates of which pipelines. */
export interface BackfillRequest {
  /** First and last date; both are absent where a backfill is taken up by its id. */
  readonly from?: string;
  readonly to?: string;
  /** @default all pipelines */
  readonly pipeline?: string;
  /** Whether the pipelines after it are part of the backfill: they follow in any case, but nobody waits for them. */
  readonly downstream: boolean;
  /** @default made of the other arguments, so that the same command takes up the same backfill */
  readonly id?: string;
}

/**
 * The record of a backfill. It is written only when the first date begins.
 *
 * @throws CommandError for an unknown pipeline or id, and for an id that stands for other dates or pipelines
 */
export async function openBackfill(
  request: BackfillRequest,
  definitions: readonly PipelineDefinition[],
  lake: Lake,
): Promise<BackfillRecord> {
  const { s3, outputs } = lake;
  const id = request.id ?? idOf(request);
  const found = await BackfillRecord.read(s3, outputs.assetsBucket, id);
  const { from, to } = request;
  if (from === undefined || to === undefined) {
    if (found) return found;
    throw usageError(`There is no backfill ${id} to take up: give --from and --to.`);
  }
  const pipelines = pipelinesOf(request, definitions);
  if (found) {
    const { value } = found;
    if (value.from === from && value.to === to && value.pipelines.join() === pipelines.join()) return found;
    throw usageError(
      `The backfill ${id} is one of ${value.pipelines.join(", ")} from ${value.from} to ${value.to}: ` +
        "give another --id, or --resume to take it up.",
    );
  }
  const chosen = definitions.filter(({ pipeline }) => pipelines.includes(pipeline));
  const dates = (await datesOf(chosen, { from, to }, lake)).filter(isExecDate);
  const started = new Date().toISOString();
  return BackfillRecord.create(s3, outputs.assetsBucket, { id, from, to, pipelines, dates, started, tasks: {} });
}

/** Names in the order in which they run: pure. */
function pipelinesOf(
  { pipeline, downstream }: Pick<BackfillRequest, "pipeline" | "downstream">,
  definitions: readonly PipelineDefinition[],
): string[] {
  if (pipeline === undefined) return definitions.map((each) => each.pipeline);
  return [pipelineNamed(definitions, pipeline).pipeline, ...(downstream ? dependentsOf(definitions, pipeline) : [])];
}

/** An id that the same arguments give again: pure. */
export function idOf({ from = "", to = "", pipeline = "all", downstream }: BackfillRequest): string {
  return `${pipeline}${downstream && pipeline !== "all" ? "-downstream" : ""}-${from}-${to}`;
}
