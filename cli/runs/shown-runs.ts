/** Which runs the tables of a pipeline show to readers, as the catalog says. */
import { paginateGetPartitions } from "@aws-sdk/client-glue";
import { atMost } from "../../functions/invocation/concurrency";
import { readTable } from "../../functions/publication/catalog-table";
import { publishedParameters } from "../../functions/publication/publication";
import type { PipelineDefinition } from "../../functions/runs/pipeline";
import { REQUESTS_AT_ONCE } from "../lake/concurrency";
import type { Lake } from "../lake/lake";

/** The run that a date of a table shows. */
export interface ShownRun {
  readonly database: string;
  readonly table: string;
  readonly date: string;
  readonly run: string;
}

/**
 * Reads what the tables of a pipeline show of some dates; of an unpartitioned table nothing, unless it holds one of them. Tables that
 * pipelines share are left out: they hold audits and explanations, which have runs of their own.
 *
 * @param dates execution dates
 */
export async function readShownRuns(
  { tables }: Pick<PipelineDefinition, "tables">,
  dates: readonly string[],
  { glue }: Pick<Lake, "glue">,
): Promise<ShownRun[]> {
  if (dates.length === 0) return [];
  const sorted = [...dates].sort();
  const range = `exec_date >= '${sorted[0]}' and exec_date <= '${sorted[sorted.length - 1]}'`;
  const own = tables.filter((table) => table.own === undefined);
  const found = await atMost(REQUESTS_AT_ONCE, own, async ({ database, table }) => {
    const { partitionKeys, entry } = await readTable(glue, database, table);
    const shown: ShownRun[] = [];
    const add = (date = "", run = ""): void => {
      if (run !== "" && dates.includes(date)) shown.push({ database, table, date, run });
    };
    const position = partitionKeys.indexOf("exec_date");
    if (position < 0) {
      add(entry.Parameters?.[publishedParameters.execDate], entry.Parameters?.[publishedParameters.run]);
      return shown;
    }
    const place = { DatabaseName: database, TableName: table, Expression: range, ExcludeColumnSchema: true };
    for await (const { Partitions = [] } of paginateGetPartitions({ client: glue }, place)) {
      for (const { Values, Parameters } of Partitions) add(Values?.[position], Parameters?.[publishedParameters.run]);
    }
    return shown;
  });
  return found.flat();
}

/** The runs that are shown, each once. */
export function runsOf(shown: readonly Pick<ShownRun, "run">[]): string[] {
  return [...new Set(shown.map(({ run }) => run))];
}

/**
 * A sentence for each date of which a pipeline's tables show several runs, as a rollback of a single table leaves them: pure.
 *
 * @param shown what its tables show
 */
export function contradictionsOf(pipeline: string, shown: readonly ShownRun[]): string[] {
  const dates = [...new Set(shown.map(({ date }) => date))].sort();
  return dates.flatMap((date) => {
    const ofDate = shown.filter((each) => each.date === date);
    const runs = runsOf(ofDate);
    if (runs.length < 2) return [];
    const tables = runs.map((run) => {
      const names = ofDate.filter((each) => each.run === run).map(({ table }) => table);
      return `${[...new Set(names)].join(", ")} of run ${run}`;
    });
    const place = `--pipeline ${pipeline} --date ${date}`;
    return [
      `${pipeline} ${date} shows ${tables.join(" beside ")}: \`tributary rollback ${place} --run …\` or \`tributary rerun ${place}\` ` +
        "makes all of them one run's.",
    ];
  });
}
