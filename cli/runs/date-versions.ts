/** The runs whose data a date of a table, or of all tables of a pipeline, still has, and which of them readers see. */
import { list } from "../../functions/storage/objects";
import { publishedParameters, shownParameters } from "../../functions/publication/publication";
import { countRows } from "../../functions/handlers/register";
import { executionsOf, type PipelineDefinition } from "../../functions/runs/pipeline";
import { isNewerRun, isRepeatedAudit } from "../../functions/runs/run-order";
import { parseLocation } from "../../functions/publication/catalog-table";
import { CommandError } from "../command-error";
import type { Lake } from "../lake/lake";
import { formatCount } from "../../report/amounts";
import { manifestKeys, newestFirst, readRuns, type Run } from "./run-records";
import { readShownRuns, runsOf, type ShownRun } from "./shown-runs";
import type { Column, Format, Rows } from "../presentation/table";

type Step = Run["steps"][number];

/** What a run published, and under which run's name: of audits that were made again another one's. */
export type VersionStep = Step & { readonly writer: string };

/** What one run published of the table, or of all its tables. */
export interface DateVersion {
  readonly run: Run;
  readonly steps: readonly VersionStep[];
  /** Whether the files of its data are there. */
  readonly kept: boolean;
}

/** What is known of a date. */
export interface DateVersions {
  /** Of the table, or the pipeline. */
  readonly name: string;
  readonly date: string;
  /** Ids of the runs that readers see: several, if tables of a pipeline contradict each other. */
  readonly published: readonly string[];
  /** Newest first. */
  readonly versions: readonly DateVersion[];
  /** All runs of the date, of all pipelines. */
  readonly runs: readonly Run[];
}

/** What looking takes. */
type LookedInto = Pick<Lake, "s3" | "glue" | "outputs">;

/** Looks for the runs of a table's date. Throws CommandError if there are none. */
export async function findVersions(name: string, date: string, lake: LookedInto): Promise<DateVersions> {
  const runs = await runsOfDate(date, lake);
  // What a failed run wrote nobody has ever seen: it may violate the table's checks.
  const isMeant = ({ database, table, published }: Step): boolean =>
    published && (name === table || name === `${database}.${table}`);
  const writers = newestFirst(runs.filter(({ steps }) => steps.some(isMeant)));
  const [step] = writers.flatMap(({ steps }) => steps.filter(isMeant));
  if (!step) throw new CommandError(`No run of ${date} has published a table ${name}.`);
  const versions = await Promise.all(
    writers.map((run) => {
      const steps = run.steps.filter(isMeant).map((each) => ({ ...each, writer: run.run }));
      return versionOf(run, steps, lake);
    }),
  );
  const published = (await shownParameters(lake.glue, step))[publishedParameters.run];
  return { name: step.table, date, published: published === undefined ? [] : [published], versions, runs };
}

/** Looks for the runs of a pipeline's date, each with all that it published. Throws CommandError if there are none. */
export async function findRunVersions(
  definition: PipelineDefinition,
  date: string,
  lake: LookedInto,
): Promise<DateVersions> {
  const { pipeline } = definition;
  const runs = await runsOfDate(date, lake);
  const shown = await readShownRuns(definition, [date], lake);
  const found = versionsOfRuns(newestFirst(runs.filter((run) => run.pipeline === pipeline)), shown);
  if (found.length === 0) throw new CommandError(`No run of ${pipeline} has published what is ${date}'s data.`);
  const versions = await Promise.all(
    found.map(async ({ run, steps }) => {
      const there = await Promise.all(
        steps.map(async (step) => (isData(step) || (await isKept(step, lake)) ? step : emptied(step, run))),
      );
      return versionOf(run, there, lake);
    }),
  );
  return { name: pipeline, date, published: runsOf(shown), versions, runs };
}

/**
 * What a rollback to each run of a pipeline's date publishes, newest first: its data, and the newest audits and explanations of it. Where
 * other runs have audited and it has not, nothing is to be seen. Left out are runs that failed, and an unpartitioned table that holds
 * another date by now: pure.
 *
 * @param runs of the pipeline and date, newest first
 * @param shown what the pipeline's tables show of the date
 */
export function versionsOfRuns(
  runs: readonly Run[],
  shown: readonly ShownRun[],
): { readonly run: Run; readonly steps: VersionStep[] }[] {
  const holdsDate = ({ database, table, partition }: Step): boolean =>
    Object.keys(partition).length > 0 || shown.some((each) => each.database === database && each.table === table);
  const audits = runs.flatMap(({ run: writer, steps }) =>
    steps.filter((step) => !isData(step) && step.published).map((step) => ({ ...step, writer })),
  );
  const place = ({ database, table, partition }: Step): string => JSON.stringify([database, table, partition]);
  const isFirstOfPlace = (step: Step, index: number, all: readonly Step[]): boolean =>
    all.findIndex((other) => place(other) === place(step)) === index;
  const sources = runs.filter(({ run, status }) => !isRepeatedAudit(run) && status !== "FAILED");
  return sources.flatMap((run) => {
    const data = run.steps.filter((step) => isData(step) && step.published && holdsDate(step));
    if (data.length === 0) return [];
    const own = audits.filter(({ writer }) => writer.split(".")[0] === run.run);
    const others = audits.map((step) => emptied(step, run));
    const found = [...own, ...others].filter(isFirstOfPlace);
    return [{ run, steps: [...data.map((step) => ({ ...step, writer: run.run })), ...found] }];
  });
}

