/** One program with one mistake. */
import type { FindingCode } from "../../../../infra/checks/finding";

/** Files of the program that is right. */
export const lake = "lake.js";
export const perDay = "sql/daily/per_day.sql";
export const perPlant = "sql/daily/per_plant.sql";
export const fuels = "seeds/fuels.csv";
export const sums = "sql/macros/sums.sql";

/** A change of the program that is right, and the one thing that the checks then find. */
export interface Case {
  readonly name: string;
  /** In which file what is replaced by what, once. */
  readonly change: readonly [file: string, what: string, by: string];
  readonly finds: readonly [code: FindingCode, place: string, message: string];
}
