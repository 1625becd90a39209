/** `tributary rollback`: makes an earlier run's data a partition's data again. */
import { setTimeout as sleep } from "node:timers/promises";
import { publishData } from "../../functions/publication/publication";
import { CommandError } from "../command-error";
import { dependentsOf, readDefinitions } from "../lake/definitions";
import type { Lake } from "../lake/lake";
import { withLake } from "../lake/open-lake";
import { newestFirst, type Run } from "../runs/run-records";
import type { Session } from "../session";
import { render, type Format } from "../presentation/table";
import {
  chooseVersion,
  findVersions,
  requireFiles,
  versionTable,
  type TableVersion,
  type TableVersions,
} from "../runs/table-versions";

/** Times that a partition is tried which another run publishes at the moment, and milliseconds between them. */
const ATTEMPTS = 10;
const PAUSE = 1000;

/** Which data. */
export interface RollbackRequest {
  /** Table, or `<database>.<table>`. */
  readonly table: string;
  readonly date: string;
  /** Id of the run, or a beginning or end of it that no other has. @default the newest before the published one */
  readonly run?: string;
  /** Whether to show only which runs there are. */
  readonly list: boolean;
  readonly format: Format;
}

/** Publishes and shows the runs that the partition has. Throws CommandError if the run's data is not there any more. */
export async function rollback(session: Session, { table, date, run, list, format }: RollbackRequest): Promise<void> {
  const { progress, print, warn, look } = session;
  await withLake(session, async (lake) => {
    const found = await progress.during("Look for runs of the table", () => findVersions(table, date, lake));
    if (list) {
      print(render(versionTable(found, format), format, look));
      return;
    }
    const chosen = chooseVersion(found, run);
    await progress.during(`Publish run ${chosen.run.run}`, () => publishAgain(found, chosen, lake));
    print(render(versionTable(await findVersions(table, date, lake), format), format, look));
    for (const line of await consequences(found, chosen.run, lake)) warn(line);
  });
}

/** Makes a run's data the table's data again, if its files are there and stay there. */
export async function publishAgain(found: TableVersions, chosen: TableVersion, lake: Lake): Promise<void> {
  await requireFiles(chosen, lake);
  await publishVersion(found, chosen, lake);
  await requireFilesStill(found, chosen, lake);
}

/** The files may have been pruned in between; from now on they are not. If they were, readers get back what they had. */
async function requireFilesStill(found: TableVersions, chosen: TableVersion, lake: Lake): Promise<void> {
  try {
    await requireFiles(chosen, lake);
  } catch (error) {
    const before = found.versions.find(({ run }) => run.run === found.published);
    if (before) await publishVersion(found, before, lake);
    throw error;
  }
}

/** Makes a run's data what readers of the table see; waits for a run that publishes the same at the moment. */
export async function publishVersion(
  { database, table }: TableVersions,
  { run, steps }: TableVersion,
  { s3, glue, outputs }: Lake,
): Promise<void> {
  const context = { s3, glue, settings: { assets: outputs.assetsBucket }, now: () => new Date() };
  for (const { location, partition, rows } of steps) {
    const publication = { database, table, location, partition, rows: rows ?? 0 };
    for (let attempt = 1; ; attempt += 1) {
      try {
        await publishData({ ...publication, execDate: run.exec_date, run: run.run, rollback: true }, context);
        break;
      } catch (error) {
        if (!["LeaseTaken", "ConcurrentModificationException"].includes((error as Error).name)) throw error;
        if (attempt === ATTEMPTS) throw new CommandError((error as Error).message, { cause: error });
        await sleep(PAUSE);
      }
    }
  }
}

/** What rests on data that is no longer published, and how to make the newest run newest again. */
export async function consequences({ published, runs }: TableVersions, chosen: Run, lake: Lake): Promise<string[]> {
  const dependents = dependentsOf(await readDefinitions(lake), chosen.pipeline);
  const resting = dependents.flatMap((pipeline) => {
    const [newest] = newestFirst(runs.filter((run) => run.pipeline === pipeline && run.status === "SUCCEEDED"));
    return newest && newest.upstreams[chosen.pipeline] !== chosen.run ? [newest] : [];
  });
  return [
    ...resting.map(
      ({ pipeline, exec_date, run, upstreams }) =>
        `${pipeline} ${exec_date} still rests on ${chosen.pipeline}'s run ${upstreams[chosen.pipeline] ?? published ?? ""} ` +
        `(its run ${run}): \`tributary rerun --pipeline ${pipeline} --date ${exec_date}\` computes it from what is ` +
        "published now.",
    ),
    `\`tributary rerun --pipeline ${chosen.pipeline} --date ${chosen.exec_date}\` makes the newest files the newest run again.`,
  ];
}
