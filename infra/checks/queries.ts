/** Checks of one model: its templates, its SQL against the declared tables, and what it reads. */
import { nearestName } from "../../audit/nearest-name";
import { translate, type Translation } from "../../athena-sql/dialect/translate";
import type { Resolved, Session, TableColumn } from "../../athena-sql/dialect/scope";
import { BeyondDialect, ParseError, type Position, QueryError } from "../../athena-sql/trino/errors";
import { writtenName } from "../../athena-sql/trino/reserved-words";
import { parseStatement } from "../../athena-sql/trino/statements";
import type { Query } from "../../athena-sql/trino/syntax";
import { UNKNOWN, type TrinoType } from "../../athena-sql/trino/types";
import { parseType } from "../../athena-sql/trino/type-text";
import type { Columns } from "../columns";
import type { DeclaredTable } from "./declared";
import { findingAt, type Finding, type FindingCode, type ReadSource, type SourcePlace } from "./finding";
import { renderMarked } from "./marked-template";
import { suggestion } from "./suggestion";
import { templateNameFindings, type TemplateWorld } from "./template-names";

/** A column of a query's result. */
export interface ResultColumn {
  readonly name: string;
  /** `undefined` if its expression is wrong. */
  readonly type?: TrinoType;
  /** Columns that its values come from, as `table.column`. */
  readonly sources: readonly string[];
}

/** A model, read. */
export interface CheckedModel {
  readonly findings: readonly Finding[];
  /** Rendered for a sample date; empty if it could not be. */
  readonly sql: string;
  /** Qualified names given to `table(…)`, to be passed to the function that renders at run time. */
  readonly tables: Readonly<Record<string, string>>;
  /** Names of the lake's tables that the query reads. */
  readonly reads: readonly string[];
  /** `undefined` if the query could not be read at all. */
  readonly columns?: readonly ResultColumn[];
  /** Columns that decide which rows there are, as `table.column`. */
  readonly rowSources: readonly string[];
  /** The query's tree, for places. */
  readonly query?: Query;
  /** Where a position of the SQL was written. */
  place(at: Position, length?: number): SourcePlace;
}

/** What a model is checked against. */
export interface ModelWorld extends Omit<TemplateWorld, "tables" | "parameters" | "latest" | "variables"> {
  readonly tables: readonly DeclaredTable[];
  readonly parameters: Readonly<Record<string, string>>;
  /** Names of pipelines whose latest date is read. @default none */
  readonly latest?: readonly string[];
  /** Variables of a view's template, which then must be a CREATE VIEW. @default a model's: it is a SELECT of one date */
  readonly view?: Readonly<Record<string, unknown>>;
}

/** Any date will do: the date changes values, never tables. */
export const sampleDate = "2000-01-01";

/** Reads the model `name`, which exists. */
export function checkModel(name: string, world: ModelWorld): CheckedModel {
  const { templates, folder, read } = world;
  const nowhere = (): SourcePlace => ({ file: `${folder}/${name}`, line: 1, column: 1 });
  const unread = { sql: "", tables: {}, reads: [], rowSources: [], place: nowhere };
  const names = templateNameFindings(name, {
    ...world,
    tables: world.tables.map(({ tableName }) => tableName),
    parameters: Object.keys(world.parameters),
    latest: world.latest ?? [],
    ...(world.view && { variables: Object.keys(world.view) }),
  });
  if (names.length > 0) return { ...unread, findings: names };

  const used: Record<string, string> = {};
  const qualified = new Map(
    world.tables.map((table) => [table.tableName, `${table.database}.${writtenName(table.tableName)}`]),
  );
  const tables = new Proxy<Record<string, string>>(
    {},
    {
      get(_, wanted: string): string | undefined {
        const known = qualified.get(wanted);
        if (known !== undefined) used[wanted] = known;
        return known;
      },
      ownKeys: () => [...qualified.keys()],
      getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
    },
  );
  let marked: ReturnType<typeof renderMarked>;
  const { parameters, view } = world;
  try {
    const latest = Object.fromEntries((world.latest ?? []).map((pipeline) => [pipeline, sampleDate]));
    const given = view ? { variables: view } : { execDate: sampleDate };
    marked = renderMarked(name, templates, { ...given, tables, parameters, latest }, folder);
  } catch (error) {
    return { ...unread, findings: [renderingFault(error as Error, nowhere(), read)] };
  }
  const checked = checkQuery(marked.sql, world.tables, view ? "create view" : "query");
  const lineStarts = startsOfLines(marked.sql);
  const offsetOf = (at: Position): number => lineStarts[at.line - 1] + at.column - 1;
  const place = (at: Position, length?: number): SourcePlace =>
    marked.at(offsetOf(at), length ?? wordAt(marked.sql, offsetOf(at)).length);
  const findings = checked.faults.map(({ at, ...fault }) => findingAt(at ? place(at) : nowhere(), read, fault));
  return { ...checked, findings, sql: marked.sql, tables: used, place };
}

