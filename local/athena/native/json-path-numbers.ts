/**
 * Numbers in paths of SQL/JSON: they go by SQL's rules.
 */
import { PathError } from "./json-path-errors";
import type { DecimalItem, PathNumber } from "./json-items";

export function toDouble(number: PathNumber): number {
  if (number.kind === "decimal") return Number(`${number.unscaled}e-${number.scale}`);
  return Number(number.value);
}

export function negated(number: PathNumber): PathNumber {
  if (number.kind === "integer") return integer(-number.value, number.bits);
  return number.kind === "decimal" ? { ...number, unscaled: -number.unscaled } : { ...number, value: -number.value };
}

/** ceiling(), floor() and abs(). */
export function changed(name: "ceiling" | "floor" | "abs", number: PathNumber): PathNumber {
  if (name === "abs")
    return compareNumbers(number, { kind: "integer", value: 0n, bits: 8 }) === -1 ? negated(number) : number;
  if (number.kind === "integer") return number;
  if (number.kind !== "decimal") {
    return { ...number, value: name === "floor" ? Math.floor(number.value) : Math.ceil(number.value) };
  }
  const unit = 10n ** BigInt(number.scale);
  const rest = ((number.unscaled % unit) + unit) % unit;
  const whole = (number.unscaled - rest) / unit;
  return { kind: "decimal", unscaled: name === "ceiling" && rest > 0n ? whole + 1n : whole, scale: 0 };
}

/** @throws PathError for what overflows, and division by zero */
export function arithmetic(operator: string, left: PathNumber, right: PathNumber): PathNumber {
  if (left.kind === "integer" && right.kind === "integer") {
    return integer(ofIntegers(operator, left.value, right.value), Math.max(left.bits, right.bits));
  }
  if (left.kind === "decimal" || right.kind === "decimal") {
    const [a, b] = [exact(left), exact(right)];
    if (a && b) return ofDecimals(operator, a, b);
  }
  const [x, y] = [toDouble(left), toDouble(right)];
  const real = left.kind !== "double" && right.kind !== "double";
  const value = { "+": x + y, "-": x - y, "*": x * y, "/": x / y, "%": x % y }[operator] ?? NaN;
  return real ? { kind: "real", value: Math.fround(value) } : { kind: "double", value };
}

function ofIntegers(operator: string, left: bigint, right: bigint): bigint {
  if ((operator === "/" || operator === "%") && right === 0n) throw new PathError("Division by zero");
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    default:
      return operator === "/" ? left / right : left % right;
  }
}

function integer(value: bigint, bits: number): PathNumber {
  if (BigInt.asIntN(bits, value) !== value) throw new PathError("value out of range");
  return { kind: "integer", value, bits };
}

function exact(number: PathNumber): DecimalItem | undefined {
  if (number.kind === "decimal") return number;
  return number.kind === "integer" ? { kind: "decimal", unscaled: number.value, scale: 0 } : undefined;
}

function ofDecimals(operator: string, left: DecimalItem, right: DecimalItem): PathNumber {
  if (operator === "/" || operator === "%") {
    throw new Error("NOT_SUPPORTED: The local runtime does not run JSON paths that divide decimals.");
  }
  if (operator === "*") return decimal(left.unscaled * right.unscaled, left.scale + right.scale);
  const [a, b, scale] = aligned(left, right);
  return decimal(operator === "+" ? a + b : a - b, scale);
}

const LARGEST = 10n ** 38n;

function decimal(unscaled: bigint, scale: number): DecimalItem {
  if (unscaled >= LARGEST || unscaled <= -LARGEST) throw new PathError("Decimal overflow");
  return { kind: "decimal", unscaled, scale };
}

function aligned(left: DecimalItem, right: DecimalItem): [bigint, bigint, number] {
  const scale = Math.max(left.scale, right.scale);
  const digits = ({ unscaled, scale: own }: DecimalItem): bigint => unscaled * 10n ** BigInt(scale - own);
  return [digits(left), digits(right), scale];
}

/** -1, 0 or 1; undefined where one of them is NaN. */
export function compareNumbers(left: PathNumber, right: PathNumber): number | undefined {
  const [a, b] = [exact(left), exact(right)];
  if (a && b) {
    const [x, y] = aligned(a, b);
    return x < y ? -1 : x > y ? 1 : 0;
  }
  const [x, y] = [toDouble(left), toDouble(right)];
  if (Number.isNaN(x) || Number.isNaN(y)) return undefined;
  return x < y ? -1 : x > y ? 1 : 0;
}
