/**
 * Changed rows behind an attribute that is not followed: of each table that it depends on, the rows that differ in what the model
 * uses of them, largest difference first. They are named without a number, since none would be true; but where a single row
 * changed it accounts for everything, whatever the model does with it.
 */
import { quotedName } from "../../athena-sql/trino/print";
import type { Expression } from "../../athena-sql/trino/syntax";
import type { TypedColumn } from "../config";
import { columnLineage } from "./column-lineage";
import { edgeLines, notFollowedQuery } from "./edge-lines";
import type { ExplainedAttribute } from "./explained";
import { sameText } from "./expressions";
import { type Input, inputsOf } from "./inputs";
import { bothStates, dateColumn, marks } from "./base-table";
import { modelChange } from "./model-change";
import { numbered, rowParts, type Search, textOf } from "./origin";
import { readModel } from "./read-model";
import { type Block, blockOf, bodyOf, groupingOf, isGrouped, itemsOf, outputIndex, windowsIn } from "./scope";

const targetKeys = numbered("result_key");

/** The query of what is known all the same; undefined if the model's tables have no dates, or can't be read. */
export function changedRows(explained: ExplainedAttribute, reason: string): string | undefined {
  const search: Search = { dates: explained.dates, origins: [] };
  const parts = readParts(explained, search);
  if (parts.length === 0) return undefined;
  const anotherModel = modelChange(explained.model, explained.dates) !== undefined;
  const keys = targetKeys.join(", ");
  const alone = anotherModel ? "FALSE" : "rows_of_result = 1";
  const ranked = `
), behind AS (
  ${parts.join("\n  UNION ALL ")}
), counted AS (
  SELECT *, count(*) OVER (PARTITION BY ${keys}) AS rows_of_result,
    row_number() OVER (PARTITION BY ${keys} ORDER BY difference DESC, changed_row) AS rank_in_result FROM behind
), listed AS (
  SELECT ${keys}, change, ${rowParts("changed_row").origin} AS origin, changed_row,
    CASE WHEN ${alone} THEN change END AS contribution, 0 AS is_condition, 1 AS row_count, rank_in_result + 1 AS place
  FROM counted WHERE rank_in_result <= ${explained.top}
)`;
  const lines = edgeLines(explained, "SELECT * FROM listed", search.origins, {
    method: "unexplained",
    model: null,
    notFollowed: reason,
  });
  const join = targetKeys.map((key) => `coalesce(target.${key}, '∅') = coalesce(counts.${key}, '∅')`).join(" AND ");
  const left = `SELECT ${keys}, count(*) AS rows_of_result FROM behind GROUP BY ${keys}`;
  const said = notFollowedQuery(explained, reason, {
    from: `(SELECT target.*, rows_of_result FROM target LEFT JOIN (${left}) AS counts ON ${join}) AS told`,
    contribution: `CASE WHEN ${alone} THEN 0E0 ELSE change END`,
  });
  return `
WITH target AS (${explained.targets}${ranked}
SELECT * FROM (${said}) AS said UNION ALL SELECT * FROM (${lines}) AS lines`;
}

/** For each input SELECT of result keys, change, changed_row and difference. */
function readParts(explained: ExplainedAttribute, search: Search): string[] {
  const { model, tables, attribute } = explained;
  try {
    const block = blockOf(readModel(model.current), tables);
    const column = outputIndex(block, attribute.column);
    if (column === undefined) return [];
    const values = columnLineage(model.current, tables).columns[attribute.column] ?? [];
    const narrowed = narrowingOf(explained, block, column);
    return inputsOf(block, [column], search)
      .filter(({ rows, table }) => !rows.same && table.grain.length > 0)
      .map((input) => {
        const direct = values.filter(
          (each) => each.transformation.type === "DIRECT" && each.table === input.table.table,
        );
        return changedOf(
          input,
          direct.map((each) => each.column),
          narrowed,
          search,
        );
      });
  } catch (error) {
    if ((error as Error).name !== "AuditError") throw error;
    return [];
  }
}

/** A column of a source that a result's key is, or that its key is not before. */
interface Narrowing {
  readonly database: string;
  readonly table: string;
  readonly column: string;
  readonly key: string;
  readonly type: string;
  readonly operator: "=" | "<=";
}

