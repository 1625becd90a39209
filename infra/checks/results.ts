/**
 * Compares a query's result with the table that it goes into. UNLOAD writes Parquet files by the query's own types and names
 * (Athena documentation, "UNLOAD"); the table's readers then read the files by the table's (Athena documentation, "Handling schema
 * updates": Parquet columns are found by name). What reads as written is fine; the rest must be cast in the query.
 */
import { nearestName } from "../../audit/nearest-name";
import { decimalOf, isInteger, isText, typeName, type TrinoType } from "../../athena-sql/trino/types";
import type { Position } from "../../athena-sql/trino/errors";
import type { Query, QueryBody, SelectItem } from "../../athena-sql/trino/syntax";
import type { DeclaredStep } from "./declared";
import { findingAt, type Finding, type FindingCode, type ReadSource } from "./finding";
import { typeOf, type CheckedModel, type ResultColumn } from "./queries";

/** Faults of a step's result. */
export function resultFindings({ into }: DeclaredStep, model: CheckedModel, read: ReadSource): Finding[] {
  const { columns, query } = model;
  if (!columns || !query) return [];
  const places = columnPlaces(query, model.sql, columns);
  const found: Finding[] = [];
  const add = (code: FindingCode, index: number, message: string, help?: string): void => {
    const { at, length } = places[Math.max(0, Math.min(index, places.length - 1))] ?? { at: query.at };
    found.push(findingAt(model.place(at, length), read, { code, message, ...(help && { help }) }));
  };
  const expected = Object.entries(into.columns);
  const names = columns.map(({ name }) => name);
  const missing = expected.map(([name]) => name).filter((name) => !names.includes(name));
  const table = into.tableName;
  let complete = true;
  columns.forEach(({ name, type }, index) => {
    if (names.indexOf(name) < index) {
      complete = false;
      add("result-duplicate", index, `two columns of the result are called '${name}'`, "give one another name.");
    } else if (into.columns[name] === undefined) {
      complete = false;
      const only = missing.length === 1 && columns.length === expected.length ? missing[0] : undefined;
      const meant = nearestName(name, missing) ?? only;
      if (meant !== undefined) missing.splice(missing.indexOf(meant), 1);
      // A misspelt column is told where it is read.
      if (meant !== undefined && !type) return;
      if (meant !== undefined) {
        const unnamed = /^_col\d+$/.test(name);
        const message = unnamed ? "this column of the result has no name" : `'${name}' is no column of ${table}`;
        add("result-name", index, message, unnamed ? `name it: … as ${meant}` : `did you mean '${meant}'?`);
      } else if (into.partitionKeys[name] !== undefined) {
        add(
          "result-extra",
          index,
          `'${name}' is a partition key of ${table}`,
          "leave it out: the run gives it its value.",
        );
      } else
        add(
          "result-extra",
          index,
          `'${name}' is no column of ${table}`,
          `it has ${Object.keys(into.columns).join(", ")}.`,
        );
    }
  });
  for (const name of missing) {
    complete = false;
    add("result-missing", 0, `the result lacks the column '${name}' of ${table}`, `it is ${into.columns[name]}.`);
  }
  if (complete) {
    const index = expected.findIndex(([name], at) => names[at] !== name);
    if (index >= 0) {
      const order = expected.map(([name]) => name).join(", ");
      add(
        "result-order",
        index,
        `'${names[index]}' stands where ${table} has '${expected[index][0]}'`,
        `its order is ${order}.`,
      );
    }
  }
  columns.forEach(({ name, type }, index) => {
    const wanted = into.columns[name];
    if (wanted === undefined || !type || names.indexOf(name) < index) return;
    const target = typeOf(wanted);
    const problem = misfit(type, target);
    if (problem) {
      const message = `'${name}' is ${typeName(type)}, and ${table} has it as ${wanted}${problem === "cast" ? "" : `: ${problem}`}`;
      add("result-type", index, message, `write cast(… as ${typeName(target)}).`);
    }
  });
  return found;
}

/**
 * Why a column of one type cannot be read as another, `cast` if there is nothing more to say; `undefined` if it can. Fine are the
 * same types, integers as wider ones, real as double, decimals that grow on both sides of the point, text of any length, and
 * timestamps of any precision.
 */
export function misfit(from: TrinoType, to: TrinoType): string | undefined {
  switch (from.kind) {
    case "unknown":
      return to.kind === "unknown" ? undefined : "NULL alone has no type that Parquet could hold";
    case "json":
    case "uuid":
    case "time":
    case "interval day to second":
    case "interval year to month":
    case "timestamp with time zone":
      return `UNLOAD cannot write ${from.kind}`;
    default:
  }
  if (to.kind === "unknown") return undefined;
  if (isInteger(from) && isInteger(to)) {
    return (decimalOf(from)?.precision ?? 0) <= (decimalOf(to)?.precision ?? 0) ? undefined : "cast";
  }
  if (isText(from) && isText(to)) return undefined;
  if (from.kind === "real" && to.kind === "double") return undefined;
  if (from.kind === "decimal" && to.kind === "decimal") {
    const fits = from.scale <= to.scale && from.precision - from.scale <= to.precision - to.scale;
    return fits ? undefined : "cast";
  }
  if (from.kind === "array" && to.kind === "array") return misfit(from.element, to.element);
  if (from.kind === "map" && to.kind === "map") return misfit(from.key, to.key) ?? misfit(from.value, to.value);
  if (from.kind === "row" && to.kind === "row") {
    for (const { name, type } of to.fields) {
      const own = from.fields.find((field) => field.name?.toLowerCase() === name?.toLowerCase());
      if (!own) return `its rows have no field '${name ?? ""}'`;
      const problem = misfit(own.type, type);
      if (problem) return problem;
    }
    return undefined;
  }
  return from.kind === to.kind ? undefined : "cast";
}

interface Placed {
  readonly at: Position;
  readonly length?: number;
}

/** Where each column of the result is written; all at `*` where it gives several. */
function columnPlaces(query: Query, sql: string, columns: readonly ResultColumn[]): Placed[] {
  const items = itemsOf(query.body);
  if (!items) return [{ at: query.body.at }];
  const at = (item: SelectItem): Position => (item.kind === "all" ? item.at : item.value.at);
  const star = items.find(({ kind }) => kind === "all");
  if (star) return columns.map(() => ({ at: at(star), length: 1 }));
  const lines = sql.split("\n");
  return items.map((item) => {
    const alias = item.kind === "expression" ? item.alias : undefined;
    const { line, column } = at(item);
    // The name stands on the same line, if anything is simple.
    const rest = lines[line - 1].slice(column - 1);
    const named = alias === undefined ? -1 : rest.search(new RegExp(`(?<=\\bas\\s+"?)${alias}\\b`, "i"));
    return named >= 0 && alias ? { at: { line, column: column + named }, length: alias.length } : { at: at(item) };
  });
}

function itemsOf(body: QueryBody): readonly SelectItem[] | undefined {
  switch (body.kind) {
    case "select":
      return body.items;
    case "nested":
      return itemsOf(body.query.body);
    case "set":
      return itemsOf(body.left);
    case "values":
      return undefined;
  }
}
