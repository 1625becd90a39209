/**
 * Whether a text is a value of a type, exactly: what Athena would round, cut or refuse is none. Athena documentation, "Data types in
 * Amazon Athena", has the ranges.
 */
import { typeName, type TrinoType } from "../athena-sql/trino/types";

/** A value as it is written in YAML or JSON: scalars are texts. */
export type WrittenValue = string | null | readonly WrittenValue[] | { readonly [key: string]: WrittenValue };

const bits: Readonly<Record<string, bigint>> = { tinyint: 7n, smallint: 15n, integer: 31n, bigint: 63n };

/**
 * Why a text is no value of a type; `undefined` if it is one. Values of arrays, maps and rows are JSON.
 *
 * @example valueFault("300", parseType("tinyint")) // "'300' is beyond what tinyint holds (-128 to 127)"
 */
export function valueFault(text: string, type: TrinoType): string | undefined {
  const not = (why = ""): string => `'${text}' is no ${typeName(type)}${why}`;
  switch (type.kind) {
    case "boolean":
      return /^(true|false)$/i.test(text) ? undefined : not(": write true or false");
    case "tinyint":
    case "smallint":
    case "integer":
    case "bigint": {
      if (!/^[+-]?\d+$/.test(text)) return not();
      const most = 1n << bits[type.kind];
      const value = BigInt(text.replace(/^\+/, ""));
      if (value >= -most && value < most) return undefined;
      return `'${text}' is beyond what ${type.kind} holds (${-most} to ${most - 1n})`;
    }
    case "real":
    case "double": {
      if (/^([+-]?Infinity|NaN)$/.test(text)) return undefined;
      if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) return not();
      const value = type.kind === "real" ? Math.fround(Number(text)) : Number(text);
      return Number.isFinite(value) ? undefined : `'${text}' is beyond what ${type.kind} holds`;
    }
    case "decimal": {
      const [, whole, fraction = ""] = /^[+-]?(\d+)(?:\.(\d*))?$/.exec(text) ?? [];
      if (whole === undefined) return not();
      const { precision, scale } = type;
      if (fraction.replace(/0+$/, "").length > scale) return not(`: it has ${scale} digits behind the point`);
      const digits = precision - scale;
      return whole.replace(/^0+/, "").length > digits ? not(`: it has ${digits} digits before the point`) : undefined;
    }
    case "varchar":
    case "char": {
      const { length } = type;
      return length !== undefined && [...text].length > length ? not(`: it is longer than ${length}`) : undefined;
    }
    case "date":
      return isDate(text) ? undefined : not(": write 2024-11-08");
    case "timestamp":
      return isTimestamp(text, type.precision) ? undefined : not(": write 2024-11-08 13:30:00");
    case "array":
    case "map":
    case "row":
      return jsonFault(text, type);
    default:
      return `values of ${typeName(type)} cannot be written`;
  }
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function isTimestamp(text: string, precision: number): boolean {
  const [, day, hour = "0", minute = "0", second = "0", fraction = ""] =
    /^(\d{4}-\d\d-\d\d)(?: (\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?$/.exec(text) ?? [];
  if (day === undefined || !isDate(day)) return false;
  return (
    Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60 && fraction.replace(/0+$/, "").length <= precision
  );
}

function jsonFault(text: string, type: TrinoType): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `'${text}' is no JSON, in which a ${type.kind} is written: ${(error as Error).message}`;
  }
  return structureFault(value, type);
}

function structureFault(value: unknown, type: TrinoType): string | undefined {
  if (value === null) return undefined;
  const first = (faults: readonly (string | undefined)[]): string | undefined => faults.find(Boolean);
  const isObject = typeof value === "object" && !Array.isArray(value);
  if (type.kind === "array") {
    if (!Array.isArray(value)) return `${JSON.stringify(value)} is no list`;
    return first(value.map((each) => structureFault(each, type.element)));
  }
  if (type.kind === "map") {
    if (!isObject) return `${JSON.stringify(value)} is no map`;
    return first(
      Object.entries(value).flatMap(([key, each]) => [valueFault(key, type.key), structureFault(each, type.value)]),
    );
  }
  if (type.kind === "row") {
    if (!isObject) return `${JSON.stringify(value)} is no struct`;
    return first(
      Object.entries(value).map(([key, each]) => {
        const field = type.fields.find(({ name }) => name?.toLowerCase() === key.toLowerCase());
        return field ? structureFault(each, field.type) : `the struct has no field '${key}'`;
      }),
    );
  }
  return typeof value === "object"
    ? `${JSON.stringify(value)} is no ${typeName(type)}`
    : valueFault(String(value), type);
}
