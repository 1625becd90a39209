/**
 * A request to run a query, and what Athena refuses before there is one.
 */
import { AwsError } from "../api";
import { Cursor } from "../../athena-sql/trino/cursor";
import { ParseError } from "../../athena-sql/trino/errors";
import { parseExpression } from "../../athena-sql/trino/expressions";
import { type Parsed, parseStatement } from "../../athena-sql/trino/statements";
import { invalid } from "./invalid-request";
import type { Run } from "./run";
import { parseLocation } from "./storage";
import type { WorkGroup } from "./workgroups";

/** A request to run a query; all but the text may be left to the workgroup. */
export interface QueryRequest {
  readonly query: string;
  readonly workGroup: string;
  readonly database: string;
  readonly catalog: string;
  readonly parameters?: readonly string[];
  readonly outputLocation?: string;
  readonly clientRequestToken?: string;
}

/** Longest query text, in bytes. Athena, "Service Quotas". */
const LONGEST_QUERY = 262_144;

/** @throws AwsError InvalidRequestException for what Athena would not take as a query */
export function parseOrRefuse(query: string): Parsed {
  if (Buffer.byteLength(query) > LONGEST_QUERY) throw invalid(`queryString is longer than ${LONGEST_QUERY} bytes`);
  try {
    return parseStatement(query);
  } catch (error) {
    // Each level of nesting is a call of the parser.
    if (error instanceof RangeError) throw invalid("The statement is nested too deep.");
    if (!(error instanceof ParseError)) throw error instanceof AwsError ? error : invalid((error as Error).message);
    throw new AwsError("InvalidRequestException", error.message, 400, { AthenaErrorCode: "MALFORMED_QUERY" });
  }
}

/** Folder for results, `s3://…/`: the workgroup's if it enforces one. @throws AwsError InvalidRequestException if there is none */
export function outputOf(request: QueryRequest, group: WorkGroup): string {
  const own = group.Configuration.ResultConfiguration?.OutputLocation;
  const chosen = group.Configuration.EnforceWorkGroupConfiguration && own ? own : (request.outputLocation ?? own);
  if (!chosen) {
    throw invalid(
      "No output location provided. An output location is required either through the Workgroup result configuration setting or as an API input.",
    );
  }
  const location = parseLocation(chosen);
  if (!location) throw invalid(`outputLocation is not a valid S3 path: ${chosen}`);
  return `s3://${location.bucket}/${location.prefix}`;
}

/** Values of the statement's `?`. */
export function parametersOf(given: readonly string[], parsed: Parsed): Run["parameters"] {
  if (given.length !== parsed.parameters) {
    throw new ParseError(`Incorrect number of parameters: expected ${parsed.parameters} but found ${given.length}`, {
      line: 1,
      column: 1,
    });
  }
  return given.map((text) => {
    const cursor = new Cursor(text);
    const value = parseExpression(cursor);
    cursor.needEnd();
    return value;
  });
}
