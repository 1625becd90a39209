/**
 * Makes audits again. An audit compares a date with the one before; when that one gets a new run, what moved between the two is
 * something else. So a pipeline that audits lets the next date's audits follow each of its runs.
 */
import type { GlueClient } from "@aws-sdk/client-glue";
import type { S3Client } from "@aws-sdk/client-s3";
import type { SFNClient } from "@aws-sdk/client-sfn";
import { parseExecDate } from "../invocation/exec-date";
import { publishedDates, type PublishedDate } from "../publication/partition-dates";
import { readAllCompared } from "./compared";
import { list } from "../storage/objects";
import { executionsOf, executionsPrefix, runOfPrefix, type PipelineDefinition, type RunScope } from "./pipeline";
import { beginRun, inputOf, logBegun, type Begun, type RunInput } from "./run-input";
import { auditIdAfter, repeatedAuditId } from "./run-order";

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
  context: RepeatContext,
): Promise<void> {
  if (!definition.priorDateFrom) return;
  const place = `partitions of ${definition.priorDateFrom.table}`;
  const date = parseExecDate(run.exec_date, place);
  const later = await publishedDates(context.glue, definition.priorDateFrom, "after", date);
  const [next] = later.sort((a, b) => a.date.localeCompare(b.date));
  if (next?.run) await repeatAudits(definition, next, { date, run: run.run }, run.started, context);
}

/**
 * Starts the audits of `run`'s own date once more, if another run of the date that they were compared with was published since: that
 * one found this run's data not published yet, and so nothing to audit again.
 */
export async function repeatOwnAudits(
  definition: PipelineDefinition,
  run: RunScope,
  context: RepeatContext,
): Promise<void> {
  if (!definition.priorDateFrom) return;
  const { s3, glue, settings } = context;
  const compared = (await readAllCompared(s3, settings.assets, run)).filter(
    ({ compareWith }) => compareWith === "prior date",
  );
  if (compared.length === 0) return;
  const place = `partitions of ${definition.priorDateFrom.table}`;
  const date = parseExecDate(run.exec_date, place);
  const before = await publishedDates(glue, definition.priorDateFrom, "before", date);
  const [prior] = before.sort((a, b) => b.date.localeCompare(a.date));
  if (!prior?.run) return;
  if (compared.every(({ priorDate, referenceRun }) => priorDate === prior.date && referenceRun === prior.run)) return;
  await repeatAudits(definition, { date, run: run.run }, prior, run.started, context);
}

/**
 * Starts the audits of a date, and of the next one, anew after an earlier run's data was made the date's data by hand: whatever they
 * found before, they compared something else.
 */
export async function repeatAuditsAround(
  definition: PipelineDefinition,
  execDate: string,
  now: Date,
  context: RepeatContext,
): Promise<void> {
  const { priorDateFrom } = definition;
  if (!priorDateFrom) return;
  const { s3, glue, settings } = context;
  const date = parseExecDate(execDate, "the date rolled back");
  const [own] = await publishedDates(glue, priorDateFrom, "on", date);
  if (!own?.run) return;
  const again = async (audited: PublishedDate, prior: PublishedDate): Promise<void> => {
    const { prefixes } = await list(s3, settings.assets, executionsOf(definition.pipeline, audited.date), "/");
    const wanted = repeatedAuditId(audited.run, prior.date, prior.run);
    const id = auditIdAfter(prefixes.map(runOfPrefix), wanted, now.getTime().toString(16));
    const why = `Audited again after a rollback: compared with ${prior.date}'s run ${prior.run}.`;
    await startAudits(definition, audited.date, id, now.toISOString(), why, context);
  };
  const before = await publishedDates(glue, priorDateFrom, "before", date);
  const [prior] = before.sort((a, b) => b.date.localeCompare(a.date));
  if (prior?.run) await again(own, prior);
  const later = await publishedDates(glue, priorDateFrom, "after", date);
  const [next] = later.sort((a, b) => a.date.localeCompare(b.date));
  if (next?.run) await again(next, own);
}

/** Starts audits of a date anew, because the date before has another run. */
async function repeatAudits(
  definition: PipelineDefinition,
  audited: PublishedDate,
  prior: PublishedDate,
  started: string,
  context: RepeatContext,
): Promise<void> {
  const id = repeatedAuditId(audited.run, prior.date, prior.run);
  const why = `Audited again: ${prior.date}, the date before, has the new run ${prior.run}.`;
  const { begun, input } = await startAudits(definition, audited.date, id, started, why, context);
  logBegun(begun, input);
}

async function startAudits(
  definition: PipelineDefinition,
  execDate: string,
  id: string,
  started: string,
  auditsOnly: string,
  { s3, sfn, settings }: RepeatContext,
): Promise<{ readonly begun: Begun; readonly input: RunInput }> {
  const date = parseExecDate(execDate, "the audited date");
  const scope: RunScope = {
    pipeline: definition.pipeline,
    exec_date: date,
    run: id,
    executions: executionsPrefix(definition.pipeline, date, started, id),
    started,
  };
  const input = inputOf(definition, { scope, date, files: [], upstreams: {}, auditsOnly });
  return { begun: await beginRun(definition.stateMachineArn, input, { s3, sfn, assets: settings.assets }), input };
}
