/**
 * Trino's operators on values of known types.
 */
import { notSupported, type Position, QueryError } from "../trino/errors";
import type { BinaryOperator } from "../trino/syntax";
import {
  coercible,
  commonType,
  DATE,
  DAY_TO_SECOND,
  decimalOf,
  DOUBLE,
  isInteger,
  isNumeric,
  isText,
  type TrinoType,
  typeName,
  UNKNOWN,
  VARCHAR,
  YEAR_TO_MONTH,
} from "../trino/types";
import { cast, coerce } from "./casts";
import { compare, mismatch, sameZone } from "./comparisons";
import { textOf } from "./text";
import { duckType, fail, type Typed } from "./typed";
import { instantOf, localTime } from "./zones";

type Arithmetic = "+" | "-" | "*" | "/" | "%";

/** `left operator right` for every binary operator but AND and OR. @throws QueryError TYPE_MISMATCH */
export function binary(operator: BinaryOperator, left: Typed, right: Typed, at: Position): Typed {
  switch (operator) {
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
      return arithmetic(operator, left, right, at);
    case "||":
      return concatenate(left, right, at);
    case "and":
    case "or":
      return {
        sql: `(${condition(left, at)} ${operator.toUpperCase()} ${condition(right, at)})`,
        type: { kind: "boolean" },
      };
    default:
      return compare(operator, left, right, at);
  }
}

/** A value that must be boolean. */
export function condition(value: Typed, at: Position): string {
  if (!coercible(value.type, { kind: "boolean" })) {
    throw new QueryError(
      "TYPE_MISMATCH",
      `Expression must evaluate to a boolean (actual: ${typeName(value.type)})`,
      at,
    );
  }
  return coerce(value, { kind: "boolean" }).sql;
}

function concatenate(left: Typed, right: Typed, at: Position): Typed {
  const untyped = left.type.kind === "unknown" || right.type.kind === "unknown";
  // An operand without a type makes this the concatenation of arrays.
  if (left.type.kind === "array" || right.type.kind === "array" || untyped) {
    const asArray = (value: Typed): Typed =>
      value.type.kind === "array"
        ? value
        : {
            // An item that is NULL makes the result NULL; one of no type is a NULL array.
            sql:
              value.type.kind === "unknown"
                ? "NULL"
                : `(CASE WHEN ${value.sql} IS NULL THEN NULL ELSE [${value.sql}] END)`,
            type: value.type.kind === "unknown" ? UNKNOWN : { kind: "array", element: value.type },
          };
    const [a, b] = [asArray(left), asArray(right)];
    const common = commonType(a.type, b.type);
    if (!common) throw mismatch("||", left, right, at);
    const [x, y] = [coerce(a, common).sql, coerce(b, common).sql];
    return { sql: `(CASE WHEN ${x} IS NULL OR ${y} IS NULL THEN NULL ELSE list_concat(${x}, ${y}) END)`, type: common };
  }
  if (left.type.kind === "varbinary" && right.type.kind === "varbinary") {
    return { sql: `(${left.sql} || ${right.sql})`, type: left.type };
  }
  if (![left, right].every((value) => isText(value.type))) throw mismatch("||", left, right, at);
  if (left.type.kind === "char" && right.type.kind === "char") {
    const length = left.type.length + right.type.length;
    return { sql: `rtrim(${textOf(left.sql, left.type)} || ${right.sql}, ' ')`, type: { kind: "char", length } };
  }
  for (const [one, other] of [
    [left, right],
    [right, left],
  ]) {
    // A varchar becomes a char of its length beside a char.
    if (one.type.kind === "char" && other.type.kind === "varchar" && other.type.length !== undefined) {
      const type: TrinoType = { kind: "char", length: other.type.length };
      const both = one === left ? [left, cast(other, type)] : [cast(other, type), right];
      return concatenate(both[0], both[1], at);
    }
  }
  return { sql: `(${cast(left, VARCHAR).sql} || ${cast(right, VARCHAR).sql})`, type: VARCHAR };
}

