/**
 * Values as text: the one form in which the audit table stores values of every type, the same on every engine and release.
 *
 * | type                   | text                                                                     | example                   |
 * |------------------------|--------------------------------------------------------------------------|---------------------------|
 * | integers               | digits                                                                   | `-42`                     |
 * | decimal(p,s)           | digits with s places                                                     | `366.00`                  |
 * | float, double          | the fewest digits that read back as the same number, plain, no trailing zeros | `366`, `12368097`, `0.1` |
 * | – too small or large   | as `d.dE±n`; used where 22 places or 38 digits do not give the number back | `1.5E-25`                 |
 * | – not a number         | `NaN`, `Infinity`, `-Infinity`                                           |                           |
 * | boolean                | `true`, `false`                                                          |                           |
 * | date                   | `YYYY-MM-DD`                                                             | `1996-01-01`              |
 * | timestamp              | with milliseconds                                                        | `1996-01-01 05:00:00.000` |
 * | string, varchar, char  | itself                                                                   |                           |
 *
 * Two numbers that differ have texts that differ (but `-0` is `0`), and each text that is a number can be cast to a decimal.
 *
 * Why not just cast a float to varchar: Trino writes `366.0` and `1.2368097E7` in older releases, `3.66E2` in newer ones,
 * which also keep only seven digits of a float, so that neighbours become equal. Its cast to decimal takes the shortest
 * digits (Java's), in every release.
 */
import type { ColumnType } from "./column-type";

/** SQL for the text of `expression`, of type `type`; NULL stays NULL. */
export function canonicalText(expression: string, type: ColumnType): string {
  switch (type.kind) {
    case "real":
      return floatText(expression, "real");
    case "double":
      return floatText(expression, "double");
    case "decimal":
      // A wider decimal has a digit before the point in every engine (".50" otherwise, in some).
      return `CAST(CAST(${expression} AS decimal(38,${type.scale})) AS varchar)`;
    case "timestamp":
      return `CAST(CAST(${expression} AS timestamp(3)) AS varchar)`;
    default:
      return `CAST(${expression} AS varchar)`;
  }
}

/** Text of floats: with up to 22 places if that gives the number back, else as a whole number, else with an exponent. */
function floatText(expression: string, type: "real" | "double"): string {
  const fraction = `CAST(TRY_CAST(${expression} AS decimal(38,22)) AS varchar)`;
  const whole = `CAST(TRY_CAST(${expression} AS decimal(38,0)) AS varchar)`;
  return [
    `CASE WHEN CAST(${fraction} AS ${type}) = ${expression} THEN regexp_replace(${fraction}, '[.]?0+$', '')`,
    // Not every engine notices that a 39th digit is one too many.
    `WHEN abs(${expression}) < 1E38 AND CAST(${whole} AS ${type}) = ${expression} THEN ${whole}`,
    `ELSE CAST(CAST(${expression} AS double) AS varchar) END`,
  ].join(" ");
}

/** SQL that fits a text into a varchar of `length` characters; what is cut off shows as `…` at the end. */
export function fitted(expression: string, length: number): string {
  return (
    `CAST(CASE WHEN length(${expression}) > ${length} THEN concat(substr(${expression}, 1, ${length - 1}), '…') ` +
    `ELSE ${expression} END AS varchar(${length}))`
  );
}
