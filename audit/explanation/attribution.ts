/**
 * Who accounts for how much: from rows in both states to the changed rows among them.
 *
 * Of each combination of source rows it is known what it adds in every mixture of its changed rows' states, its worlds: world 0 is
 * the state before, the last one the state now, and each bit between says of one row that it is as it is now.
 *
 * 1. Causes are the rows that the change needs (needed-rows.ts): with them, and nothing else, the result is what it is now; without any
 *    one of them it is another. Of rows that stand for one another, those of the tables that stand first in FROM remain.
 * 2. In a combination, those of them count without which it would add something else.
 * 3. Where several do, the rows of tables that stand later in FROM come first, each with what it moves given those before it; the
 *    row of the table that stands first comes last. So a renamed label takes along what it labelled before, and a corrected fact
 *    counts as it is labelled now.
 * 4. A needed row that moves nothing by itself is a condition.
 *
 * For quotients R = N / D a row's contribution is the exact (ΔN − R·ΔD) / D with the means R and D of both dates, which adds up
 * to the quotient's difference.
 */
import { marks } from "./base-table";
import type { Measure } from "./measure";
import { isNothing, isSame, neededRows, rate, roundsOf } from "./needed-rows";
import { numbered, sourceRow } from "./origin";

/** Most tables of one combination: there are two worlds for each of them, and for both two, … */
export const mostTables = 5;

const keys = numbered("result_key");
const group = keys.join(", ");
const byTarget = `PARTITION BY ${group}`;

/**
 * The query from `eachRow` (SELECT of result keys as text, marks, over_amount, under_amount) to each result and changed row with its
 * `contribution`, whether it `is_condition`, and whether its result `is_proven`: each of its causes is needed, and where HAVING
 * guards it, it is there in both states and needs all that changed in it. Of an extreme there is no contribution. Steps stand inside one another, and what
 * is asked for is joined at the end: engines that put a common table where it is read plan it again below each window.
 */
export function attribution(kind: Measure["kind"], positions: number, eachRow: string, guarded = false): string {
  const extreme = kind === "max" || kind === "min";
  const needed = neededRows(
    kind,
    group,
    positions,
    changedRowsIn(combinationsOf(kind, positions, eachRow, guarded), positions),
  );
  const isRounded = roundsOf(kind, positions) > 0;
  const proven = guarded ? "is_in * is_there * (1 - is_spare)" : isRounded ? "1 - is_spare" : "1";
  if (extreme) {
    return `SELECT DISTINCT ${group}, changed_row, CAST(NULL AS double) AS contribution, 1 AS is_condition, is_proven
  FROM (SELECT *, min(${proven}) OVER (${byTarget}) AS is_proven FROM (${needed}) AS needed) AS needed WHERE is_in = 1`;
  }
  const sides = kind === "quotient" ? ["over", "under"] : ["over"];
  const counting = Array.from({ length: positions }, (_, index) => positions - index).reduce(
    (sql, position) =>
      `SELECT *, ${sides.map((side) => countingFrom(side, position, positions)).join(", ")} FROM (${sql}) AS counting`,
    needed,
  );
  const parts = sides.map((side) => {
    const world = (step: string) => `${side}_worlds[1 + ${side}_mask_1 - ${side}_mask_1 % ${step}]`;
    return `${world("bit")} - ${world("(2 * bit)")} AS ${side}_part`;
  });
  return lines(kind, proven, `SELECT *, ${parts.join(", ")} FROM (${counting}) AS counted`);
}

/** Each combination with its worlds, and what its result is made of. */
function combinationsOf(kind: Measure["kind"], positions: number, eachRow: string, guarded: boolean): string {
  const all = Array.from({ length: positions }, (_, index) => index + 1);
  const rows = all.map(marks.row);
  const last = 2 ** positions;
  const extreme = kind === "max" || kind === "min";
  const sides = kind === "quotient" ? ["over", "under"] : ["over"];
  const worlds = (side: string) =>
    Array.from({ length: last }, (_, world) => {
      const states = all.map((position) => {
        const bit = (world >> (position - 1)) & 1;
        return `coalesce(${marks.state(position)}, ${bit}) = ${bit}`;
      });
      const amount = `${extreme ? kind : "sum"}(CASE WHEN ${states.join(" AND ")} THEN ${side}_amount END)`;
      return extreme ? amount : `coalesce(${amount}, 0E0)`;
    }).join(", ");
  // What did not change matters for totals, and for what holds an extreme.
  const relevant = kind === "sum" && !guarded ? ` WHERE ${rows.map((row) => `${row} IS NOT NULL`).join(" OR ")}` : "";
  const combinations = `SELECT ${[...keys, ...rows].join(", ")},
    ${sides.map((side) => `ARRAY[${worlds(side)}] AS ${side}_worlds`).join(", ")}
  FROM (${eachRow}) AS each_row${relevant}
  GROUP BY ${[...keys, ...rows].join(", ")}`;
  const total = (value: string) => `${value} OVER (${byTarget})`;
  const of = (side: string, world: number) => total(`${extreme ? kind : "sum"}(${side}_worlds[${world}])`);
  const totals = sides.flatMap((side) => [`${of(side, last)} AS ${side}_now`, `${of(side, 1)} AS ${side}_before`]);
  const number = `row_number() OVER (${byTarget} ORDER BY ${rows.join(", ")}) AS combination_number`;
  const there = ["now", "before"].map((date) => `abs(${of("over", date === "now" ? last : 1)}) > 0E0`).join(" AND ");
  const isThere = guarded ? `CASE WHEN ${there} THEN 1 ELSE 0 END` : "1";
  const beside = kind === "sum" ? [] : extreme ? [`${of("over", last)} AS extreme_now`] : totals;
  const whole = `SELECT *, ${[number, `${isThere} AS is_there`, ...beside].join(", ")} FROM (${combinations}) AS combination`;
  if (!extreme) return whole;
  const holds = `CASE WHEN over_worlds[${last}] = extreme_now THEN 1E0 ELSE 0E0 END`;
  return `SELECT *, ${total(`sum(${holds})`)} AS over_now FROM (${whole}) AS held`;
}

