/**
 * Trino: "Aggregate functions" and "Window functions", with Trino's result types.
 */
import { notSupported } from "../trino/errors";
import {
  BIGINT,
  BOOLEAN,
  commonType,
  DOUBLE,
  INTEGER,
  isInteger,
  isNumeric,
  REAL,
  type TrinoType,
  UNKNOWN,
  VARCHAR,
} from "../trino/types";
import { as, double, one, unexpected, type Aggregate, type AggregateCall } from "./aggregate-call";
import { cast, coerce } from "./casts";
import { extreme, extremeBy } from "./extremes";
import { fail, freshName, type Typed } from "./typed";

// Sums are BIGINT, decimal(38,s), double, or real (summed as double, as Trino does).
const sum: Aggregate = (call) => {
  const value = one(call);
  const { type } = value;
  if (isInteger(type)) return as(call.write("sum", value.sql), BIGINT);
  if (type.kind === "decimal")
    return as(call.write("sum", value.sql), { kind: "decimal", precision: 38, scale: type.scale });
  if (type.kind === "real") return as(call.write("sum", double(value, call)), REAL);
  if (type.kind === "double") return as(call.write("sum", value.sql), DOUBLE);
  if (type.kind.startsWith("interval")) return as(call.write("sum", value.sql), type);
  throw unexpected(call);
};

const avg: Aggregate = (call) => {
  const value = one(call);
  const { type } = value;
  if (type.kind === "decimal") {
    // Exact: the digits' sum over the count, rounded half up.
    const digits = call.write("sum", `trino_unscaled(${value.sql}, ${type.scale})`);
    const count = `CAST(${call.write("count", value.sql)} AS HUGEINT)`;
    const quotient = `(CASE WHEN ${count} = 0 THEN NULL ELSE trino_divide(CAST(${digits} AS HUGEINT), ${count}) END)`;
    return as(`trino_scaled(${quotient}, ${type.scale})`, type);
  }
  if (type.kind.startsWith("interval")) return as(`trunc(${call.write("avg", `CAST(${value.sql} AS DOUBLE)`)})`, type);
  return as(call.write("avg", double(value, call)), type.kind === "real" ? REAL : DOUBLE);
};

const count: Aggregate = (call) => {
  if (call.star || call.args.length === 0)
    return { sql: call.write("count", ...(call.star ? ["*"] : [])), type: BIGINT };
  const value = one(call);
  return { sql: call.write("count", value.sql), type: BIGINT };
};

const boolean =
  (name: string): Aggregate =>
  (call) => {
    const value = one(call);
    if (value.type.kind !== "boolean" && value.type.kind !== "unknown") throw unexpected(call);
    return { sql: call.write(name, cast(value, BOOLEAN).sql), type: BOOLEAN };
  };

const statistic =
  (name: string): Aggregate =>
  (call) =>
    as(call.write(name, double(one(call), call)), DOUBLE);

// Of two numbers: real, unless one of them is a double. NULL where there is no line to speak of.
const relation =
  (name: string): Aggregate =>
  (call) => {
    if (call.args.length !== 2) throw unexpected(call);
    const real = call.args.every((arg) => arg.type.kind !== "double");
    const sql = call.write(name, ...call.args.map((arg) => double(arg, call)));
    const plain =
      name === "corr" || name.startsWith("regr") ? `(CASE WHEN isnan(${sql}) THEN NULL ELSE ${sql} END)` : sql;
    return as(plain, real ? REAL : DOUBLE);
  };