/** The place of an audit as it is if the run has none: a location of the run's where there is nothing. */
function emptied(step: VersionStep, { run }: Run): VersionStep {
  const [folder] = step.location.split(`/${step.writer}/`);
  return { ...step, rows: 0, location: `${folder}/${run}/none/`, writer: run };
}

function isData({ kind }: Step): boolean {
  return kind === "land" || kind === "model";
}

async function runsOfDate(date: string, { s3, outputs }: LookedInto): Promise<Run[]> {
  const keys = await Promise.all(
    outputs.pipelines.map(({ name }) => manifestKeys(s3, outputs.assetsBucket, executionsOf(name, date))),
  );
  const all = keys.flatMap((each) => [...each]);
  return readRuns(s3, outputs.assetsBucket, all);
}

async function versionOf(run: Run, steps: readonly VersionStep[], lake: LookedInto): Promise<DateVersion> {
  return { run, steps, kept: (await Promise.all(steps.map((each) => isKept(each, lake)))).every(Boolean) };
}

/** Whether files are below the location; of no rows there need not be any. */
async function isKept({ location, rows }: Step, { s3 }: Pick<Lake, "s3">): Promise<boolean> {
  if (location === "") return false;
  const { bucket, prefix } = parseLocation(location);
  return rows === 0 || (await list(s3, bucket, prefix)).objects.length > 0;
}

/** The run to publish: the one asked for, or the newest before what readers see. Throws CommandError if there is none. */
export function chooseVersion({ name, date, published, versions }: DateVersions, wanted?: string): DateVersion {
  const place = `${name} ${date}`;
  const kept = versions.filter((version) => version.kept);
  const known = `It has ${kept.map(({ run }) => run.run).join(", ") || "none"}; \`--list\` shows them.`;
  const [shown] = published;
  if (wanted === undefined) {
    if (published.length > 1) {
      throw new CommandError(`${place} shows several runs, ${published.join(" and ")}: give --run. ${known}`);
    }
    const earlier = kept.find(({ run }) => shown !== undefined && isNewerRun(shown, run.run));
    if (earlier) return earlier;
    throw new CommandError(`${place} has no run before the one that is published (${shown ?? "none"}). ${known}`);
  }
  const matches = versions.filter(
    ({ run }) => run.run === wanted || run.run.startsWith(wanted) || run.run.endsWith(wanted),
  );
  const found = matches.find(({ run }) => run.run === wanted) ?? matches[0];
  if (!found || (matches.length > 1 && found.run.run !== wanted)) {
    throw new CommandError(`${place} has ${found ? "several runs" : "no run"} ${wanted}. ${known}`);
  }
  if (!found.kept) throw new CommandError(`The data of run ${found.run.run} of ${place} was deleted. ${known}`);
  if (published.length === 1 && found.run.run === shown) {
    throw new CommandError(`Run ${found.run.run} of ${place} is published already.`);
  }
  return found;
}

/** Throws CommandError if the files of a run do not hold the rows that its record says. */
export async function requireFiles({ run, steps }: DateVersion, { s3 }: Pick<Lake, "s3">): Promise<void> {
  for (const { location, rows } of steps) {
    const found = await countRows(s3, location);
    if (found === (rows ?? 0)) continue;
    throw new CommandError(
      `${location} has ${formatCount(found)} rows, but run ${run.run} wrote ${formatCount(rows ?? 0)}: nothing was changed.`,
    );
  }
}

/** Runs as rows, newest first; of a pipeline's the rows of data. */
export function versionTable({ published, versions }: DateVersions, format: Format): Rows {
  const text = (name: string): Column => ({ name, type: "varchar" });
  const plain = format !== "table";
  const shown = published.length > 1 ? "partly published" : "published";
  return {
    columns: [
      text("run"),
      text("pipeline"),
      text("started"),
      text("status"),
      { name: "rows", type: "bigint" },
      text("data"),
    ],
    rows: versions.map(({ run, steps, kept }) => {
      const data = steps.some(isData) ? steps.filter(isData) : steps;
      const rows = data.reduce((sum, step) => sum + (step.rows ?? 0), 0);
      return [
        ...[run.run, run.pipeline, run.started, plain ? run.status : run.status.toLowerCase()],
        ...[plain ? String(rows) : formatCount(rows), published.includes(run.run) ? shown : kept ? "kept" : "deleted"],
      ];
    }),
  };
}
