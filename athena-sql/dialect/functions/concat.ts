/**
 * concat, which is `||` of all its arguments: of texts, arrays or bytes.
 */
import { QueryError } from "../../trino/errors";
import { binary } from "../operators";
import type { SpecialCall } from "./definition";
import type { Typed } from "../typed";
import { isText, VARCHAR } from "../../trino/types";
import { cast } from "../casts";

export function concatenateAll(call: SpecialCall): Typed {
  const values = call.args.map((node) => call.compile(node));
  if (values.length < 2) {
    throw new QueryError("FUNCTION_NOT_FOUND", "There must be two or more concatenation arguments", call.at);
  }
  // A NULL beside texts is a text; the operator takes it for an array.
  const texts = values.some((value) => isText(value.type));
  const typed = values.map((value) => (texts && value.type.kind === "unknown" ? cast(value, VARCHAR) : value));
  return typed.reduce((left, right) => binary("||", left, right, call.at));
}
