/** Queries that functions render: kept with their run, and handed to the state machine. */
import type { S3Client } from "@aws-sdk/client-s3";
import { fault } from "../invocation/fault";
import { writeText } from "../storage/objects";
import type { RunScope } from "./pipeline";
import { longestQuery, queryBytes } from "./query-size";

/** A rendered query: what the state machine hands to Athena. */
export interface RenderedQuery {
  readonly query: string;
  /** Key of its rendered text in the assets bucket. */
  readonly sql: string;
}

/** Key of a query as it was rendered. */
export function renderedKey({ executions }: Pick<RunScope, "executions">, name: string): string {
  return `${executions}${name}_rendered.sql`;
}

/**
 * Keeps a query with its run, as `<name>_rendered.sql`; as it is executed, where that differs, as `<name>_executed.sql`.
 *
 * @param executed the query as the run has Athena run it, see `ownQuery`
 * @throws `QueryTooLong` if the state machine could not carry it to Athena and back; the text is kept all the same
 */
export async function keepQuery(
  s3: S3Client,
  assets: string,
  run: Pick<RunScope, "executions">,
  name: string,
  query: string,
  executed: string = query,
): Promise<RenderedQuery> {
  const sql = renderedKey(run, name);
  await writeText(s3, assets, sql, query, { contentType: "application/sql" });
  if (executed !== query) {
    await writeText(s3, assets, `${run.executions}${name}_executed.sql`, executed, { contentType: "application/sql" });
  }
  const size = queryBytes(executed);
  if (size > longestQuery) {
    throw fault(
      "QueryTooLong",
      `The query ${sql} has about ${size} bytes with what goes around it; Athena and Step Functions take ${longestQuery}.`,
    );
  }
  return { query: executed, sql };
}
