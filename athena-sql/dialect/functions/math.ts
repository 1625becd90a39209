/**
 * Trino: "Mathematical functions" and "Bitwise functions".
 */
import type { TrinoType } from "../../trino/types";
import type { FunctionTable, SpecialCall, SpecialFunctions } from "../functions";
import { duckType, type Typed } from "../typed";

const FAIL = (message: string): string => `trino_fail('INVALID_FUNCTION_ARGUMENT: ${message}')`;

export const mathFunctions: FunctionTable = {
  "abs(N) N": "CAST(abs($1) AS $R)",
  "sign(bigint) bigint": "CAST(sign($1) AS BIGINT)",
  "sign(integer) integer": "CAST(sign($1) AS INTEGER)",
  "sign(double) double": "CAST(sign($1) AS DOUBLE)",
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
  "round(integer, integer) integer": "CAST(round($1, $2) AS INTEGER)",
  "round(bigint, integer) bigint": "CAST(round($1, $2) AS BIGINT)",
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
  "mod(N, N) N": `(CASE WHEN $2 = 0 THEN CAST(trino_fail('DIVISION_BY_ZERO: Division by zero') AS $R) ELSE CAST($1 % $2 AS $R) END)`,
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
  "sin(double) double": "sin($1)",
  "cos(double) double": "cos($1)",
  "tan(double) double": "tan($1)",
  "asin(double) double": "asin($1)",
  "acos(double) double": "acos($1)",
  "atan(double) double": "atan($1)",
  "atan2(double, double) double": "atan2($1, $2)",
  "sinh(double) double": "sinh($1)",
  "cosh(double) double": "cosh($1)",
  "tanh(double) double": "tanh($1)",
  "width_bucket(double, double, double, bigint) bigint":
    "(CASE WHEN $1 < $2 THEN 0 WHEN $1 >= $3 THEN $4 + 1 ELSE CAST(floor(($1 - $2) / ($3 - $2) * $4) AS BIGINT) + 1 END)",
  "random() double": "random()",
  "rand() double": "random()",
  "bitwise_and(bigint, bigint) bigint": "($1 & $2)",
  "bitwise_or(bigint, bigint) bigint": "($1 | $2)",
  "bitwise_xor(bigint, bigint) bigint": "xor($1, $2)",
  "bitwise_not(bigint) bigint": "(~$1)",
  "bit_count(bigint, bigint) bigint": `(CASE WHEN $2 = 64 THEN CAST(bit_count($1) AS BIGINT) ELSE CAST(${FAIL("the local runtime counts 64 bits only")} AS BIGINT) END)`,
  "to_base(bigint, bigint) varchar":
    "(CASE WHEN $1 < 0 THEN '-' ELSE '' END || lower(to_base(abs($1), CAST($2 AS INTEGER))))",
  "from_base(varchar, bigint) bigint": "trino_from_base($1, $2)",
};

// Of decimals, these give decimals, with the digits that the result can have.
function rounded(call: SpecialCall): Typed | undefined {
  const [value, digits] = call.args.map((node) => call.compile(node));
  if (value?.type.kind !== "decimal" || call.args.length > 2) return undefined;
  const { precision, scale } = value.type;
  const name = { ceiling: "ceil", truncate: "trunc" }[call.name] ?? call.name;
  if (digits) {
    if (name !== "round" || digits.type.kind !== "integer") return undefined;
    const type: TrinoType = { kind: "decimal", precision: Math.min(38, precision + 1), scale };
    return { sql: `CAST(round(${value.sql}, ${digits.sql}) AS ${duckType(type)})`, type };
  }
  const type: TrinoType = {
    kind: "decimal",
    precision: Math.max(1, Math.min(38, precision - scale + Math.min(1, scale))),
    scale: 0,
  };
  return { sql: `CAST(${name}(${value.sql}) AS ${duckType(type)})`, type };
}

export const decimalRounding: SpecialFunctions = {
  ceil: rounded,
  ceiling: rounded,
  floor: rounded,
  round: rounded,
  truncate: rounded,
};
