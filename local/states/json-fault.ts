/**
 * What is wrong with a text that is no JSON, in the words of the service where they are known (seen in recorded calls).
 */

export interface JsonFault {
  readonly message: string;
  /** Where the service says it is, if it does. */
  readonly source?: string;
}

/** Says what is wrong; `error` is what JSON.parse threw. */
export function jsonFault(text: string, error: unknown): JsonFault {
  const start = /^\s*/.exec(text)?.[0] ?? "";
  const rest = text.slice(start.length);
  const token = /^[A-Za-z_$][\w$]*/.exec(rest)?.[0];
  if (token !== undefined && !["null", "true", "false"].includes(token)) {
    const expected = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
    return located(`Unrecognized token '${token}': was expecting ${expected}`, text, start.length + token.length);
  }
  const [before, character] = /^(\{\s*)([^"}\s])/.exec(rest)?.slice(1) ?? [];
  if (before !== undefined && character !== undefined) {
    const seen = `('${character}' (code ${character.codePointAt(0)}))`;
    const message = `Unexpected character ${seen}: was expecting double-quote to start field name`;
    return located(message, text, start.length + before.length);
  }
  return { message: error instanceof Error ? error.message : String(error) };
}

function located(message: string, text: string, offset: number): JsonFault {
  const lines = text.slice(0, offset).split("\n");
  const place = `line: ${lines.length}, column: ${(lines.at(-1) ?? "").length + 1}`;
  return { message, source: `[Source: (String)"${text}"; ${place}]` };
}
