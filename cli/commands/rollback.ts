/** `tributary rollback`: makes an earlier run's data what readers see again: all tables of a pipeline's run, or a single one. */
import { setTimeout as sleep } from "node:timers/promises";
import { readMarker } from "../../functions/arrival/upstreams";
import { publishTogether } from "../../functions/publication/publication";
import { completionMarkerKey, type CompletionMarker, type PipelineDefinition } from "../../functions/runs/pipeline";
import { readAuditConfigs } from "../../functions/runs/provenance";
import { repeatAuditsAround } from "../../functions/runs/repeat-audits";
import { list, readVersion, replaceText } from "../../functions/storage/objects";
import { CommandError } from "../command-error";
import { dependentsOf, pipelineNamed, readDefinitions } from "../lake/definitions";
import type { Lake } from "../lake/lake";
import { withLake } from "../lake/open-lake";
import { untilSettled } from "../runs/await-runs";
import {
  chooseVersion,
  findRunVersions,
  findVersions,
  requireFiles,
  versionTable,
  type DateVersion,
  type DateVersions,
} from "../runs/date-versions";
import { restedOn } from "../runs/rested-on";
import { failureLines, manifestKeys, newestFirst, readRuns, type Run } from "../runs/run-records";
import { contradictionsOf, readShownRuns, runsOf } from "../runs/shown-runs";
import type { Session } from "../session";
import { render, type Format } from "../presentation/table";

/** Times that partitions are tried which another run publishes at the moment, and milliseconds between them. */
const ATTEMPTS = 10;
const PAUSE = 1000;

/** What is rolled back: all tables of a pipeline, or a table, or `<database>.<table>`. */
export type RolledBack = { readonly pipeline: string } | { readonly table: string };

/** What rolling back takes of a lake. */
export type RolledBackLake = Pick<Lake, "s3" | "glue" | "sfn" | "outputs">;

/** Which data. */
export interface RollbackRequest {
  readonly of: RolledBack;
  readonly date: string;
  /** Id of the run, or a beginning or end of it that no other has. @default the newest before the published one */
  readonly run?: string;
  /** Whether to show only which runs there are. */
  readonly list: boolean;
  readonly format: Format;
}

/**
 * Publishes, has the audits made again, and shows the runs that the date has. Throws CommandError if the run's data is not there any
 * more, or after all if an audit failed.
 */
export async function rollback(session: Session, { of, date, run, list, format }: RollbackRequest): Promise<void> {
  const { progress, print, warn, look } = session;
  await withLake(session, async (lake) => {
    const definitions = await readDefinitions(lake);
    const find = () => versionsOf(of, date, definitions, lake);
    const found = await progress.during("Look for runs of the date", find);
    if (list) {
      print(render(versionTable(found, format), format, look));
      return;
    }
    const chosen = chooseVersion(found, run);
    await progress.during(`Publish run ${chosen.run.run}`, () => publishAgain(found, chosen, definitions, lake));
    const { runs: audits, left } = await progress.during("Audit again", () => auditAgain(chosen, definitions, lake));
    print(render(versionTable(await find(), format), format, look));
    for (const line of [
      ...left,
      ...(await contradictions(chosen.run, definitions, lake)),
      ...(await consequences(chosen.run, found.runs, definitions, lake)),
    ])
      warn(line);
    const failures = failureLines(audits);
    if (failures.length > 0) throw new CommandError(failures.join("\n"));
  });
}

/** Looks for the runs that there are. Throws CommandError if there are none. */
export async function versionsOf(
  of: RolledBack,
  date: string,
  definitions: readonly PipelineDefinition[],
  lake: RolledBackLake,
): Promise<DateVersions> {
  if ("table" in of) return findVersions(of.table, date, lake);
  return findRunVersions(pipelineNamed(definitions, of.pipeline), date, lake);
}

