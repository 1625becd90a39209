/**
 * The process that is killed: state machines with a function, a rule that takes their status changes to a queue, and a machine
 * of all kinds of states. It runs one execution, or continues it, until nothing is left to do, and prints `idle`.
 */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { Api, operation } from "../../local/api";
import { EventBus } from "../../local/events/rules";
import { Journal } from "../../local/journal";
import { sqsOperations } from "../../local/messaging/sqs-operations";
import { Queues } from "../../local/messaging/queues";
import { StateMachines } from "../../local/states/machines";
import { statesOperations } from "../../local/states/operations";

const place = { account: "123456789012", region: "us-east-1" };
const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:123456789012:${resource}`;
const roleArn = "arn:aws:iam::123456789012:role/machine";

const work = (name: string, more: object) => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Arguments: { FunctionName: "work", Payload: { name, item: "{% $states.input %}" } },
  Output: "{% $states.result.Payload %}",
  Retry: [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 1, MaxAttempts: 20, BackoffRate: 1 }],
  ...more,
});

const CHILD = { QueryLanguage: "JSONata", StartAt: "Child", States: { Child: work("child", { End: true }) } };

const MAIN = {
  QueryLanguage: "JSONata",
  StartAt: "Begin",
  States: {
    Begin: { Type: "Pass", Assign: { run: "{% $states.input.run %}", chance: "{% $uuid() %}" }, Next: "Files" },
    Files: {
      Type: "Map",
      Items: [1, 2, 3, 4, 5],
      MaxConcurrency: 2,
      ItemProcessor: { StartAt: "File", States: { File: work("file", { End: true }) } },
      Next: "Pause",
    },
    Pause: { Type: "Wait", Seconds: 1, Next: "Audits" },
    Audits: {
      Type: "Parallel",
      Branches: ["a", "b"].map((name) => ({
        StartAt: `Render ${name}`,
        States: {
          [`Render ${name}`]: work(`render ${name}`, { Next: `Audit ${name}` }),
          [`Audit ${name}`]: work(`audit ${name}`, { End: true }),
        },
      })),
      Next: "Child",
    },
    Child: {
      Type: "Task",
      Resource: "arn:aws:states:::states:startExecution.sync:2",
      Arguments: { StateMachineArn: arn("states", "stateMachine:child"), Input: {} },
      Output: "{% $states.result.Output %}",
      Retry: [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 1, MaxAttempts: 20, BackoffRate: 1 }],
      Next: "Same",
    },
    Same: {
      Type: "Choice",
      Choices: [{ Condition: "{% $length($chance) = 36 %}", Next: "End" }],
      Default: "Lost",
    },
    Lost: { Type: "Fail", Error: "Lost", Cause: "The variable is gone." },
    End: { Type: "Pass", Output: { run: "{% $run %}", last: "{% $states.input %}" }, End: true },
  },
};

async function main(folder: string): Promise<void> {
  const journal = new Journal();
  const api = new Api(() => undefined);
  const queues = new Queues(join(folder, "sqs"), place);
  const bus = new EventBus({ folder: join(folder, "events"), place, api, journal, pace: 100 });
  const machines = new StateMachines(join(folder, "states"), {
    place,
    api,
    journal,
    pace: 20,
    onStatusChange: (detail) =>
      void bus.publish({ source: "aws.states", "detail-type": "Step Functions Execution Status Change", detail }),
  });
  api.register("states", statesOperations(machines, place));
  api.register(
    "sqs",
    sqsOperations(queues, place, () => "http://127.0.0.1:9"),
  );
  api.register("lambda", {
    Invoke: operation({
      parse: (input) => input as { Payload: string },
      permissions: () => [],
      run: async ({ Payload }) => {
        await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 15));
        appendFileSync(join(folder, "effects.jsonl"), `${Payload}\n`);
        return { StatusCode: 200, Payload: Buffer.from(Payload) };
      },
    }),
  });
  queues.putQueue({ name: "changes" });
  bus.putRule({ Name: "changes", EventPattern: JSON.stringify({ source: ["aws.states"] }) });
  bus.putTargets({ Rule: "changes", Targets: [{ Id: "queue", Arn: arn("sqs", "changes") }] });
  machines.putMachine({ name: "child", definition: JSON.stringify(CHILD), roleArn });
  machines.putMachine({ name: "main", definition: JSON.stringify(MAIN), roleArn });
  process.stdout.write("ready\n");
  bus.resume();
  machines.resume();
  const main = arn("states", "stateMachine:main");
  if (machines.executions(main).length === 0) machines.start(main, '{"run":7}', "run");
  await journal.whenIdle();
  process.stdout.write("idle\n");
  bus.close();
}

void main(process.argv[2] ?? "");
