/**
 * Trino: "Mathematical functions" and "Bitwise functions".
 */
import { BIGINT, isInteger, isNumeric, type TrinoType } from "../../trino/types";
import { coerce } from "../casts";
import type { FunctionTable, SpecialCall, SpecialFunctions } from "./definition";
import { arithmetic } from "../operators";
import { duckType, type Typed } from "../typed";

const FAIL = (message: string): string => `trino_fail('INVALID_FUNCTION_ARGUMENT: ${message}')`;

export const mathFunctions: FunctionTable = {
  "abs(N) N": "CAST(abs($1) AS $R)",
  "sign(N) N": "CAST(sign($1) AS $R)",
  "sign(double) double": "(CASE WHEN isnan($1) OR $1 = 0 THEN $1 ELSE CAST(sign($1) AS DOUBLE) END)",
  "sign(real) real": "(CASE WHEN isnan($1) OR $1 = 0 THEN $1 ELSE CAST(sign($1) AS FLOAT) END)",
  "ceil(bigint) bigint": "$1",
  "ceil(integer) integer": "$1",
  "ceil(double) double": "ceil($1)",
  "ceil(real) real": "ceil($1)",
  "ceiling(bigint) bigint": "$1",
  "ceiling(integer) integer": "$1",
  "ceiling(double) double": "ceil($1)",
  "ceiling(real) real": "ceil($1)",
  "floor(bigint) bigint": "$1",
  "floor(integer) integer": "$1",
  "floor(double) double": "floor($1)",
  "floor(real) real": "floor($1)",
  "round(bigint) bigint": "$1",
  "round(integer) integer": "$1",
  "round(double) double": "round($1)",
  "round(real) real": "round($1)",
  "round(double, integer) double": "trino_round($1, $2)",
  "round(real, integer) real": "CAST(trino_round($1, $2) AS FLOAT)",
  "round(integer, integer) integer": "CAST(trino_round_integer($1, $2) AS INTEGER)",
  "round(bigint, integer) bigint": "CAST(trino_round_integer($1, $2) AS BIGINT)",
  "truncate(double) double": "trunc($1)",
  "truncate(real) real": "trunc($1)",
  "sqrt(double) double": "(CASE WHEN $1 < 0 THEN CAST('nan' AS DOUBLE) ELSE sqrt($1) END)",
  "cbrt(double) double": "cbrt($1)",
  "exp(double) double": "exp($1)",
  "ln(double) double": "trino_ln($1)",
  "log2(double) double": "(trino_ln($1) / ln(2e0))",
  "log10(double) double": "(CASE WHEN $1 > 0 THEN log10($1) ELSE trino_ln($1) END)",
  "log(double, double) double": "(trino_ln($2) / trino_ln($1))",
  "power(double, double) double": "power($1, $2)",
  "pow(double, double) double": "power($1, $2)",
  "pi() double": "pi()",
  "e() double": "exp(1e0)",
  "infinity() double": "CAST('infinity' AS DOUBLE)",
  "nan() double": "CAST('nan' AS DOUBLE)",
  "is_nan(double) boolean": "isnan($1)",
  "is_nan(real) boolean": "isnan($1)",
  "is_finite(double) boolean": "isfinite($1)",
  "is_infinite(double) boolean": "isinf($1)",
  "degrees(double) double": "degrees($1)",
  "radians(double) double": "radians($1)",
  "sin(double) double": "(CASE WHEN isinf($1) THEN CAST('nan' AS DOUBLE) ELSE sin($1) END)",
  "cos(double) double": "(CASE WHEN isinf($1) THEN CAST('nan' AS DOUBLE) ELSE cos($1) END)",
  "tan(double) double": "(CASE WHEN isinf($1) THEN CAST('nan' AS DOUBLE) ELSE tan($1) END)",
  "asin(double) double": "(CASE WHEN abs($1) > 1 THEN CAST('nan' AS DOUBLE) ELSE asin($1) END)",
  "acos(double) double": "(CASE WHEN abs($1) > 1 THEN CAST('nan' AS DOUBLE) ELSE acos($1) END)",
  "atan(double) double": "atan($1)",
  "atan2(double, double) double": "atan2($1, $2)",
  "sinh(double) double": "sinh($1)",
  "cosh(double) double": "cosh($1)",
  "tanh(double) double": "tanh($1)",
  "width_bucket(double, double, double, bigint) bigint": `(CASE WHEN $4 <= 0 THEN CAST(${FAIL("bucketCount must be greater than 0")} AS BIGINT) WHEN isnan($1) THEN CAST(${FAIL("operand must not be NaN")} AS BIGINT) WHEN NOT isfinite($2) OR NOT isfinite($3) THEN CAST(${FAIL("bounds must be finite")} AS BIGINT) WHEN $2 = $3 THEN CAST(${FAIL("bounds cannot equal each other")} AS BIGINT) WHEN least($2, $3) > $1 THEN CASE WHEN $2 > $3 THEN $4 + 1 ELSE 0 END WHEN $1 >= greatest($2, $3) AND $2 < $3 THEN $4 + 1 WHEN $1 > greatest($2, $3) THEN 0 ELSE CAST(floor($4 * abs($1 - $2) / abs($3 - $2)) AS BIGINT) + 1 END)`,
  "random() double": "random()",
  "rand() double": "random()",
  "random(bigint) bigint": `(CASE WHEN $1 <= 0 THEN CAST(${FAIL("bound must be positive")} AS BIGINT) ELSE CAST(floor(random() * $1) AS BIGINT) END)`,
  "random(integer) integer": `(CASE WHEN $1 <= 0 THEN CAST(${FAIL("bound must be positive")} AS INTEGER) ELSE CAST(floor(random() * $1) AS INTEGER) END)`,
  "random(bigint, bigint) bigint": `(CASE WHEN $1 >= $2 THEN CAST(${FAIL("start value must be less than stop value")} AS BIGINT) ELSE $1 + CAST(floor(random() * ($2 - $1)) AS BIGINT) END)`,
  "random(integer, integer) integer": `(CASE WHEN $1 >= $2 THEN CAST(${FAIL("start value must be less than stop value")} AS INTEGER) ELSE $1 + CAST(floor(random() * ($2 - $1)) AS INTEGER) END)`,
  "bitwise_and(bigint, bigint) bigint": "($1 & $2)",
  "bitwise_or(bigint, bigint) bigint": "($1 | $2)",
  "bitwise_xor(bigint, bigint) bigint": "xor($1, $2)",
  "bitwise_not(bigint) bigint": "(~$1)",
  "bit_count(bigint, bigint) bigint": `(CASE WHEN $1 IS NULL OR $2 IS NULL THEN NULL WHEN $2 < 2 OR $2 > 64 THEN CAST(${FAIL("Bits specified in bit_count must be between 2 and 64")} AS BIGINT) WHEN $2 = 64 THEN CAST(bit_count($1) AS BIGINT) WHEN $1 < -(1::HUGEINT << CAST($2 - 1 AS INTEGER)) OR $1 > (1::HUGEINT << CAST($2 - 1 AS INTEGER)) - 1 THEN CAST(${FAIL("Number must be representable with the bits specified")} AS BIGINT) ELSE CAST(bit_count(CAST(CASE WHEN $1 < 0 THEN $1 + (1::HUGEINT << CAST($2 AS INTEGER)) ELSE $1 END AS BIGINT)) AS BIGINT) END)`,
  // Bits of 64: HUGEINT keeps what a shift of BIGINT would refuse.
  "bitwise_left_shift(bigint, bigint) bigint": "trino_left_shift($1, $2, 64)",
  "bitwise_left_shift(integer, bigint) integer": "CAST(trino_left_shift($1, $2, 32) AS INTEGER)",
  "bitwise_right_shift(bigint, bigint) bigint": "trino_right_shift($1, $2, 64)",
  "bitwise_right_shift(integer, bigint) integer": "CAST(trino_right_shift($1, $2, 32) AS INTEGER)",
  "bitwise_right_shift_arithmetic(bigint, bigint) bigint":
    "(CASE WHEN $2 >= 64 THEN CASE WHEN $1 < 0 THEN -1 ELSE 0 END ELSE $1 >> $2 END)",
  "bitwise_right_shift_arithmetic(integer, bigint) integer":
    "(CASE WHEN $2 >= 32 THEN CASE WHEN $1 < 0 THEN -1 ELSE 0 END ELSE CAST(CAST($1 AS BIGINT) >> $2 AS INTEGER) END)",
  "to_base(bigint, bigint) varchar":
    "(CASE WHEN $1 < 0 THEN '-' ELSE '' END || lower(to_base(abs($1), CAST($2 AS INTEGER))))",
  "parse_data_size(varchar) decimal(38,0)": "CAST(trino_parse_data_size($1) AS DECIMAL(38,0))",
  "from_base(varchar, bigint) bigint": "trino_from_base($1, $2)",
};

