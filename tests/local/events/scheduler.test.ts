import { expect } from "chai";
import { AwsError } from "../../../local/api";
import type { Scheduler } from "../../../local/events/scheduler";
import { arn, ComputeBench } from "../lambda/compute-bench";

const role = "arn:aws:iam::123456789012:role/scheduler";
type Schedule = Parameters<Scheduler["putSchedule"]>[0];

describe("local/events scheduler", () => {
  let now = new Date("2024-11-08T10:20:00Z");
  let bench: ComputeBench;
  const open = (folder?: string) => new ComputeBench(folder, () => now);
  const at = (time: string) => (now = new Date(`2024-11-08T${time}Z`));
  const schedule = (more: Partial<Schedule> & { Input?: string } = {}): Schedule => {
    const { Input, ...rest } = more;
    return {
      Name: "sweep",
      ScheduleExpression: "rate(1 hour)",
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: { Arn: arn("sqs", "one"), RoleArn: role, ...(Input !== undefined && { Input }) },
      ...rest,
    };
  };
  beforeEach(() => {
    at("10:20:00");
    bench = open();
    bench.queues.putQueue({ name: "one" });
    bench.queues.putQueue({ name: "dead" });
  });
  afterEach(() => bench.close());

  const fireAt = async (time: string) => {
    const fired = bench.scheduler.fireDue(at(time));
    await bench.journal.whenIdle();
    return fired;
  };

  it("delivers as its role when it is due, once for all times that passed", async () => {
    bench.scheduler.putSchedule(schedule());
    expect(await fireAt("11:19:59")).to.deep.equal([]);
    expect(await fireAt("11:20:00")).to.deep.equal(["sweep"]);
    expect(await fireAt("11:20:01")).to.deep.equal([]);
    expect(await fireAt("15:00:00")).to.deep.equal(["sweep"]);
    expect(bench.scheduler.dueOf("sweep")?.toISOString()).to.equal("2024-11-08T15:20:00.000Z");
    const send = bench.checked.filter(({ permission }) => permission.action === "sqs:SendMessage");
    expect(send.map(({ caller }) => caller.principalArn)).to.deep.equal([role, role]);
    expect(bench.bodies("one")[0]).to.deep.include({
      source: "aws.scheduler",
      "detail-type": "Scheduled Event",
      time: "2024-11-08T11:20:00Z",
      resources: [arn("scheduler", "schedule/default/sweep")],
    });
  });

  it("fills in context attributes", async () => {
    // EventBridge Scheduler User Guide, "Adding context attributes".
    const Input = `{"due":"<aws.scheduler.scheduled-time>","arn":"<aws.scheduler.schedule-arn>","n":<aws.scheduler.attempt-number>}`;
    bench.scheduler.putSchedule(schedule({ Input }));
    await fireAt("11:30:00");
    expect(bench.bodies("one")).to.deep.equal([
      { due: "2024-11-08T11:20:00Z", arn: arn("scheduler", "schedule/default/sweep"), n: 1 },
    ]);
  });

  it("starts state machines, invokes functions, and calls any operation", async () => {
    bench.putFunction("check", `exports.handler = async ({ a }) => { if (a !== 1) throw new Error(); };`);
    const targets = [
      { Arn: arn("states", "stateMachine:daily"), Input: `{"a":1}` },
      { Arn: arn("lambda", "function:check"), Input: `{"a":1}` },
      { Arn: "arn:aws:scheduler:::aws-sdk:sfn:startExecution", Input: `{"stateMachineArn":"x","input":"{}"}` },
      {
        Arn: "arn:aws:scheduler:::aws-sdk:sqs:sendMessage",
        Input: `{"QueueUrl":"http://h/123456789012/one","MessageBody":"hi"}`,
      },
    ];
    for (const [index, target] of targets.entries()) {
      bench.scheduler.putSchedule(schedule({ Name: `s${index}`, Target: { ...target, RoleArn: role } }));
    }
    await fireAt("11:20:00");
    expect(bench.ofKind("event-dropped")).to.deep.equal([]);
    expect(bench.ofKind("function-failed")).to.deep.equal([]);
    expect(bench.started.map(({ input }) => input)).to.have.members([`{"a":1}`, "{}"]);
    expect(bench.bodies("one")).to.deep.equal(["hi"]);
  });

  it("keeps what cannot be delivered in its dead-letter queue", async () => {
    const Target = {
      Arn: arn("lambda", "function:gone"),
      RoleArn: role,
      DeadLetterConfig: { Arn: arn("sqs", "dead") },
    };
    bench.scheduler.putSchedule(schedule({ Target }));
    await fireAt("11:20:00");
    const [{ attributes }] = bench.queues.get("dead").messages;
    expect(attributes.SCHEDULE_ARN.StringValue).to.equal(arn("scheduler", "schedule/default/sweep"));
    expect(attributes.ERROR_CODE.StringValue).to.equal("NO_RESOURCE");
  });

  it("keeps to its start, its end and its state", async () => {
    const due = (more: Partial<Schedule>) => {
      bench.scheduler.putSchedule(schedule(more));
      return bench.scheduler.dueOf("sweep")?.toISOString();
    };
    const day = (time: string) => new Date(`2024-11-08T${time}Z`);
    expect(due({ StartDate: day("10:40:00") })).to.equal("2024-11-08T10:40:00.000Z");
    expect(due({ StartDate: day("09:00:00") })).to.equal("2024-11-08T11:00:00.000Z");
    expect(due({ EndDate: day("11:00:00") })).to.equal(undefined);
    expect(due({ State: "DISABLED" })).to.equal(undefined);
    expect(due({ ScheduleExpression: "cron(0 9 * * ? *)", ScheduleExpressionTimezone: "Asia/Tokyo" })).to.equal(
      "2024-11-09T00:00:00.000Z",
    );
  });

  it("fires once at a time, and may be deleted afterwards", async () => {
    bench.scheduler.putSchedule(
      schedule({ ScheduleExpression: "at(2024-11-08T12:00:00)", ActionAfterCompletion: "DELETE" }),
    );
    expect(await fireAt("12:00:00")).to.deep.equal(["sweep"]);
    expect(bench.scheduler.has("sweep")).to.equal(false);
    expect(bench.bodies("one")).to.have.length(1);
  });

  it("fires on demand", async () => {
    bench.scheduler.putSchedule(schedule());
    bench.scheduler.fire("sweep");
    await bench.journal.whenIdle();
    expect(bench.bodies("one")).to.have.length(1);
    expect(() => bench.scheduler.fire("none"))
      .to.throw(AwsError)
      .with.property("code", "ResourceNotFoundException");
  });

  it("is kept, and not made up for after a pause", async () => {
    bench.scheduler.putSchedule(schedule());
    await bench.stop();
    at("15:00:00");
    const next = open(bench.folder);
    expect(next.scheduler.dueOf("sweep")?.toISOString()).to.equal("2024-11-08T15:20:00.000Z");
    await next.stop();
  });

  it("fires by itself, without being work under way before", async () => {
    const real = new ComputeBench();
    real.queues.putQueue({ name: "one" });
    const StartDate = new Date(Date.now() + 150);
    real.scheduler.putSchedule(schedule({ StartDate }));
    await real.journal.whenIdle();
    expect(real.bodies("one")).to.have.length(0);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await real.journal.whenIdle();
    expect(real.bodies("one")).to.have.length(1);
    await real.close();
  });

  it("is created, changed, read, listed and deleted by calls", async () => {
    const input = schedule();
    const created = await bench.call("scheduler", "CreateSchedule", input);
    expect(created).to.deep.equal({ ScheduleArn: arn("scheduler", "schedule/default/sweep") });
    const refused = async (name: string, given: object) => {
      const error: unknown = await bench.call("scheduler", name, given).catch((thrown: unknown) => thrown);
      return (error as AwsError).code;
    };
    expect(await refused("CreateSchedule", input)).to.equal("ConflictException");
    expect(await refused("UpdateSchedule", { ...input, Name: "other" })).to.equal("ResourceNotFoundException");
    expect(await refused("CreateSchedule", { ...input, Name: "x", ScheduleExpression: "never" })).to.equal(
      "ValidationException",
    );
    await bench.call("scheduler", "UpdateSchedule", { ...input, State: "DISABLED" });
    expect(await bench.call("scheduler", "GetSchedule", { Name: "sweep" })).to.deep.include({
      State: "DISABLED",
      CreationDate: now,
    });
    const { Schedules } = await bench.call<{ Schedules: object[] }>("scheduler", "ListSchedules", { MaxResults: "1" });
    expect(Schedules).to.have.length(1);
    await bench.call("scheduler", "DeleteSchedule", { Name: "sweep" });
    expect(await refused("GetSchedule", { Name: "sweep" })).to.equal("ResourceNotFoundException");
  });
});
