/**
 * Verdicts on TestState. The runtime does not offer the operation, so every case counts as refused; but what AWS says of a
 * state that runs by itself must come of it here, too.
 */
import { z } from "zod";
import { isObject, type Json, type JsonObject } from "../../../local/states/payload";
import { Agreement } from "./agreement";
import type { Verdict } from "./matrix";
import { playExecution } from "./play-execution";
import { cases } from "./recordings";

const testState = z.object({
  id: z.string(),
  request: z.looseObject({
    definition: z.json(),
    stateName: z.string().optional(),
    input: z.json().optional(),
    mock: z
      .looseObject({
        result: z.string().optional(),
        errorOutput: z.object({ error: z.string().optional(), cause: z.string().optional() }).optional(),
      })
      .optional(),
    context: z.unknown().optional(),
    stateConfiguration: z.unknown().optional(),
    variables: z.unknown().optional(),
  }),
  recorded: z.json(),
  error: z.boolean().optional(),
});
type TestState = z.output<typeof testState>;

export async function testStates(): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const recording of cases("test-state.json", testState)) {
    const difference = runsByItself(recording) ? await differenceOf(recording) : undefined;
    verdicts.push(
      difference === undefined
        ? { id: recording.id, kind: "refused", why: "TestState" }
        : { id: recording.id, kind: "different", why: difference },
    );
  }
  return verdicts;
}

/** Whether the state alone decides: no context or variables from outside, and no part of it is mocked. */
function runsByItself({ request, recorded, error }: TestState): boolean {
  const state = stateOf(request);
  return (
    !error &&
    isObject(recorded) &&
    (recorded.status === "SUCCEEDED" || recorded.status === "FAILED") &&
    [request.context, request.stateConfiguration, request.variables].every((given) => given === undefined) &&
    state !== undefined &&
    ["Pass", "Task", "Choice", "Succeed", "Fail"].includes(String(state.Type)) &&
    (state.Type !== "Task" || request.mock !== undefined)
  );
}

function stateOf({ definition, stateName }: TestState["request"]): JsonObject | undefined {
  if (!isObject(definition)) return undefined;
  if (stateName === undefined) return "States" in definition ? undefined : definition;
  const states = isObject(definition.States) ? definition.States : {};
  const found = states[stateName];
  if (!isObject(found)) return undefined;
  return { ...(definition.QueryLanguage !== undefined && { QueryLanguage: definition.QueryLanguage }), ...found };
}

async function differenceOf({ id, request, recorded }: TestState): Promise<string | undefined> {
  const state = stateOf(request) ?? {};
  const { mock, input = {} } = request;
  const name = request.stateName ?? "StateName";
  const answer = mock?.result !== undefined ? { output: JSON.parse(mock.result) as Json } : (mock?.errorOutput ?? {});
  // Words that stand for what the mock gave.
  const agreement = new Agreement(["md5_of_message_body", "start-date"]);
  const { outcome, events, refusal } = await playExecution(
    {
      id,
      definition: { StartAt: name, States: { [name]: state, ...endsAfter(state) } },
      input,
      execution: { executionArn: "e", executionName: "e", stateMachineArn: "m", stateMachineName: "m", roleArn: "r" },
      tasks: [{ state: name, answer }],
      recorded: {},
      placeholders: [],
      validated: true,
    },
    agreement,
  );
  if (!outcome) return `AWS runs this state. Here: ${refusal ?? "nothing came of it"}`;
  const next = events.filter(({ type }) => type?.endsWith("StateEntered"))[1]?.stateEnteredEventDetails?.name;
  const found = { ...outcome, ...(next !== undefined && { nextState: next }) };
  const { inspectionData: _inspected, ...wanted } = recorded as JsonObject;
  // The place that causes name is that of an execution.
  const plain = JSON.parse(
    JSON.stringify(found).replace(
      /An error occurred while executing the state '[^']*' \(entered at the event id #\d+\)\. /,
      "",
    ),
  ) as Json;
  return agreement.agree(wanted, plain)
    ? undefined
    : `${JSON.stringify(wanted)}\n      is here ${JSON.stringify(plain)}`;
}

/** The states that a state leads to, which end at once. */
function endsAfter(state: JsonObject): JsonObject {
  const targets: Json[] = [state.Next ?? null, state.Default ?? null];
  for (const list of [state.Choices, state.Catch])
    if (Array.isArray(list)) targets.push(...list.map((item) => (isObject(item) ? (item.Next ?? null) : null)));
  return Object.fromEntries(
    targets.filter((target) => typeof target === "string").map((target) => [target, { Type: "Succeed" }]),
  );
}