/** Makes a run's data what readers see again, if its files are there and stay there, and the run that is complete for the date. */
export async function publishAgain(
  found: DateVersions,
  chosen: DateVersion,
  definitions: readonly PipelineDefinition[],
  lake: RolledBackLake,
): Promise<void> {
  const definition = pipelineNamed(definitions, chosen.run.pipeline);
  const marker = await readCompletion(definition, found.date, lake);
  await requireFiles(chosen, lake);
  await publishVersion(chosen, lake);
  await requireFilesStill(found, chosen, lake);
  if (marker) await markShown(marker, definition, found.date, lake);
}

/** A completion marker as it was before the catalog changed. */
interface Completion extends CompletionMarker {
  readonly key: string;
  readonly etag: string;
}

/** The completion marker of a date; undefined if there is none, or one that a person wrote. */
async function readCompletion(
  { source, pipeline }: PipelineDefinition,
  date: string,
  { s3, outputs }: RolledBackLake,
): Promise<Completion | undefined> {
  const key = completionMarkerKey(source, date, pipeline);
  const { objects } = await list(s3, outputs.landingBucket, key);
  if (!objects.some((object) => object.key === key)) return undefined;
  const { text, etag } = await readVersion(s3, outputs.landingBucket, key);
  const marked = readMarker(text);
  return marked && { ...marked, key, etag };
}

/**
 * Has the completion marker name the run that all tables show, so that what runs after it is recorded as made of that one; and the newest,
 * so that nobody takes the marker for news. If another run has completed meanwhile, that one stays.
 */
async function markShown(
  { key, etag, run: marked, replaced = marked }: Completion,
  definition: PipelineDefinition,
  date: string,
  lake: RolledBackLake,
): Promise<void> {
  const [run, ...others] = runsOf(await readShownRuns(definition, [date], lake));
  if (run === undefined || run === marked || others.length > 0) return;
  const { pipeline } = definition;
  const marker = { pipeline, exec_date: date, run, ...(run === replaced ? {} : { replaced }) };
  await replaceText(lake.s3, lake.outputs.landingBucket, key, `${JSON.stringify(marker, null, 2)}\n`, etag);
}

/** The files may have been pruned in between; from now on they are not. If they were, readers get back what they had. */
async function requireFilesStill(found: DateVersions, chosen: DateVersion, lake: RolledBackLake): Promise<void> {
  try {
    await requireFiles(chosen, lake);
  } catch (error) {
    const before = found.versions.find(({ run }) => found.published.length === 1 && run.run === found.published[0]);
    if (before) await publishVersion(before, lake);
    throw error;
  }
}

/** Makes a run's data what readers see, all tables together; waits for a run that publishes the same at the moment. */
export async function publishVersion(
  { run, steps }: DateVersion,
  { s3, glue, outputs }: RolledBackLake,
): Promise<void> {
  const context = { s3, glue, settings: { assets: outputs.assetsBucket }, now: () => new Date() };
  const publications = steps.map(({ database, table, location, partition, rows, writer }) => {
    return {
      database,
      table,
      location,
      partition,
      rows: rows ?? 0,
      execDate: run.exec_date,
      run: writer,
      rollback: true,
    };
  });
  for (let attempt = 1; ; attempt += 1) {
    try {
      await publishTogether(publications, context);
      return;
    } catch (error) {
      if (!["LeaseTaken", "ConcurrentModificationException"].includes((error as Error).name)) throw error;
      if (attempt === ATTEMPTS) throw new CommandError((error as Error).message, { cause: error });
      await sleep(PAUSE);
    }
  }
}

/**
 * Starts the audits anew that compare what was rolled back, of the date and of the next: the pipeline's own, and those of the pipelines
 * after it, which may audit its tables. Of a table of audits nothing has to be compared again.
 *
 * @returns a sentence for each pipeline of which not all audits are made again
 */
