/** The runs whose data a date of a table still has, and which of them readers see. */
import { list } from "../../functions/storage/objects";
import { findPartition, partitionValues, publishedParameters } from "../../functions/publication/publication";
import { countRows } from "../../functions/handlers/register";
import { isNewerRun } from "../../functions/runs/run-order";
import { parseLocation, readTable } from "../../functions/publication/catalog-table";
import { CommandError } from "../command-error";
import type { Lake } from "../lake/lake";
import { formatCount } from "../../report/amounts";
import { manifestKeys, newestFirst, readRuns, type Run } from "./run-records";
import type { Column, Format, Rows } from "../presentation/table";

/** What one run wrote of the table. */
export interface TableVersion {
  readonly run: Run;
  /** Its partitions of the date: one, or several of a table with more partition keys. */
  readonly steps: Run["steps"];
  /** Whether its files are there. */
  readonly kept: boolean;
}

/** What is known of a date of a table. */
export interface TableVersions {
  readonly database: string;
  readonly table: string;
  readonly date: string;
  /** Id of the run that readers see. */
  readonly published: string | undefined;
  /** Newest first. */
  readonly versions: readonly TableVersion[];
  /** All runs of the date, of all pipelines. */
  readonly runs: readonly Run[];
}

/** Looks for the runs of a table's date. Throws CommandError if there are none. */
export async function findVersions(name: string, date: string, lake: Lake): Promise<TableVersions> {
  const { s3, outputs } = lake;
  const keys = await manifestKeys(s3, outputs.assetsBucket);
  const runs = await readRuns(
    s3,
    outputs.assetsBucket,
    [...keys].filter((key) => key.split("/")[2] === date),
  );
  // What a failed run wrote nobody has ever seen: it may violate the table's checks.
  const isMeant = ({ database, table, published }: Run["steps"][number]): boolean =>
    published && (name === table || name === `${database}.${table}`);
  const writers = newestFirst(runs.filter(({ steps }) => steps.some(isMeant)));
  const [step] = writers.flatMap(({ steps }) => steps.filter(isMeant));
  if (!step) throw new CommandError(`No run of ${date} has written a table ${name}.`);
  const versions = await Promise.all(
    writers.map(async (run): Promise<TableVersion> => {
      const steps = run.steps.filter(isMeant);
      return { run, steps, kept: (await Promise.all(steps.map((each) => isKept(each, lake)))).every(Boolean) };
    }),
  );
  const { database, table } = step;
  return { database, table, date, published: await publishedRun(step, lake), versions, runs };
}

async function publishedRun({ database, table, partition }: Run["steps"][number], { glue }: Lake) {
  const found = await readTable(glue, database, table);
  const parameters =
    found.partitionKeys.length === 0
      ? found.entry.Parameters
      : (await findPartition(glue, found, partitionValues(found, partition)))?.Parameters;
  return parameters?.[publishedParameters.run];
}

/** Whether files are below the location; of no rows there need not be any. */
async function isKept({ location, rows }: Run["steps"][number], { s3 }: Lake): Promise<boolean> {
  if (location === "") return false;
  const { bucket, prefix } = parseLocation(location);
  return rows === 0 || (await list(s3, bucket, prefix)).objects.length > 0;
}

/** The run to publish: the one asked for, or the newest before what readers see. Throws CommandError if there is none. */
export function chooseVersion({ table, date, published, versions }: TableVersions, wanted?: string): TableVersion {
  const place = `${table} ${date}`;
  const kept = versions.filter((version) => version.kept);
  const known = `It has ${kept.map(({ run }) => run.run).join(", ") || "none"}; \`--list\` shows them.`;
  if (wanted === undefined) {
    const earlier = kept.find(({ run }) => published !== undefined && isNewerRun(published, run.run));
    if (earlier) return earlier;
    throw new CommandError(`${place} has no run before the one that is published (${published ?? "none"}). ${known}`);
  }
  const matches = versions.filter(
    ({ run }) => run.run === wanted || run.run.startsWith(wanted) || run.run.endsWith(wanted),
  );
  const found = matches.find(({ run }) => run.run === wanted) ?? matches[0];
  if (!found || (matches.length > 1 && found.run.run !== wanted)) {
    throw new CommandError(`${place} has ${found ? "several runs" : "no run"} ${wanted}. ${known}`);
  }
  if (!found.kept) throw new CommandError(`The data of run ${found.run.run} of ${place} was deleted. ${known}`);
  if (found.run.run === published) throw new CommandError(`Run ${found.run.run} of ${place} is published already.`);
  return found;
}

/** Throws CommandError if the files of a run do not hold the rows that its record says. */
export async function requireFiles({ run, steps }: TableVersion, { s3 }: Lake): Promise<void> {
  for (const { location, rows } of steps) {
    const found = await countRows(s3, location);
    if (found === (rows ?? 0)) continue;
    throw new CommandError(
      `${location} has ${formatCount(found)} rows, but run ${run.run} wrote ${formatCount(rows ?? 0)}: nothing was changed.`,
    );
  }
}

/** Runs as rows, newest first. */
export function versionTable({ published, versions }: TableVersions, format: Format): Rows {
  const text = (name: string): Column => ({ name, type: "varchar" });
  const plain = format !== "table";
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
      const rows = steps.reduce((sum, step) => sum + (step.rows ?? 0), 0);
      const data = run.run === published ? "published" : kept ? "kept" : "deleted";
      return [
        ...[run.run, run.pipeline, run.started, plain ? run.status : run.status.toLowerCase()],
        ...[plain ? String(rows) : formatCount(rows), data],
      ];
    }),
  };
}