export function arithmetic(operator: Arithmetic, left: Typed, right: Typed, at: Position): Typed {
  const temporal = temporalArithmetic(operator, left, right, at);
  if (temporal) return temporal;
  const common = commonType(left.type, right.type);
  if (!common || !isNumeric(common)) throw mismatch(operator, left, right, at);
  if (common.kind === "decimal") return decimalArithmetic(operator, left, right, at);
  const [a, b] = [coerce(left, common).sql, coerce(right, common).sql];
  if (operator === "/" && isInteger(common)) return guarded(b, right, `${a} // ${b}`, common);
  if (operator === "%" && isInteger(common)) return guarded(b, right, `${a} % ${b}`, common);
  return { sql: `(${a} ${operator} ${b})`, type: common };
}

// The test for zero is left out where the divisor is written as another number.
function guarded(divisor: string, written: Typed, sql: string, type: TrinoType): Typed {
  if (/^CAST\(0*[1-9]\d* AS \w+\)$/.test(written.sql)) return { sql: `CAST(${sql} AS ${duckType(type)})`, type };
  const zero = fail("DIVISION_BY_ZERO", "'Division by zero'", type);
  return { sql: `(CASE WHEN ${divisor} = 0 THEN ${zero} ELSE CAST(${sql} AS ${duckType(type)}) END)`, type };
}

// Trino: "Decimal functions and operators", precision and scale of results.
function decimalArithmetic(operator: Arithmetic, left: Typed, right: Typed, at: Position): Typed {
  const [a, b] = [decimalOf(left.type), decimalOf(right.type)];
  if (!a || !b) throw new Error("arithmetic on decimals was given other types");
  const decimal = (precision: number, scale: number): TrinoType & { kind: "decimal" } => ({
    kind: "decimal",
    precision: Math.min(38, precision),
    scale: Math.min(38, scale),
  });
  const scale = Math.max(a.scale, b.scale);
  const whole = Math.max(a.precision - a.scale, b.precision - b.scale);
  const [x, y] = [cast(left, a).sql, cast(right, b).sql];
  switch (operator) {
    case "+":
    case "-": {
      const type = decimal(whole + scale + 1, scale);
      const wide = duckType(type);
      return { sql: `CAST(CAST(${x} AS ${wide}) ${operator} CAST(${y} AS ${wide}) AS ${wide})`, type };
    }
    case "*": {
      const type = decimal(a.precision + b.precision, a.scale + b.scale);
      // DuckDB multiplies in 64 bits what 18 digits hold, and has no more than 38.
      const wide = (value: string, own: number): string =>
        a.precision + b.precision > 18 ? `CAST(${value} AS ${duckType(decimal(38, own))})` : value;
      if (a.scale + b.scale > 38) throw notSupported("products of decimals with more than 38 places", at);
      return { sql: `CAST(${wide(x, a.scale)} * ${wide(y, b.scale)} AS ${duckType(type)})`, type };
    }
    case "%": {
      const type = decimal(Math.min(a.precision - a.scale, b.precision - b.scale) + scale, scale);
      const wide = duckType(decimal(whole + scale, scale));
      return guarded(y, right, `CAST(${x} AS ${wide}) % CAST(${y} AS ${wide})`, type);
    }
    default: {
      const type = decimal(a.precision + b.scale + Math.max(b.scale - a.scale, 0), scale);
      // Exact, on the digits as integers: DuckDB would divide doubles.
      const digits = (sql: string, own: number): string => `trino_unscaled(${sql}, ${own})`;
      const shift = scale - a.scale + b.scale;
      const quotient = `trino_divide(${digits(x, a.scale)} * ${10n ** BigInt(Math.max(shift, 0))}::HUGEINT, ${digits(y, b.scale)})`;
      return guarded(y, right, `trino_scaled(${quotient}, ${type.scale})`, type);
    }
  }
}

const DAY = 86_400_000;

