/**
 * The edge query: from changed results to the changed source rows behind them, largest contribution first.
 *
 * 1. `target` are the changes to explain.
 * 2. `each_row` gives, for each result, what the combinations of source rows add to it, with both states of those that changed.
 * 3. `measured` says who accounts for how much, see attribution.ts.
 * 4. `listed` are the largest; the others are one line, and what all leave of the change is one more.
 */
import { quotedName } from "../../athena-sql/trino/print";
import { literal } from "../literal";
import { arithmeticOf } from "./arithmetic";
import { attribution, mostTables } from "./attribution";
import { changedRows } from "./changed-rows";
import { byHaving, edgeLines, notFollowedQuery, type Rest, restOf, standIns } from "./edge-lines";
import type { ExplainedAttribute } from "./explained";
import { marks, onDate } from "./base-table";
import { isNotFollowed, type NotFollowed } from "./linear-form";
import { isGuarded, type Measure, measureOf } from "./measure";
import { modelChange } from "./model-change";
import { keyColumns, modelRow, numbered, type Origin, rowParts, type Search, textOf } from "./origin";
import { readModel } from "./read-model";
import { blockOf, outputIndex, type SourceTable } from "./scope";
import { type MarkedRows, padded } from "./marked-rows";

/** An edge query and what it leads to. */
export interface EdgeQuery {
  /** SELECT with the columns of the explanation table. */
  readonly sql: string;
  /** What the rows behind the result are rows of. */
  readonly origins: readonly Origin[];
  /** Why the attribute is not followed, if it is not. */
  readonly notFollowed?: string;
}

/** Builds the edge query of an attribute. A model that can't be followed gives one line for each change that says why. */
export function edgeQuery(explained: ExplainedAttribute): EdgeQuery {
  const first: Search = { dates: explained.dates, origins: [], top: true };
  // A row is the same row wherever the model uses it, so it is read with all that is used of it.
  const known = measure(explained, first);
  const search: Search = { ...first, origins: [], uses: usesOf(first.origins) };
  const measured = isNotFollowed(known) ? known : measure(explained, search);
  if (!isNotFollowed(measured)) {
    return { sql: measuredEdges(explained, measured, search.origins), origins: search.origins };
  }
  const { notFollowed } = measured;
  const sql = changedRows(explained, notFollowed) ?? notFollowedQuery(explained, notFollowed);
  return { sql, origins: [], notFollowed };
}

function usesOf(origins: readonly Origin[]): Map<SourceTable, string[]> {
  const uses = new Map<SourceTable, string[]>();
  for (const { table, used } of origins) {
    uses.set(table, [...new Set([...(uses.get(table) ?? []), ...used.map(({ column }) => column)])]);
  }
  return uses;
}

/** SELECT of one target from values, for {@link ExplainedAttribute.targets}. */
export function targetOf(grain: readonly (string | null)[], change: number): string {
  const keys = Array.from({ length: keyColumns }, (_, index) => {
    const value = grain.at(index) ?? null;
    return `CAST(${value === null ? "NULL" : literal(value)} AS varchar) AS result_key_${index + 1}`;
  });
  return `SELECT ${keys.join(", ")}, CAST(${literal(String(change))} AS double) AS change`;
}

/** The measure by the model of now, and by the one of before if it was another. */
interface Measured extends Measure {
  readonly before?: Measure;
}

function measure(explained: ExplainedAttribute, search: Search): Measured | NotFollowed {
  const { model, dates } = explained;
  const another = modelChange(model, dates) !== undefined;
  const now = measureBy(explained, model.current, search, !another);
  if (isNotFollowed(now)) return now;
  const before = another
    ? measureBy(explained, onDate(model.prior, dates.priorDate, dates.execDate), search, false)
    : undefined;
  if (isNotFollowed(before)) return { notFollowed: `the model of before, with ${before.notFollowed}` };
  if (before && before.kind !== now.kind) return { notFollowed: "a model that computed it otherwise before" };
  const most = Math.max(...[now, before].map((each) => positionsOf(each)));
  if (most > mostTables) return { notFollowed: `a join of more than ${mostTables} tables` };
  return { ...now, ...(before && { before }) };
}

function positionsOf(measured: Measure | undefined): number {
  return Math.max(0, measured?.rows.positions ?? 0, measured?.under?.positions ?? 0);
}

function measureBy(
  { result, attribute, tables }: ExplainedAttribute,
  sql: string,
  search: Search,
  byColumns: boolean,
): Measure | NotFollowed {
  try {
    const block = blockOf(readModel(sql), tables);
    const column = outputIndex(block, attribute.column);
    if (column === undefined) return { notFollowed: `${attribute.column}, which the model does not name` };
    const needed = result.grain.map((key, index) => ({
      index: outputIndex(block, key.column) ?? -1,
      name: `grain_${index + 1}`,
    }));
    const unnamed = result.grain.find((_, index) => needed[index].index < 0);
    if (unnamed) return { notFollowed: `${unnamed.column}, which the model does not name` };
    const arithmetic = byColumns ? arithmeticOf(block, column, result, search) : undefined;
    if (arithmetic) return arithmetic;
    const found = measureOf(block, column, needed, search);
    return isNotFollowed(found) ? found : { ...found, guarded: isGuarded(block) };
  } catch (error) {
    if ((error as Error).name !== "AuditError") throw error;
    return { notFollowed: (error as Error).message };
  }
}

