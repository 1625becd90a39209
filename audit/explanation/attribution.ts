/**
 * Who accounts for how much: from rows in both states to the changed rows among them.
 *
 * Of each combination of source rows it is known what it adds in every mixture of its changed rows' states, its worlds: world 0 is
 * the state before, the last one the state now, and each bit between says of one row that it is as it is now.
 *
 * 1. A changed row is a cause of what its combination moves if the last world would be another without its change.
 * 2. Where several are, the rows of tables that stand later in FROM come first, each with what it moves given those before it; the
 *    row of the table that stands first comes last. So a renamed label takes along what it labelled before, and a corrected fact
 *    counts as it is labelled now.
 * 3. Where none is, since any one of them would have done the same, it is one that is a cause already, or else the row of the
 *    table that stands first.
 * 4. A changed row that moves nothing itself, but without which the causes would not make what is there now, is a condition.
 *
 * For quotients R = N / D a row's contribution is the exact (ΔN − R·ΔD) / D with the means R and D of both dates, which adds up
 * to the quotient's difference.
 */
import { marks } from "./base-table";
import type { Measure } from "./measure";
import { numbered } from "./origin";

/** Most tables of one combination: there are two worlds for each of them, and for both two, … */
export const mostTables = 5;

const keys = numbered("result_key");
const byTarget = `PARTITION BY ${keys.join(", ")}`;
const group = keys.join(", ");

/**
 * The query from `eachRow` (SELECT of result keys as text, marks, over_amount, under_amount) to each result and changed row with its
 * `contribution`, and whether it `is_condition`. Of an extreme there is no contribution. Steps stand inside one another, and what
 * is asked for is joined at the end: engines that put a common table where it is read plan it again below each window.
 */
export function attribution(kind: Measure["kind"], positions: number, eachRow: string): string {
  const all = Array.from({ length: positions }, (_, index) => index + 1);
  const rows = all.map(marks.row);
  const last = 2 ** positions;
  const extreme = kind === "max" || kind === "min";
  const aggregate = extreme ? kind : "sum";
  const worlds = (side: string) =>
    Array.from({ length: last }, (_, world) => {
      const states = all.map((position) => {
        const bit = (world >> (position - 1)) & 1;
        return `coalesce(${marks.state(position)}, ${bit}) = ${bit}`;
      });
      const amount = `${aggregate}(CASE WHEN ${states.join(" AND ")} THEN ${side}_amount END)`;
      return extreme ? amount : `coalesce(${amount}, 0E0)`;
    }).join(", ");
  const sides = kind === "quotient" ? ["over", "under"] : ["over"];
  const differ = (left: string, right: string) =>
    extreme ? `${left} IS DISTINCT FROM ${right}` : isOther(left, right);
  const members = sides.flatMap((side) =>
    all.map((position) => {
      const bit = 2 ** (position - 1);
      const moves = differ(`${side}_worlds[${last}]`, `${side}_worlds[${last - bit}]`);
      return `CASE WHEN ${marks.row(position)} IS NOT NULL AND ${moves} THEN ${bit} ELSE 0 END AS ${side}_member_${position}`;
    }),
  );
  const totals = sides.map(
    (side) =>
      `sum(${side}_worlds[${last}]) OVER (${byTarget}) AS ${side}_now, sum(${side}_worlds[1]) OVER (${byTarget}) AS ${side}_before`,
  );
  const combination = `row_number() OVER (${byTarget} ORDER BY ${rows.join(", ")}) AS combination_number`;
  // What did not change matters for totals, and for what holds an extreme.
  const relevant = kind === "sum" ? ` WHERE ${rows.map((row) => `${row} IS NOT NULL`).join(" OR ")}` : "";
  const combinations = `SELECT ${[...keys, ...rows].join(", ")},
    ${sides.map((side) => `ARRAY[${worlds(side)}] AS ${side}_worlds`).join(", ")}
  FROM (${eachRow}) AS each_row${relevant}
  GROUP BY ${[...keys, ...rows].join(", ")}`;
  const membership = `SELECT ${[group, ...rows, ...sides.map((side) => `${side}_worlds`), ...members].join(", ")},
    ${extreme ? chosen(kind, last, rows) : totals.join(", ")}, ${combination}
  FROM (${combinations}) AS combination`;
  const parts = `SELECT *, CASE position ${all.map((position) => `WHEN ${position} THEN ${marks.row(position)}`).join(" ")} END AS changed_row,
    ${extreme ? extremeParts(all) : sides.map((side) => moved(side, all, last)).join(", ")}
  FROM (${membership}) AS member
  CROSS JOIN (VALUES ${all.map((position) => `(${position})`).join(", ")}) AS positions (position)`;
  if (extreme) return extremeRows(parts);
  const assigned = assignedParts(parts, sides, last);
  return kind === "quotient" ? quotientRows(assigned) : sumRows(assigned);
}

