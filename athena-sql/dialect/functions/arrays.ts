/**
 * Trino: "Array functions and operators".
 */
import type { FunctionTable } from "../functions";

const known = (...args: number[]): string => args.map((n) => `$${n} IS NULL`).join(" OR ");

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
  "array_distinct(array(T)) array(T)":
    "list_filter($1, lambda distinct_item, distinct_index: coalesce(list_position($1, distinct_item) = distinct_index, list_position(list_transform($1, lambda null_item: null_item IS NULL), true) = distinct_index))",
  "array_max(array(T)) T":
    "(CASE WHEN len(list_filter($1, lambda max_item: max_item IS NULL)) > 0 THEN NULL ELSE list_max($1) END)",
  "array_min(array(T)) T":
    "(CASE WHEN len(list_filter($1, lambda min_item: min_item IS NULL)) > 0 THEN NULL ELSE list_min($1) END)",
  "array_remove(array(T), T) array(T)": `(CASE WHEN ${known(1, 2)} THEN NULL ELSE list_filter($1, lambda remove_item: remove_item IS DISTINCT FROM $2) END)`,
  "array_union(array(T), array(T)) array(T)": `(CASE WHEN ${known(1, 2)} THEN NULL ELSE trino_distinct(list_concat($1, $2)) END)`,
  "array_intersect(array(T), array(T)) array(T)": `(CASE WHEN ${known(1, 2)} THEN NULL ELSE trino_distinct(list_filter($1, lambda both_item: list_contains(list_transform($2, lambda other_item: other_item IS NOT DISTINCT FROM both_item), true))) END)`,
  "array_except(array(T), array(T)) array(T)": `(CASE WHEN ${known(1, 2)} THEN NULL ELSE trino_distinct(list_filter($1, lambda left_item: NOT list_contains(list_transform($2, lambda other_item: other_item IS NOT DISTINCT FROM left_item), true))) END)`,
  "arrays_overlap(array(T), array(T)) boolean":
    "(CASE WHEN list_has_any($1, $2) THEN true WHEN len($1) > 0 AND len($2) > 0 AND list_contains(list_transform(list_concat($1, $2), lambda overlap_item: overlap_item IS NULL), true) THEN NULL WHEN $1 IS NULL OR $2 IS NULL THEN NULL ELSE false END)",
  "sequence(timestamp, timestamp, interval day to second) array(timestamp)":
    "generate_series($1, $2, to_milliseconds($3))",
  "sequence(timestamp, timestamp, interval year to month) array(timestamp)": "generate_series($1, $2, to_months($3))",
  "flatten(array(array(T))) array(T)": "flatten($1)",
  "repeat(T, bigint) array(T)": "list_transform(range($2), lambda repeat_item: $1)",
  "reverse(array(T)) array(T)": "list_reverse($1)",
  "sequence(bigint, bigint) array(bigint)":
    "(CASE WHEN $1 <= $2 THEN generate_series($1, $2) ELSE generate_series($1, $2, -1) END)",
  "sequence(bigint, bigint, bigint) array(bigint)": "generate_series($1, $2, $3)",
  "sequence(date, date) array(date)":
    "list_transform(CASE WHEN $1 <= $2 THEN generate_series(0, CAST($2 - $1 AS BIGINT)) ELSE generate_series(0, CAST($2 - $1 AS BIGINT), -1) END, lambda day_item: $1 + CAST(day_item AS INTEGER))",
  "sequence(date, date, interval day to second) array(date)":
    "list_transform(generate_series(0, CAST($2 - $1 AS BIGINT), $3 // 86400000), lambda day_item: $1 + CAST(day_item AS INTEGER))",
  "sequence(date, date, interval year to month) array(date)":
    "list_transform(generate_series(CAST($1 AS TIMESTAMP), CAST($2 AS TIMESTAMP), to_months($3)), lambda month_item: CAST(month_item AS DATE))",
  "slice(array(T), bigint, bigint) array(T)":
    "(CASE WHEN $2 = 0 THEN CAST(trino_fail('INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1') AS $R) WHEN $2 > 0 THEN list_slice($1, $2, $2 + $3 - 1) WHEN -$2 > len($1) THEN CAST([] AS $R) ELSE list_slice($1, len($1) + $2 + 1, len($1) + $2 + $3) END)",
  "trim_array(array(T), bigint) array(T)": "list_slice($1, 1, len($1) - $2)",
  "shuffle(array(T)) array(T)":
    "list_transform(list_sort(list_transform($1, lambda shuffle_item: struct_pack(k := random(), v := shuffle_item))), lambda shuffle_item: shuffle_item.v)",
};