function renderingFault(error: Error, model: SourcePlace, read: ReadSource): Finding {
  const [, line, column] = /\[Line (\d+), Column (\d+)\]/.exec(error.message) ?? [];
  const message = error.message.replace(/^[\s\S]*?\bError: /, "");
  // What goes wrong while rendering has a place that counts from 0.
  const at = line ? { file: model.file, line: Number(line) + 1, column: Number(column) + 1 } : model;
  return findingAt(at, read, { code: "template-error", message });
}

/** A fault of a query at a position of its text. */
interface QueryFault extends Pick<Finding, "code" | "severity" | "message" | "help"> {
  readonly at?: Position;
}

/** A query, read. */
export interface CheckedQuery {
  readonly faults: readonly QueryFault[];
  readonly reads: readonly string[];
  readonly columns?: readonly ResultColumn[];
  readonly rowSources: readonly string[];
  readonly query?: Query;
}

/** Parses and analyses a query as Athena would, against the declared tables. */
export function checkQuery(
  sql: string,
  declared: readonly DeclaredTable[],
  wanted: "query" | "create view" = "query",
): CheckedQuery {
  const none = { reads: [], rowSources: [] };
  let query: Query;
  try {
    const { statement } = parseStatement(sql);
    if (statement.kind !== wanted) {
      const help =
        wanted === "query"
          ? "the framework owns where the result goes: leave only the SELECT."
          : "begin it with create or replace view {{ view }} as.";
      const what = wanted === "query" ? "a model is one SELECT" : "a view's template is one CREATE VIEW";
      return {
        ...none,
        faults: [{ code: "not-a-query", at: firstWord(sql), message: `${what}, not ${statement.kind}`, help }],
      };
    }
    query = statement.query;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { ...none, faults: [syntaxFault(error, sql)] };
  }
  const errors: QueryError[] = [];
  const session: Session = {
    database: "",
    now: new Date(0),
    tables: new Map(declared.map((table) => [`${table.database}.${table.tableName}`, resolved(table)])),
    parameters: [],
    scans: [],
    report: (error) => void errors.push(error),
  };
  let translation: Translation | undefined;
  try {
    translation = translate(query, session);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    errors.push(error);
  }
  const unsure = errors.length > 0 || declared.some(hasInvalidType);
  // A mistake in one place is met again wherever that place is used.
  const once = new Map(errors.map((error) => [error.message, error]));
  const named = (sources: Iterable<{ scan: { table: string }; column: string }>): string[] => [
    ...new Set([...sources].map(({ scan, column }) => `${scan.table}.${column}`)),
  ];
  return {
    faults: [...once.values()].map((error) => queryFault(error, sql)),
    reads: [...new Set(session.scans.map(({ table }) => table))],
    columns: translation?.columns.map(({ name, type }, index) => ({
      name,
      // What is wrong counts as NULL.
      ...(!(unsure && type.kind === "unknown") && { type }),
      sources: named(translation.columnSources[index]),
    })),
    rowSources: named(translation?.rowSources ?? []),
    query,
  };
}

function resolved({ columns, partitionKeys }: DeclaredTable): Resolved {
  const typed = (given: Columns): TableColumn[] =>
    Object.entries(given).map(([name, type]) => ({ name: name.toLowerCase(), type: typeOf(type) }));
  return { kind: "table", columns: typed(columns), partitionKeys: typed(partitionKeys) };
}