/** What each position moves in a combination, whether it is a member of its causes, and what no member accounts for. */
function moved(side: string, all: readonly number[], last: number): string {
  const world = (from: number) =>
    `${side}_worlds[${["1", ...all.filter((each) => each >= from).map((each) => `${side}_member_${each}`)].join(" + ")}]`;
  const ofPosition = (value: (position: number) => string) =>
    `CASE position ${all.map((position) => `WHEN ${position} THEN ${value(position)}`).join(" ")} END`;
  return (
    `${ofPosition((position) => `${world(position)} - ${world(position + 1)}`)} AS ${side}_moved, ` +
    `${ofPosition((position) => `${side}_member_${position}`)} AS ${side}_bit, ` +
    `${ofPosition((position) => `${side}_worlds[${last}] - ${side}_worlds[${last - 2 ** (position - 1)}]`)} AS ${side}_last, ` +
    `CASE WHEN ${isOther(`${side}_worlds[${last}]`, world(1))} THEN ${side}_worlds[${last}] - ${world(1)} ELSE 0E0 END AS ${side}_rest`
  );
}

/** Whether two sums differ by more than what is lost when numbers are added up in another order. */
function isOther(left: string, right: string): string {
  return `abs(${left} - ${right}) > 1E-12 * greatest(abs(${left}), abs(${right}))`;
}

/** The parts with what no member accounts for given to one row, and conditions found. */
function assignedParts(parts: string, sides: readonly string[], last: number): string {
  const ofRow = `(PARTITION BY ${group}, changed_row)`;
  const ofCombination = `(PARTITION BY ${group}, combination_number)`;
  const moves = (column: string) =>
    sides
      .map((side) => `abs(sum(${side}_${column}) OVER ${ofRow}) > 1E-12 * sum(abs(${side}_${column})) OVER ${ofRow}`)
      .join(" OR ");
  const flag = (column: string) => `CASE WHEN changed_row IS NOT NULL AND (${moves(column)}) THEN 1 ELSE 0 END`;
  const first = (condition: string) => `min(CASE WHEN ${condition} THEN position END) OVER ${ofCombination}`;
  const taker = `coalesce(${first("is_moving = 1")}, ${first("changed_row IS NOT NULL")})`;
  const bit = "CAST(power(2, position - 1) AS integer)";
  const gap = (side: string, of: (gap: string) => string) =>
    `sum(CASE WHEN position = 1 THEN ${of(`(${side}_worlds[1 + causes] - ${side}_worlds[${last}])`)} ELSE 0E0 END) OVER (${byTarget})`;
  const short = sides.map(
    (side) => `abs(${gap(side, (each) => each)}) > 1E-12 * ${gap(side, (each) => `abs(${each})`)}`,
  );
  const added = sides.map(
    (side) =>
      `CASE WHEN is_cause = 0 AND ${side}_bit > 0 ` +
      `THEN ${side}_worlds[1 + causes + ${bit}] - ${side}_worlds[1 + causes] ELSE 0E0 END AS ${side}_added`,
  );
  const moving = `SELECT *, ${flag("moved")} AS is_moving FROM (${parts}) AS part`;
  const share = (side: string) =>
    `${side}_moved + CASE WHEN position = ${taker} THEN ${side}_rest ELSE 0E0 END AS ${side}_part`;
  const taken = `SELECT *, ${sides.map(share).join(", ")} FROM (${moving}) AS moving`;
  const cause = `SELECT *, ${flag("part")} AS is_cause FROM (${taken}) AS taken`;
  const mask = `CAST(sum(CASE WHEN is_cause = 1 THEN ${bit} ELSE 0 END) OVER ${ofCombination} AS integer)`;
  const among = `SELECT *, ${mask} AS causes FROM (${cause}) AS cause`;
  return (
    `SELECT *, CASE WHEN ${short.join(" OR ")} THEN 1 ELSE 0 END AS is_short, ${added.join(", ")} ` +
    `FROM (${among}) AS among`
  );
}

/** Small enough to be what is lost when numbers are added up in another order. */
const isNothing = (amount: string, size: string) => `abs(${amount}) <= 1E-12 * ${size}`;

/** Without it the causes fall short of what is there now. */
const isCondition = (...sides: readonly string[]) =>
  `CASE WHEN max(is_short) = 1 AND (${sides
    .map((side) => `NOT ${isNothing(`sum(${side}_added)`, `sum(abs(${side}_added))`)}`)
    .join(" OR ")}) THEN 1 ELSE 0 END`;

