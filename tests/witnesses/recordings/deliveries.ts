/** Verdicts on what a Task's call brought to its receiver: events, messages, an object. */
import { z } from "zod";
import { Api, type Operations, operation } from "../../../local/api";
import { interpret } from "../../../local/states/execution";
import { parseDefinition } from "../../../local/states/definition-rules";
import { performTask, unsupportedResource } from "../../../local/states/integrations";
import { isObject, type Json, type JsonObject } from "../../../local/states/payload";
import { TaskTokens } from "../../../local/states/task-tokens";
import { Agreement } from "./agreement";
import type { Verdict } from "./matrix";
import { cases, definitionText } from "./recordings";

const delivery = z.object({
  id: z.string(),
  definition: z.json(),
  input: z.json(),
  execution: z.object({
    executionArn: z.string(),
    executionName: z.string(),
    stateMachineArn: z.string(),
    stateMachineName: z.string(),
    roleArn: z.string(),
  }),
  recorded: z.json(),
});
type Delivery = z.output<typeof delivery>;

/** What the receiver got, as far as the Task's call decides it. */
export async function deliveries(): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const recording of cases("deliveries.json", delivery)) {
    const calls = await callsOf(recording);
    const [wanted, found] = [decided(recording.recorded), calls];
    const agreement = new Agreement([]);
    // The same event may be recorded twice: EventBridge delivers at least once.
    const distinct = [...new Map(wanted.map((item) => [JSON.stringify(item), item])).values()];
    const same = distinct.length === found.length && agreement.agree(distinct, found) !== undefined;
    verdicts.push(
      same
        ? { id: recording.id, kind: "equal" }
        : {
            id: recording.id,
            kind: "different",
            why: `${JSON.stringify(distinct)}\n      is here ${JSON.stringify(found)}`,
          },
    );
  }
  return verdicts;
}

/** Runs the machine with services that note what they are asked, and says it as a receiver would. */
async function callsOf({ definition, input, execution }: Delivery): Promise<Json[]> {
  const read = parseDefinition(definitionText(definition), unsupportedResource);
  if (!read.definition) throw new Error(JSON.stringify(read.diagnostics));
  const received: Json[] = [];
  const api = new Api(() => undefined);
  api.register("s3", {
    PutObject: noting(({ Body, ContentType }) => received.push({ Body, ContentType })),
  });
  api.register("events", {
    PutEvents: noting(({ Entries }) => {
      for (const entry of Entries as JsonObject[]) if (isEvent(entry)) received.push(asEvent(entry));
    }),
  });
  api.register("sns", {
    Publish: noting(({ Message, MessageAttributes }) => received.push(asNotification(Message, MessageAttributes))),
  });
  const tokens = new TaskTokens();
  const caller = { principalArn: execution.roleArn };
  const context = {
    api,
    caller,
    stateMachineArn: execution.stateMachineArn,
    executionArn: execution.executionArn,
    tokens,
  };
  const { signal } = new AbortController();
  let id = 0;
  await interpret(
    read.definition,
    input,
    { ...execution, startTime: new Date(), input },
    {
      task: async (request) => {
        const done = performTask(request, context);
        if (request.token !== undefined) setImmediate(() => tokens.succeed(request.token ?? "", {}));
        return done;
      },
      now: () => new Date(),
      wait: async () => undefined,
      random: () => 0.5,
      newToken: (since) => tokens.create("secret", since),
      record: () => ++id,
      failed: () => undefined,
    },
    signal,
  );
  return received;
}

function noting(note: (input: JsonObject) => void): Operations[string] {
  return operation({
    parse: (input) => input as JsonObject,
    permissions: () => [],
    run: async (input) => {
      note(input);
      return {};
    },
  });
}

/** EventBridge takes no entry without a source, and none whose detail is no object. */
function isEvent({ Source, Detail }: JsonObject): boolean {
  return typeof Source === "string" && isObject(JSON.parse(String(Detail)));
}

function asEvent({ Source, DetailType, Detail, Resources }: JsonObject): JsonObject {
  return {
    source: Source,
    "detail-type": DetailType,
    detail: JSON.parse(String(Detail)) as Json,
    resources: Resources ?? [],
  };
}

function asNotification(Message: Json, MessageAttributes: Json | undefined): JsonObject {
  const attributes = Object.entries((MessageAttributes ?? {}) as Record<string, JsonObject>);
  return {
    Message,
    ...(attributes.length > 0 && {
      MessageAttributes: Object.fromEntries(
        attributes.map(([name, { DataType, StringValue }]) => [name, { Type: DataType, Value: StringValue }]),
      ),
    }),
  };
}

/** What of a recorded delivery the Task's call decides; the rest is the receiver's own. */
function decided(recorded: Json): Json[] {
  const members = [
    "source",
    "detail-type",
    "detail",
    "resources",
    "Message",
    "MessageAttributes",
    "Body",
    "ContentType",
  ];
  return (Array.isArray(recorded) ? recorded : [recorded]).map((item) =>
    isObject(item)
      ? Object.fromEntries(
          Object.entries(item)
            .filter(([name]) => members.includes(name))
            // A message that is JSON stands as JSON in the recording.
            .map(([name, value]) => [name, name === "Message" && isObject(value) ? JSON.stringify(value) : value]),
        )
      : item,
  );
}