function measuredEdges(explained: ExplainedAttribute, measured: Measured, origins: readonly Origin[]): string {
  const { top, result, model, dates } = explained;
  const { kind, before } = measured;
  const guarded = (measured.guarded ?? false) || (before?.guarded ?? false);
  const own = Math.max(positionsOf(measured), positionsOf(before));
  // The model itself is one that changed, at the last place.
  const positions = Math.max(1, before ? own + 1 : own);
  const keys = numbered("result_key");
  const targetKeys = keys.join(", ");
  const same = keys
    .slice(0, Math.max(1, result.grain.length))
    .map((key) => `coalesce(target.${key}, '∅') = coalesce(measured.${key}, '∅')`)
    .join(" AND ");
  const nothing = "CAST(NULL AS double)";
  const rowsBy = ({ rows, under }: Measure, state: 0 | 1): string[] => {
    const as = before && { position: positions, state };
    const over = `${marks.amount} AS over_amount, ${nothing} AS under_amount`;
    const below = `${nothing} AS over_amount, ${marks.amount} AS under_amount`;
    return [
      rowsOf(explained, rows, positions, over, as),
      ...(under ? [rowsOf(explained, under, positions, below, as)] : []),
    ];
  };
  const each = [...rowsBy(measured, 1), ...(before ? rowsBy(before, 0) : [])];
  const extreme = kind === "max" || kind === "min";
  const rest: Rest = {
    method: extreme ? "together" : "unexplained",
    model: modelChange(model, dates) ?? null,
    notFollowed: guarded ? byHaving : standIns,
  };
  const counts = "(is_condition = 1 OR abs(contribution) > 0E0)";
  const amount = extreme
    ? `CASE WHEN count(*) OVER (PARTITION BY ${keys.map((key) => `target.${key}`).join(", ")}) = 1 THEN change END`
    : "contribution";
  const rows = `SELECT ${keys.map((key) => `target.${key}`).join(", ")}, change, changed_row, ${amount} AS contribution, is_condition, is_proven
    FROM (${attribution(kind, positions, each.join("\n  UNION ALL "), guarded)}) AS measured JOIN target ON ${same}
    UNION ALL SELECT ${targetKeys}, change, NULL, NULL, 0, 1 FROM target`;
  const ranked = `SELECT *, row_number() OVER (PARTITION BY ${targetKeys}, changed_row IS NULL
      ORDER BY CASE WHEN ${counts} THEN 0 ELSE 1 END, changed_row = ${modelRow} DESC, coalesce(abs(contribution), 0E0) DESC, changed_row) AS rank_in_result,
    coalesce(sum(contribution) OVER (PARTITION BY ${targetKeys}), 0E0) AS explained,
    count(CASE WHEN ${counts} THEN changed_row END) OVER (PARTITION BY ${targetKeys}) AS causes
  FROM (${rows}) AS every_line`;
  const whole = guarded && !extreme ? "abs(change - explained) <= 1E-9 * abs(change)" : "TRUE";
  const judged = `SELECT *, CASE WHEN min(is_proven) OVER (PARTITION BY ${targetKeys}) = 1 AND ${whole} THEN 1 ELSE 0 END AS is_followed
  FROM (${ranked}) AS ranked`;
  const listed = `SELECT ${targetKeys}, change,
    CASE WHEN changed_row IS NULL THEN CASE WHEN is_followed = 1 THEN ${restOf.change} ELSE ${restOf.notFollowed} END WHEN rank_in_result <= ${top} THEN ${rowParts("changed_row").origin}
      ELSE ${restOf.furtherRows} END AS origin,
    CASE WHEN rank_in_result <= ${top} THEN changed_row END AS changed_row,
    CASE WHEN count(changed_row) > 0 THEN sum(CASE WHEN is_followed = 1 THEN contribution END)
      ELSE max(CASE WHEN is_followed = 1 THEN change - explained ELSE change END) END AS contribution,
    max(is_condition) AS is_condition,
    CASE WHEN count(changed_row) > 0 THEN count(*) ELSE ${extreme ? "max(causes)" : "0"} END AS row_count,
    CASE WHEN count(changed_row) = 0 THEN ${top + 2} ELSE least(min(rank_in_result), ${top + 1}) END AS place
  FROM (${judged}) AS judged WHERE changed_row IS NULL OR ${counts} GROUP BY 1, 2, 3, 4, 5, 6, 7, 8`;
  return `WITH target AS (${explained.targets})\n${edgeLines(explained, listed, origins, rest)}`;
}

/** Rows with the result's grain as text; `as` says which of two models they are by, and at which place it is told. */
function rowsOf(
  { result }: ExplainedAttribute,
  rows: MarkedRows,
  positions: number,
  amounts: string,
  as?: { readonly position: number; readonly state: 0 | 1 },
): string {
  const keys = numbered("result_key").map((name, index) => {
    const column = result.grain.at(index);
    return `${column ? textOf(quotedName(`grain_${index + 1}`), column.type) : "CAST(NULL AS varchar)"} AS ${name}`;
  });
  const own = Array.from({ length: positions }, (_, index) => {
    const [row, state] = [marks.row(index + 1), marks.state(index + 1)];
    return as?.position === index + 1 ? [`${modelRow} AS ${row}`, `${as.state} AS ${state}`] : [row, state];
  });
  const all = padded(rows, positions, marks.amount);
  return `SELECT ${[...keys, ...own.flat(), amounts].join(", ")} FROM (${all}) AS result_row`;
}
