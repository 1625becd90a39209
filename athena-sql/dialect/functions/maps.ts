/**
 * Trino: "Map functions and operators".
 */
import type { FunctionTable } from "./definition";

export const mapFunctions: FunctionTable = {
  "element_at(map(K, V), K) V": "list_extract(map_extract($1, $2), 1)",
  "map_keys(map(K, V)) array(K)": "map_keys($1)",
  "map_values(map(K, V)) array(V)": "map_values($1)",
  "map(array(K), array(V)) map(K, V)": "map($1, $2)",
  "map() map(K, V)": "map([], [])",
  "map_concat(map(K, V), map(K, V)) map(K, V)":
    "(CASE WHEN $1 IS NULL OR $2 IS NULL THEN NULL ELSE map_concat($1, $2) END)",
};
