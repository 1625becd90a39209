/**
 * Which names an expression sees, and what they stand for.
 */
import { notSupported, type Position, QueryError } from "../trino/errors";
import type { CommonTable, Expression, Name, Query, Window } from "../trino/syntax";
import { type TrinoType, VARCHAR } from "../trino/types";
import type { Typed } from "./typed";
import type { Scan, SourceColumn, Target } from "./scan";

/** Hidden column of each table: the file that a row is from (Trino, "Hive connector", Metadata columns). */
export const PATH: Name = "$path";

/** Further columns that Athena's tables have beside those of the catalog (Trino, "Hive connector", Metadata columns). */
const HIDDEN: readonly Name[] = ["$bucket", "$file_size", "$file_modified_time", "$partition"];

/** A column of a relation. */
export interface Field {
  /** Columns without a name can only be selected by `*`. */
  readonly name?: Name;
  readonly qualifier?: readonly Name[];
  readonly sql: string;
  readonly type: TrinoType;
  /** What has to be read to know the field. */
  readonly uses: ReadonlySet<SourceColumn>;
  readonly targets: readonly Target[];
}

/** A table or view as the catalog has it. */
export type Resolved =
  | { readonly kind: "table"; readonly columns: readonly TableColumn[]; readonly partitionKeys: readonly TableColumn[] }
  | { readonly kind: "view"; readonly query: Query; readonly database: Name };

export interface TableColumn {
  readonly name: Name;
  readonly type: TrinoType;
}

/** What holds for a whole statement. */
export interface Session {
  readonly database: Name;
  readonly now: Date;
  /** `database.table` → what it is. */
  readonly tables: ReadonlyMap<string, Resolved>;
  /** Values of `?`. */
  readonly parameters: readonly Expression[];
  /** Filled while the statement is translated. */
  readonly scans: Scan[];
  /**
   * Hears of an error in one part of a statement, so that the other parts are read too: for whoever checks a statement and
   * does not run it. The part then counts as NULL.
   * @default the first error ends the translation
   */
  readonly report?: (error: QueryError) => void;
}

/** A session with what comes about while the statement is translated. */
export interface Translating extends Session {
  /** Queries that are run before the statement's own, which reads them, by their names. */
  readonly steps: Map<string, string>;
}

/** Turns aggregates and grouping keys of a grouped query into columns of its aggregation. */
export interface Grouped {
  /** The column that stands for an expression of the query, if it is a key or an aggregate. */
  replace(expression: Expression, scope: Scope): Typed | undefined;
}

/** A table of a WITH clause and the names that its query sees. */
export interface VisibleTable {
  readonly definition: CommonTable;
  readonly scope: Scope;
}

interface Names {
  readonly session: Translating;
  readonly fields: readonly Field[];
  readonly parent?: Scope;
  /** Parameters of lambdas, and in ORDER BY the aliases of the SELECT list: they come before fields. */
  readonly bound: ReadonlyMap<Name, Typed>;
  /** What the expressions compiled in this scope have read so far. */
  readonly uses: Set<SourceColumn>;
  readonly grouped?: Grouped;
  readonly windows: ReadonlyMap<Name, Window>;
  readonly commonTables: ReadonlyMap<Name, VisibleTable>;
  /** The clause, if it is one that may not hold aggregates, e.g. `WHERE clause`. */
  readonly place?: string;
}

/** The names that are visible at one place of a query. */
export class Scope {
  private constructor(private readonly names: Names) {}

  static root(session: Translating): Scope {
    const empty = { bound: new Map(), windows: new Map(), commonTables: new Map() };
    return new Scope({ session, fields: [], uses: new Set(), place: "VALUES", ...empty });
  }

  get session(): Translating {
    return this.names.session;
  }

  get fields(): readonly Field[] {
    return this.names.fields;
  }

  get uses(): Set<SourceColumn> {
    return this.names.uses;
  }

  get grouped(): Grouped | undefined {
    return this.names.grouped;
  }

  get windows(): ReadonlyMap<Name, Window> {
    return this.names.windows;
  }

  get commonTables(): ReadonlyMap<Name, VisibleTable> {
    return this.names.commonTables;
  }

  get place(): string | undefined {
    return this.names.place;
  }

  /** A query's scope: its own fields before those of the queries around it. */
  inner(fields: readonly Field[], uses: Set<SourceColumn>, place?: string): Scope {
    const { session, commonTables } = this.names;
    return new Scope({
      session,
      fields,
      parent: this,
      bound: new Map(),
      uses,
      windows: new Map(),
      commonTables,
      place,
    });
  }

  /** The same names in another place. */
  at(change: Partial<Pick<Names, "place" | "uses" | "windows" | "grouped" | "commonTables">>): Scope {
    return new Scope({ ...this.names, ...change });
  }

