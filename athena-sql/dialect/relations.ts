/**
 * Translates what stands in FROM: tables, subqueries, joins and UNNEST.
 */
import { notSupported, QueryError } from "../trino/errors";
import type { Alias, Expression, JoinRelation, Name, Relation, TableRelation, UnnestRelation } from "../trino/syntax";
import { BIGINT, type TrinoType, typeName } from "../trino/types";
import { unify } from "./functions/conditional";
import { compileExpression } from "./expressions";
import { compare } from "./comparisons";
import { condition } from "./operators";
import { conjuncts, pushConditions } from "./partition-conditions";
import { compileCommonTable, type CompiledQuery, compileQuery, renamed } from "./queries";
import { type Field, Scope } from "./scope";
import type { Scan, SourceColumn } from "./scan";
import { freshName } from "./typed";

/** Catalog name that Athena gives the account's Glue catalog. */
export const CATALOG = "awsdatacatalog";

/** A translated relation: an item of FROM, and the columns that it offers. */
export interface CompiledRelation {
  readonly sql: string;
  readonly fields: readonly Field[];
  /** It is a join, whose order of joining has to be kept by parentheses. */
  readonly joined?: boolean;
}

/**
 * @param scope names of the queries around
 * @param uses where to note what is read whichever of the fields are wanted
 */
export function compileRelation(relation: Relation, scope: Scope, uses: Set<SourceColumn>): CompiledRelation {
  switch (relation.kind) {
    case "table":
      return table(relation, scope, uses);
    case "derived":
      return wrapped(compileQuery(relation.query, scope), relation.alias, relation, uses);
    case "parenthesised": {
      const inner = compileRelation(relation.relation, scope, uses);
      const fields = renamed(inner.fields, relation.alias.columns, relation.alias.name, relation.at);
      return { ...inner, fields: fields.map((field) => ({ ...field, qualifier: [relation.alias.name] })) };
    }
    case "unnest":
      return unnest({ sql: "", fields: [] }, relation, scope, false);
    case "join":
      return join(relation, scope, uses);
  }
}

/** `database.table` of a table's name in a query, and the name itself in full. */
export function tableKey(parts: readonly Name[], database: Name): { database: Name; table: Name; catalog: Name } {
  const [name, schema = database, catalog = CATALOG] = [...parts].reverse();
  return { table: name, database: schema, catalog };
}

function table(relation: TableRelation, scope: Scope, uses: Set<SourceColumn>): CompiledRelation {
  const { parts, alias, at } = relation;
  const common = parts.length === 1 ? scope.commonTables.get(parts[0]) : undefined;
  if (common) return wrapped(compileCommonTable(common), alias ?? { name: parts[0] }, relation, uses);
  const { session } = scope;
  const name = tableKey(parts, session.database);
  const full = `${name.catalog}.${name.database}.${name.table}`;
  const resolved = session.tables.get(`${name.database}.${name.table}`);
  if (!resolved || name.catalog !== CATALOG) {
    const known = parts.length === 1 ? [...scope.commonTables.keys()] : [...session.tables.keys()];
    throw new QueryError("TABLE_NOT_FOUND", `Table '${full}' does not exist`, at, 2, known);
  }
  if (resolved.kind === "view") {
    const inside = Scope.root({ ...session, database: resolved.database, parameters: [] });
    const compiled = compileQuery(resolved.query, inside);
    return named(wrapped(compiled, undefined, relation, uses), alias, [CATALOG, name.database, name.table], relation);
  }
  const scan: Scan = {
    database: name.database,
    table: name.table,
    placeholder: `\u0001scan${session.scans.length}\u0001`,
    alias: freshName("r"),
    conditions: [],
  };
  session.scans.push(scan);
  const columns = [...resolved.columns, ...resolved.partitionKeys];
  const fields = columns.map((column, index): Field => {
    const sql = `${scan.alias}.c${index + 1}`;
    const partition = index >= resolved.columns.length;
    const read = new Set<SourceColumn>(partition ? [] : [{ scan, column: column.name }]);
    return { name: column.name, sql, type: column.type, uses: read, targets: partition ? [{ scan, sql }] : [] };
  });
  const source = { sql: `${scan.placeholder} AS ${scan.alias}`, fields };
  return named(source, alias, [CATALOG, name.database, name.table], relation);
}