function hasInvalidType({ columns, partitionKeys }: DeclaredTable): boolean {
  return [...Object.values(columns), ...Object.values(partitionKeys)].some((type) => typeOf(type).kind === "unknown");
}

/** A column's type; one that cannot be read is reported where the table is declared. */
export function typeOf(type: string): TrinoType {
  try {
    return parseType(type);
  } catch {
    return UNKNOWN;
  }
}

function syntaxFault(error: ParseError, sql: string): QueryFault {
  const message = withoutPosition(error.message);
  const before = sql.slice(0, offsetIn(sql, error.at)).trimEnd();
  const word = wordAt(sql, offsetIn(sql, error.at)).toLowerCase();
  const clause = /^(from|where|group|having|order|limit|union|\)|)$/.test(word);
  const help = before.endsWith(",") && clause ? "a comma too many before it?" : quoteHelp(word);
  return { code: "syntax-error", at: error.at, message, ...(help && { help }) };
}

function quoteHelp(word: string): string | undefined {
  return word === "`" ? 'Athena\'s queries quote names with "…".' : undefined;
}

const codes: Readonly<Record<string, FindingCode>> = {
  COLUMN_NOT_FOUND: "unknown-column",
  AMBIGUOUS_NAME: "ambiguous-column",
  TABLE_NOT_FOUND: "unknown-table",
  TYPE_MISMATCH: "type-mismatch",
  EXPRESSION_NOT_AGGREGATE: "not-grouped",
  EXPRESSION_NOT_SCALAR: "misplaced-aggregate",
  NESTED_AGGREGATION: "misplaced-aggregate",
  MISSING_OVER: "misplaced-aggregate",
  FUNCTION_NOT_AGGREGATE: "misplaced-aggregate",
};

function queryFault(error: QueryError, sql: string): QueryFault {
  const { at, known } = error;
  const word = at ? wordAt(sql, offsetIn(sql, at)).replaceAll('"', "") : "";
  const meant = known.length > 0 ? suggestion(word, known) : undefined;
  const fault = (code: FindingCode, message: string, help = meant): QueryFault => ({
    code,
    at,
    message,
    ...(help !== undefined && { help }),
  });
  if (error instanceof BeyondDialect) {
    const help = "nothing is known of its result; the local runtime refuses it.";
    return { ...fault("not-checked", `${error.what} cannot be checked`, help), severity: "warning" };
  }
  const text = withoutPosition(error.message.slice(error.name.length + 2));
  if (error.name === "COLUMN_NOT_FOUND" && /cannot be resolved or/.test(text)) {
    return fault("unknown-column", `there is no column '${word}' here`);
  }
  if (error.name === "TABLE_NOT_FOUND") return fault("unknown-table", `there is no table '${word}' in this lake`);
  if (error.name === "AMBIGUOUS_NAME") {
    return fault(
      "ambiguous-column",
      `the column '${word}' could be of several tables`,
      "put the table's name before it.",
    );
  }
  if (error.name === "FUNCTION_NOT_FOUND") {
    if (known.length > 0) {
      const nearest = nearestName(word, known);
      const help = nearest
        ? `did you mean '${nearest}'?`
        : 'Athena documentation, "Functions in Amazon Athena", has the list.';
      return fault("unknown-function", `Athena has no function '${word}'`, help);
    }
    return fault("wrong-arguments", text);
  }
  return fault(codes[error.name] ?? "invalid-query", text);
}

function withoutPosition(message: string): string {
  return message.replace(/^line \d+:\d+: /, "");
}

function startsOfLines(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

function offsetIn(text: string, at: Position): number {
  return startsOfLines(text)[at.line - 1] + at.column - 1;
}

/** The name, qualified perhaps, or the sign that stands at an offset. */
function wordAt(text: string, offset: number): string {
  const word = /(?:"[^"]*"|[\p{L}\p{N}_$]+)(?:\.(?:"[^"]*"|[\p{L}\p{N}_$]+))*|'[^'\n]*'|\S/uy;
  word.lastIndex = offset;
  return word.exec(text)?.[0] ?? "";
}

function firstWord(sql: string): Position {
  const lines = sql.split("\n");
  const line = lines.findIndex((text) => /^\s*[^-\s]/.test(text));
  return { line: line + 1, column: lines[line].search(/\S/) + 1 };
}