// Of decimals, these give decimals, with the digits that the result can have.
function rounded(call: SpecialCall): Typed | undefined {
  const [value, digits] = call.args.map((node) => call.compile(node));
  if (value?.type.kind !== "decimal" || call.args.length > 2) return undefined;
  const { precision, scale } = value.type;
  const name = { ceiling: "ceil", truncate: "trunc" }[call.name] ?? call.name;
  if (digits) {
    if (!["round", "trunc"].includes(name) || !isInteger(digits.type)) return undefined;
    const more = name === "round" ? 1 : 0;
    const type: TrinoType = { kind: "decimal", precision: Math.min(38, precision + more), scale };
    const places = coerce(digits, BIGINT, call.at).sql;
    const unscaled = `trino_unscaled(${value.sql}, ${scale})`;
    return {
      sql: `CAST(trino_scaled(trino_cut(${unscaled}, ${scale} - ${places}, ${more}), ${scale}) AS ${duckType(type)})`,
      type,
    };
  }
  const more = name === "trunc" ? 0 : Math.min(1, scale);
  const type: TrinoType = { kind: "decimal", precision: Math.max(1, Math.min(38, precision - scale + more)), scale: 0 };
  return { sql: `CAST(${name}(${value.sql}) AS ${duckType(type)})`, type };
}

export const mathSpecials: SpecialFunctions = {
  ceil: rounded,
  ceiling: rounded,
  floor: rounded,
  round: rounded,
  truncate: rounded,
  sign: (call) => {
    const [value] = call.args.map((node) => call.compile(node));
    if (call.args.length !== 1 || value.type.kind !== "decimal") return undefined;
    const type: TrinoType = { kind: "decimal", precision: 1, scale: 0 };
    return { sql: `CAST(sign(${value.sql}) AS ${duckType(type)})`, type };
  },
  // The operator by its other name.
  mod: (call) => {
    if (call.args.length !== 2) return undefined;
    const [left, right] = call.args.map((node) => call.compile(node));
    return isNumeric(left.type) && isNumeric(right.type) ? arithmetic("%", left, right, call.at) : undefined;
  },
};
