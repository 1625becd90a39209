/**
 * GetQueryResults: reads a result's file as the caller and gives it page by page.
 */
import type { Call } from "../api";
import type { AthenaEngine } from "./engine";
import type { QueryRecord } from "./query-log";
import { invalid } from "./invalid-request";
import { readResult } from "./result-file";
import { Storage } from "./storage";
import { QueryError } from "../../athena-sql/trino/errors";

type Row = readonly (string | undefined)[];

/** Most rows in a page. */
const PAGE = 1000;

/** Results that were read last; a client pages through one file many times. */
const KEPT = 3;

export class QueryResults {
  private readonly read = new Map<string, readonly Row[]>();

  constructor(private readonly engine: AthenaEngine) {}

  async page(
    input: { QueryExecutionId: string; NextToken?: string; MaxResults?: number },
    call: Call,
  ): Promise<object> {
    const record = this.engine.get(input.QueryExecutionId);
    if (record.state === "QUEUED" || record.state === "RUNNING") {
      throw invalid(`Query has not yet finished. Current state: ${record.state}`);
    }
    if (record.state !== "SUCCEEDED") {
      throw invalid(`Query did not finish successfully. Final query state: ${record.state}`);
    }
    const rows = await this.rows(record, call, input.NextToken !== undefined);
    const from = input.NextToken === undefined ? 0 : Number(input.NextToken);
    if (!Number.isInteger(from)) throw invalid("NextToken: not a token of this operation");
    const to = from + (input.MaxResults ?? PAGE);
    return {
      UpdateCount: record.columns.length === 0 ? record.rows : 0,
      ResultSet: {
        Rows: rows.slice(from, to).map((row) => ({ Data: row.map((value) => ({ VarCharValue: value })) })),
        ResultSetMetadata: { ColumnInfo: record.columns.map(columnInfo) },
      },
      NextToken: to < rows.length ? String(to) : undefined,
    };
  }

  private async rows(record: QueryRecord, call: Call, again: boolean): Promise<readonly Row[]> {
    if (record.columns.length === 0) return [];
    const known = again ? this.read.get(record.id) : undefined;
    if (known) return known;
    const [, bucket, key] = /^s3:\/\/([^/]+)\/(.*)$/.exec(record.output) ?? [];
    let text: string;
    try {
      text = await new Storage(call, () => "").get(bucket, key);
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      throw invalid(`Could not find results: ${error.message}`);
    }
    const rows = record.header ? readResult(text) : text === "" ? [] : text.split("\n").map((line) => [line]);
    this.read.set(record.id, rows);
    for (const id of this.read.keys()) {
      if (this.read.size <= KEPT) break;
      this.read.delete(id);
    }
    return rows;
  }
}

function columnInfo({ name, type, precision, scale }: QueryRecord["columns"][number]): object {
  return {
    CatalogName: "hive",
    SchemaName: "",
    TableName: "",
    Name: name,
    Label: name,
    Type: type,
    Precision: precision,
    Scale: scale,
    Nullable: "UNKNOWN",
    CaseSensitive: ["varchar", "char"].includes(type),
  };
}