  /** The same names, these before them. */
  binding(names: ReadonlyMap<Name, Typed>): Scope {
    return new Scope({ ...this.names, bound: new Map([...this.names.bound, ...names]) });
  }

  /** Whether this is within no other query's expressions, so that nothing around it can be meant. */
  get isOutermost(): boolean {
    return this.names.parent === undefined;
  }

  isBound(name: Name): boolean {
    return this.names.bound.has(name);
  }

  /** The value of a part of the statement, or `otherwise` if the part is wrong and the session hears of errors. */
  attempt<T>(part: () => T, otherwise: T): T {
    const { report } = this.session;
    if (!report) return part();
    try {
      return part();
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      report(error);
      return otherwise;
    }
  }

  /** The hidden column of the one table that this query reads by a qualifier; undefined if there is none, or several. */
  private path(qualifier: readonly Name[]): Typed | undefined {
    const own = this.fields.filter((field) => matches(field, [...qualifier, field.name ?? ""]));
    const scansOf = ({ sql, uses: used, targets }: Field): Scan[] =>
      [...used, ...targets].flatMap(({ scan }) => (sql.startsWith(`${scan.alias}.`) ? [scan] : []));
    const scans = new Set(own.flatMap(scansOf));
    if (scans.size !== 1) return undefined;
    const [scan] = scans;
    return { sql: `${scan.alias}."${PATH}"`, type: VARCHAR, targets: [] };
  }

  /** Columns of the relation that a qualifier means: of this query, or else of the nearest around it that has one. */
  fieldsOf(qualifier: readonly Name[]): readonly Field[] {
    const own = this.fields.filter((field) => qualifies(field, qualifier));
    return own.length > 0 ? own : (this.names.parent?.fieldsOf(qualifier) ?? []);
  }

  /** Names of the columns that can be seen from here, nearest first; qualified if `parts` are. */
  private visible(parts: readonly Name[]): string[] {
    const own = this.fields.flatMap(({ name, qualifier = [] }) => {
      if (name === undefined) return [];
      return parts.length === 1 ? [name] : [[...qualifier.slice(1 - parts.length), name].join(".")];
    });
    return [...own, ...(this.names.parent?.visible(parts) ?? [])];
  }

  /** The field that a name means in this query itself, with the parts after it. @throws QueryError AMBIGUOUS_NAME */
  find(parts: readonly Name[], at: Position): { field: Field; rest: readonly Name[] } | undefined {
    for (let length = parts.length; length > 0; length--) {
      const found = this.fields.filter((field) => matches(field, parts.slice(0, length)));
      if (found.length > 1) throw new QueryError("AMBIGUOUS_NAME", `Column '${parts.join(".")}' is ambiguous`, at);
      if (found.length === 1) return { field: found[0], rest: parts.slice(length) };
    }
    return undefined;
  }

  /**
   * What a name stands for; the parts after it are fields of a row.
   * @throws QueryError COLUMN_NOT_FOUND, AMBIGUOUS_NAME
   */
  resolve(
    parts: readonly Name[],
    at: Position,
    uses = this.uses,
    from: Scope = this,
  ): { value: Typed; rest: readonly Name[] } {
    const bound = this.names.bound.get(parts[0]);
    if (bound && (parts.length === 1 || bound.type.kind === "row")) return { value: bound, rest: parts.slice(1) };
    const found = this.find(parts, at);
    if (found) {
      for (const use of found.field.uses) uses.add(use);
      const { sql, type, targets } = found.field;
      return { value: { sql, type, targets }, rest: found.rest };
    }
    const { parent } = this.names;
    if (parent) {
      // A subquery of a grouped query sees the groups.
      const replaced = parent.grouped?.replace({ kind: "name", parts, at }, parent);
      return replaced ? { value: replaced, rest: [] } : parent.resolve(parts, at, uses, from);
    }
    const name = parts[parts.length - 1];
    const path = name === PATH ? from.path(parts.slice(0, -1)) : undefined;
    if (path) return { value: path, rest: [] };
    if (name === PATH || HIDDEN.includes(name)) throw notSupported(`the hidden column "${name}"`, at);
    throw new QueryError(
      "COLUMN_NOT_FOUND",
      `Column '${parts.join(".")}' cannot be resolved or requester is not authorized to access requested resources`,
      at,
      2,
      from.visible(parts),
    );
  }
}

function matches(field: Field, parts: readonly Name[]): boolean {
  return field.name === parts[parts.length - 1] && qualifies(field, parts.slice(0, -1));
}

/** Whether a qualifier, which may leave out the catalog and the database, means the field's relation; none means any. */
function qualifies(field: Field, qualifier: readonly Name[]): boolean {
  const own = field.qualifier ?? [];
  const from = own.length - qualifier.length;
  return qualifier.length === 0 || (from >= 0 && qualifier.every((part, i) => own[from + i] === part));
}
