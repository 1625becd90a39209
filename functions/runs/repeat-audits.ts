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

/** Dates whose audits compare with one fixed date that are audited again at once: each is an execution with its queries. */
const mostOfBaseline = 31;

/** An audited date and the one that it is compared with. */
interface AuditedPair {
  readonly audited: PublishedDate;
  readonly prior: PublishedDate;
}

/**
 * Which audits compare a date that has another run now: its own, those of the next date, and where audits compare with this fixed
 * date, those of all later ones: pure.
 *
 * @param published the date, and those before and after it
 * @param isBaseline whether audits of the pipeline compare with the date, whichever their own is
 * @returns what is to be audited again, and the dates that are too many for that, oldest first
 */
export function auditsAround(
  {
    own,
    before,
    after,
  }: {
    readonly own: PublishedDate;
    readonly before: readonly PublishedDate[];
    readonly after: readonly PublishedDate[];
  },
  isBaseline: boolean,
): { readonly again: readonly AuditedPair[]; readonly left: readonly string[] } {
  const [prior] = [...before].sort((a, b) => b.date.localeCompare(a.date));
  const later = [...after].sort((a, b) => a.date.localeCompare(b.date)).filter(({ run }) => run);
  const [next, ...others] = later;
  const newest = isBaseline ? others.slice(-mostOfBaseline) : [];
  const left = isBaseline ? others.slice(0, others.length - newest.length) : [];
  return {
    again: [
      ...(prior?.run ? [{ audited: own, prior }] : []),
      ...[...(next ? [next] : []), ...newest].map((audited) => ({ audited, prior: own })),
    ],
    left: left.map(({ date }) => date),
  };
}

/**
 * Starts the audits of a date, and of those that are compared with it, anew after an earlier run's data was made the date's data by
 * hand: whatever they found before, they compared something else; see {@link auditsAround}.
 *
 * @returns dates that would have to be audited again, and are not
 */
export async function repeatAuditsAround(
  definition: PipelineDefinition,
  { execDate, isBaseline, now }: { readonly execDate: string; readonly isBaseline: boolean; readonly now: Date },
  context: RepeatContext,
): Promise<readonly string[]> {
  const { priorDateFrom } = definition;
  if (!priorDateFrom) return [];
  const { s3, glue, settings } = context;
  const date = parseExecDate(execDate, "the date rolled back");
  const [own] = await publishedDates(glue, priorDateFrom, "on", date);
  if (!own?.run) return [];
  const auditAgain = async ({ audited, prior }: AuditedPair): Promise<void> => {
    const { prefixes } = await list(s3, settings.assets, executionsOf(definition.pipeline, audited.date), "/");
    const wanted = repeatedAuditId(audited.run, prior.date, prior.run);
    const id = auditIdAfter(prefixes.map(runOfPrefix), wanted, now.getTime().toString(16));
    const why = `Audited again after a rollback: compared with ${prior.date}'s run ${prior.run}.`;
    await startAudits(definition, audited.date, id, now.toISOString(), why, context);
  };
  const before = await publishedDates(glue, priorDateFrom, "before", date);
  const after = await publishedDates(glue, priorDateFrom, "after", date);
  const { again, left } = auditsAround({ own, before, after }, isBaseline);
  for (const pair of again) await auditAgain(pair);
  return left;
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
