/**
 * DuckDB macros for what Trino's functions do otherwise. A macro's arguments are written out wherever they stand in its
 * body, so bodies use them sparingly.
 */

import { FLOAT_MACROS } from "./float-text";

/** Macro's head → its body; a macro comes after those that it uses. */
export const MACROS: Readonly<Record<string, string>> = {
  ...FLOAT_MACROS,
  "trino_power_of_ten(n)": "CAST('1' || repeat('0', n) AS HUGEINT)",
  "trino_mask(bits)": "(1::HUGEINT << bits) - 1",
  "trino_signed(x, bits)":
    "CAST(CASE WHEN x >= (1::HUGEINT << (bits - 1)) THEN x - (1::HUGEINT << bits) ELSE x END AS BIGINT)",
  "trino_plain_digits(x)": "CASE WHEN strlen(x) = length(x) THEN x ELSE trino_ascii_digits(x) END",
  // AND of a list of booleans.
  "trino_all(l)":
    "CASE WHEN list_contains(l, false) THEN false WHEN list_contains(list_transform(l, lambda ax: ax IS NULL), true) THEN NULL ELSE true END",
  // A comparison of floats: none with NaN is true.
  "trino_ordered(a, b, compared)":
    "CASE WHEN (isnan(a) AND b IS NOT NULL) OR (isnan(b) AND a IS NOT NULL) THEN false ELSE compared END",
  // Decimals as their digits, for exact division.
  "trino_unscaled(x, s)": "CAST(replace(CAST(x AS VARCHAR), '.', '') AS HUGEINT)",
  "trino_scaled(digits, s)":
    "CASE WHEN digits IS NULL THEN NULL WHEN s = 0 THEN CAST(digits AS VARCHAR) ELSE (CASE WHEN digits < 0 THEN '-' ELSE '' END) || " +
    "regexp_replace(lpad(CAST(abs(digits) AS VARCHAR), CAST(greatest(s + 1, length(CAST(abs(digits) AS VARCHAR))) AS INTEGER), '0'), '(.{' || s || '})$', '.\\1') END",
  "trino_divide(a, b)":
    "CASE WHEN b = 0 THEN NULL ELSE (abs(a) // abs(b) + CASE WHEN abs(a) % abs(b) >= abs(b) - abs(a) % abs(b) THEN 1 ELSE 0 END) * (CASE WHEN (a < 0) <> (b < 0) THEN -1 ELSE 1 END) END",
  // Digits of a number without so many at their end, rounded half up or not.
  "trino_cut(digits, n, half)":
    "CASE WHEN n <= 0 THEN digits WHEN n > 38 THEN 0 ELSE (abs(digits) + half * CASE WHEN n > 0 THEN trino_power_of_ten(n) // 2 ELSE 0 END) // trino_power_of_ten(n) * trino_power_of_ten(n) * CASE WHEN digits < 0 THEN -1 ELSE 1 END END",
  "trino_round_integer(x, n)": "CASE WHEN n >= 0 THEN x ELSE trino_cut(CAST(x AS HUGEINT), -n, 1) END",
  "trino_left_shift(x, n, bits)":
    "CASE WHEN n < 0 THEN CAST(trino_fail('INVALID_FUNCTION_ARGUMENT: Shift must be positive') AS BIGINT) WHEN n >= bits THEN 0 ELSE trino_signed(((CAST(x AS HUGEINT) & trino_mask(bits)) * (1::HUGEINT << CAST(n AS INTEGER))) & trino_mask(bits), bits) END",
  "trino_right_shift(x, n, bits)":
    "CASE WHEN n < 0 THEN CAST(trino_fail('INVALID_FUNCTION_ARGUMENT: Shift must be positive') AS BIGINT) WHEN n >= bits THEN 0 ELSE trino_signed((CAST(x AS HUGEINT) & trino_mask(bits)) >> CAST(n AS INTEGER), bits) END",
  "trino_round(x, n)":
    "CASE WHEN isfinite(x) THEN sign(x) * floor(abs(x) * power(10e0, n) + 0.5e0) / power(10e0, n) ELSE x END",
  "trino_offset_text(m)":
    "(CASE WHEN m < 0 THEN '-' ELSE '+' END) || lpad(CAST(abs(m) // 60 AS VARCHAR), 2, '0') || ':' || lpad(CAST(abs(m) % 60 AS VARCHAR), 2, '0')",
  // The earlier of two instants, where the clock is set back by an hour and shows a time twice.
  "trino_instant(zone, x)":
    "CASE WHEN timezone(zone, timezone(zone, x) - INTERVAL 1 HOUR) = x THEN timezone('UTC', timezone(zone, x) - INTERVAL 1 HOUR) ELSE timezone('UTC', timezone(zone, x)) END",
  // Years beyond four digits, and before the first one: Trino counts a year 0, DuckDB writes (BC).
  "trino_year_text(y)":
    "CASE WHEN y < 0 THEN '-' || lpad(CAST(-y AS VARCHAR), 4, '0') WHEN y > 9999 THEN '+' || y ELSE lpad(CAST(y AS VARCHAR), 4, '0') END",
  "trino_date_text(x)":
    "CASE WHEN year(x) BETWEEN 1 AND 9999 THEN CAST(x AS VARCHAR) ELSE trino_year_text(year(x)) || strftime(x, '-%m-%d') END",
  "trino_timestamp_text(x, fraction, cut)":
    "CASE WHEN x IS NULL THEN NULL WHEN year(x) BETWEEN 1 AND 9999 THEN left(strftime(x, '%Y-%m-%d %H:%M:%S' || fraction), CASE WHEN fraction = '' THEN 19 WHEN cut = 0 THEN 26 ELSE 26 - cut END) " +
    "ELSE trino_year_text(year(x)) || left(strftime(x, '-%m-%d %H:%M:%S' || fraction), CASE WHEN fraction = '' THEN 15 WHEN cut = 0 THEN 22 ELSE 22 - cut END) END",
  "trino_ln(x)":
    "CASE WHEN x > 0 THEN ln(x) WHEN x = 0 THEN CAST('-infinity' AS DOUBLE) WHEN x IS NULL THEN NULL ELSE CAST('nan' AS DOUBLE) END",
  // Half up, also before 1970, where integer division would round towards it.
  "trino_round_timestamp(x, unit)":
    "make_timestamp(CAST(floor((CAST(epoch_us(x) AS HUGEINT) * 2 + unit) / (unit * 2e0)) AS BIGINT) * CAST(unit AS BIGINT))",
  "trino_milliseconds(x)": "CASE WHEN epoch_us(x) % 1000 = 0 THEN x ELSE trino_round_timestamp(x, 1000) END",
  "trino_substr(s, start, size)":
    "CASE WHEN s IS NULL OR start IS NULL OR size IS NULL THEN NULL WHEN start = 0 OR size <= 0 OR abs(start) > length(s) THEN '' " +
    "WHEN start > 0 THEN substring(s, start, size) ELSE substring(s, length(s) + start + 1, size) END",
  // What Java leaves as it is, DuckDB makes another letter.
  "trino_upper(x)": "replace(upper(replace(x, 'ß', chr(57345))), chr(57345), 'ß')",
  "trino_split(s, d)":
    "CASE WHEN s IS NULL OR d IS NULL THEN NULL WHEN d = '' THEN CAST([trino_fail('INVALID_FUNCTION_ARGUMENT: The delimiter may not be the empty string')] AS VARCHAR[]) ELSE string_split(s, d) END",
  "trino_split_part(s, d, n)":
    "CASE WHEN s IS NULL OR d IS NULL OR n IS NULL THEN NULL WHEN n <= 0 THEN trino_fail('INVALID_FUNCTION_ARGUMENT: Index must be greater than zero') ELSE list_extract(string_split(s, d), n) END",
  "trino_replace(s, a, b)":
    "CASE WHEN a = '' THEN trino_fail('NOT_SUPPORTED: The local runtime does not run replace of the empty string.') ELSE replace(s, a, b) END",
  // Items of a list with their places, ordered, and of equal ones the first: in n log n, where comparing all pairs takes n².
  "trino_ranked(l)": "list_sort(list_transform(l, lambda rx, ri: struct_pack(k := rx, i := ri)), 'ASC', 'NULLS FIRST')",
  "trino_firsts(r)": "list_filter(r, lambda fx, fi: fi = 1 OR r[fi - 1].k IS DISTINCT FROM fx.k)",
  // What stands in a lambda is computed for each item, unless it is a name: hence the lambdas over one value.
  "trino_distinct(l)":
    "list_transform([trino_ranked(l)], lambda ds: list_transform(list_sort(list_transform(trino_firsts(ds), lambda dx: struct_pack(i := dx.i, k := dx.k))), lambda dy: dy.k))[1]",
  // Maps of entries (key, value) of which several may have one key.
  "trino_map_of(l)":
    "list_transform([l], lambda ml: list_transform([trino_ranked(list_transform(ml, lambda mx: mx.key))], lambda ms: " +
    "map_from_entries(list_transform(trino_firsts(ms), lambda my: ml[my.i])))[1])[1]",
  "trino_starts(r)": "list_filter(range(1, len(r) + 1), lambda sx: sx = 1 OR r[sx - 1].k IS DISTINCT FROM r[sx].k)",
  "trino_groups(l, r, starts)":
    "map_from_entries(list_transform(starts, lambda gx, gi: struct_pack(key := r[gx].k, value := " +
    "list_transform(range(gx, coalesce(starts[gi + 1], len(r) + 1)), lambda gy: l[r[gy].i].value))))",
  "trino_multimap_of(l)":
    "list_transform([l], lambda mml: list_transform([trino_ranked(list_transform(mml, lambda mmx: mmx.key))], lambda mmr: " +
    "list_transform([trino_starts(mmr)], lambda mmt: trino_groups(mml, mmr, mmt))[1])[1])[1]",
  // NaN and the infinities are no numbers of JSON.
  "trino_json_number(x)": "CASE WHEN x IN ('NaN', 'Infinity', '-Infinity') THEN '\"' || x || '\"' ELSE x END",
  // Characters beyond 16 bits are written as Java holds them.
  "trino_json_text(x)":
    "CASE WHEN strlen(x) = length(x) THEN CAST(to_json(x) AS VARCHAR) ELSE trino_json_escape(x) END",
  "trino_day_interval_text(x)":
    "(CASE WHEN x < 0 THEN '-' ELSE '' END) || (abs(x) // 86400000) || ' ' || " +
    "strftime(make_timestamp((abs(x) % 86400000) * 1000), '%H:%M:%S.%g')",
  "trino_month_interval_text(x)": "(CASE WHEN x < 0 THEN '-' ELSE '' END) || (abs(x) // 12) || '-' || (abs(x) % 12)",
};
