/** `tributary rollback`: makes an earlier run's data what readers see again: all tables of a pipeline's run, or a single one. */
import { setTimeout as sleep } from "node:timers/promises";
import { publishTogether } from "../../functions/publication/publication";
import { repeatAuditsAround } from "../../functions/runs/repeat-audits";
import type { PipelineDefinition } from "../../functions/runs/pipeline";
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
    const found = await progress.during("Look for runs of the date", () => versionsOf(of, date, lake));
    if (list) {
      print(render(versionTable(found, format), format, look));
      return;
    }
    const chosen = chooseVersion(found, run);
    await progress.during(`Publish run ${chosen.run.run}`, () => publishAgain(found, chosen, lake));
    const audits = await progress.during("Audit again", () => auditAgain(chosen, lake));
    print(render(versionTable(await versionsOf(of, date, lake), format), format, look));
    for (const line of [
      ...(await contradictions(chosen.run, lake)),
      ...(await consequences(chosen.run, found.runs, lake)),
    ])
      warn(line);
    const failures = failureLines(audits);
    if (failures.length > 0) throw new CommandError(failures.join("\n"));
  });
}

/** Looks for the runs that there are. Throws CommandError if there are none. */
export async function versionsOf(of: RolledBack, date: string, lake: RolledBackLake): Promise<DateVersions> {
  if ("table" in of) return findVersions(of.table, date, lake);
  return findRunVersions(pipelineNamed(await readDefinitions(lake), of.pipeline), date, lake);
}

/** Makes a run's data what readers see again, if its files are there and stay there. */
export async function publishAgain(found: DateVersions, chosen: DateVersion, lake: RolledBackLake): Promise<void> {
  await requireFiles(chosen, lake);
  await publishVersion(chosen, lake);
  await requireFilesStill(found, chosen, lake);
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
 */
export async function startAuditsAgain({ run, steps }: DateVersion, lake: RolledBackLake): Promise<void> {
  if (!steps.some(({ kind }) => kind === "land" || kind === "model")) return;
  const { s3, glue, sfn, outputs } = lake;
  const context = { s3, glue, sfn, settings: { assets: outputs.assetsBucket } };
  for (const definition of await withDependents(run, lake)) {
    await repeatAuditsAround(definition, run.exec_date, new Date(), context);
  }
}

/** Has the audits made anew, and waits for them. Answers their runs. */
async function auditAgain(chosen: DateVersion, lake: Lake): Promise<Run[]> {
  const { s3, outputs, runtime } = lake;
  const known = await manifestKeys(s3, outputs.assetsBucket);
  await startAuditsAgain(chosen, lake);
  if (runtime) await runtime.whenIdle();
  else await untilSettled(lake, await readDefinitions(lake), [], known);
  const keys = [...(await manifestKeys(s3, outputs.assetsBucket))].filter((key) => !known.has(key));
  return readRuns(s3, outputs.assetsBucket, keys);
}

/** A run's pipeline and those that wait for it. */
async function withDependents({ pipeline }: Run, lake: RolledBackLake): Promise<PipelineDefinition[]> {
  const definitions = await readDefinitions(lake);
  return [pipeline, ...dependentsOf(definitions, pipeline)].map((name) => pipelineNamed(definitions, name));
}

/** Tables of the run's pipeline and date that show other runs. */
async function contradictions({ pipeline, exec_date: date }: Run, lake: RolledBackLake): Promise<string[]> {
  const definition = pipelineNamed(await readDefinitions(lake), pipeline);
  return contradictionsOf(pipeline, await readShownRuns(definition, [date], lake));
}

/** What rests on data that is no longer published, and how to make the newest run newest again. */
export async function consequences(chosen: Run, runs: readonly Run[], lake: RolledBackLake): Promise<string[]> {
  const { pipeline, exec_date: date, run: id } = chosen;
  const lines: string[] = [];
  for (const definition of (await withDependents(chosen, lake)).slice(1)) {
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
