/** Verdicts on definitions: what validation says of them, and what a creation with them is refused for. */
import { z } from "zod";
import { AwsError } from "../../../local/api";
import { parseDefinition } from "../../../local/states/definition-rules";
import { unsupportedResource } from "../../../local/states/integrations";
import { invalidDefinition } from "../../../local/states/invalid-definition";
import { checkLogging } from "../../../local/states/state-machine";
import type { Verdict } from "./matrix";
import { cases, definitionText } from "./recordings";

const diagnostic = z.object({
  code: z.string(),
  message: z.string(),
  severity: z.string(),
  location: z.string().optional(),
});
const validation = z.object({
  id: z.string(),
  definition: z.json(),
  recorded: z.object({ result: z.string(), diagnostics: z.array(diagnostic) }),
});

/** ValidateStateMachineDefinition. */
export function validations(): Verdict[] {
  return cases("validations.json", validation).map(({ id, definition, recorded }) => {
    if (/type_express/.test(id)) return { id, kind: "refused", why: "EXPRESS state machines" };
    const { diagnostics } = parseDefinition(definitionText(definition), unsupportedResource);
    const found = { result: diagnostics.length > 0 ? "FAIL" : "OK", diagnostics };
    const same =
      found.result === recorded.result &&
      diagnostics.length === recorded.diagnostics.length &&
      recorded.diagnostics.every((wanted, index) => {
        const mine = diagnostics[index];
        return mine?.code === wanted.code && mine.location === wanted.location && mine.message === wanted.message;
      });
    return same ? { id, kind: "equal" } : different(id, recorded, found);
  });
}

const creation = z.object({
  id: z.string(),
  operation: z.string(),
  request: z.looseObject({
    definition: z.json().optional(),
    loggingConfiguration: z
      .object({ level: z.string().optional(), destinations: z.array(z.object({})).optional() })
      .optional(),
    type: z.string().optional(),
  }),
  recorded: z.unknown(),
});

/** CreateStateMachine and UpdateStateMachine that AWS refused. */
export function creations(): Verdict[] {
  return cases("create-errors.json", creation).map(({ id, request, recorded }) => {
    const wanted = errorIn(recorded);
    if (request.type === "EXPRESS") return { id, kind: "refused", why: "EXPRESS state machines" };
    if (wanted?.code === "InvalidDefinition" && request.definition !== undefined) {
      const { diagnostics } = parseDefinition(definitionText(request.definition), unsupportedResource);
      const found = diagnostics.length > 0 ? invalidDefinition(diagnostics).message : "taken";
      if (/local runtime/.test(found)) return { id, kind: "refused", why: "services that the lake does not use" };
      return agrees(wanted.message, found) ? { id, kind: "equal" } : different(id, wanted.message, found);
    }
    if (wanted?.code === "InvalidLoggingConfiguration" && request.loggingConfiguration) {
      const found = thrownBy(() => checkLogging(request.loggingConfiguration ?? {}));
      return found?.code === wanted.code && found.message === wanted.message
        ? { id, kind: "equal" }
        : different(id, wanted, found?.message);
    }
    // Machines come with a deployment here: these calls are answered UnknownOperationException.
    return { id, kind: "refused", why: "CreateStateMachine and UpdateStateMachine" };
  });
}

/** Ours may say more than AWS's, in the sentence and behind it, but not less: the place, and what is wrong. */
function agrees(wanted: string, found: string): boolean {
  const place = / at (\S+)'$/.exec(wanted)?.[1];
  const said = wanted.replace(/ at \S+'$/, "");
  return place !== undefined && found.startsWith(said) && found.includes(` at ${place}`);
}

function errorIn(recorded: unknown): { code: string; message: string } | undefined {
  const response = z.object({ Error: z.object({ Code: z.string(), Message: z.string() }) }).safeParse(recorded);
  if (response.success) return { code: response.data.Error.Code, message: response.data.Error.Message };
  const thrown = z.object({ exception_typename: z.string(), exception_value: z.string() }).safeParse(recorded);
  if (!thrown.success) return undefined;
  const message = thrown.data.exception_value.replace(
    /^An error occurred \(\w+\) when calling the \w+ operation: /,
    "",
  );
  return { code: thrown.data.exception_typename, message };
}

function thrownBy(work: () => void): AwsError | undefined {
  try {
    work();
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
  return undefined;
}

function different(id: string, wanted: unknown, found: unknown): Verdict {
  return { id, kind: "different", why: `${JSON.stringify(wanted)}\n      is here ${JSON.stringify(found)}` };
}