function named(
  source: CompiledRelation,
  alias: Alias | undefined,
  qualifier: readonly Name[],
  relation: Relation,
): CompiledRelation {
  const fields = renamed(source.fields, alias?.columns, alias?.name ?? "", relation.at);
  return {
    sql: source.sql,
    fields: fields.map((field) => ({ ...field, qualifier: alias ? [alias.name] : qualifier })),
  };
}

function wrapped(
  compiled: CompiledQuery,
  alias: Alias | undefined,
  relation: Relation,
  uses: Set<SourceColumn>,
): CompiledRelation {
  for (const use of compiled.uses) uses.add(use);
  const name = freshName("r");
  const fields = compiled.fields.map((field) => ({ ...field, sql: `${name}.${field.sql}`, qualifier: undefined }));
  const lateral = relation.kind === "derived" && relation.lateral ? "LATERAL " : "";
  const source = { sql: `${lateral}(${compiled.sql}) AS ${name}`, fields };
  return alias ? named(source, alias, [], relation) : source;
}

function join(relation: JoinRelation, scope: Scope, uses: Set<SourceColumn>): CompiledRelation {
  const left = compileRelation(relation.left, scope, uses);
  const { type, at } = relation;
  const isTrue = !relation.on || (relation.on.kind === "boolean" && relation.on.value);
  // The right side of a lateral join sees the left one.
  const beside = scope.inner(left.fields, uses);
  if (relation.right.kind === "unnest") {
    if (!["cross", "inner", "left"].includes(type) || !isTrue || relation.using) {
      throw notSupported(`UNNEST joined otherwise than by CROSS JOIN or LEFT JOIN … ON TRUE`, at);
    }
    return unnest(left, relation.right, beside, type === "left");
  }
  const lateral = relation.right.kind === "derived" && relation.right.lateral;
  const right = compileRelation(relation.right, lateral ? beside : scope, uses);
  if (relation.using) return joinUsing(relation, relation.using, left, right, uses);
  const fields = [...left.fields, ...right.fields];
  if (type === "cross" || !relation.on) {
    return { sql: `${left.sql} CROSS JOIN ${right.sql}`, fields, joined: true };
  }
  const inside = scope.inner(fields, uses, "JOIN clause");
  const { on: wanted } = relation;
  const on = scope.attempt(() => {
    const written = condition(compileExpression(wanted, inside), wanted.at);
    if (type === "full" && !isTrue) needEquality(wanted, left, right, scope);
    return written;
  }, "true");
  const dropped = { inner: fields, left: right.fields, right: left.fields, full: [] }[type];
  pushConditions(relation.on, dropped, scope.session);
  return { sql: `${side(left)} ${type.toUpperCase()} JOIN ${side(right)} ON ${on}`, fields, joined: true };
}

// A join on the right, or left of an outer join, keeps its own order of joining.
function side(relation: CompiledRelation): string {
  return relation.joined ? `(${relation.sql})` : relation.sql;
}

// Trino plans a full join as a lookup by key, so one condition has to be `left expression = right expression`.
function needEquality(on: Expression, left: CompiledRelation, right: CompiledRelation, scope: Scope): void {
  const belongs = (node: Expression, fields: readonly Field[]): boolean => {
    try {
      compileExpression(node, Scope.root(scope.session).inner(fields, new Set()));
      return true;
    } catch (error) {
      if (error instanceof QueryError) return false;
      throw error;
    }
  };
  const keyed = conjuncts(on).some(
    (part) =>
      part.kind === "binary" &&
      part.operator === "=" &&
      ((belongs(part.left, left.fields) && belongs(part.right, right.fields)) ||
        (belongs(part.left, right.fields) && belongs(part.right, left.fields))),
  );
  if (!keyed) throw new QueryError("NOT_SUPPORTED", "FULL JOIN involving an unsupported condition", on.at);
}

