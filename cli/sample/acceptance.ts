/**
 * The acceptance test that `npm start` plays: one Ohio row is wrong on the first date and right on the second, so the
 * audit of the second date holds exactly three rows.
 */
import type { Cell } from "../presentation/table";

/** Execution date with the wrong row. */
export const WRONG_DATE = "2024-11-08";
/** Execution date with the original file. */
export const RIGHT_DATE = "2024-11-09";

/** Units of the numbers that it is about. */
export const UNITS = { co2_mass_tons: "tons", co2_ton_oh: "tons", co2_ton_in: "tons", co2_ton_total: "tons" };

/** The query for the audit rows of a date, as `npm start` shows them and as anyone can ask it. */
export function auditQuery(database: string, date: string): string {
  return (
    "select layer, table_name, attribute, grain_value_1, grain_value_2, grain_value_3, " +
    "cast(curr_value as decimal(20,2)) as curr, cast(prev_value as decimal(20,2)) as prev " +
    `from ${database}.audit where exec_date = date '${date}' order by table_name, attribute`
  );
}

/** What each row must be; values only where they don't depend on the data: the sums of generated data are their own. */
const EXPECTED: readonly { readonly row: readonly Cell[]; readonly curr: number; readonly prev: number }[] = [
  {
    row: ["landing", "utility_data_oh", "co2_mass_tons", "2828", "1", "1996-01-01 05:00:00.000"],
    curr: 366,
    prev: 3_660_000,
  },
  {
    row: ["processed", "utility_emissions_monthly", "co2_ton_oh", "199601", undefined, undefined],
    curr: 8_708_463,
    prev: 12_368_097,
  },
  {
    row: ["processed", "utility_emissions_monthly", "co2_ton_total", "199601", undefined, undefined],
    curr: 14_661_100,
    prev: 18_320_734,
  },
];

/**
 * Compares the rows of {@link auditQuery} with what they must be.
 *
 * @param published whether the real files were used: then the sums are known too; of generated ones, how much they moved
 * @returns a sentence for each deviation; none if the test passed
 */
export function deviations(rows: readonly (readonly Cell[])[], published: boolean): string[] {
  const found: string[] = [];
  if (rows.length !== EXPECTED.length) {
    found.push(`The audit of ${RIGHT_DATE} has ${rows.length} rows; expected exactly ${EXPECTED.length}.`);
  }
  for (const { row: key, curr, prev } of EXPECTED) {
    const name = key.filter((cell) => cell !== undefined).join(" / ");
    const row = rows.find((cells) => key.every((cell, index) => (cells[index] ?? "") === (cell ?? "")));
    if (!row) {
      found.push(`The audit of ${RIGHT_DATE} has no row for ${name}.`);
      continue;
    }
    const [currFound, prevFound] = [Number(row[key.length]), Number(row[key.length + 1])];
    const exact = published || key[0] === "landing";
    // A float of this size has no halves: two of them can be off by one from the exact difference.
    const good = exact
      ? currFound === curr && prevFound === prev
      : Math.abs(currFound - prevFound - (curr - prev)) <= 2 && currFound > 0;
    if (!good) {
      const wanted = exact ? `${curr} after ${prev}` : `a move of ${curr - prev}`;
      found.push(`The audit row ${name} says ${currFound} after ${prevFound}; expected ${wanted}.`);
    }
  }
  return found;
}