const percentile: Aggregate = (call) => {
  if (call.args.length !== 2) throw notSupported(`approx_percentile of ${call.args.length} arguments`, call.at);
  const [value, fraction] = call.args;
  if (!isNumeric(value.type)) throw unexpected(call);
  const type: TrinoType = isInteger(value.type) ? BIGINT : value.type.kind === "double" ? DOUBLE : REAL;
  const list = fraction.type.kind === "array";
  const wanted: TrinoType = list ? { kind: "array", element: DOUBLE } : DOUBLE;
  const result: TrinoType = list ? { kind: "array", element: type } : type;
  // The exact one: the value at this part of the ordered values, of two that share it the greater one.
  const values = `list_sort(list_filter(${call.write("list", coerce(value, type).sql)}, lambda known_item: known_item IS NOT NULL))`;
  const at = (part: string): string =>
    `(CASE WHEN ${part} < 0 OR ${part} > 1 THEN ${fail("INVALID_FUNCTION_ARGUMENT", "'Percentile must be between 0 and 1'", type)} ` +
    `ELSE list_extract(${values}, least(CAST(floor(${part} * len(${values})) AS BIGINT) + 1, len(${values}))) END)`;
  const sql = coerce(fraction, wanted).sql;
  const picked = list ? `list_transform(${sql}, lambda part_item: ${at("part_item")})` : at(sql);
  return as(`(CASE WHEN len(${values}) > 0 THEN ${picked} END)`, result);
};

const pairs = (call: AggregateCall): { key: Typed; value: Typed; list: string } => {
  if (call.args.length !== 2) throw unexpected(call);
  const [key, value] = call.args;
  const item = freshName("e");
  const list = call.write("list", `struct_pack(key := ${key.sql}, value := ${cast(value, value.type).sql})`);
  const known = `list_filter(${list}, lambda ${item}: ${item}.key IS NOT NULL)`;
  // Without any key there is no map.
  return { key, value, list: `(CASE WHEN len(${known}) > 0 THEN ${known} END)` };
};

const AGGREGATES: Readonly<Record<string, Aggregate>> = {
  count,
  count_if: (call) => {
    const value = one(call);
    return { sql: `coalesce(${as(call.write("sum", `CAST(${value.sql} AS INTEGER)`), BIGINT).sql}, 0)`, type: BIGINT };
  },
  sum,
  avg,
  min: extreme,
  max: extreme,
  min_by: extremeBy,
  max_by: extremeBy,
  arbitrary: (call) => ({ sql: call.write("any_value", one(call).sql), type: one(call).type }),
  any_value: (call) => ({ sql: call.write("any_value", one(call).sql), type: one(call).type }),
  bool_and: boolean("bool_and"),
  bool_or: boolean("bool_or"),
  every: boolean("bool_and"),
  approx_distinct: (call) => {
    // The exact number is within any error bound.
    if (call.windowed) throw notSupported("approx_distinct over a window", call.at);
    return { sql: call.write("count", `DISTINCT ${call.args[0].sql}`), type: BIGINT };
  },
  approx_percentile: percentile,
  array_agg: (call) => ({ sql: call.write("list", one(call).sql), type: { kind: "array", element: one(call).type } }),
  listagg: (call) => {
    const [value, separator = { sql: "''", type: VARCHAR }] = call.args;
    return { sql: call.write("string_agg", coerce(value, VARCHAR, call.at).sql, separator.sql), type: VARCHAR };
  },
  map_agg: (call) => {
    const { key, value, list } = pairs(call);
    return { sql: `trino_map_of(${list})`, type: { kind: "map", key: key.type, value: value.type } };
  },
  multimap_agg: (call) => {
    const { key, value, list } = pairs(call);
    const type: TrinoType = { kind: "map", key: key.type, value: { kind: "array", element: value.type } };
    return { sql: `trino_multimap_of(${list})`, type };
  },
  histogram: (call) => {
    const value = one(call);
    return as(call.write("histogram", value.sql), { kind: "map", key: value.type, value: BIGINT });
  },
  stddev: statistic("stddev_samp"),
  stddev_samp: statistic("stddev_samp"),
  stddev_pop: statistic("stddev_pop"),
  variance: statistic("var_samp"),
  var_samp: statistic("var_samp"),
  var_pop: statistic("var_pop"),
  corr: relation("corr"),
  covar_pop: relation("covar_pop"),
  covar_samp: relation("covar_samp"),
  regr_slope: relation("regr_slope"),
  regr_intercept: relation("regr_intercept"),
  geometric_mean: (call) => {
    const value = one(call);
    const real = ["real", "decimal"].includes(value.type.kind);
    return as(`exp(${call.write("avg", `trino_ln(${double(value, call)})`)})`, real ? REAL : DOUBLE);
  },
  skewness: (call) => {
    const value = double(one(call), call);
    const count = call.write("count", value);
    // DuckDB's is the one of a sample.
    const sample = `${call.write("skewness", value)} * (${count} - 2) / sqrt(${count} * (${count} - 1e0))`;
    return as(`(CASE WHEN ${count} >= 3 THEN ${sample} END)`, DOUBLE);
  },
  kurtosis: (call) => {
    const value = double(one(call), call);
    return as(
      `(CASE WHEN ${call.write("count", value)} >= 4 THEN coalesce(${call.write("kurtosis", value)}, CAST('nan' AS DOUBLE)) END)`,
      DOUBLE,
    );
  },
  bitwise_and_agg: (call) => as(call.write("bit_and", coerce(one(call), BIGINT).sql), BIGINT),
  bitwise_or_agg: (call) => as(call.write("bit_or", coerce(one(call), BIGINT).sql), BIGINT),
};

