/**
 * What goes wrong in a query, under the names that Athena reports.
 */

/** Where something stands in a query's text; both count from 1, as Trino prints them. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Who is to blame, in Athena's words: 1 system, 2 user, 3 other. */
export type ErrorCategory = 1 | 2 | 3;

/**
 * A query that fails. `name` is Trino's error name (`COLUMN_NOT_FOUND`), and `message` is what Athena puts into
 * `StateChangeReason`: `COLUMN_NOT_FOUND: line 1:8: Column 'x' cannot be resolved …`.
 */
export class QueryError extends Error {
  constructor(
    name: string,
    text: string,
    readonly at?: Position,
    readonly category: ErrorCategory = 2,
    /** Names that would have been found where one was not, for suggestions. */
    readonly known: readonly string[] = [],
  ) {
    super();
    this.name = name;
    // Set here, since `super` of a class in a deployed function's text takes no message.
    this.message = `${name}: ${at ? `line ${at.line}:${at.column}: ` : ""}${text}`;
  }
}

/** A statement that does not parse: Athena refuses it in StartQueryExecution, before any query exists. */
export class ParseError extends Error {
  constructor(
    text: string,
    readonly at: Position,
  ) {
    super();
    this.name = "ParseError";
    this.message = `line ${at.line}:${at.column}: ${text}`;
  }
}

/** Something that Athena runs and this dialect doesn't know: whether a query is right cannot be said. */
export class BeyondDialect extends QueryError {
  constructor(
    readonly what: string,
    at?: Position,
  ) {
    super("NOT_SUPPORTED", `The local runtime does not run ${what}.`, at);
  }
}

/** Something that Athena runs and this runtime doesn't: an error is better than another result. */
export function notSupported(what: string, at?: Position): QueryError {
  return new BeyondDialect(what, at);
}
