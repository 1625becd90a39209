/**
 * Translates queries: set operations, VALUES, WITH, ORDER BY and LIMIT around SELECTs.
 */
import { type Position, QueryError } from "../trino/errors";
import type { Expression, Query, QueryBody } from "../trino/syntax";
import { BIGINT, commonType, type TrinoType, typeName, UNKNOWN } from "../trino/types";
import { coerce } from "./casts";
import { sortKey } from "./calls";
import { compileExpression } from "./expressions";
import { settled } from "./literals";
import type { Field, Scope, VisibleTable } from "./scope";
import type { SourceColumn } from "./scan";
import { compileSelect } from "./select";
import { freshName, type Typed } from "./typed";

/** A translated query. Its columns are named `c1`, `c2`, …; `sql` of the fields are these names. */
export interface CompiledQuery {
  readonly sql: string;
  readonly fields: readonly Field[];
  /** What has to be read whichever of the fields are wanted. */
  readonly uses: ReadonlySet<SourceColumn>;
}

/** @throws QueryError for whatever Trino's analyzer would refuse */
export function compileQuery(query: Query, scope: Scope): CompiledQuery {
  const inside = query.with.length ? withTables(query, scope) : scope;
  let compiled: CompiledQuery;
  if (query.body.kind === "select") compiled = compileSelect(query.body, query.orderBy, inside);
  else compiled = ordered(compileBody(query.body, inside), query, inside);
  if (!query.limit && !query.offset) return compiled;
  const clause = (word: string, value?: Expression): string => (value ? ` ${word} ${count(value, inside)}` : "");
  const sql = `${compiled.sql}${clause("LIMIT", query.limit)}${clause("OFFSET", query.offset)}`;
  // A condition on the result is not one on what the limit was counted over.
  return { ...compiled, sql, fields: compiled.fields.map((field) => ({ ...field, targets: [] })) };
}

function count(value: Expression, scope: Scope): string {
  const number = compileExpression(value, scope);
  return coerce(number, BIGINT, value.at).sql;
}

// As in Trino, each reference to a table of WITH runs its query.
function withTables(query: Query, scope: Scope): Scope {
  let inside = scope;
  for (const definition of query.with) {
    const visible: VisibleTable = { definition, scope: inside };
    // Translated once even if nothing refers to it: its errors are the statement's errors.
    scope.attempt(() => void compileCommonTable(visible), undefined);
    inside = inside.at({ commonTables: new Map([...inside.commonTables, [definition.name, visible]]) });
  }
  return inside;
}

/** The query of a table of a WITH clause, its columns named. */
export function compileCommonTable({ definition, scope }: VisibleTable): CompiledQuery {
  const compiled = compileQuery(definition.query, scope);
  return { ...compiled, fields: renamed(compiled.fields, definition.columns, definition.name, definition.at) };
}

/** Fields with the names of a column alias list. */
export function renamed(
  fields: readonly Field[],
  names: readonly string[] | undefined,
  relation: string,
  at: Position,
): readonly Field[] {
  if (!names) return fields;
  if (names.length !== fields.length) {
    const text = `Column alias list has ${names.length} entries but '${relation}' has ${fields.length} columns available`;
    throw new QueryError("MISMATCHED_COLUMN_ALIASES", text, at);
  }
  return fields.map((field, index) => ({ ...field, name: names[index] }));
}

function compileBody(body: QueryBody, scope: Scope): CompiledQuery {
  switch (body.kind) {
    case "select":
      return compileSelect(body, [], scope);
    case "nested":
      return compileQuery(body.query, scope);
    case "values":
      return values(body.rows, scope, body.at);
    case "set":
      return setOperation(body, scope);
  }
}

function ordered(compiled: CompiledQuery, query: Query, scope: Scope): CompiledQuery {
  if (query.orderBy.length === 0) return compiled;
  const alias = freshName("d");
  const uses = new Set(compiled.uses);
  const fields = compiled.fields.map((field) => ({ ...field, sql: `${alias}.${field.sql}`, qualifier: undefined }));
  const inside = scope.inner(fields, uses, "ORDER BY clause");
  const keys = query.orderBy.map((item) => {
    if (item.key.kind !== "integer") return sortKey(compileExpression(item.key, inside).sql, item);
    const field = fields[Number(item.key.text) - 1] as Field | undefined;
    if (!field) throw ordinalFault(item.key.text, item.key.at);
    for (const use of field.uses) uses.add(use);
    return sortKey(field.sql, item);
  });
  return { ...compiled, sql: `SELECT * FROM (${compiled.sql}) AS ${alias} ORDER BY ${keys.join(", ")}`, uses };
}

