/** Which runs made the tables of a lake for a date, and how: from the records that they left. */
import type { GlueClient } from "@aws-sdk/client-glue";
import type { S3Client } from "@aws-sdk/client-s3";
import { readJson } from "../invocation/schema";
import { publishedParameters, shownParameters } from "../publication/publication";
import { list, readText } from "../storage/objects";
import { executionsOf, runOfPrefix, stepRecord, type RunScope, type StepRecord } from "./pipeline";
import { readRunInput } from "./run-input";
import { isNewerRun } from "./run-order";

/** Where to look. */
export interface LakePlaces {
  readonly s3: S3Client;
  readonly glue: GlueClient;
  /** Bucket of run records. */
  readonly assets: string;
  /** Pipelines whose runs may have made the tables. */
  readonly pipelines: readonly string[];
}

/** How a table was made for one date. */
export type Maker = Pick<StepRecord, "database" | "table" | "partition" | "sql" | "sources"> & { readonly run: string };

/** How tables were made for a date. */
export interface Makers {
  /** Tables that runs of the date wrote, as `<database>.<table>`. */
  readonly names: readonly string[];
  /** How the data of a table was made; undefined if no run that counts wrote it. */
  of(name: string): Promise<Maker | undefined>;
}

/** A run's record of a table. */
interface MadeBy {
  readonly pipeline: string;
  readonly run: string;
  /** Prefix of the run's records. */
  readonly executions: string;
  readonly step: StepRecord;
}

/**
 * Reads how the data of a date was made that readers see, and what the run `own` wrote: after a rollback readers see another run than the
 * newest. Of an unpartitioned table, which may show another date, it is the newest of the date.
 */
export async function readMakers(
  places: LakePlaces,
  date: string,
  own?: Pick<RunScope, "executions">,
): Promise<Makers> {
  const found = await readRecords(places, date);
  return {
    names: [...found.keys()],
    of: async (name) => {
      const records = found.get(name) ?? [];
      const ofOwn = records.find(({ executions }) => executions === own?.executions);
      if (ofOwn) return makerOf(ofOwn);
      const published = records.filter(({ step }) => step.published);
      const [newest] = published as (MadeBy | undefined)[];
      if (!newest) return undefined;
      const shown = await publishedRun(newest.step, date, places.glue);
      return makerOf(published.find(({ run }) => run === shown) ?? newest);
    },
  };
}

/**
 * Reads how runs of one date made `names`, and whatever they read: published or not.
 *
 * @param names tables that each of the runs wrote, as `<database>.<table>`
 */
export async function readMakersOfRuns(
  places: LakePlaces,
  date: string,
  names: readonly string[],
  runs: readonly [string, string],
): Promise<[Makers, Makers]> {
  const found = await readRecords(places, date);
  const all = [...found.values()].flat();
  const makersOf = async (run: string): Promise<Makers> => {
    const chosen = new Set<string>();
    const waiting = names.flatMap((name) => found.get(name) ?? []).filter((each) => each.run === run);
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (chosen.has(next.executions)) continue;
      chosen.add(next.executions);
      const { upstreams } = await readRunInput(places.s3, places.assets, next.executions);
      waiting.push(...all.filter((each) => upstreams[each.pipeline] === each.run));
    }
    return {
      names: [...found.keys()],
      of: (name) => {
        const record = (found.get(name) ?? []).find(({ executions }) => chosen.has(executions));
        return Promise.resolve(record && makerOf(record));
      },
    };
  };
  return [await makersOf(runs[0]), await makersOf(runs[1])];
}

function makerOf({ run, step }: MadeBy): Maker {
  return { ...step, run };
}

/** What runs of a date wrote, by `<database>.<table>`, newest first. */
async function readRecords({ s3, assets, pipelines }: LakePlaces, date: string): Promise<Map<string, MadeBy[]>> {
  const found = new Map<string, MadeBy[]>();
  for (const pipeline of pipelines) {
    const { objects } = await list(s3, assets, executionsOf(pipeline, date));
    const keys = objects.map(({ key }) => key).filter((key) => /\/steps\/(land|model)-[^/]+\.json$/.test(key));
    const records = await Promise.all(
      keys.map(async (key): Promise<MadeBy> => {
        const step = readJson(await readText(s3, assets, key), stepRecord, key);
        return { pipeline, run: runOfPrefix(key), executions: key.slice(0, key.indexOf("steps/")), step };
      }),
    );
    for (const each of records.sort((a, b) => (isNewerRun(a.run, b.run) ? -1 : 1))) {
      const name = `${each.step.database}.${each.step.table}`;
      found.set(name, [...(found.get(name) ?? []), each]);
    }
  }
  return found;
}

/** The run whose data readers see where a step wrote, if it is there and of that date. */
async function publishedRun(step: StepRecord, date: string, glue: GlueClient): Promise<string | undefined> {
  const shown = await shownParameters(glue, step);
  return shown[publishedParameters.execDate] === date ? shown[publishedParameters.run] : undefined;
}