const ranking =
  (type: TrinoType): Aggregate =>
  (call) => {
    if (call.args.length > 0) throw unexpected(call);
    return { sql: call.write(call.name), type };
  };

const neighbour: Aggregate = (call) => {
  const [value, offset = { sql: "CAST(1 AS BIGINT)", type: BIGINT }, other = { sql: "NULL", type: UNKNOWN }] =
    call.args;
  const type = commonType(value.type, other.type);
  if (!type) throw unexpected(call);
  const args = [
    coerce(value, type).sql,
    coerce(offset, BIGINT).sql,
    ...(call.args.length > 2 ? [coerce(other, type).sql] : []),
  ];
  return { sql: call.write(call.name, ...args), type };
};

const WINDOW_ONLY: Readonly<Record<string, Aggregate>> = {
  row_number: ranking(BIGINT),
  rank: ranking(BIGINT),
  dense_rank: ranking(BIGINT),
  percent_rank: ranking(DOUBLE),
  cume_dist: ranking(DOUBLE),
  ntile: (call) => ({ sql: call.write("ntile", coerce(one(call), BIGINT).sql), type: BIGINT }),
  lag: neighbour,
  lead: neighbour,
  first_value: (call) => ({ sql: call.write("first_value", one(call).sql), type: one(call).type }),
  last_value: (call) => ({ sql: call.write("last_value", one(call).sql), type: one(call).type }),
  nth_value: (call) => {
    const [value, offset] = call.args;
    return { sql: call.write("nth_value", value.sql, coerce(offset, INTEGER).sql), type: value.type };
  },
};

/** Whether a function aggregates rows. */
export function isAggregate(name: string): boolean {
  return name in AGGREGATES;
}

/** Whether a function exists only with OVER. */
export function isWindowFunction(name: string): boolean {
  return name in WINDOW_ONLY;
}

/** Names of all aggregate and window functions. */
export function aggregateNames(): string[] {
  return [...Object.keys(AGGREGATES), ...Object.keys(WINDOW_ONLY)];
}

/** @throws QueryError FUNCTION_NOT_FOUND for types that the function doesn't take */
export function compileAggregate(call: AggregateCall): Typed {
  const aggregate = AGGREGATES[call.name] ?? WINDOW_ONLY[call.name];
  if (call.args.length === 0 && !call.star && !["count", ...Object.keys(WINDOW_ONLY)].includes(call.name))
    throw unexpected(call);
  return aggregate(call);
}
