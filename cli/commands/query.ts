/** `tributary query "<Athena SQL>"`: answers from the lake as it stands, and changes it only if it is told to. */
import { CommandError, usageError } from "../command-error";
import { readDefinitions } from "../lake/definitions";
import type { Lake } from "../lake/lake";
import { withLake } from "../lake/open-lake";
import { runQuery } from "../lake/query";
import { effectOf, publishedAmong, type Effect } from "../lake/statement-effect";
import type { Session } from "../session";
import { render, type Format } from "../presentation/table";

/** How to ask. */
export interface QueryOptions {
  readonly format: Format;
  /** Whether the statement may change something. */
  readonly write: boolean;
}

/**
 * Runs one statement and prints its result.
 *
 * @throws CommandError with Athena's message if it fails; for one that changes something without `write`; and for one that
 * changes what runs publish
 */
export async function query(session: Session, sql: string, { format, write }: QueryOptions): Promise<void> {
  const effect = effectOf(sql);
  if (effect && !write) {
    throw usageError(`\`query\` reads, and this statement ${effect.does}: give --write if that is meant.`);
  }
  const rows = await withLake(session, async (lake) => {
    if (effect) {
      await refusePublished(effect, lake);
      session.warn(`This statement ${effect.does}.`);
    }
    return runQuery(lake.athena, lake.outputs.workgroup, sql);
  });
  session.print(render(rows, format, session.look));
}

async function refusePublished(effect: Effect, lake: Lake): Promise<void> {
  const published = (await readDefinitions(lake)).flatMap(({ pipeline, tables }) =>
    tables.map(({ database, table }) => ({ database, table, pipeline })),
  );
  const [touched] = publishedAmong(effect, published);
  if (!touched) return;
  const { database, table, pipeline } = touched;
  throw new CommandError(
    `This statement ${effect.does}, and the data of ${database}.${table} is published by the runs of ${pipeline}: ` +
      "`rerun`, `backfill` and `rollback` change it. Nothing was done.",
  );
}
