/** Trino, "Aggregate functions": min, max, min_by and max_by, of one value or of n. */
import { BIGINT, isInteger, type TrinoType } from "../trino/types";
import { one, unexpected, type Aggregate } from "./aggregate-call";
import { coerce } from "./casts";
import { freshName, nullOf, type Typed } from "./typed";

function isFloat(type: TrinoType): boolean {
  return type.kind === "real" || type.kind === "double";
}

/** min and max. */
export const extreme: Aggregate = (call) => {
  const name = call.name;
  if (call.args.length === 2) {
    const [value, size] = call.args;
    if (!isInteger(size.type)) throw unexpected(call);
    const type: TrinoType = { kind: "array", element: value.type };
    const most = coerce(size, BIGINT).sql;
    if (!isFloat(value.type)) return { sql: call.write(name, value.sql, most), type };
    // NaN comes last, whichever end is asked for.
    const [numbers, others] = ["NOT isnan", "isnan"].map((is) =>
      call.write(name, `(CASE WHEN ${is}(${value.sql}) THEN ${value.sql} END)`, most),
    );
    const both = `list_slice(list_concat(${numbers}, ${others}), 1, ${call.write("max", most)})`;
    const sql = `(CASE WHEN ${numbers} IS NULL THEN ${others} WHEN ${others} IS NULL THEN ${numbers} ELSE ${both} END)`;
    return { sql, type };
  }
  const value = one(call);
  if (isFloat(value.type)) {
    // A number wins against NaN, as NULL would.
    const number = `(CASE WHEN NOT isnan(${value.sql}) THEN ${value.sql} END)`;
    return { sql: `coalesce(${call.write(name, number)}, ${call.write(name, value.sql)})`, type: value.type };
  }
  return { sql: call.write(name, value.sql), type: value.type };
};

/** min_by and max_by. A struct around the value keeps rows whose value is NULL, which DuckDB would skip. */
export const extremeBy: Aggregate = (call) => {
  if (call.args.length < 2 || call.args.length > 3) throw unexpected(call);
  const [value, key, size] = call.args as [Typed, Typed, Typed?];
  const name = call.name === "max_by" ? "arg_max" : "arg_min";
  const sql = value.type.kind === "unknown" ? nullOf(value.type) : value.sql;
  if (size) {
    const item = freshName("e");
    const list = call.write(name, `struct_pack(v := ${sql})`, key.sql, coerce(size, BIGINT, call.at).sql);
    return { sql: `list_transform(${list}, lambda ${item}: ${item}.v)`, type: { kind: "array", element: value.type } };
  }
  const best = (by: string): string => call.write(name, `struct_pack(v := ${sql})`, by);
  const all = isFloat(key.type)
    ? `coalesce(${best(`(CASE WHEN NOT isnan(${key.sql}) THEN ${key.sql} END)`)}, ${best(key.sql)})`
    : best(key.sql);
  return { sql: `(${all}).v`, type: value.type };
};
