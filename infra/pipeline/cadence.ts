/** When a pipeline's work is due, by execution date. */
export type Cadence =
  /** With every control file. */
  | { readonly every: "run" }
  /** On one day of each month. */
  | { readonly every: "month"; readonly day: number }
  /** On one day of the year; `month` is 1–12. */
  | { readonly every: "year"; readonly month: number; readonly day: number };
