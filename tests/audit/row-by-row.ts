/**
 * The change set as one would find it with paper and pencil: row by row, in plain TypeScript. What the SQL is held against.
 */
import type { ColumnKind } from "../../audit/column-type";
import type { Cell } from "./engine";

/** A column of a naive table. */
export interface NaiveColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Places of a decimal. */
  readonly scale?: number;
}

/** The columns of the audit table that depend on the rows. */
export interface NaiveChange {
  readonly attribute: string;
  readonly grain: readonly (string | null)[];
  readonly type: string;
  readonly current: string | null;
  readonly prior: string | null;
  readonly delta: number | null;
}

/** Whether a change from one number to another counts; NULL is no number. */
export type Counts = (attribute: string, current: number, prior: number) => boolean;

/** Compares rows whose cells are the grain's, then the attributes'. */
export function compareRows(
  grain: readonly NaiveColumn[],
  attributes: readonly NaiveColumn[],
  current: readonly (readonly Cell[])[],
  prior: readonly (readonly Cell[])[],
  counts: Counts = () => true,
): NaiveChange[] {
  const columns = [...grain, ...attributes];
  const texts = (rows: readonly (readonly Cell[])[]) =>
    rows.map((row) => row.map((cell, index) => textOf(cell, columns[index])));
  const currentTexts = texts(current);
  const priorTexts = texts(prior);
  const keyOf = (row: readonly unknown[]) => JSON.stringify(row.slice(0, grain.length));
  const keys = [...new Set([...currentTexts, ...priorTexts].map(keyOf))];
  return keys.flatMap((key) => {
    const of = (rows: readonly (readonly (string | null)[])[]) => rows.filter((row) => keyOf(row) === key);
    const [now, then] = [of(currentTexts), of(priorTexts)];
    const sorted = (rows: readonly unknown[]) => JSON.stringify(rows.map((row) => JSON.stringify(row)).sort());
    if (sorted(now) === sorted(then)) return [];
    const type =
      now.length > 1 || then.length > 1
        ? "duplicate"
        : then.length === 0
          ? "added"
          : now.length === 0
            ? "removed"
            : "changed";
    return attributes.flatMap((attribute, index): NaiveChange[] => {
      const place = grain.length + index;
      const single = (rows: readonly (readonly (string | null)[])[]) => (rows.length === 1 ? rows[0][place] : null);
      if (type === "changed" && now[0][place] === then[0][place]) return [];
      if (type === "changed" && isNumber(attribute)) {
        const [after, before] = [now[0][place], then[0][place]].map((text) => numberOf(attribute, text));
        if (after !== null && before !== null && !counts(attribute.name, after, before)) return [];
      }
      return [
        {
          attribute: attribute.name,
          grain: JSON.parse(key) as (string | null)[],
          type,
          current: single(now),
          prior: single(then),
          delta: deltaOf(attribute, place, now, then),
        },
      ];
    });
  });
}

/** The changes of each attribute that are largest, and what was cut of it. */
export function cutToLargest(changes: readonly NaiveChange[], keep: number): { kept: NaiveChange[]; cut: Cut[] } {
  const attributes = [...new Set(changes.map(({ attribute }) => attribute))];
  const kept: NaiveChange[] = [];
  const cut: Cut[] = [];
  for (const attribute of attributes) {
    const own = changes.filter((change) => change.attribute === attribute).sort(bySize);
    kept.push(...own.slice(0, keep));
    const rest = own.slice(keep);
    const deltas = rest.map(({ delta }) => delta).filter((delta) => delta !== null);
    const delta = deltas.length === 0 ? null : deltas.reduce((a, b) => a + b, 0);
    if (rest.length > 0) cut.push({ attribute, count: rest.length, delta });
  }
  return { kept, cut };
}

/** What was cut of an attribute's changes. */
export interface Cut {
  readonly attribute: string;
  readonly count: number;
  readonly delta: number | null;
}

/** Larger differences first, none last; then by grain, NULL first. */
function bySize(left: NaiveChange, right: NaiveChange): number {
  const size = ({ delta }: NaiveChange) => (delta === null ? -1 : Math.abs(delta));
  if (size(left) !== size(right)) return size(right) - size(left);
  for (const [index, text] of left.grain.entries()) {
    const other = right.grain[index];
    if (text !== other) return text === null || (other !== null && text < other) ? -1 : 1;
  }
  return 0;
}

