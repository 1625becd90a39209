/**
 * DuckDB macros for what Trino's functions do otherwise. A macro's arguments are written out wherever they stand in its
 * body, so bodies use them sparingly.
 */

/** Macro's head → its body. */
export const MACROS: Readonly<Record<string, string>> = {
  // Decimals as their digits, for exact division.
  "trino_unscaled(x, s)": "CAST(replace(CAST(x AS VARCHAR), '.', '') AS HUGEINT)",
  "trino_scaled(digits, s)":
    "CASE WHEN digits IS NULL THEN NULL WHEN s = 0 THEN CAST(digits AS VARCHAR) ELSE (CASE WHEN digits < 0 THEN '-' ELSE '' END) || " +
    "regexp_replace(lpad(CAST(abs(digits) AS VARCHAR), CAST(greatest(s + 1, length(CAST(abs(digits) AS VARCHAR))) AS INTEGER), '0'), '(.{' || s || '})$', '.\\1') END",
  "trino_divide(a, b)":
    "CASE WHEN b = 0 THEN NULL ELSE ((abs(a) * 2 + abs(b)) // (abs(b) * 2)) * (CASE WHEN (a < 0) <> (b < 0) THEN -1 ELSE 1 END) END",
  "trino_round(x, n)":
    "CASE WHEN isfinite(x) THEN sign(x) * floor(abs(x) * power(10e0, n) + 0.5e0) / power(10e0, n) ELSE x END",
  // The fewest digits that read back as the same real, as Java finds them: DuckDB writes one more where they are a tie.
  "trino_real_text(x)":
    "CASE WHEN length(regexp_replace(CAST(x AS VARCHAR), 'e.*|[-.]', '', 'g')) < 8 THEN CAST(x AS VARCHAR) ELSE trino_float_text(" +
    "CASE WHEN CAST(format('{:.6e}', CAST(x AS DOUBLE)) AS FLOAT) = x THEN format('{:.6e}', CAST(x AS DOUBLE)) " +
    "WHEN CAST(format('{:.7e}', CAST(x AS DOUBLE)) AS FLOAT) = x THEN format('{:.7e}', CAST(x AS DOUBLE)) " +
    "ELSE CAST(x AS VARCHAR) END) END",
  "trino_ln(x)":
    "CASE WHEN x > 0 THEN ln(x) WHEN x = 0 THEN CAST('-infinity' AS DOUBLE) WHEN x IS NULL THEN NULL ELSE CAST('nan' AS DOUBLE) END",
  // Half up, also before 1970, where integer division would round towards it.
  "trino_round_timestamp(x, unit)":
    "make_timestamp(CAST(floor((CAST(epoch_us(x) AS HUGEINT) * 2 + unit) / (unit * 2e0)) AS BIGINT) * CAST(unit AS BIGINT))",
  "trino_milliseconds(x)": "CASE WHEN epoch_us(x) % 1000 = 0 THEN x ELSE trino_round_timestamp(x, 1000) END",
  "trino_substr(s, start, size)":
    "CASE WHEN s IS NULL OR start IS NULL OR size IS NULL THEN NULL WHEN start = 0 OR size <= 0 OR abs(start) > length(s) THEN '' " +
    "WHEN start > 0 THEN substring(s, start, size) ELSE substring(s, length(s) + start + 1, size) END",
  "trino_split(s, d, size)":
    "CASE WHEN d = '' THEN CAST([trino_fail('INVALID_FUNCTION_ARGUMENT: The delimiter may not be the empty string')] AS VARCHAR[]) " +
    "WHEN len(string_split(s, d)) <= size THEN string_split(s, d) " +
    "ELSE list_concat(list_slice(string_split(s, d), 1, size - 1), [array_to_string(list_slice(string_split(s, d), size, len(string_split(s, d))), d)]) END",
  "trino_split_part(s, d, n)":
    "CASE WHEN n <= 0 THEN trino_fail('INVALID_FUNCTION_ARGUMENT: Index must be greater than zero') ELSE list_extract(string_split(s, d), n) END",
  "trino_replace(s, a, b)":
    "CASE WHEN a = '' THEN trino_fail('NOT_SUPPORTED: The local runtime does not run replace of the empty string.') ELSE replace(s, a, b) END",
  "trino_distinct(l)":
    "list_filter(l, lambda dx, di: di = CASE WHEN dx IS NULL THEN list_position(list_transform(l, lambda dy: dy IS NULL), true) ELSE list_position(l, dx) END)",
  "trino_map_of(l)":
    "map_from_entries(list_filter(l, lambda dx, di: list_position(list_transform(l, lambda dy: dy.key), dx.key) = di))",
  "trino_multimap_of(l)":
    "map_from_entries(list_transform(list_filter(l, lambda dx, di: list_position(list_transform(l, lambda dy: dy.key), dx.key) = di), " +
    "lambda ex: struct_pack(key := ex.key, value := list_transform(list_filter(l, lambda fx: fx.key = ex.key), lambda gx: gx.value))))",
  "trino_json_length(x)":
    "CASE WHEN json_valid(x) AND json_type(x) = 'ARRAY' THEN CAST(json_array_length(x) AS BIGINT) END",
  "trino_json_size(x)":
    "CASE WHEN x IS NULL THEN NULL WHEN json_type(x) = 'ARRAY' THEN CAST(json_array_length(x) AS BIGINT) " +
    "WHEN json_type(x) = 'OBJECT' THEN len(json_keys(x)) ELSE 0 END",
  "trino_day_interval_text(x)":
    "(CASE WHEN x < 0 THEN '-' ELSE '' END) || (abs(x) // 86400000) || ' ' || " +
    "strftime(make_timestamp((abs(x) % 86400000) * 1000), '%H:%M:%S.%g')",
  "trino_month_interval_text(x)": "(CASE WHEN x < 0 THEN '-' ELSE '' END) || (abs(x) // 12) || '-' || (abs(x) % 12)",
};
