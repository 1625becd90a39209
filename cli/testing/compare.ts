/** Compares rows that were expected with those that came. Pure. */

/** A value's text; `undefined` for NULL. */
export type CellText = string | undefined;

/** A column that is compared. */
export interface ComparedColumn {
  readonly name: string;
  /** Decimal digits to which numbers have to agree. @default all that are written */
  readonly digits?: number;
}

/** Rows to compare, in the columns' order. */
export interface Comparison {
  readonly columns: readonly ComparedColumn[];
  /** Columns that tell rows apart. @default rows that agree in most columns belong together */
  readonly key?: readonly string[];
  readonly expected: readonly (readonly CellText[])[];
  readonly actual: readonly (readonly CellText[])[];
}

/** A difference: of a value, or, without a column, of a whole row that one side lacks. */
export interface Difference {
  /** Which row, from 1: of the expected ones, or of those that came. */
  readonly row: number;
  readonly column?: string;
  /** Texts of the value, or of all of the row's; `undefined` for NULL. */
  readonly expected?: CellText | readonly CellText[];
  readonly actual?: CellText | readonly CellText[];
  readonly kind: "value" | "missing" | "surplus";
}

/** All differences, in the order of the expected rows; rows that nobody expected come last. None if the rows agree. */
export function compareRows({ columns, key, expected, actual }: Comparison): Difference[] {
  const partners = new Array<number | undefined>(expected.length);
  const free = new Set(actual.keys());
  const pair = (at: number, other: number): void => {
    partners[at] = other;
    free.delete(other);
  };
  const waiting = (): number[] => [...expected.keys()].filter((at) => partners[at] === undefined);
  const agree = (at: number, other: number, index: number): boolean =>
    sameValue(expected[at][index], actual[other][index], columns[index].digits);
  const all = [...columns.keys()];
  const keys = key?.map((name) => columns.findIndex((column) => column.name === name)) ?? [];
  const keyed = keys.length > 0 && !keys.includes(-1);
  for (const at of waiting()) {
    for (const other of free)
      if (all.every((index) => agree(at, other, index))) {
        pair(at, other);
        break;
      }
  }
  for (const at of waiting()) {
    const likeness = (other: number): number =>
      keyed
        ? Number(keys.every((index) => agree(at, other, index)))
        : all.filter((index) => agree(at, other, index)).length;
    const [nearest] = [...free].sort((a, b) => likeness(b) - likeness(a) || a - b);
    if (nearest !== undefined && likeness(nearest) > 0) pair(at, nearest);
  }
  const found = expected.flatMap((row, at): Difference[] => {
    const other = partners[at];
    if (other === undefined) return [{ kind: "missing", row: at + 1, expected: row }];
    return all
      .filter((index) => !agree(at, other, index))
      .map((index) => ({
        ...{ kind: "value", row: at + 1, column: columns[index].name },
        ...{ expected: row[index], actual: actual[other][index] },
      }));
  });
  return [...found, ...[...free].map((at): Difference => ({ kind: "surplus", row: at + 1, actual: actual[at] }))];
}

function sameValue(left: CellText, right: CellText, digits: number | undefined): boolean {
  if (left === right) return true;
  if (left === undefined || right === undefined || digits === undefined) return false;
  const [a, b] = [Number(left), Number(right)];
  return Math.abs(a - b) <= Math.max(Math.abs(a), Math.abs(b)) * 10 ** -digits;
}