const sumRows = (assigned: string) => `SELECT ${group}, changed_row,
    CASE WHEN ${isNothing("sum(over_part)", "sum(abs(over_part))")} THEN 0E0 ELSE sum(over_part) END AS contribution,
    ${isCondition("over")} AS is_condition
  FROM (${assigned}) AS caused WHERE changed_row IS NOT NULL GROUP BY ${group}, changed_row`;

const rate = (date: string) => `coalesce(max(over_${date}) / nullif(max(under_${date}), 0E0), 0E0)`;
/**
 * A row without which the quotient is the same, since it adds to both sides alike or one side is nothing, is none of its causes:
 * its part goes to those that are, by their size.
 */
const isSpared = `coalesce(abs((max(over_now) - sum(over_last)) / nullif(max(under_now) - sum(under_last), 0E0)
        - ${rate("now")}) <= 1E-9 * abs(${rate("now")}), FALSE)`;

const quotientRows = (assigned: string) => {
  const nothing = `${isNothing("sum(over_part)", "sum(abs(over_part))")} AND ${isNothing("sum(under_part)", "sum(abs(under_part))")}`;
  const own = `SELECT ${group}, changed_row, CASE WHEN ${isSpared} THEN 1 ELSE 0 END AS is_spared,
    CASE WHEN ${nothing} THEN 0E0 ELSE (sum(over_part) - (${rate("now")} + ${rate("before")}) / 2E0 * sum(under_part))
        / nullif((max(under_now) + max(under_before)) / 2E0, 0E0) END AS own_part,
    ${isCondition("over", "under")} AS is_condition
  FROM (${assigned}) AS caused WHERE changed_row IS NOT NULL GROUP BY ${group}, changed_row`;
  const sum = (value: string, spared: number) =>
    `coalesce(sum(CASE WHEN is_spared = ${spared} THEN ${value} END) OVER (${byTarget}), 0E0)`;
  const kept = sum("abs(own_part)", 0);
  return `SELECT ${group}, changed_row, CASE WHEN is_spared = 1 AND ${kept} > 0E0 THEN 0E0
      ELSE own_part + coalesce(abs(own_part) / nullif(${kept}, 0E0), 0E0) * ${sum("own_part", 1)} END AS contribution,
    CASE WHEN is_spared = 1 AND ${kept} > 0E0 THEN 0 ELSE is_condition END AS is_condition
  FROM (${own}) AS own`;
};

/**
 * Of an extreme those combinations count that held more before than it is now, all of them; and if no other row holds what it is
 * now, the first that came to do so.
 */
function chosen(kind: "max" | "min", last: number, rows: readonly string[]): string {
  const now = `${kind}(over_worlds[${last}]) OVER (${byTarget})`;
  const beyond = kind === "max" ? ">" : "<";
  const changed = `(${rows.map((row) => `${row} IS NOT NULL`).join(" OR ")})`;
  const gone = `(${changed} AND over_worlds[1] IS NOT NULL AND (${now} IS NULL OR over_worlds[1] ${beyond} ${now}))`;
  const holds = `over_worlds[${last}] = ${now}`;
  return (
    `CASE WHEN ${gone} THEN 1 ELSE 0 END AS is_gone, CASE WHEN ${holds} AND NOT ${changed} THEN 1 ELSE 0 END AS stays, ` +
    `CASE WHEN ${holds} AND ${changed} THEN 1 ELSE 0 END AS came`
  );
}

function extremeParts(all: readonly number[]): string {
  const rows = all.map(marks.row);
  const member = `CASE position ${all.map((position) => `WHEN ${position} THEN over_member_${position}`).join(" ")} END`;
  const none = all.map((position) => `over_member_${position} = 0`).join(" AND ");
  const first = `CASE position ${all
    .map((position) => {
      const before = all.filter((each) => each < position).map((each) => `${marks.row(each)} IS NULL`);
      return `WHEN ${position} THEN CASE WHEN ${[...before, "TRUE"].join(" AND ")} THEN 1 ELSE 0 END`;
    })
    .join(" ")} END`;
  return (
    `max(greatest(stays, CASE WHEN is_gone = 1 THEN came ELSE 0 END)) OVER (${byTarget}) AS is_held, ` +
    `rank() OVER (${byTarget}, came ORDER BY ${rows.join(", ")}) AS came_place, ` +
    `CASE WHEN ${member} > 0 OR (${none} AND ${first} = 1) THEN 1 ELSE 0 END AS counts`
  );
}

const extremeRows = (
  parts: string,
) => `SELECT DISTINCT ${group}, changed_row, CAST(NULL AS double) AS contribution, 1 AS is_condition
  FROM (${parts}) AS part WHERE changed_row IS NOT NULL AND counts = 1
    AND (is_gone = 1 OR (came = 1 AND is_held = 0 AND came_place = 1))`;
