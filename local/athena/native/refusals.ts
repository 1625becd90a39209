/**
 * What functions refuse while a query runs. TRY makes NULL of every error, but Trino's TRY does not of NOT_SUPPORTED, and what
 * the local runtime does not run must never look like a result.
 */
import { QueryError } from "../../../athena-sql/trino/errors";

let count = 0;
let last = "";

export function noteRefusal(message: string): void {
  if (!message.startsWith("NOT_SUPPORTED: ")) return;
  count += 1;
  last = message;
}

/**
 * Runs a query whose refusals inside TRY have to be heard of.
 * @throws QueryError NOT_SUPPORTED if there was one; of queries that run at once, another's counts, too
 */
export async function hearingRefusals<T>(sql: string, run: () => Promise<T>): Promise<T> {
  const before = count;
  const result = await run();
  if (count > before && sql.includes("TRY("))
    throw new QueryError("NOT_SUPPORTED", last.replace("NOT_SUPPORTED: ", ""));
  return result;
}