function isNumber({ kind }: NaiveColumn): boolean {
  return ["integer", "decimal", "real", "double"].includes(kind);
}

function numberOf({ kind }: NaiveColumn, text: string | null): number | null {
  if (text === null) return null;
  return kind === "real" ? Math.fround(Number(text)) : Number(text);
}

/** Sum of the rows that only one side has, as a number; null if those have no value. */
function deltaOf(
  attribute: NaiveColumn,
  place: number,
  now: readonly (readonly (string | null)[])[],
  then: readonly (readonly (string | null)[])[],
): number | null {
  if (!isNumber(attribute)) return null;
  const left = then.map((row) => JSON.stringify(row));
  const onlyNow = now.filter((row) => {
    const at = left.indexOf(JSON.stringify(row));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  const onlyThen = left.map((row) => JSON.parse(row) as (string | null)[]);
  const numbers = (rows: readonly (readonly (string | null)[])[]) =>
    rows.map((row) => numberOf(attribute, row[place])).filter((number): number is number => number !== null);
  const [plus, minus] = [numbers(onlyNow), numbers(onlyThen)];
  if (plus.length + minus.length === 0) return null;
  return plus.reduce((a, b) => a + b, 0) - minus.reduce((a, b) => a + b, 0);
}

/** The canonical text of a cell. */
export function textOf(cell: Cell, column: NaiveColumn): string | null {
  if (cell === null) return null;
  switch (column.kind) {
    case "real":
      return numberText(Math.fround(Number(cell)), shortestOfFloat(Math.fround(Number(cell))));
    case "double":
      return numberText(Number(cell), String(Number(cell)));
    case "decimal":
      return Number(cell).toFixed(column.scale);
    case "timestamp":
      return `${String(cell).slice(0, 19)}${(String(cell).slice(19) || ".").padEnd(4, "0")}`;
    default:
      return String(cell);
  }
}

/** The fewest digits that read back as `value`, a 32-bit float; of two equally near, the even one, as Java has it. */
function shortestOfFloat(value: number): string {
  for (let digits = 1; digits < 9; digits += 1) {
    const text = roundedToEven(value, digits);
    if (Math.fround(Number(text)) === value) return text;
  }
  return value.toPrecision(9);
}

/** toPrecision() rounds a tie away from zero. */
function roundedToEven(value: number, digits: number): string {
  const [, beyond = ""] = new RegExp(`^-?\\d[.]?\\d{${digits - 1}}(\\d*)`).exec(value.toExponential(60)) ?? [];
  const up = value.toExponential(digits - 1);
  const tie = /^50*$/.test(beyond);
  if (!tie || /[02468]e/.test(up)) return up;
  // One less in the last digit: an odd one never borrows.
  return up.replace(/(\d)(e)/, (_, digit: string, e: string) => `${Number(digit) - 1}${e}`);
}

/** `shortest` in plain notation with up to 22 places or 38 digits, or else the number with an exponent. */
function numberText(value: number, shortest: string): string {
  const [mantissa, exponent = "0"] = shortest.toLowerCase().split("e");
  const sign = mantissa.startsWith("-") ? "-" : "";
  const [whole, fraction = ""] = mantissa.replace("-", "").split(".");
  // The number is digits × 10^power.
  const digits = (whole + fraction).replace(/^0+/, "").replace(/0+$/, "");
  if (digits === "") return "0";
  const trailing = /0*$/.exec(whole + fraction)?.[0].length ?? 0;
  const power = Number(exponent) - fraction.length + trailing;
  const places = Math.max(0, -power);
  const length = digits.length + Math.max(0, power);
  if (places <= 22 && length - places <= 16) {
    const padded = (digits + "0".repeat(Math.max(0, power))).padStart(places + 1, "0");
    return sign + (places ? `${padded.slice(0, -places)}.${padded.slice(-places)}` : padded);
  }
  if (places === 0 && length <= 38) return sign + digits + "0".repeat(power);
  // Java's Double.toString has two digits at least, and of all with two the nearest: 5E-323 is 4.9E-323.
  const shortestForm = value.toExponential();
  const [first, tens = "0"] = (/^-?\de/.test(shortestForm) ? value.toExponential(1) : shortestForm).split("e");
  return `${first}E${Number(tens)}`;
}
