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
  const steps = new Map<string, string>();
  const { sql: last, fields, uses } = compileQuery(query, Scope.root({ ...session, steps }));
  const sql = afterSteps(last, steps);
  const scans = new Map<Scan, Set<Name>>();
  for (const scan of session.scans) if (sql.includes(scan.placeholder)) scans.set(scan, new Set());
  for (const use of [...uses, ...fields.flatMap((field) => [...field.uses])]) scans.get(use.scan)?.add(use.column);
  const columns = fields.map(({ name, type }, index) => ({ name: name ?? `_col${index}`, type }));
  return { sql, columns, scans, columnSources: fields.map((field) => field.uses), rowSources: uses };
}

/** A query with the steps that it reads before it, directly or by others. */
function afterSteps(last: string, steps: ReadonlyMap<string, string>): string {
  const read: string[] = [];
  let sql = last;
  for (const [name, step] of [...steps].reverse()) {
    if (!new RegExp(`\\b${name}\\b`).test(sql)) continue;
    sql = `${step} ${sql}`;
    read.unshift(`${name} AS MATERIALIZED (${step})`);
  }
  return read.length === 0 ? last : `WITH ${read.join(", ")} ${last}`;
}