// Trino: "Date and time operators".
function temporalArithmetic(operator: Arithmetic, left: Typed, right: Typed, at: Position): Typed | undefined {
  const [a, b] = [left.type.kind, right.type.kind];
  [left, right] = sameZone(left, right);
  const isInterval = (kind: string): boolean => kind.startsWith("interval");
  const isMoment = (kind: string): boolean => ["date", "timestamp", "timestamp with time zone"].includes(kind);
  if (isMoment(a) && isInterval(b) && (operator === "+" || operator === "-")) return shift(left, right, operator, at);
  if (isInterval(a) && isMoment(b) && operator === "+") return shift(right, left, "+", at);
  if (isMoment(a) && isMoment(b) && operator === "-") {
    const common = commonType(left.type, right.type);
    if (!common) return undefined;
    const [x, y] = [coerce(left, common).sql, coerce(right, common).sql];
    const sql =
      common.kind === "date" ? `(CAST(${x} - ${y} AS BIGINT) * ${DAY})` : `((epoch_us(${x}) - epoch_us(${y})) // 1000)`;
    return { sql, type: DAY_TO_SECOND };
  }
  if (a === "time" && b === "time" && operator === "-") {
    const since = (value: Typed): string => `epoch_us(DATE '1970-01-01' + ${value.sql})`;
    return { sql: `((${since(left)} - ${since(right)}) // 1000)`, type: DAY_TO_SECOND };
  }
  const clock = a === "time" ? left : b === "time" && operator === "+" ? right : undefined;
  const moved = clock === left ? right : left;
  if (clock?.type.kind === "time" && moved.type.kind === DAY_TO_SECOND.kind && (operator === "+" || operator === "-")) {
    const type: TrinoType = { kind: "time", precision: Math.max(3, clock.type.precision) };
    return {
      sql: `CAST(DATE '1970-01-01' + ${clock.sql} ${operator} to_milliseconds(${moved.sql} % ${DAY}) AS TIME)`,
      type,
    };
  }
  if (isInterval(a) && a === b && (operator === "+" || operator === "-")) {
    return { sql: `(${left.sql} ${operator} ${right.sql})`, type: left.type };
  }
  const [interval, factor] = isInterval(a) ? [left, right] : [right, left];
  if (
    isInterval(interval.type.kind) &&
    isNumeric(factor.type) &&
    (operator === "*" || (operator === "/" && isInterval(a)))
  ) {
    if (isInteger(factor.type) && operator === "*") {
      return { sql: `CAST(${interval.sql} * ${factor.sql} AS ${duckType(interval.type)})`, type: interval.type };
    }
    const number = cast(factor, DOUBLE).sql;
    return {
      sql: `CAST(trunc(CAST(${interval.sql} AS DOUBLE) ${operator} ${number}) AS ${duckType(interval.type)})`,
      type: interval.type,
    };
  }
  return undefined;
}

/** A date or time moved by an interval. */
export function shift(moment: Typed, interval: Typed, operator: "+" | "-", at: Position): Typed {
  const { type } = moment;
  if (interval.type.kind === DAY_TO_SECOND.kind) {
    if (type.kind === "date") {
      const days = `(${interval.sql} // ${DAY})`;
      const odd = fail("INVALID_FUNCTION_ARGUMENT", "'Cannot add hour, minutes or seconds to a date'", {
        kind: "bigint",
      });
      const whole = `(CASE WHEN ${interval.sql} % ${DAY} <> 0 THEN ${odd} ELSE ${days} END)`;
      return { sql: `(${moment.sql} ${operator} CAST(${whole} AS INTEGER))`, type };
    }
    const moved = `(${moment.sql} ${operator} to_milliseconds(${interval.sql}))`;
    if (type.kind !== "timestamp" && type.kind !== "timestamp with time zone") return { sql: moved, type };
    // Intervals have milliseconds.
    return { sql: moved, type: { ...type, precision: Math.max(3, type.precision) } };
  }
  if (interval.type.kind !== YEAR_TO_MONTH.kind) throw mismatch(operator, moment, interval, at);
  const months = `to_months(${interval.sql})`;
  if (type.kind === "date") return { sql: `CAST(${moment.sql} ${operator} ${months} AS DATE)`, type: DATE };
  const moved = `(${localTime(moment.sql, type)} ${operator} ${months})`;
  return { sql: type.kind === "timestamp with time zone" ? instantOf(moved, type.zone) : moved, type };
}

/** `-value`. */
export function negate(value: Typed, at: Position): Typed {
  if (!isNumeric(value.type) && !value.type.kind.startsWith("interval")) {
    throw new QueryError("TYPE_MISMATCH", `Cannot negate ${typeName(value.type)}`, at);
  }
  return { sql: `(-${value.sql})`, type: value.type };
}
