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
import { marks } from "./leaf";
import type { Measure } from "./measure";
import { numbered } from "./origin";

/** Most tables of one combination: there are two worlds for each of them, and for both two, … */
export const mostTables = 5;

const keys = numbered("result_key");
const byTarget = `PARTITION BY ${keys.join(", ")}`;
const group = [...keys, "change"].join(", ");

/**
 * Common tables from `each_row` (result keys as text, marks, over_amount, under_amount) and `target` to `measured`: for each result
 * and changed row its `contribution`, and whether it `is_condition`.
 */
export function attribution(kind: Measure["kind"], positions: number, same: string): string {
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
  return `combination AS (
  SELECT ${[...keys.map((key) => `target.${key}`), "change", ...rows].join(", ")},
    ${sides.map((side) => `ARRAY[${worlds(side)}] AS ${side}_worlds`).join(", ")}
  FROM each_row JOIN target ON ${same}
  GROUP BY ${[...keys.map((key) => `target.${key}`), "change", ...rows].join(", ")}
), member AS (
  SELECT ${[group, ...rows, ...sides.map((side) => `${side}_worlds`), ...members].join(", ")},
    ${extreme ? chosen(kind, last, rows) : totals.join(", ")}, ${combination}
  FROM combination
), part AS (
  SELECT *, CASE position ${all.map((position) => `WHEN ${position} THEN ${marks.row(position)}`).join(" ")} END AS changed_row,
    ${extreme ? extremeParts(all) : sides.map((side) => moved(side, all, last)).join(", ")}
  FROM member CROSS JOIN (VALUES ${all.map((position) => `(${position})`).join(", ")}) AS positions (position)
), ${extreme ? "" : assigned(sides, last)}measured AS (
  ${extreme ? extremeRows : kind === "quotient" ? quotientRows : sumRows}
)`;
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

/** Common tables from `part` to `caused`: what no member accounts for goes to one row, and conditions are found. */
function assigned(sides: readonly string[], last: number): string {
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
  return `moving AS (
  SELECT *, ${flag("moved")} AS is_moving FROM part
), taken AS (
  SELECT *, ${sides.map((side) => `${side}_moved + CASE WHEN position = ${taker} THEN ${side}_rest ELSE 0E0 END AS ${side}_part`).join(", ")}
  FROM moving
), cause AS (
  SELECT *, ${flag("part")} AS is_cause FROM taken
), among AS (
  SELECT *, CAST(sum(CASE WHEN is_cause = 1 THEN ${bit} ELSE 0 END) OVER ${ofCombination} AS integer) AS causes FROM cause
), caused AS (
  SELECT *, CASE WHEN ${short.join(" OR ")} THEN 1 ELSE 0 END AS is_short, ${added.join(", ")} FROM among
), `;
}

/** Small enough to be what is lost when numbers are added up in another order. */
const isNothing = (amount: string, size: string) => `abs(${amount}) <= 1E-12 * ${size}`;

/** Without it the causes fall short of what is there now. */
const isCondition = (...sides: readonly string[]) =>
  `CASE WHEN max(is_short) = 1 AND (${sides
    .map((side) => `NOT ${isNothing(`sum(${side}_added)`, `sum(abs(${side}_added))`)}`)
    .join(" OR ")}) THEN 1 ELSE 0 END`;

const sumRows = `SELECT ${group}, changed_row,
    CASE WHEN ${isNothing("sum(over_part)", "sum(abs(over_part))")} THEN 0E0 ELSE sum(over_part) END AS contribution,
    ${isCondition("over")} AS is_condition
  FROM caused WHERE changed_row IS NOT NULL GROUP BY ${group}, changed_row`;

const rate = (date: string) => `coalesce(max(over_${date}) / nullif(max(under_${date}), 0E0), 0E0)`;
/** A row without which the quotient is the same, since it adds to both sides alike, is none of its causes. */
const isSpared = `coalesce(abs((max(over_now) - sum(over_last)) / nullif(max(under_now) - sum(under_last), 0E0)
        - ${rate("now")}) <= 1E-9 * abs(${rate("now")}), FALSE)`;

const quotientRows = `SELECT ${group}, changed_row,
    CASE WHEN ${isNothing("sum(over_part)", "sum(abs(over_part))")} AND ${isNothing("sum(under_part)", "sum(abs(under_part))")}
      OR ${isSpared} THEN 0E0 ELSE (sum(over_part) - (${rate("now")} + ${rate("before")}) / 2E0 * sum(under_part))
        / nullif((max(under_now) + max(under_before)) / 2E0, 0E0) END AS contribution,
    CASE WHEN ${isSpared} THEN 0 ELSE ${isCondition("over", "under")} END AS is_condition
  FROM caused WHERE changed_row IS NOT NULL GROUP BY ${group}, changed_row`;

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

const extremeRows = `SELECT ${group}, changed_row,
    CASE WHEN count(*) OVER (${byTarget}) = 1 THEN change END AS contribution, 1 AS is_condition
  FROM (SELECT DISTINCT ${group}, changed_row FROM part WHERE changed_row IS NOT NULL AND counts = 1
    AND (is_gone = 1 OR (came = 1 AND is_held = 0 AND came_place = 1))) AS holding`;
