/**
 * Trino's `format`: its pattern is read while the query is translated, since each place takes values of some types only.
 */
import { notSupported, QueryError } from "../../trino/errors";
import { isInteger, isNumeric, isText, type TrinoType, typeName, VARCHAR } from "../../trino/types";
import type { SpecialCall } from "./definition";
import { resultText } from "../text";
import { quote, type Typed } from "../typed";

const PLACE = /%(\d+\$)?([-#+ 0,(<]*\d*(?:\.\d+)?)([a-zA-Z%])/;

export function format(call: SpecialCall): Typed {
  const [pattern, ...values] = call.args.map((node) => call.compile(node));
  if (!isText(pattern.type) || values.length === 0) return badCall(call, pattern, values);
  if (pattern.literal === undefined) throw notSupported("format with a pattern that is no literal", call.at);
  const parts: string[] = [];
  let next = 0;
  let rest = pattern.literal;
  for (let found = PLACE.exec(rest); found; found = PLACE.exec(rest)) {
    const [whole, position, flags, conversion] = found;
    if (found.index > 0) parts.push(quote(rest.slice(0, found.index)));
    rest = rest.slice(found.index + whole.length);
    if (conversion === "%" || conversion === "n") {
      parts.push(quote(conversion === "n" ? "\n" : "%"));
      continue;
    }
    const index = position === undefined ? next++ : parseInt(position, 10) - 1;
    const value = values[index] as Typed | undefined;
    if (!value) {
      throw new QueryError(
        "INVALID_FUNCTION_ARGUMENT",
        `Invalid format string: ${pattern.literal} (MissingFormatArgument: Format specifier '${whole}')`,
        call.at,
      );
    }
    parts.push(placed(value, flags, conversion, whole, call));
  }
  if (rest !== "") parts.push(quote(rest));
  return { sql: `(${parts.join(" || ") || "''"})`, type: VARCHAR };
}

function badCall(call: SpecialCall, pattern: Typed, values: readonly Typed[]): never {
  const types = [pattern, ...values].map((value) => typeName(value.type)).join(", ");
  throw new QueryError("FUNCTION_NOT_FOUND", `Unexpected parameters (${types}) for function format.`, call.at);
}

function placed(value: Typed, flags: string, conversion: string, whole: string, call: SpecialCall): string {
  const { type } = value;
  if (!takes(conversion, type)) {
    const text = `Invalid format string: ${whole} (IllegalFormatConversion: ${conversion} != ${typeName(type)})`;
    throw new QueryError("INVALID_FUNCTION_ARGUMENT", text, call.at);
  }
  if (!"sSdxXofeEbB".includes(conversion) || flags.includes("<")) throw notSupported(`format with ${whole}`, call.at);
  const plain = resultText(value.sql, type);
  const java = type.kind === "timestamp" ? `trino_java_timestamp(${plain})` : plain;
  if (type.kind === "timestamp with time zone" || type.kind === "time") {
    throw notSupported(`format of ${typeName(type)}`, call.at);
  }
  return `trino_format_value(${quote(`%${flags}${conversion}`)}, coalesce(${java}, 'null'))`;
}

function takes(conversion: string, type: TrinoType): boolean {
  if (type.kind === "unknown") return true;
  if ("dxXo".includes(conversion)) return isInteger(type);
  if ("feEgGa".includes(conversion)) return isNumeric(type) && !isInteger(type);
  return true;
}
