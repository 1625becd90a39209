/**
 * Condition operators. User guide: "IAM JSON policy elements: Condition operators" and "Multivalued context keys".
 */
import { BlockList, isIP } from "node:net";
import { matchesArn, matchesText, readPattern, textOf, type Context } from "./match";

/** An operator such as `ForAllValues:StringNotLikeIfExists`, taken apart. */
export interface Operator {
  /** How a key with several values is compared; without it, such a key matches nothing. */
  readonly set?: "ForAllValues" | "ForAnyValue";
  /** The positive comparison, or `Null`. */
  readonly comparison: Comparison | "Null";
  readonly negated: boolean;
  readonly ifExists: boolean;
}

/** One operator applied to one key. */
export interface Condition {
  readonly operator: Operator;
  readonly key: string;
  /** One of them must match; none of them may, when negated. */
  readonly values: readonly string[];
}

/** Reads an operator's name; undefined if there is none of that name. Names are case-sensitive. */
export function parseOperator(name: string): Operator | undefined {
  const [, set, base, ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(.+?)(IfExists)?$/.exec(name) ?? [];
  const quantifier = set as Operator["set"];
  // With a set operator `Null` would be constant, and it cannot have IfExists.
  if (base === "Null") return name === base ? { comparison: base, negated: false, ifExists: false } : undefined;
  const positive = NEGATIONS[base];
  const comparison = positive ?? base;
  if (!Object.hasOwn(comparisons, comparison)) return undefined;
  return {
    set: quantifier,
    comparison: comparison as Comparison,
    negated: positive !== undefined,
    ifExists: ifExists !== undefined,
  };
}

/** Whether a condition holds. `variables`: what `${…}` in its values refers to; undefined where it is plain text. */
export function holds({ operator, key, values }: Condition, context: Context, variables: Context | undefined): boolean {
  const given = context.get(key.toLowerCase());
  const absent = given === undefined || given.length === 0;
  if (operator.comparison === "Null") return values.some((value) => (value.toLowerCase() === "true") === absent);
  if (absent) {
    // "ForAnyValue returns false if the key is absent", with or without IfExists.
    if (operator.set) return operator.set === "ForAllValues";
    return operator.ifExists || operator.negated;
  }
  const compare = comparisons[operator.comparison];
  const expected = values.map((value) => readPattern(value, variables));
  const matches = (value: string): boolean => {
    const results = expected.map((pieces) => pieces && compare(pieces, value));
    // A value that cannot be compared (a variable without value, no number, no ARN) matches nothing, and voids a negation.
    return operator.negated ? results.every((result) => result === false) : results.includes(true);
  };
  if (!operator.set) return typeof given === "string" && matches(given);
  const list = typeof given === "string" ? [given] : given;
  return operator.set === "ForAllValues" ? list.every(matches) : list.some(matches);
}

type Pieces = NonNullable<ReturnType<typeof readPattern>>;

/** Whether a request's value is as the policy says; undefined when the two cannot be compared. */
type Compare = (expected: Pieces, value: string) => boolean | undefined;

const comparisons = {
  StringEquals: (expected, value) => textOf(expected) === value,
  StringEqualsIgnoreCase: (expected, value) => textOf(expected).toLowerCase() === value.toLowerCase(),
  StringLike: matchesText,
  NumericEquals: ordered(toNumber, (value, bound) => value === bound),
  NumericLessThan: ordered(toNumber, (value, bound) => value < bound),
  NumericLessThanEquals: ordered(toNumber, (value, bound) => value <= bound),
  NumericGreaterThan: ordered(toNumber, (value, bound) => value > bound),
  NumericGreaterThanEquals: ordered(toNumber, (value, bound) => value >= bound),
  DateEquals: ordered(toTime, (value, bound) => value === bound),
  DateLessThan: ordered(toTime, (value, bound) => value < bound),
  DateLessThanEquals: ordered(toTime, (value, bound) => value <= bound),
  DateGreaterThan: ordered(toTime, (value, bound) => value > bound),
  DateGreaterThanEquals: ordered(toTime, (value, bound) => value >= bound),
  Bool: (expected, value) => textOf(expected).toLowerCase() === value.toLowerCase(),
  BinaryEquals: (expected, value) => Buffer.from(textOf(expected), "base64").equals(Buffer.from(value, "base64")),
  IpAddress: (expected, value) => inRange(textOf(expected), value),
  // ArnEquals and ArnLike behave the same, says the user guide.
  ArnEquals: arnLike,
  ArnLike: arnLike,
} satisfies Record<string, Compare>;
type Comparison = keyof typeof comparisons;

/** Negated operators and what they negate. Bool, BinaryEquals and the ordering ones have none. */
const NEGATIONS: Readonly<Record<string, Comparison | undefined>> = {
  StringNotEquals: "StringEquals",
  StringNotEqualsIgnoreCase: "StringEqualsIgnoreCase",
  StringNotLike: "StringLike",
  NumericNotEquals: "NumericEquals",
  DateNotEquals: "DateEquals",
  NotIpAddress: "IpAddress",
  ArnNotEquals: "ArnEquals",
  ArnNotLike: "ArnLike",
};

function ordered(read: (text: string) => number, holds: (value: number, bound: number) => boolean): Compare {
  return (expected, value) => {
    const [number, bound] = [read(value), read(textOf(expected))];
    return Number.isNaN(number) || Number.isNaN(bound) ? undefined : holds(number, bound);
  };
}

function toNumber(text: string): number {
  return text.trim() === "" ? NaN : Number(text);
}

/** ISO 8601 as W3C profiles it, or seconds since 1970; a time without zone is UTC. Result: milliseconds since 1970. */
function toTime(text: string): number {
  // Four digits are a year: policies do not reach back to the first hours of 1970.
  if (/^\d{5,}(\.\d+)?$/.test(text)) return Number(text) * 1000;
  return Date.parse(/T[\d:.]+$/.test(text) ? `${text}Z` : text);
}

/** Whether an address is in a CIDR range or is the one given. */
function inRange(range: string, address: string): boolean | undefined {
  const [network, bits] = range.split("/");
  const family = isIP(network);
  const length = bits === undefined ? (family === 4 ? 32 : 128) : Number(bits);
  if (!family || !isIP(address) || !Number.isInteger(length) || length < 0 || length > (family === 4 ? 32 : 128)) {
    return undefined;
  }
  if (family !== isIP(address)) return false;
  const name = family === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  list.addSubnet(network, length, name);
  return list.check(address, name);
}

function arnLike(expected: Pieces, value: string): boolean | undefined {
  const isArn = (text: string) => text.split(":").length >= 6;
  return isArn(textOf(expected)) && isArn(value) ? matchesArn(expected, value, false) : undefined;
}