export async function startAuditsAgain(
  { run, steps }: DateVersion,
  definitions: readonly PipelineDefinition[],
  lake: RolledBackLake,
): Promise<string[]> {
  if (!steps.some(({ kind }) => kind === "land" || kind === "model")) return [];
  const { s3, glue, sfn, outputs } = lake;
  const context = { s3, glue, sfn, settings: { assets: outputs.assetsBucket } };
  const lines: string[] = [];
  for (const definition of withDependents(run, definitions)) {
    const { pipeline } = definition;
    const configs = await readAuditConfigs({ s3, glue, assets: outputs.assetsBucket, pipelines: [pipeline] });
    const fixed = configs.filter(({ compareWith }) => compareWith === run.exec_date).map(({ table }) => table);
    const asked = { execDate: run.exec_date, isBaseline: fixed.length > 0, now: new Date() };
    const left = await repeatAuditsAround(definition, asked, context);
    if (left.length === 0) continue;
    lines.push(
      `Audits of ${fixed.join(", ")} still compare with what ${run.exec_date} was before, for ${left.length} dates from ${left[0]} to ` +
        `${left[left.length - 1]}: \`tributary rerun --pipeline ${pipeline} --date …\` audits one of them again.`,
    );
  }
  return lines;
}

/** Has the audits made anew, and waits for them. Answers their runs, and what is not audited again. */
async function auditAgain(
  chosen: DateVersion,
  definitions: readonly PipelineDefinition[],
  lake: Lake,
): Promise<{ readonly runs: Run[]; readonly left: readonly string[] }> {
  const { s3, outputs, runtime } = lake;
  const known = await manifestKeys(s3, outputs.assetsBucket);
  const left = await startAuditsAgain(chosen, definitions, lake);
  if (runtime) await runtime.whenIdle();
  else await untilSettled(lake, definitions, [], known);
  const keys = [...(await manifestKeys(s3, outputs.assetsBucket))].filter((key) => !known.has(key));
  return { runs: await readRuns(s3, outputs.assetsBucket, keys), left };
}

/** A run's pipeline and those that wait for it. */
function withDependents({ pipeline }: Run, definitions: readonly PipelineDefinition[]): PipelineDefinition[] {
  return [pipeline, ...dependentsOf(definitions, pipeline)].map((name) => pipelineNamed(definitions, name));
}

/** Tables of the run's pipeline and date that show other runs. */
async function contradictions(
  { pipeline, exec_date: date }: Run,
  definitions: readonly PipelineDefinition[],
  lake: RolledBackLake,
): Promise<string[]> {
  const definition = pipelineNamed(definitions, pipeline);
  return contradictionsOf(pipeline, await readShownRuns(definition, [date], lake));
}

/** What rests on data that is no longer published, and how to make the newest run newest again. */
export async function consequences(
  chosen: Run,
  runs: readonly Run[],
  definitions: readonly PipelineDefinition[],
  lake: RolledBackLake,
): Promise<string[]> {
  const { pipeline, exec_date: date, run: id } = chosen;
  const lines: string[] = [];
  for (const definition of withDependents(chosen, definitions).slice(1)) {
    const { pipeline: name } = definition;
    const own = newestFirst(runs.filter((run) => run.pipeline === name));
    for (const shown of runsOf(await readShownRuns(definition, [date], lake))) {
      const run = own.find((each) => each.run === shown);
      const under = run && restedOn(run, pipeline, runs);
      if (under === undefined || under === id) continue;
      const fitting = own.find((each) => each.status === "SUCCEEDED" && restedOn(each, pipeline, runs) === id);
      const place = `--pipeline ${name} --date ${date}`;
      const back = fitting
        ? `\`tributary rollback ${place} --run ${fitting.run}\` shows what was made of this one, `
        : "";
      lines.push(
        `${name} ${date} still rests on ${pipeline}'s run ${under} (its run ${shown}): ${back}\`tributary rerun ${place}\` ` +
          "computes it from what is published now.",
      );
    }
  }
  return [
    ...lines,
    `\`tributary rerun --pipeline ${pipeline} --date ${date}\` makes the newest files the newest run again.`,
  ];
}
