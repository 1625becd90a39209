/**
 * Array and map functions that apply a lambda to more than one array's items, or take any number of arrays.
 */
import { QueryError } from "../../trino/errors";
import { commonType, INTEGER, type TrinoType, typeName, VARCHAR } from "../../trino/types";
import { coerce, packRow } from "../casts";
import type { SpecialCall, SpecialFunctions } from "./definition";
import { joined, textOf } from "../text";
import { duckType, fail, freshName, type Typed } from "../typed";

function unexpected(call: SpecialCall): QueryError {
  return new QueryError("FUNCTION_NOT_FOUND", `Unexpected parameters for function ${call.name}.`, call.at);
}

function arrayAt(call: SpecialCall, index: number): Typed & { type: { kind: "array"; element: TrinoType } } {
  const value = call.compile(call.args[index]);
  if (value.type.kind !== "array") throw unexpected(call);
  return { ...value, type: value.type };
}

function mapAt(call: SpecialCall, index: number): Typed & { type: { kind: "map"; key: TrinoType; value: TrinoType } } {
  const value = call.compile(call.args[index]);
  if (value.type.kind !== "map") throw unexpected(call);
  return { ...value, type: value.type };
}

/** Arrays side by side; the shorter ones are filled up with NULL. */
function sideBySide(arrays: readonly Typed[], item: (index: string) => string): string {
  const index = freshName("i");
  const lengths = arrays.map((array) => `len(${array.sql})`).join(", ");
  const anyNull = arrays.map((array) => `${array.sql} IS NULL`).join(" OR ");
  return `(CASE WHEN ${anyNull} THEN NULL ELSE list_transform(range(1, greatest(${lengths}) + 1), lambda ${index}: ${item(index)}) END)`;
}

function at(array: Typed & { type: { element: TrinoType } }, index: string): Typed {
  return { sql: `list_extract(${array.sql}, ${index})`, type: array.type.element };
}

function overEntries(
  call: SpecialCall,
  build: (entry: string, body: Typed) => string,
  type: (body: TrinoType) => TrinoType,
): Typed {
  if (call.args.length !== 2) throw unexpected(call);
  const map = mapAt(call, 0);
  const entry = freshName("e");
  const body = call.apply(call.args[1], [
    { sql: `${entry}.key`, type: map.type.key },
    { sql: `${entry}.value`, type: map.type.value },
  ]);
  const entries =
    call.name === "map_filter"
      ? `list_filter(map_entries(${map.sql}), lambda ${entry}: ${body.sql})`
      : `list_transform(map_entries(${map.sql}), lambda ${entry}: ${build(entry, body)})`;
  return { sql: `map_from_entries(${entries})`, type: type(body.type) };
}

/** Most items of an array that is sorted by a lambda: it compares each with each. */
const LONGEST = 2000;

function sortedBy(call: SpecialCall, array: Typed & { type: { kind: "array"; element: TrinoType } }): Typed {
  const [items, left, right, index] = [freshName("e"), freshName("e"), freshName("e"), freshName("i")];
  const [one, other] = [left, right].map((sql) => ({ sql, type: array.type.element }));
  const compared = coerce(call.apply(call.args[1], [one, other]), INTEGER, call.args[1].at).sql;
  const sign = `CASE ${compared} WHEN -1 THEN '<' WHEN 0 THEN '=' WHEN 1 THEN '>' ELSE 'x' END`;
  const rows = `list_transform(${items}, lambda ${left}: array_to_string(list_transform(${items}, lambda ${right}: ${sign}), ''))`;
  const order = `trino_sort_order(coalesce(array_to_string(${rows}, ''), ''))`;
  const refusal = `NOT_SUPPORTED: The local runtime does not run array_sort with a lambda over more than ${LONGEST} items.`;
  const tooLong = `CAST([trino_fail('${refusal}')] AS ${duckType(array.type)})`;
  const sorted = `list_transform(${order}, lambda ${index}: ${items}[CAST(${index} AS INTEGER)])`;
  const sql = `list_transform([${array.sql}], lambda ${items}: CASE WHEN len(${items}) > ${LONGEST} THEN ${tooLong} WHEN ${items} IS NOT NULL THEN ${sorted} END)[1]`;
  return { sql, type: array.type };
}

function entryOf(map: string, key: string): string {
  return `list_extract(map_extract(${map}, ${key}), 1)`;
}

