/** What a lake asked of Athena, for the bill. */
import { BatchGetQueryExecutionCommand, paginateListQueryExecutions } from "@aws-sdk/client-athena";
import type { Lake } from "../lake/lake";
import type { Run } from "../runs/run-records";

/** A query that is billed. */
export interface ScannedQuery {
  /** Pipeline; absent for queries that no step of a run records, e.g. those of data checks. */
  readonly pipeline?: string;
  /** What it was for. @example "model utility_emissions_daily" */
  readonly step: string;
  readonly bytes: number;
}

/** Reads the queries that succeeded, each with the step of the run that made it. */
export async function readQueries({ athena, outputs }: Lake, runs: readonly Run[]): Promise<ScannedQuery[]> {
  const steps = new Map(
    runs.flatMap(({ pipeline, steps: made }) =>
      made.flatMap(({ kind, table, queryExecutionId }) =>
        (queryExecutionId ?? "")
          .split(" ")
          .map((id) => [id, { pipeline, step: kind === table ? kind : `${kind} ${table}` }] as const),
      ),
    ),
  );
  const found: ScannedQuery[] = [];
  const pages = paginateListQueryExecutions({ client: athena, pageSize: 50 }, { WorkGroup: outputs.workgroup });
  for await (const { QueryExecutionIds = [] } of pages) {
    if (QueryExecutionIds.length === 0) continue;
    const { QueryExecutions = [] } = await athena.send(new BatchGetQueryExecutionCommand({ QueryExecutionIds }));
    for (const { QueryExecutionId: id = "", StatementType, Status, Statistics } of QueryExecutions) {
      // Athena documentation, "Amazon Athena Pricing": neither DDL nor failed queries are charged for.
      if (StatementType !== "DML" || Status?.State !== "SUCCEEDED") continue;
      const bytes = Statistics?.DataScannedInBytes ?? 0;
      found.push({ ...(steps.get(id) ?? { step: "data checks and failed steps" }), bytes });
    }
  }
  return found;
}
