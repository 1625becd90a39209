/** Verdicts on EventBridge: which events patterns take, which schedules rules take, and what targets receive. */
import { z } from "zod";
import { AwsError } from "../../../local/api";
import { arn, ComputeBench } from "../../local/lambda/compute-bench";
import { Agreement } from "./agreement";
import type { Verdict } from "./matrix";
import { cases } from "./recordings";

const error = z.object({ code: z.string(), message: z.string() });
const pattern = z.object({
  id: z.string(),
  event: z.json().optional(),
  eventText: z.string().optional(),
  pattern: z.json().optional(),
  patternText: z.string().optional(),
  recorded: z.object({ result: z.boolean().optional(), error: error.optional() }),
});
const schedule = z.object({ id: z.string(), expression: z.string(), recorded: z.object({ error: error.optional() }) });
const event = z.object({ source: z.string(), "detail-type": z.string(), time: z.string(), detail: z.json() });
const input = z.object({
  id: z.string(),
  event,
  target: z.object({
    InputPath: z.string().optional(),
    InputTransformer: z
      .object({ InputPathsMap: z.record(z.string(), z.string()).optional(), InputTemplate: z.string() })
      .optional(),
  }),
  recorded: z.object({ body: z.json().optional(), delivered: z.boolean().optional(), error: error.optional() }),
});

/** TestEventPattern. Errors agree in their code: AWS's texts give places in the text, ours the field. */
export async function patterns(): Promise<Verdict[]> {
  return withBench(async (bench) => {
    const verdicts: Verdict[] = [];
    for (const { id, recorded, ...given } of cases("events/event-patterns.json", pattern)) {
      const text = (value: unknown, literal: string | undefined) => literal ?? JSON.stringify(value);
      const request = {
        EventPattern: text(given.pattern, given.patternText),
        Event: text(given.event, given.eventText),
      };
      const found = await outcomeOf(() => bench.call("events", "TestEventPattern", request));
      const wanted = recorded.error ? recorded.error.code : JSON.stringify({ Result: recorded.result });
      verdicts.push(verdict(id, wanted === found, `${wanted} for ${JSON.stringify(request)}`, found));
    }
    return verdicts;
  });
}

/** PutRule's ScheduleExpression. */
export async function schedules(): Promise<Verdict[]> {
  return withBench(async (bench) => {
    const verdicts: Verdict[] = [];
    for (const { id, expression, recorded } of cases("events/schedules.json", schedule)) {
      const put = async () => void bench.bus.putRule({ Name: "rule", ScheduleExpression: expression });
      const found = await outcomeOf(put);
      const wanted = recorded.error?.code ?? "undefined";
      verdicts.push(verdict(id, wanted === found, `${wanted} for ${expression}`, found));
    }
    return verdicts;
  });
}

/** What a queue receives as the target of a rule. */
export async function targetInputs(): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const { id, event: sent, target, recorded } of cases("events/target-inputs.json", input)) {
    const found = await withBench(async (bench) => {
      bench.queues.putQueue({ name: "queue" });
      const rule = { Name: "rule", EventBusName: "bus" };
      bench.bus.putRule({ ...rule, EventPattern: JSON.stringify({ source: [sent.source] }) });
      const targets = [{ Id: "1", Arn: arn("sqs", "queue"), ...target }];
      const put = async () => bench.bus.putTargets({ Rule: "rule", EventBusName: "bus", Targets: targets });
      const refused = await outcomeOf(put);
      if (refused !== "undefined") return refused;
      bench.bus.publish({ ...sent, time: new Date(sent.time) }, "bus");
      await bench.journal.whenIdle();
      // The recordings' account, and their word for a time.
      const [message] = bench.queues.get("queue").messages;
      const body = message?.body.replaceAll("123456789012", "111111111111") ?? "not delivered";
      return body.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, "date");
    });
    const { body } = recorded;
    if (body === undefined) {
      const wanted = recorded.error?.code ?? "not delivered";
      verdicts.push(verdict(id, wanted === found, wanted, found));
      continue;
    }
    // A body that is JSON stands as JSON in the recording, a text as it was sent.
    const agreement = new Agreement(["date", "<ingestion-time>"]);
    const same = agreement.agree(typeof body === "string" ? body : JSON.stringify(body), found);
    verdicts.push(verdict(id, same !== undefined, JSON.stringify(body), found));
  }
  return verdicts;
}

async function withBench<T>(work: (bench: ComputeBench) => Promise<T>): Promise<T> {
  const bench = new ComputeBench();
  try {
    return await work(bench);
  } finally {
    await bench.close();
  }
}

/** What came of a call: its output as JSON, or the code of its error. */
async function outcomeOf(call: () => Promise<unknown>): Promise<string> {
  try {
    return String(JSON.stringify(await call()));
  } catch (failed) {
    if (failed instanceof AwsError) return failed.code;
    throw failed;
  }
}

function verdict(id: string, same: boolean, wanted: string, found: string): Verdict {
  return same ? { id, kind: "equal" } : { id, kind: "different", why: `${wanted}\n      is here ${found}` };
}