/** Each changed row in each combination, with its turn to be left out: rows of later tables first. */
function changedRowsIn(combinations: string, positions: number): string {
  const all = Array.from({ length: positions }, (_, index) => index + 1);
  const ofPosition = (value: (position: number) => string) =>
    `CASE position ${all.map((position) => `WHEN ${position} THEN ${value(position)}`).join(" ")} END`;
  const each = `SELECT *, ${ofPosition(marks.row)} AS changed_row, ${ofPosition((position) => String(2 ** (position - 1)))} AS bit
  FROM (${combinations}) AS combined CROSS JOIN (VALUES ${all.map((position) => `(${position})`).join(", ")}) AS positions (position)`;
  const told = `SELECT *, ${sourceRow("changed_row")} AS source_row FROM (${each}) AS every_position WHERE changed_row IS NOT NULL`;
  const placed = `SELECT *, max(position) OVER (${byTarget}, source_row) AS place FROM (${told}) AS told`;
  const turned = `SELECT *, dense_rank() OVER (${byTarget} ORDER BY place DESC, source_row DESC) AS turn FROM (${placed}) AS placed`;
  // A row that stands in a combination twice, of a table joined with itself, changes at both places or at none.
  const same = `OVER (${byTarget}, combination_number, turn)`;
  return `SELECT *, sum(bit) ${same} AS row_bits, CASE WHEN position = min(position) ${same} THEN 1 ELSE 0 END AS is_first
  FROM (${turned}) AS turned`;
}

/** The needed rows that count in a combination, from the last position down: those without which it would add something else. */
function countingFrom(side: string, position: number, positions: number): string {
  const mask = position === positions ? "mask" : `${side}_mask_${position + 1}`;
  const bit = 2 ** (position - 1);
  const same = isSame(`${side}_worlds[1 + ${mask} - ${bit}]`, `${side}_worlds[1 + mask]`);
  return `CASE WHEN ${mask} % ${2 * bit} < ${bit} THEN ${mask} WHEN ${same} THEN ${mask} - ${bit} ELSE ${mask} END AS ${side}_mask_${position}`;
}

/** What is said of each changed row; of a source row that is needed and moves nothing, the line that shows it best is a condition. */
function lines(kind: Measure["kind"], proven: string, parts: string): string {
  const sides = kind === "quotient" ? ["over", "under"] : ["over"];
  const nothing = sides.map((side) => isNothing(`sum(${side}_part)`, `sum(abs(${side}_part))`)).join(" AND ");
  const [now, before] = ["now", "before"].map((date) => rate(`max(over_${date})`, `max(under_${date})`));
  const amount =
    kind === "quotient"
      ? `(sum(over_part) - (${now} + ${before}) / 2E0 * sum(under_part)) / nullif((max(under_now) + max(under_before)) / 2E0, 0E0)`
      : "sum(over_part)";
  const each = `SELECT ${group}, turn, changed_row, max(is_in * (1 - is_spare)) AS is_needed, min(${proven}) AS is_sure, ${sides.map((side) => `sum(abs(${side}_less))`).join(" + ")} AS size,
    CASE WHEN ${nothing} THEN 0E0 ELSE ${amount} END AS contribution
  FROM (${parts}) AS parts GROUP BY ${group}, turn, changed_row`;
  const ofRow = `PARTITION BY ${group}, turn`;
  const judged = `SELECT *, min(is_sure) OVER (${byTarget}) AS is_proven FROM (${each}) AS line`;
  return `SELECT ${group}, changed_row, contribution, is_proven, CASE WHEN is_proven = 0 OR (is_needed = 1
      AND max(abs(contribution)) OVER (${ofRow}) = 0E0
      AND row_number() OVER (${ofRow} ORDER BY size DESC, changed_row) = 1) THEN 1 ELSE 0 END AS is_condition
  FROM (${judged}) AS judged`;
}
