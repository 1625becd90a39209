/**
 * Which changed rows a change needs: those that are left when all that it can do without are taken away.
 *
 * Of all changed rows, one without which the result now would be the same goes; what remains is asked again. Rows of tables that stand
 * later in FROM go first. What goes in one round has nothing to do with one another: no two rows of a combination go together, and
 * where a quotient or an extreme would be another without all of them, one stays.
 */
import type { Measure } from "./measure";

/** Columns that rounds carry along, beside `is_in` and `mask`. */
const carried = (keys: string, kind: Measure["kind"]) =>
  [
    keys,
    "combination_number",
    "position",
    "bit",
    "row_bits",
    "is_first",
    "turn",
    "changed_row",
    "is_there",
    "over_worlds",
  ].join(", ") +
  (kind === "quotient" ? ", under_worlds, over_before, under_before" : "") +
  (kind === "max" || kind === "min" ? ", extreme_now" : "");

/** Whether a sum of numbers is nothing but what is lost when they are added up in another order. */
export const isNothing = (amount: string, size: string) => `abs(${amount}) <= 1E-12 * ${size}`;

/** Whether two sums are the same, however they were added up. */
export const isSame = (left: string, right: string) =>
  `abs(${left} - ${right}) <= 1E-12 * greatest(abs(${left}), abs(${right}))`;

/** SQL of a quotient of two sums; nothing divided by nothing is nothing. */
export const rate = (over: string, under: string) => `coalesce(${over} / nullif(${under}, 0E0), 0E0)`;

/** A sum without a part of it, exactly nothing where it is all of it. */
const without = (whole: string, part: string) =>
  `CASE WHEN ${isNothing(`${whole} - ${part}`, `abs(${part})`)} THEN 0E0 ELSE ${whole} - ${part} END`;

/**
 * The query from `rows`: SELECT of the result's `keys`, `combination_number`, `position` and its `bit`, the row's `turn` to be left
 * out, its `row_bits` at all positions and whether this `is_first` of them, `changed_row`, the worlds of its combination and the
 * totals of the result; with `is_in`, whether the row is needed, the `mask` of its combination's needed rows, and what the result
 * would lose without it.
 */
export function neededRows(kind: Measure["kind"], keys: string, positions: number, rows: string): string {
  const start = `SELECT *, 1 AS is_in, ${2 ** positions - 1} AS mask FROM (${rows}) AS started`;
  const all = Array.from({ length: roundsOf(kind, positions) });
  return weighed(
    kind,
    keys,
    all.reduce((sql: string) => oneRound(kind, keys, sql), start),
  );
}

/** Rounds that are asked. Where one table alone changes, nothing depends on what else goes. */
export function roundsOf(kind: Measure["kind"], positions: number): number {
  return positions > 1 ? positions + 2 : kind === "sum" ? 0 : 1;
}

/** Each needed row with what would be lost without it, and whether that is nothing. */
function weighed(kind: Measure["kind"], keys: string, rows: string): string {
  const sides = kind === "quotient" ? ["over", "under"] : ["over"];
  const ofRow = `OVER (PARTITION BY ${keys}, turn)`;
  const less = sides.map(
    (side) => `CASE WHEN is_in * is_first = 0 THEN 0E0 ELSE ${lessOf(kind, side)} END AS ${side}_less`,
  );
  const harm = isExtreme(kind)
    ? [`CASE WHEN is_in * is_first = 0 THEN 0 WHEN ${harms(kind)} THEN 1 ELSE 0 END AS harm`]
    : [];
  const moves = [
    ...sides.map(
      (side) => `sum(${side}_less) ${ofRow} AS ${side}_moves, sum(abs(${side}_less)) ${ofRow} AS ${side}_size`,
    ),
    ...(isExtreme(kind) ? [`max(harm) ${ofRow} AS harms`] : []),
  ];
  return (
    `SELECT *, CASE WHEN is_in = 1 AND ${spared(kind)} THEN 1 ELSE 0 END AS is_spare FROM (SELECT *, ${moves.join(", ")} ` +
    `FROM (SELECT *, ${[...less, ...harm].join(", ")} FROM (${rows}) AS needed) AS lessened) AS moving`
  );
}

const isExtreme = (kind: Measure["kind"]) => kind === "max" || kind === "min";

