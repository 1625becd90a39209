/**
 * Trino: "Map functions and operators".
 */
import type { FunctionTable } from "./definition";

const split = (entries: string, body: string): string => `list_transform([${entries}], lambda split_parts: ${body})[1]`;
const half = (offset: number): string =>
  `list_filter(split_parts, lambda split_part, split_index: split_index % 2 = ${offset})`;
const pairs = `list_transform(list_zip(${half(1)}, ${half(0)}), lambda split_pair: struct_pack(key := split_pair[1], value := split_pair[2]))`;
const square = (map: string): string =>
  `sqrt(list_sum(list_transform(map_values(${map}), lambda squared: squared * squared)))`;

export const mapFunctions: FunctionTable = {
  "element_at(map(K, V), K) V": "list_extract(map_extract($1, $2), 1)",
  "map_keys(map(K, V)) array(K)": "map_keys($1)",
  "map_values(map(K, V)) array(V)": "map_values($1)",
  "map(array(K), array(V)) map(K, V)": "map($1, $2)",
  "map() map(K, V)": "map([], [])",
  "split_to_map(varchar, varchar, varchar) map(varchar, varchar)": split(
    "trino_split_entries($1, $2, $3, 'unique')",
    `map_from_entries(${pairs})`,
  ),
  "split_to_multimap(varchar, varchar, varchar) map(varchar, array(varchar))": split(
    "trino_split_entries($1, $2, $3, '')",
    `trino_multimap_of(${pairs})`,
  ),
  "cosine_similarity(map(varchar, double), map(varchar, double)) double":
    "(CASE WHEN list_contains(list_transform(list_concat(map_values($1), map_values($2)), lambda alike_null: alike_null IS NULL), true) THEN NULL ELSE " +
    "coalesce(list_sum(list_transform(map_entries($1), lambda alike: alike.value * list_extract(map_extract($2, alike.key), 1))), 0e0) " +
    `/ (coalesce(${square("$1")}, 0e0) * coalesce(${square("$2")}, 0e0)) END)`,
  "map_concat(map(K, V), map(K, V)) map(K, V)":
    "(CASE WHEN $1 IS NULL OR $2 IS NULL THEN NULL ELSE map_concat($1, $2) END)",
};
