/**
 * Changed rows behind an attribute that is not followed: of each table whose columns it is made from, the rows that differ
 * between the two dates, largest difference first. They are named without a number, since none would be true.
 */
import type { TypedColumn } from "../config";
import { columnType, isNumeric } from "../column-type";
import { dateLiteral } from "../literal";
import { columnLineage } from "./column-lineage";
import { keyColumns, keyNames, type Origin, textOf } from "./row-marks";
import type { ExplainedAttribute } from "./explained";
import { quoted, type SourceTable } from "./scope";

/** Rows to be listed: for each target its key, then `origin` (an index into the origins), row keys, both values and a place. */
export interface ChangedRows {
  readonly sql: string;
  readonly origins: readonly Origin[];
}

/** The changed rows; undefined if the model's columns can't be read or come from no table with dates. */
export function changedRows(explained: ExplainedAttribute): ChangedRows | undefined {
  const origins = inputsOf(explained);
  if (origins.length === 0) return undefined;
  const targetKeys = Array.from({ length: keyColumns }, (_, index) => `result_key_${index + 1}`);
  const names = [...keyNames(), "value_current", "value_prior", "difference"];
  const parts = origins.map((origin, index) => {
    const shared = sharedKeys(explained, origin.table);
    const same = shared.map(({ key, name }) => `coalesce(target.${key}, '∅') = coalesce(changed.${name}, '∅')`);
    return (
      `SELECT ${[...targetKeys.map((key) => `target.${key}`), "target.change", `${index} AS origin`, ...names].join(", ")} ` +
      `FROM (${explained.targets}) AS target JOIN (${differing(explained, origin)}) AS changed ` +
      `ON ${same.length > 0 ? same.join(" AND ") : "target.change IS NOT NULL"}`
    );
  });
  return {
    origins,
    sql:
      `SELECT *, row_number() OVER (PARTITION BY ${targetKeys.join(", ")} ORDER BY difference DESC, ` +
      `${["origin", ...keyNames()].join(", ")}) AS place FROM (${parts.join(" UNION ALL ")}) AS behind`,
  };
}

/** The columns that give the attribute its values, of tables whose data has an execution date. */
function inputsOf({ model, tables, attribute }: ExplainedAttribute): Origin[] {
  try {
    const inputs = columnLineage(model.current, tables).columns[attribute.column] ?? [];
    return inputs.flatMap(({ database, table: name, column, transformation }): Origin[] => {
      const table = tables.find((each) => each.database === database && each.table === name);
      const typed = table?.columns.find((each) => each.column === column);
      const dated = table?.columns.some((each) => each.column === "exec_date");
      if (!table || !typed || !dated || table.grain.length === 0 || transformation.type !== "DIRECT") return [];
      return [{ table, attributes: [typed], method: "changed", with: [] }];
    });
  } catch (error) {
    if ((error as Error).name !== "AuditError") throw error;
    return [];
  }
}

/** Grain columns of the result that the source has as well: a row of another plant is not behind this plant's result. */
function sharedKeys(
  { result }: ExplainedAttribute,
  table: SourceTable,
): { key: string; name: string; column: TypedColumn }[] {
  return result.grain.flatMap(({ column }, index) => {
    const own = table.columns.find((each) => each.column === column);
    return own ? [{ key: `result_key_${index + 1}`, name: `shared_${index + 1}`, column: own }] : [];
  });
}

function differing(explained: ExplainedAttribute, { table, attributes: [attribute] }: Origin): string {
  const { execDate, priorDate } = explained.dates;
  const [current, prior] = [dateLiteral(execDate), dateLiteral(priorDate)];
  const value = quoted(attribute.column);
  const on = (date: string, expression: string) => `max(CASE WHEN "exec_date" = ${date} THEN ${expression} END)`;
  const keys = keyNames().map((name, index) => {
    const key = table.grain.at(index);
    return { name, sql: key ? textOf(quoted(key.column), key.type) : "CAST(NULL AS varchar)" };
  });
  const shared = sharedKeys(explained, table).map(({ name, column }) => ({
    name,
    sql: textOf(quoted(column.column), column.type),
  }));
  const numeric = isNumeric(columnType(attribute.type)?.kind ?? "text");
  const number = (date: string) => `coalesce(${on(date, `CAST(${value} AS double)`)}, 0E0)`;
  // Values are compared as they are, and made text only where they differ.
  const text = (name: string) => `${textOf(name, attribute.type)} AS ${name}`;
  const columns = [...keys, ...shared].map(({ name, sql }) => `${sql} AS ${name}`);
  return (
    `SELECT ${[...keys, ...shared].map(({ name }) => name).join(", ")}, ${text("value_current")}, ${text("value_prior")}, difference FROM (` +
    `SELECT ${columns.join(", ")}, ${on(current, value)} AS value_current, ${on(prior, value)} AS value_prior, ` +
    `${numeric ? `abs(${number(current)} - ${number(prior)})` : "0E0"} AS difference ` +
    `FROM ${quoted(table.database)}.${quoted(table.table)} WHERE "exec_date" IN (${current}, ${prior}) ` +
    `GROUP BY ${[...keys, ...shared].map((_, index) => index + 1).join(", ")}) AS both_dates ` +
    `WHERE value_current IS DISTINCT FROM value_prior`
  );
}
