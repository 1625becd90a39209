/**
 * REAL and DOUBLE as text.
 */

/**
 * How CAST(… AS varchar), array_join and JSON write a REAL or DOUBLE: `366.0` as Java does, or `3.66E2` as Trino does since 2022.
 * No document of AWS says which of them Athena engine version 3 prints, so it is one switch, of which no result in a file depends.
 */
export type FloatText = "java" | "scientific";

/** What the local Athena prints. */
export const FLOAT_TEXT: FloatText = "java";

// Plain digits are the same in both engines between 0.001 and 10 million; beyond, Java's notation begins.
const plain = (digits: string): string =>
  `CASE WHEN abs(x) >= 1e-3 AND abs(x) < 1e7 OR x = 0 THEN ${digits}(x) ELSE trino_float_text(${digits}(x)) END`;

export const FLOAT_MACROS: Readonly<Record<string, string>> = {
  // The fewest digits that read back as the same number, of which Java writes two at least: DuckDB writes one more where they
  // are a tie, and Java has none below two.
  "trino_real_digits(x)":
    "CASE WHEN x <> 0 AND abs(x) < 1e-43 THEN format('{:.1e}', CAST(x AS DOUBLE)) " +
    "WHEN length(regexp_replace(CAST(x AS VARCHAR), 'e.*|[-.]', '', 'g')) < 8 THEN CAST(x AS VARCHAR) ELSE trino_float_text(" +
    "CASE WHEN CAST(format('{:.6e}', CAST(x AS DOUBLE)) AS FLOAT) = x THEN format('{:.6e}', CAST(x AS DOUBLE)) " +
    "WHEN CAST(format('{:.7e}', CAST(x AS DOUBLE)) AS FLOAT) = x THEN format('{:.7e}', CAST(x AS DOUBLE)) " +
    "ELSE CAST(x AS VARCHAR) END) END",
  "trino_double_digits(x)": "CASE WHEN x <> 0 AND abs(x) < 1e-322 THEN format('{:.1e}', x) ELSE CAST(x AS VARCHAR) END",
  "trino_plain_real_text(x)": plain("trino_real_digits"),
  "trino_plain_double_text(x)": plain("trino_double_digits"),
};

/** The macros that CAST uses, by the switch. */
export function castMacros(switched: FloatText): Readonly<Record<string, string>> {
  const body = (kind: "real" | "double"): string =>
    switched === "java" ? `trino_plain_${kind}_text(x)` : `trino_scientific_text(trino_${kind}_digits(x))`;
  return { "trino_real_text(x)": body("real"), "trino_double_text(x)": body("double") };
}
