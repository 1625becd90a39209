/**
 * The edge query: from changed results to the source rows behind them, on both execution dates, largest contribution first.
 *
 * 1. `target` are the changes to explain.
 * 2. `per_row` adds up, for each target and source row, its amounts on both dates.
 * 3. `measured` makes a contribution of each: the difference of a sum; for quotients N/D the exact
 *    (ΔN − R·ΔD) / D with the means R and D of both dates, which adds up to the quotient's difference.
 * 4. `ranked` lists the largest; the others are one line, and what all leave of the change is one more.
 */
import { dateLiteral, literal } from "../literal";
import { changedRows } from "./changed-rows";
import { outputIndex } from "./contributing-rows";
import { changedEdges, edgeColumns, notFollowedQuery } from "./edge-lines";
import type { ExplainedAttribute } from "./explained";
import { isNotFollowed, type NotFollowed } from "./linear";
import { arithmeticOf, type Measure, measureOf } from "./measure";
import { readQuery } from "./query-text";
import { keyColumns, keyNames, markNames, numbered, type Origin, type Search, textOf } from "./row-marks";
import { type Block, blockOf, quoted } from "./scope";

/** An edge query and what it leads to. */
export interface EdgeQuery {
  /** SELECT with the columns of the explanation table. */
  readonly sql: string;
  /** What the rows behind the result are rows of. */
  readonly origins: readonly Origin[];
  /** Why the attribute is not followed, if it is not. */
  readonly notFollowed?: string;
}

const valueNames = ["value_current", "value_prior", "number_current", "number_prior"];

/** Builds the edge query of an attribute. A model that can't be followed gives one line for each change that says why. */
export function edgeQuery(explained: ExplainedAttribute): EdgeQuery {
  const search: Search = { origins: [] };
  const measured = measureBoth(explained, search);
  if (!isNotFollowed(measured)) {
    return { sql: measuredEdges(explained, measured, search.origins), origins: search.origins };
  }
  const { notFollowed } = measured;
  const behind = changedRows(explained);
  const said = notFollowedQuery(explained, notFollowed);
  if (!behind) return { sql: said, origins: [], notFollowed };
  const listed = changedEdges(explained, behind);
  return {
    sql: `SELECT * FROM (${said}) AS said UNION ALL SELECT * FROM (${listed}) AS listed`,
    origins: [],
    notFollowed,
  };
}

/** SELECT of one target from values, for {@link ExplainedAttribute.targets}. */
export function targetOf(grain: readonly (string | null)[], change: number): string {
  const keys = Array.from({ length: keyColumns }, (_, index) => {
    const value = grain.at(index) ?? null;
    return `CAST(${value === null ? "NULL" : literal(value)} AS varchar) AS result_key_${index + 1}`;
  });
  return `SELECT ${keys.join(", ")}, CAST(${literal(String(change))} AS double) AS change`;
}

interface Both {
  readonly current: Measure;
  readonly prior: Measure;
}

function measureBoth(explained: ExplainedAttribute, search: Search): Both | NotFollowed {
  const { model, dates } = explained;
  const current = measureOn(explained, model.current, dates.execDate, search);
  if (isNotFollowed(current)) return current;
  const prior = measureOn(explained, model.prior, dates.priorDate, search);
  if (isNotFollowed(prior)) return prior;
  if (current.kind !== prior.kind) return { notFollowed: "a model that was another on the date before" };
  return { current, prior };
}

function measureOn(
  { result, attribute, tables }: ExplainedAttribute,
  sql: string,
  date: string,
  search: Search,
): Measure | NotFollowed {
  try {
    const block: Block = blockOf(readQuery(sql), tables);
    const column = outputIndex(block, attribute.column);
    if (column === undefined) return { notFollowed: `${attribute.column}, which the model does not name` };
    const partition = `${quoted("exec_date")} = ${dateLiteral(date)}`;
    const arithmetic = arithmeticOf(block, column, result, partition, search);
    if (arithmetic) return arithmetic;
    const needed = result.grain.map((key, index) => ({
      index: outputIndex(block, key.column) ?? -1,
      name: `grain_${index + 1}`,
    }));
    const unnamed = result.grain.find((_, index) => needed[index].index < 0);
    if (unnamed) return { notFollowed: `${unnamed.column}, which the model does not name` };
    return measureOf(block, column, needed, search);
  } catch (error) {
    if ((error as Error).name !== "AuditError") throw error;
    return { notFollowed: (error as Error).message };
  }
}

