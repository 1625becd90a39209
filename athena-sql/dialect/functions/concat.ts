/**
 * concat, which is `||` of all its arguments: of texts, arrays or bytes.
 */
import { QueryError } from "../../trino/errors";
import { binary } from "../operators";
import type { SpecialCall } from "../functions";
import type { Typed } from "../typed";

export function concatenateAll(call: SpecialCall): Typed {
  const values = call.args.map((node) => call.compile(node));
  if (values.length < 2) {
    throw new QueryError("FUNCTION_NOT_FOUND", "There must be two or more concatenation arguments", call.at);
  }
  return values.reduce((left, right) => binary("||", left, right, call.at));
}
