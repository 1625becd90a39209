/**
 * Trino: "Array functions and operators".
 */
import type { FunctionTable } from "./definition";

const known = (...args: number[]): string => args.map((n) => `$${n} IS NULL`).join(" OR ");

// A number wins against NaN.
const extremeOf = (name: string): string =>
  `(CASE WHEN len(list_filter($1, lambda extreme_null: extreme_null IS NULL)) > 0 THEN NULL ELSE coalesce(${name}(list_filter($1, lambda extreme_item: NOT isnan(extreme_item))), ${name}($1)) END)`;

export const arrayFunctions: FunctionTable = {
  "element_at(array(T), bigint) T":
    "(CASE WHEN $2 = 0 THEN CAST(trino_fail('INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1') AS $R) ELSE list_extract($1, $2) END)",
  "transform(array(T), function(T, U)) array(U)": "list_transform($1, $2)",
  "filter(array(T), function(T, boolean)) array(T)": "list_filter($1, $2)",
  "any_match(array(T), function(T, boolean)) boolean":
    "(CASE WHEN len(list_filter($1, $2)) > 0 THEN true WHEN list_contains(list_transform(list_transform($1, $2), lambda match_item: match_item IS NULL), true) THEN NULL WHEN $1 IS NULL THEN NULL ELSE false END)",
  "all_match(array(T), function(T, boolean)) boolean":
    "(CASE WHEN $1 IS NULL THEN NULL WHEN list_contains(list_transform($1, $2), false) THEN false WHEN list_contains(list_transform(list_transform($1, $2), lambda match_item: match_item IS NULL), true) THEN NULL ELSE true END)",
  "none_match(array(T), function(T, boolean)) boolean":
    "(CASE WHEN len(list_filter($1, $2)) > 0 THEN false WHEN list_contains(list_transform(list_transform($1, $2), lambda match_item: match_item IS NULL), true) THEN NULL WHEN $1 IS NULL THEN NULL ELSE true END)",
  "contains(array(T), T) boolean":
    "(CASE WHEN $1 IS NULL OR $2 IS NULL THEN NULL WHEN list_contains($1, $2) THEN true WHEN list_contains(list_transform($1, lambda contains_item: contains_item IS NULL), true) THEN NULL ELSE false END)",
  "array_position(array(T), T) bigint": `(CASE WHEN ${known(1, 2)} THEN NULL ELSE CAST(coalesce(list_position($1, $2), 0) AS BIGINT) END)`,
  "array_distinct(array(T)) array(T)": "trino_distinct($1)",
  "array_max(array(real)) real": extremeOf("list_max"),
  "array_max(array(double)) double": extremeOf("list_max"),
  "array_max(array(T)) T":
    "(CASE WHEN len(list_filter($1, lambda max_item: max_item IS NULL)) > 0 THEN NULL ELSE list_max($1) END)",
  "array_min(array(real)) real": extremeOf("list_min"),
  "array_min(array(double)) double": extremeOf("list_min"),
  "array_min(array(T)) T":
    "(CASE WHEN len(list_filter($1, lambda min_item: min_item IS NULL)) > 0 THEN NULL ELSE list_min($1) END)",
  "array_remove(array(T), T) array(T)": `(CASE WHEN ${known(1, 2)} THEN NULL ELSE list_filter($1, lambda remove_item: remove_item IS DISTINCT FROM $2) END)`,
  "array_union(array(T), array(T)) array(T)": `(CASE WHEN ${known(1, 2)} THEN NULL ELSE trino_distinct(list_concat($1, $2)) END)`,
  "array_intersect(array(T), array(T)) array(T)": `(CASE WHEN ${known(1, 2)} THEN NULL ELSE trino_distinct(list_filter($1, lambda both_item: list_contains(list_transform($2, lambda other_item: other_item IS NOT DISTINCT FROM both_item), true))) END)`,
  "array_except(array(T), array(T)) array(T)": `(CASE WHEN ${known(1, 2)} THEN NULL ELSE trino_distinct(list_filter($1, lambda left_item: NOT list_contains(list_transform($2, lambda other_item: other_item IS NOT DISTINCT FROM left_item), true))) END)`,
  "arrays_overlap(array(T), array(T)) boolean":
    "(CASE WHEN list_has_any($1, $2) THEN true WHEN len($1) > 0 AND len($2) > 0 AND list_contains(list_transform(list_concat($1, $2), lambda overlap_item: overlap_item IS NULL), true) THEN NULL WHEN $1 IS NULL OR $2 IS NULL THEN NULL ELSE false END)",
  "flatten(array(array(T))) array(T)": "flatten($1)",
  "repeat(T, bigint) array(T)":
    "(CASE WHEN $2 > 10000 THEN CAST([trino_fail('INVALID_FUNCTION_ARGUMENT: count argument of repeat function must be less than or equal to 10000')] AS $R) ELSE list_transform(range($2), lambda repeat_item: $1) END)",
  "ngrams(array(T), bigint) array(array(T))":
    "(CASE WHEN $2 <= 0 THEN CAST([[trino_fail('INVALID_FUNCTION_ARGUMENT: N must be positive')]] AS $R) WHEN $2 >= len($1) THEN [$1] ELSE list_transform(range(1, len($1) - $2 + 2), lambda ngram_start: list_slice($1, ngram_start, ngram_start + $2 - 1)) END)",
  "combinations(array(T), integer) array(array(T))":
    "list_transform(trino_combinations(len($1), CAST($2 AS BIGINT)), lambda combined: list_transform(list_filter(string_split(combined, ','), lambda combined_none: combined_none <> ''), lambda combined_index: list_extract($1, CAST(combined_index AS INTEGER))))",
  "array_histogram(array(T)) map(T, bigint)":
    "map_from_entries(list_transform(map_entries(trino_multimap_of(list_transform(list_filter($1, lambda counted_null: counted_null IS NOT NULL), lambda counted: struct_pack(key := counted, value := true)))), lambda counted: struct_pack(key := counted.key, value := CAST(len(counted.value) AS BIGINT))))",
  "reverse(array(T)) array(T)": "list_reverse($1)",
  "slice(array(T), bigint, bigint) array(T)":
    "(CASE WHEN $2 = 0 THEN CAST([trino_fail('INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1')] AS $R) WHEN $3 < 0 THEN CAST([trino_fail('INVALID_FUNCTION_ARGUMENT: length must be greater than or equal to 0')] AS $R) WHEN $2 > 0 THEN list_slice($1, $2, $2 + $3 - 1) WHEN -$2 > len($1) THEN CAST([] AS $R) ELSE list_slice($1, len($1) + $2 + 1, len($1) + $2 + $3) END)",
  "trim_array(array(T), bigint) array(T)":
    "(CASE WHEN $2 < 0 THEN CAST([trino_fail('INVALID_FUNCTION_ARGUMENT: size must not be negative: ' || $2)] AS $R) WHEN $2 > len($1) THEN CAST([trino_fail('INVALID_FUNCTION_ARGUMENT: size must not exceed array cardinality ' || len($1) || ': ' || $2)] AS $R) ELSE list_slice($1, 1, len($1) - $2) END)",
  "shuffle(array(T)) array(T)":
    "list_transform(list_sort(list_transform($1, lambda shuffle_item: struct_pack(k := random(), v := shuffle_item))), lambda shuffle_item: shuffle_item.v)",
};
