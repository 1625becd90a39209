/** Asks Athena: starts a query, waits for it, reads all pages of its result. */
import {
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
  type AthenaClient,
  type QueryExecution,
} from "@aws-sdk/client-athena";
import { setTimeout as sleep } from "node:timers/promises";
import { CommandError } from "../command-error";
import type { Cell, Column, Rows } from "../presentation/table";

/** Milliseconds between looks at a running query: soon at first, then less and less often. */
const FIRST_LOOK = 25;
const LONGEST_PAUSE = 1000;

/** Runs one statement in a workgroup. Throws {@link CommandError} with Athena's words if it fails or is cancelled. */
export async function runQuery(athena: AthenaClient, workgroup: string, sql: string): Promise<Rows> {
  let id: string | undefined;
  try {
    ({ QueryExecutionId: id } = await athena.send(
      new StartQueryExecutionCommand({ QueryString: sql, WorkGroup: workgroup }),
    ));
  } catch (error) {
    // What is wrong with the statement itself, as far as Athena sees it at once.
    if ((error as Error).name === "InvalidRequestException") {
      throw new CommandError(`Athena refused the query: ${(error as Error).message}`, { cause: error });
    }
    throw error;
  }
  for (let pause = FIRST_LOOK; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE)) {
    const { QueryExecution: query } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId: id }));
    const state = query?.Status?.State;
    if (query && state === "SUCCEEDED") return readResult(athena, id, query);
    if (state === "FAILED" || state === "CANCELLED") {
      const reason = query?.Status?.StateChangeReason ?? query?.Status?.AthenaError?.ErrorMessage ?? "no reason given";
      throw new CommandError(`The query ${state === "FAILED" ? "failed" : "was cancelled"}: ${reason}`);
    }
    await sleep(pause);
  }
}

async function readResult(athena: AthenaClient, id: string | undefined, query: QueryExecution): Promise<Rows> {
  let columns: Column[] = [];
  const rows: Cell[][] = [];
  let token: string | undefined;
  do {
    const first = token === undefined;
    const page = await athena.send(new GetQueryResultsCommand({ QueryExecutionId: id, NextToken: token }));
    if (first) {
      columns = (page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? []).map(({ Name = "", Type = "varchar" }) => ({
        name: Name,
        type: Type,
      }));
    }
    const cells = (page.ResultSet?.Rows ?? []).map(({ Data = [] }) => Data.map(({ VarCharValue }) => VarCharValue));
    // A SELECT's first page begins with the column names as a row; SHOW, DESCRIBE and the like have none.
    if (first && query.StatementType === "DML" && cells[0]?.every((cell, index) => cell === columns[index]?.name)) {
      cells.shift();
    }
    rows.push(...cells);
    token = page.NextToken;
  } while (token !== undefined);
  return { columns, rows };
}
