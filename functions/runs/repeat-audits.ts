/**
 * Makes audits again. An audit compares a date with the one before; when that one gets a new run, what moved between the two is
 * something else. So a pipeline that audits lets the next date's audits follow each of its runs.
 */
import type { GlueClient } from "@aws-sdk/client-glue";
import type { S3Client } from "@aws-sdk/client-s3";
import type { SFNClient } from "@aws-sdk/client-sfn";
import { parseExecDate } from "../invocation/exec-date";
import { publishedDates } from "../publication/partition-dates";
import { executionsPrefix, type PipelineDefinition, type RunScope } from "./pipeline";
import { beginRun, inputOf } from "./run-input";
import { repeatedAuditId } from "./run-order";

/** What repeating audits needs. */
export interface RepeatContext {
  readonly s3: S3Client;
  readonly glue: GlueClient;
  readonly sfn: SFNClient;
  readonly settings: { readonly assets: string };
}

/** Starts the audits of the next date after `run`'s, if the pipeline audits and there is one. */
export async function repeatNextAudits(
  definition: PipelineDefinition,
  run: RunScope,
  { s3, glue, sfn, settings }: RepeatContext,
): Promise<void> {
  if (!definition.priorDateFrom) return;
  const place = `partitions of ${definition.priorDateFrom.table}`;
  const later = await publishedDates(glue, definition.priorDateFrom, "after", parseExecDate(run.exec_date, place));
  const [next] = later.sort((a, b) => a.date.localeCompare(b.date));
  if (!next?.run) return;
  const date = parseExecDate(next.date, place);
  const id = repeatedAuditId(next.run, run.exec_date, run.run);
  const scope: RunScope = {
    pipeline: definition.pipeline,
    exec_date: date,
    run: id,
    executions: executionsPrefix(definition.pipeline, date, run.started, id),
    started: run.started,
  };
  const auditsOnly = `Audited again: ${run.exec_date}, the date before, has the new run ${run.run}.`;
  const input = inputOf(definition, { scope, date, files: [], upstreams: {}, auditsOnly });
  await beginRun(definition.stateMachineArn, input, { s3, sfn, assets: settings.assets });
}