function measuredEdges(explained: ExplainedAttribute, { current, prior }: Both, origins: readonly Origin[]): string {
  const { top } = explained;
  const targetKeys = numbered("result_key");
  const rowKeys = keyNames();
  const keys = [...targetKeys, "change", "row_origin", ...rowKeys].join(", ");
  const window = `OVER (PARTITION BY ${targetKeys.join(", ")})`;
  const sumOn = (amount: string, date: 0 | 1) => `sum(CASE WHEN of_current = ${date} THEN ${amount} END)`;
  const same = targetKeys
    .slice(0, Math.max(1, explained.result.grain.length))
    .map((key) => `coalesce(target.${key}, '∅') = coalesce(each_row.${key}, '∅')`);
  return `
WITH target AS (${explained.targets}
), contributing_row AS (
  ${rowsOn(explained, current, 1)}
  UNION ALL ${rowsOn(explained, prior, 0)}
), per_row AS (
  SELECT ${[...targetKeys.map((key) => `target.${key}`), "change", "row_origin", ...rowKeys].join(", ")},
    ${sumOn("amount_1", 1)} AS over_current, ${sumOn("amount_1", 0)} AS over_prior,
    ${sumOn("amount_2", 1)} AS under_current, ${sumOn("amount_2", 0)} AS under_prior,
    max(CASE WHEN of_current = 1 THEN row_value END) AS value_current,
    max(CASE WHEN of_current = 0 THEN row_value END) AS value_prior,
    max(CASE WHEN of_current = 1 THEN row_number END) AS number_current,
    max(CASE WHEN of_current = 0 THEN row_number END) AS number_prior
  FROM contributing_row AS each_row JOIN target ON ${same.join(" AND ")}
  WHERE row_origin IS NOT NULL
  GROUP BY ${[...targetKeys.map((key) => `target.${key}`), "change", "row_origin", ...rowKeys].join(", ")}
  UNION ALL SELECT ${targetKeys.join(", ")}, change, -1, ${rowKeys.map(() => "NULL").join(", ")},
    NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM target
), measured AS (${measured(current.kind, keys, window)}
), ranked AS (
  SELECT ${keys}, contribution, ${valueNames.join(", ")},
    coalesce(sum(contribution) ${window}, 0E0) AS explained,
    row_number() OVER (PARTITION BY ${targetKeys.join(", ")}, row_origin = -1
      ORDER BY abs(contribution) DESC, ${["row_origin", ...rowKeys].join(", ")}) AS place
  FROM measured
  WHERE row_origin = -1 OR ${shown(current.kind)}
), listed AS (
  SELECT ${targetKeys.join(", ")}, change, explained,
    CASE WHEN row_origin = -1 THEN -1 WHEN place <= ${top} THEN row_origin ELSE -2 END AS origin,
    CASE WHEN row_origin = -1 THEN ${top + 2} WHEN place <= ${top} THEN place ELSE ${top + 1} END AS place,
    ${[...rowKeys, ...valueNames].map((name) => `CASE WHEN place <= ${top} THEN ${name} END AS ${name}`).join(", ")},
    contribution
  FROM ranked
)
SELECT ${edgeColumns(explained, origins)}
FROM listed
GROUP BY ${[...targetKeys, "change", "explained", "origin", "place", ...rowKeys, ...valueNames].join(", ")}`;
}

/** The rows of one date with the result's grain as text. */
function rowsOn({ result }: ExplainedAttribute, { sql }: Measure, date: 0 | 1): string {
  const keys = numbered("result_key").map((name, index) => {
    const column = result.grain.at(index);
    return `${column ? textOf(`"grain_${index + 1}"`, column.type) : "CAST(NULL AS varchar)"} AS ${name}`;
  });
  const rest = [...markNames(), "amount_1", "amount_2"];
  return `SELECT ${date} AS of_current, ${keys.join(", ")}, ${rest.join(", ")} FROM (${sql}) AS result_row`;
}

function measured(kind: Measure["kind"], keys: string, window: string): string {
  const sum = "coalesce(over_current, 0E0) - coalesce(over_prior, 0E0)";
  const columns = `${keys}, ${valueNames.join(", ")}`;
  if (kind === "sum") {
    return `
  SELECT ${columns}, CASE WHEN row_origin >= 0 THEN ${sum} END AS contribution FROM per_row`;
  }
  if (kind === "quotient") {
    const total = (name: string) => `coalesce(sum(${name}) ${window}, 0E0) AS total_${name}`;
    const rate = (date: string) => `coalesce(total_over_${date} / nullif(total_under_${date}, 0E0), 0E0)`;
    return `
  SELECT ${columns}, CASE WHEN row_origin >= 0 THEN (${sum}
      - (${rate("current")} + ${rate("prior")}) / 2E0 * (coalesce(under_current, 0E0) - coalesce(under_prior, 0E0)))
      / nullif((total_under_current + total_under_prior) / 2E0, 0E0) END AS contribution
  FROM (SELECT *, ${["over_current", "over_prior", "under_current", "under_prior"].map(total).join(", ")} FROM per_row) AS totals`;
  }
  const extreme = (name: string) => `${name} = ${kind}(${name}) ${window} AS holds_${name}`;
  return `
  SELECT ${columns}, CAST(NULL AS double) AS contribution, over_current IS DISTINCT FROM over_prior AS moved,
    ${extreme("over_current")}, ${extreme("over_prior")} FROM per_row`;
}

/** Which rows are worth a line. */
function shown(kind: Measure["kind"]): string {
  const holds = "(coalesce(holds_over_current, false) OR coalesce(holds_over_prior, false))";
  return kind === "sum" || kind === "quotient" ? "abs(contribution) > 0E0" : `${holds} AND moved`;
}