export function ordinalFault(text: string, at: Position): QueryError {
  return new QueryError("INVALID_COLUMN_REFERENCE", `ORDER BY position ${text} is not in select list`, at);
}

function values(rows: readonly Expression[], scope: Scope, at: Position): CompiledQuery {
  const uses = new Set<SourceColumn>();
  const inside = scope.inner([], uses, "VALUES");
  const compiled = rows.map((row) => rowOf(row, inside));
  const types: TrinoType[] = compiled[0].map(() => UNKNOWN);
  for (const row of compiled) {
    if (row.length !== types.length) {
      const text = `Values rows have mismatched types: ${types.length} and ${row.length} columns`;
      throw new QueryError("TYPE_MISMATCH", text, at);
    }
    for (const [index, value] of row.entries()) types[index] = common(types[index], value.type, "Values rows", at);
  }
  const text = (value: Typed, index: number): string => settled(coerce(value, types[index]));
  const names = types.map((_, index) => `c${index + 1}`);
  const sql = `SELECT * FROM (VALUES ${compiled.map((row) => `(${row.map(text).join(", ")})`).join(", ")}) AS ${freshName("v")}(${names.join(", ")})`;
  const fields = types.map((type, index) => ({ sql: names[index], type, uses: new Set<SourceColumn>(), targets: [] }));
  return { sql, fields, uses };
}

/** The columns of a row of VALUES: a value that is a row itself stands for its fields. Trino: "VALUES". */
function rowOf(row: Expression, scope: Scope): Typed[] {
  if (row.kind === "row") return row.elements.map((element) => compileExpression(element, scope));
  const value = compileExpression(row, scope);
  if (value.type.kind !== "row") return [value];
  return value.type.fields.map(({ type }, index) => ({ sql: `(${value.sql}).f${index + 1}`, type }));
}

function common(left: TrinoType, right: TrinoType, what: string, at: Position): TrinoType {
  const type = commonType(left, right);
  if (!type)
    throw new QueryError("TYPE_MISMATCH", `${what} have incompatible types: ${typeName(left)}, ${typeName(right)}`, at);
  return type;
}

function setOperation(body: Extract<QueryBody, { kind: "set" }>, scope: Scope): CompiledQuery {
  const [left, right] = [compileBody(body.left, scope), compileBody(body.right, scope)];
  const name = body.operator.toUpperCase();
  if (left.fields.length !== right.fields.length) {
    const text = `${name} query has different number of fields: ${left.fields.length}, ${right.fields.length}`;
    throw new QueryError("TYPE_MISMATCH", text, body.at);
  }
  const types = left.fields.map((field, i) =>
    common(field.type, right.fields[i].type, `columns ${i + 1} of ${name}`, body.at),
  );
  const branch = (side: CompiledQuery): string => {
    const alias = freshName("u");
    const columns = side.fields.map((field, i) => {
      const value = coerce({ sql: `${alias}.${field.sql}`, type: field.type }, types[i]);
      return `${settled(value)} AS c${i + 1}`;
    });
    return `SELECT ${columns.join(", ")} FROM (${side.sql}) AS ${alias}`;
  };
  const unionAll = body.operator === "union" && body.all;
  const uses = new Set([...left.uses, ...right.uses]);
  const fields = types.map((type, i) => {
    const own = new Set([...left.fields[i].uses, ...right.fields[i].uses]);
    // Comparing rows needs every column.
    if (!unionAll) for (const use of own) uses.add(use);
    const targets = [...left.fields[i].targets, ...right.fields[i].targets];
    return { name: left.fields[i].name, sql: `c${i + 1}`, type, uses: own, targets };
  });
  return { sql: `(${branch(left)}) ${name}${body.all ? " ALL" : ""} (${branch(right)})`, fields, uses };
}
