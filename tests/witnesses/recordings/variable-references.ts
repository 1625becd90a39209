/** Verdicts on the variables that DescribeStateMachine says the states read. */
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { parseDefinition } from "../../../local/states/definition-rules";
import { variableReferences as referencesIn } from "../../../local/states/variable-references";
import type { Verdict } from "./matrix";
import { cases, definitionText } from "./recordings";
import { reasonOf } from "./refusals";

const reference = z.object({
  id: z.string(),
  definition: z.json(),
  recorded: z.record(z.string(), z.array(z.string())),
});

export function variableReferences(): Verdict[] {
  return cases("variable-references.json", reference).map(({ id, definition, recorded }) => {
    const { definition: read, diagnostics } = parseDefinition(definitionText(definition), () => undefined);
    if (!read) {
      const refusal = diagnostics.map(({ message }) => message).join(" ");
      const why = reasonOf(refusal);
      return why === undefined ? { id, kind: "different", why: refusal } : { id, kind: "refused", why };
    }
    const found = referencesIn(read);
    if (isDeepStrictEqual(found, recorded)) return { id, kind: "equal" };
    return { id, kind: "different", why: `${JSON.stringify(recorded)}\n      is here ${JSON.stringify(found)}` };
  });
}