/**
 * Which source rows can matter for a result at all: of a group those with its keys; of a window those of its partition, and with
 * a frame that ends at the row itself those that are not behind it.
 */
function narrowingOf({ result, model, tables }: ExplainedAttribute, block: Block, column: number): Narrowing[] {
  const body = bodyOf(block);
  if (body.kind !== "select") return [];
  const items = itemsOf(block, body.select);
  const windows = windowsIn(items[column].value);
  const lineage = columnLineage(model.current, tables).columns;
  return result.grain.flatMap((key, index): Narrowing[] => {
    const item = items.find(({ name }) => name === key.column)?.value;
    if (!item) return [];
    const operator = windows.length > 0 ? windowOperator(windows, item) : groupOperator(block, item);
    if (!operator) return [];
    const inputs = lineage[key.column] ?? [];
    return inputs
      .filter(({ transformation }) => transformation.type === "DIRECT" && transformation.subtype === "IDENTITY")
      .map((each) => ({ ...each, key: `result_key_${index + 1}`, type: key.type, operator }));
  });
}

function groupOperator(block: Block, item: Expression): "=" | undefined {
  const body = bodyOf(block);
  if (body.kind !== "select" || !isGrouped(block, body.select)) return undefined;
  const keys = groupingOf(block, body.select) ?? [];
  return keys.some((key) => sameText(key, item)) ? "=" : undefined;
}

function windowOperator(windows: ReturnType<typeof windowsIn>, item: Expression): "=" | "<=" | undefined {
  const operators = windows.map(({ over }): "=" | "<=" | undefined => {
    if (typeof over !== "object") return undefined;
    if (over.partitionBy.some((key) => sameText(key, item))) return "=";
    const [first] = over.orderBy;
    const end = over.frame?.end?.kind ?? "current row";
    const ends =
      end === "current row" && (!over.frame || over.frame.end !== undefined || over.frame.start.kind !== "current row");
    const backwards = !windows.some(({ name }) =>
      ["lead", "last_value", "nth_value", "ntile", "percent_rank", "cume_dist"].includes(name),
    );
    return first && !first.descending && ends && backwards && sameText(first.key, item) ? "<=" : undefined;
  });
  return operators.every((each) => each !== undefined && each === operators[0]) ? operators[0] : undefined;
}

function changedOf(
  { table, used, rows }: Input,
  values: readonly string[],
  narrowed: readonly Narrowing[],
  search: Search,
): string {
  const attributes = used.filter((column) => values.includes(column));
  const own = narrowed.filter((each) => each.database === table.database && each.table === table.table);
  const keys = own.map(({ column }) => column).filter((column) => column !== dateColumn || rows.date === undefined);
  const all = [...new Set([...used, ...keys])];
  const rowsSql = bothStates(table, { used: all, attributes, others: [], method: "changed" }, rows, search);
  const same = own.map(({ column, key, type, operator }) =>
    operator === "="
      ? `coalesce(target.${key}, '∅') = coalesce(${textOf(`changed.${quotedName(column)}`, type)}, '∅')`
      : `changed.${quotedName(column)} <= TRY_CAST(target.${key} AS ${sqlType(typeOf(table.columns, column) ?? type)})`,
  );
  const [value] = attributes;
  const number =
    value === undefined
      ? "0E0"
      : `abs(coalesce(TRY_CAST(CAST(changed.${quotedName(value)} AS varchar) AS double), 0E0))`;
  return (
    `SELECT ${[...targetKeys.map((key) => `target.${key}`), "target.change"].join(", ")}, changed.${marks.row(1)} AS changed_row, ` +
    `max(${number}) - CASE WHEN count(*) > 1 THEN min(${number}) ELSE 0E0 END AS difference FROM target JOIN (${rowsSql}) AS changed ` +
    `ON changed.${marks.row(1)} IS NOT NULL${same.map((each) => ` AND ${each}`).join("")} GROUP BY 1, 2, 3, 4, 5, 6, 7`
  );
}

function typeOf(columns: readonly TypedColumn[], column: string): string | undefined {
  return columns.find((each) => each.column === column)?.type;
}

/** Glue's names of types as Trino has them. */
function sqlType(type: string): string {
  return type === "string" ? "varchar" : type === "float" ? "real" : type;
}