/** What a combination adds with all its needed rows, less what it adds without this one; of an extreme, whether it holds it. */
function lessOf(kind: Measure["kind"], side: string): string {
  const [whole, less] = [`${side}_worlds[1 + mask]`, `${side}_worlds[1 + mask - row_bits]`];
  if (!isExtreme(kind)) return `${whole} - ${less}`;
  const holds = (world: string) => `CASE WHEN ${world} = extreme_now THEN 1E0 ELSE 0E0 END`;
  return `${holds(whole)} - ${holds(less)}`;
}

/** Whether a combination without this row has a value that is beyond what is there now. */
function harms(kind: Measure["kind"]): string {
  const less = "over_worlds[1 + mask - row_bits]";
  return `CASE WHEN extreme_now IS NULL THEN ${less} IS NOT NULL ELSE coalesce(${less} ${kind === "max" ? ">" : "<"} extreme_now, FALSE) END`;
}

/** Whether the result is the same without a row. */
function spared(kind: Measure["kind"]): string {
  if (kind === "sum") return isNothing("over_moves", "over_size");
  const same = isUnmoved(kind, "over_moves", "under_moves");
  return isExtreme(kind) ? `harms = 0 AND ${same}` : `(${same})`;
}

/** Whether the result is the same when so much goes of what it is made of; `over_now` of an extreme is how often it is held. */
function isUnmoved(kind: Measure["kind"], over: string, under: string): string {
  if (kind === "sum") return "TRUE";
  if (isExtreme(kind)) return `(extreme_now IS NULL OR over_now - (${over}) >= 1E0)`;
  const now = rate("over_now", "under_now");
  const then = rate(`(${without("over_now", `(${over})`)})`, `(${without("under_now", `(${under})`)})`);
  return `abs(${then} - ${now}) <= 1E-9 * abs(${now})`;
}

function oneRound(kind: Measure["kind"], keys: string, rows: string): string {
  const per = (...columns: string[]) => `OVER (PARTITION BY ${[keys, ...columns].join(", ")})`;
  const first = `SELECT *, min(CASE WHEN is_spare = 1 THEN turn END) ${per("combination_number")} AS first_turn FROM (${weighed(kind, keys, rows)}) AS weighed`;
  const goes = `CASE WHEN is_spare = 0 THEN 0 ELSE min(CASE WHEN turn = first_turn THEN 1 ELSE 0 END) ${per("turn")} END`;
  const going = `SELECT *, ${goes} AS goes FROM (${first}) AS spare`;
  const left = kind === "sum" ? `SELECT *, goes AS leaves FROM (${going}) AS going` : leaving(kind, per(), going);
  const totals =
    kind === "sum"
      ? []
      : [
          `over_now - sum(leaves * over_less) ${per()} AS over_now`,
          ...(kind === "quotient" ? [`under_now - sum(leaves * under_less) ${per()} AS under_now`] : []),
        ];
  const state = ["is_in - leaves AS is_in", `sum((is_in - leaves) * bit) ${per("combination_number")} AS mask`];
  return `SELECT ${[carried(keys, kind), ...state, ...totals].join(", ")} FROM (${left}) AS leaving`;
}

/** Of what goes, what can go together: all of it, all but the last that counts, or only the first. */
function leaving(kind: Measure["kind"], ofResult: string, going: string): string {
  const sum = (value: string) => `sum(${value}) ${ofResult}`;
  const sides = kind === "quotient" ? ["over", "under"] : ["over"];
  const counts = kind === "quotient" ? `NOT ${isNothing("under_moves", "under_size")}` : "over_moves > 0E0";
  const together = `SELECT *, ${sides.map((side) => `${sum(`goes * ${side}_less`)} AS ${side}_goes`).join(", ")},
    min(CASE WHEN goes = 1 THEN turn END) ${ofResult} AS first_going,
    max(CASE WHEN goes = 1 AND ${counts} THEN turn END) ${ofResult} AS last_going FROM (${going}) AS going`;
  const butOne = `SELECT *, ${sides
    .map(
      (side) =>
        `${side}_goes - ${sum(`CASE WHEN turn = last_going THEN ${side}_less ELSE 0E0 END`)} AS ${side}_but_one`,
    )
    .join(", ")} FROM (${together}) AS together`;
  return `SELECT *, CASE WHEN goes = 0 THEN 0 WHEN ${isUnmoved(kind, "over_goes", "under_goes")} THEN 1
      WHEN ${isUnmoved(kind, "over_but_one", "under_but_one")} THEN CASE WHEN turn = last_going THEN 0 ELSE 1 END
      WHEN turn = first_going THEN 1 ELSE 0 END AS leaves FROM (${butOne}) AS but_one`;
}