export const lambdaFunctions: SpecialFunctions = {
  reduce: (call) => {
    if (call.args.length !== 4) throw unexpected(call);
    const array = arrayAt(call, 0);
    let state = call.compile(call.args[1]);
    const [left, right] = [freshName("s"), freshName("s")];
    const item: Typed = { sql: `${right}.item`, type: array.type.element };
    let body = call.apply(call.args[2], [{ sql: `${left}.state`, type: state.type }, item]);
    // The state may become wider: reduce(…, 0, (s, x) -> s + x) over bigint is bigint.
    for (let attempt = 0; attempt < 3; attempt++) {
      const common = commonType(state.type, body.type);
      if (!common)
        throw new QueryError("TYPE_MISMATCH", `${typeName(body.type)} is no ${typeName(state.type)}`, call.at);
      state = coerce(state, common);
      body = call.apply(call.args[2], [{ sql: `${left}.state`, type: common }, item]);
    }
    const wide = duckType(state.type);
    const pack = (value: string, next: string): string =>
      `struct_pack(item := ${value}, state := CAST(${next} AS ${wide}))`;
    const source = freshName("e");
    const items = `list_transform(${array.sql}, lambda ${source}: ${pack(source, "NULL")})`;
    const step = pack(`${right}.item`, coerce(body, state.type).sql);
    const first = pack(`CAST(NULL AS ${duckType(array.type.element)})`, state.sql);
    const folded = `list_reduce(${items}, lambda ${left}, ${right}: ${step}, ${first}).state`;
    const result = freshName("o");
    const output = call.apply(call.args[3], [{ sql: result, type: state.type }]);
    const value = `list_transform([${folded}], lambda ${result}: ${output.sql})[1]`;
    return { sql: `(CASE WHEN ${array.sql} IS NULL THEN NULL ELSE ${value} END)`, type: output.type };
  },
  zip_with: (call) => {
    if (call.args.length !== 3) throw unexpected(call);
    const arrays = [arrayAt(call, 0), arrayAt(call, 1)];
    let element: TrinoType = { kind: "unknown" };
    const sql = sideBySide(arrays, (index) => {
      const body = call.apply(
        call.args[2],
        arrays.map((array) => at(array, index)),
      );
      element = body.type;
      return body.sql;
    });
    return { sql, type: { kind: "array", element } };
  },
  zip: (call) => {
    if (call.args.length < 2) throw unexpected(call);
    const arrays = call.args.map((_, index) => arrayAt(call, index));
    const sql = sideBySide(arrays, (index) => packRow(arrays.map((array) => at(array, index).sql)));
    const fields = arrays.map((array) => ({ type: array.type.element }));
    return { sql, type: { kind: "array", element: { kind: "row", fields } } };
  },
  array_join: (call) => {
    if (call.args.length !== 2 && call.args.length !== 3) throw unexpected(call);
    const array = arrayAt(call, 0);
    const [separator, filler] = call.args.slice(1).map((node) => coerce(call.compile(node), VARCHAR, call.at).sql);
    const item = freshName("e");
    const text = textOf(item, array.type.element);
    const texts = `list_transform(${array.sql}, lambda ${item}: ${filler ? `coalesce(${text}, ${filler})` : text})`;
    if (["array", "map", "row", "varbinary"].includes(array.type.element.kind)) {
      throw new QueryError("OPERATOR_NOT_FOUND", `Cannot cast ${typeName(array.type.element)} to varchar`, call.at);
    }
    const anyNull = [array.sql, separator, ...(filler ? [filler] : [])].map((part) => `${part} IS NULL`).join(" OR ");
    return { sql: `(CASE WHEN ${anyNull} THEN NULL ELSE ${joined(texts, separator)} END)`, type: VARCHAR };
  },
  array_sort: (call) => {
    const array = arrayAt(call, 0);
    if (call.args.length === 2) return sortedBy(call, array);
    return { sql: `list_sort(${array.sql}, 'ASC', 'NULLS LAST')`, type: array.type };
  },
  transform_values: (call) => {
    const map = mapAt(call, 0);
    const build = (entry: string, body: Typed): string => `struct_pack(key := ${entry}.key, value := ${body.sql})`;
    return overEntries(call, build, (value) => ({ kind: "map", key: map.type.key, value }));
  },
  transform_keys: (call) => {
    const map = mapAt(call, 0);
    const build = (entry: string, body: Typed): string => `struct_pack(key := ${body.sql}, value := ${entry}.value)`;
    return overEntries(call, build, (key) => ({ kind: "map", key, value: map.type.value }));
  },
  map_filter: (call) => {
    const map = mapAt(call, 0);
    return overEntries(
      call,
      () => "",
      () => map.type,
    );
  },
  map_zip_with: (call) => {
    if (call.args.length !== 3) throw unexpected(call);
    const [left, right] = [mapAt(call, 0), mapAt(call, 1)];
    const key = commonType(left.type.key, right.type.key);
    if (!key) throw unexpected(call);
    const [one, other] = [left, right].map(
      (map) => coerce(map, { kind: "map", key, value: map.type.value }, call.at).sql,
    );
    const [name, more] = [freshName("e"), freshName("e")];
    const body = call.apply(call.args[2], [
      { sql: name, type: key },
      { sql: entryOf(one, name), type: left.type.value },
      { sql: entryOf(other, name), type: right.type.value },
    ]);
    const added = `list_filter(map_keys(${other}), lambda ${more}: NOT list_contains(map_keys(${one}), ${more}))`;
    const keys = `list_concat(map_keys(${one}), ${added})`;
    const entries = `list_transform(${keys}, lambda ${name}: struct_pack(key := ${name}, value := ${body.sql}))`;
    const sql = `(CASE WHEN ${one} IS NULL OR ${other} IS NULL THEN NULL ELSE map_from_entries(${entries}) END)`;
    return { sql, type: { kind: "map", key, value: body.type } };
  },
  multimap_from_entries: (call) => {
    const array = arrayAt(call, 0);
    const { element } = array.type;
    if (call.args.length !== 1 || element.kind !== "row" || element.fields.length !== 2) throw unexpected(call);
    const entry = freshName("e");
    const [key, value] = element.fields.map((field) => field.type);
    const wrong = (what: string): string => fail("INVALID_FUNCTION_ARGUMENT", `'${what}'`, key);
    const checked = `CASE WHEN ${entry} IS NULL THEN ${wrong("map entry cannot be null")} WHEN ${entry}.f1 IS NULL THEN ${wrong("map key cannot be null")} ELSE ${entry}.f1 END`;
    const pairs = `list_transform(${array.sql}, lambda ${entry}: struct_pack(key := ${checked}, value := ${entry}.f2))`;
    return { sql: `trino_multimap_of(${pairs})`, type: { kind: "map", key, value: { kind: "array", element: value } } };
  },
  regexp_replace: (call) => {
    if (call.args[2]?.kind !== "lambda") return undefined;
    const [text, pattern] = call.args.slice(0, 2).map((node) => coerce(call.compile(node), VARCHAR, call.at).sql);
    const [pieces, piece, index] = [freshName("e"), freshName("e"), freshName("i")];
    const groups = { sql: `from_json(${piece}, '["VARCHAR"]')`, type: { kind: "array", element: VARCHAR } } as const;
    const replaced = coerce(call.apply(call.args[2], [groups]), VARCHAR, call.args[2].at).sql;
    const list = `list_transform(trino_regexp_pieces(${text}, ${pattern}), lambda ${piece}, ${index}: CASE WHEN ${index} % 2 = 1 THEN ${piece} ELSE ${replaced} END)`;
    // A lambda that gives NULL makes all of it NULL.
    const sql = `list_transform([${list}], lambda ${pieces}: CASE WHEN len(list_filter(${pieces}, lambda ${piece}: ${piece} IS NULL)) = 0 THEN array_to_string(${pieces}, '') END)[1]`;
    return { sql, type: VARCHAR };
  },
  map_entries: (call) => {
    const map = mapAt(call, 0);
    const entry = freshName("e");
    const sql = `list_transform(map_entries(${map.sql}), lambda ${entry}: ${packRow([`${entry}.key`, `${entry}.value`])})`;
    return {
      sql,
      type: { kind: "array", element: { kind: "row", fields: [{ type: map.type.key }, { type: map.type.value }] } },
    };
  },
  map_from_entries: (call) => {
    const { element } = arrayAt(call, 0).type;
    if (element.kind !== "row" || element.fields.length !== 2) throw unexpected(call);
    const entry = freshName("e");
    const pairs = `list_transform(${arrayAt(call, 0).sql}, lambda ${entry}: struct_pack(key := ${entry}.f1, value := ${entry}.f2))`;
    return {
      sql: `map_from_entries(${pairs})`,
      type: { kind: "map", key: element.fields[0].type, value: element.fields[1].type },
    };
  },
};
