/**
 * The door to the dialect: a parsed Trino query in, DuckDB SQL with Trino's column names and types out.
 */
import type { Name, Query } from "../trino/syntax";
import type { TrinoType } from "../trino/types";
import { compileQuery } from "./queries";
import { Scope, type Session } from "./scope";
import type { Scan, SourceColumn } from "./scan";

/** A column of a query's result. */
export interface ResultColumn {
  /** As Athena names it: `_col0` for columns without a name. */
  readonly name: Name;
  readonly type: TrinoType;
}

/** A translated query. Its columns are named `c1`, `c2`, …. */
export interface Translation {
  /** DuckDB SQL with a placeholder for each scan. */
  readonly sql: string;
  readonly columns: readonly ResultColumn[];
  /** The tables that are read, and the columns of each that have to be. */
  readonly scans: ReadonlyMap<Scan, ReadonlySet<Name>>;
  /** For each of the columns, those of tables that its values come from. */
  readonly columnSources: readonly ReadonlySet<SourceColumn>[];
  /** Columns of tables that say which rows there are: of conditions, joins and groups. */
  readonly rowSources: ReadonlySet<SourceColumn>;
}

/** @throws QueryError as Trino's analyzer would */
export function translate(query: Query, session: Session): Translation {
  const { sql, fields, uses } = compileQuery(query, Scope.root(session));
  const scans = new Map<Scan, Set<Name>>();
  for (const scan of session.scans) if (sql.includes(scan.placeholder)) scans.set(scan, new Set());
  for (const use of [...uses, ...fields.flatMap((field) => [...field.uses])]) scans.get(use.scan)?.add(use.column);
  const columns = fields.map(({ name, type }, index) => ({ name: name ?? `_col${index}`, type }));
  return { sql, columns, scans, columnSources: fields.map((field) => field.uses), rowSources: uses };
}
