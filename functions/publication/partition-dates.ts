/** Which execution dates a table has: the catalog leaves out what is not asked for. */
import { GetPartitionsCommand, type GetPartitionsCommandOutput, type GlueClient } from "@aws-sdk/client-glue";
import type { ExecDate } from "../invocation/exec-date";
import { publishedParameters } from "./publication";
import { readTable } from "./catalog-table";

/** A partition's execution date, and the run that is published for it. */
export interface PublishedDate {
  readonly date: string;
  readonly run: string;
}

/** How each side of a date is asked for. */
const sides = { before: "<", on: "=", after: ">" } as const;

/** Execution dates of a table before, on or after a date, each as often as it has partitions. */
export async function publishedDates(
  glue: GlueClient,
  { database, table }: { readonly database: string; readonly table: string },
  side: keyof typeof sides,
  date: ExecDate,
): Promise<PublishedDate[]> {
  const { partitionKeys } = await readTable(glue, database, table);
  const position = partitionKeys.indexOf("exec_date");
  const found: PublishedDate[] = [];
  let token: string | undefined;
  do {
    const page: GetPartitionsCommandOutput = await glue.send(
      new GetPartitionsCommand({
        DatabaseName: database,
        TableName: table,
        Expression: `exec_date ${sides[side]} '${date}'`,
        ExcludeColumnSchema: true,
        NextToken: token,
      }),
    );
    for (const { Values, Parameters } of page.Partitions ?? []) {
      const value = Values?.[position];
      if (value) found.push({ date: value, run: Parameters?.[publishedParameters.run] ?? "" });
    }
    token = page.NextToken;
  } while (token);
  return found;
}