function joinUsing(
  relation: JoinRelation,
  names: readonly Name[],
  left: CompiledRelation,
  right: CompiledRelation,
  uses: Set<SourceColumn>,
): CompiledRelation {
  const { type, at } = relation;
  const conditions: string[] = [];
  const shared: Field[] = [];
  const find = (fields: readonly Field[], name: Name): Field => {
    const found = fields.filter((field) => field.name === name);
    if (found.length !== 1)
      throw new QueryError("COLUMN_NOT_FOUND", `Column '${name}' is missing from one side of join`, at);
    return found[0];
  };
  for (const name of names) {
    const [a, b] = [find(left.fields, name), find(right.fields, name)];
    for (const use of [...a.uses, ...b.uses]) uses.add(use);
    conditions.push(compare("=", a, b, at).sql);
    const { values, type: common } = unify([a, b], { name: "USING", at });
    const [x, y] = values.map((value) => value.sql);
    const sql = type === "full" ? `coalesce(${x}, ${y})` : type === "right" ? y : x;
    // Rows of the kept side stay whatever the other side's key is, so a condition on an outer join's key reaches one side only.
    const targets = { cross: [], inner: [...a.targets, ...b.targets], left: a.targets, right: b.targets, full: [] }[
      type
    ];
    shared.push({ name, sql, type: common, uses: new Set([...a.uses, ...b.uses]), targets });
  }
  const others = [...left.fields, ...right.fields].filter((field) => !names.includes(field.name ?? ""));
  const sql = `${side(left)} ${type.toUpperCase()} JOIN ${side(right)} ON ${conditions.join(" AND ")}`;
  return { sql, fields: [...shared, ...others], joined: true };
}

// The arrays are unnested in a SELECT list over the left side: DuckDB streams that, where a lateral join would be hashed.
function unnest(left: CompiledRelation, relation: UnnestRelation, scope: Scope, outer: boolean): CompiledRelation {
  const values = relation.values.map((node) => compileExpression(node, scope));
  const lists: string[] = [];
  const columns: { sql: string; type: TrinoType; name?: Name }[] = [];
  for (const [index, value] of values.entries()) {
    const item = `s.u${lists.length + 1}`;
    const { type } = value;
    if (type.kind === "array") {
      lists.push(value.sql);
      if (type.element.kind === "row") {
        type.element.fields.forEach((field, i) =>
          columns.push({ sql: `(${item}).f${i + 1}`, type: field.type, name: field.name }),
        );
      } else columns.push({ sql: item, type: type.element });
    } else if (type.kind === "map") {
      lists.push(`map_entries(${value.sql})`);
      columns.push({ sql: `(${item}).key`, type: type.key }, { sql: `(${item}).value`, type: type.value });
    } else {
      throw new QueryError("TYPE_MISMATCH", `Cannot unnest type: ${typeName(type)}`, relation.values[index].at);
    }
  }
  const longest = `coalesce(greatest(${lists.map((list) => `len(${list})`).join(", ")}), 0)`;
  if (relation.ordinality) columns.push({ sql: "s.o", type: BIGINT });
  const unnested = lists.map((list, i) => {
    const kept = outer ? `(CASE WHEN ${longest} = 0 THEN [NULL] ELSE ${list} END)` : list;
    return `unnest(${kept}) AS u${i + 1}`;
  });
  if (relation.ordinality) {
    const numbers = `range(1, ${longest} + 1)`;
    unnested.push(`unnest(${outer ? `(CASE WHEN ${longest} = 0 THEN [NULL] ELSE ${numbers} END)` : numbers}) AS o`);
  }
  const alias = freshName("r");
  const carried = left.fields.map((field, i) => `${field.sql} AS c${i + 1}`);
  const from = left.sql ? ` FROM ${left.sql}` : "";
  const outputs = [
    ...left.fields.map((_, i) => `s.c${i + 1} AS c${i + 1}`),
    ...columns.map((column, i) => `${column.sql} AS c${left.fields.length + i + 1}`),
  ];
  const sql = `(SELECT ${outputs.join(", ")} FROM (SELECT ${[...carried, ...unnested].join(", ")}${from}) AS s) AS ${alias}`;
  const qualifier = relation.alias && [relation.alias.name];
  const own = columns.map(({ type, name }, i): Field => {
    return { name, qualifier, sql: `${alias}.c${left.fields.length + i + 1}`, type, uses: new Set(), targets: [] };
  });
  const names = renamed(own, relation.alias?.columns, relation.alias?.name ?? "", relation.at);
  const moved = left.fields.map((field, i) => ({ ...field, sql: `${alias}.c${i + 1}` }));
  return { sql, fields: [...moved, ...names] };
}
