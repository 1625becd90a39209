/**
 * EventBridge Scheduler: schedules that deliver to a target as a role.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { AwsError, type Api, type Place } from "../api";
import { Document } from "../document";
import { parseInput } from "../http/parse-input";
import type { Faults } from "../faults/faults";
import type { Journal } from "../journal";
import type { AssumeRole } from "../sts/service-caller";
import { deliveryOptions } from "./delivery-options";
import { EventDelivery } from "./event-delivery";
import { checkScheduleExpression, checkTimezone, nextTime } from "./schedule-expression";
import { KeyedTimer } from "./keyed-timer";

// Epoch seconds on the wire, text on disk.
const instant = z.union([
  z.date(),
  z.number().transform((seconds) => new Date(seconds * 1000)),
  z.iso.datetime().transform((text) => new Date(text)),
]);

const target = z.strictObject({
  Arn: z.string().startsWith("arn:aws:", "must be an ARN"),
  RoleArn: z.string().regex(/^arn:aws:iam::\d{12}:role\/.+/, "must be the ARN of a role"),
  /** Text with `<aws.scheduler.…>` attributes. */
  Input: z.string().min(1).optional(),
  ...deliveryOptions,
  EventBridgeParameters: z.object({ DetailType: z.string(), Source: z.string() }).optional(),
});

/** Input of `CreateSchedule`. */
export const schedule = z.object({
  Name: z.string().regex(/^[\w.-]{1,64}$/, "must be 1 to 64 of A-Z a-z 0-9 _ . -"),
  GroupName: z.string().default("default"),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().default("UTC"),
  StartDate: instant.optional(),
  EndDate: instant.optional(),
  State: z.enum(["ENABLED", "DISABLED"]).default("ENABLED"),
  Description: z.string().optional(),
  FlexibleTimeWindow: z.union([
    z.object({ Mode: z.literal("OFF") }),
    z.object({ Mode: z.literal("FLEXIBLE"), MaximumWindowInMinutes: z.number().int().min(1).max(1440) }),
  ]),
  ActionAfterCompletion: z.enum(["NONE", "DELETE"]).default("NONE"),
  Target: target,
});

const kept = schedule.extend({ CreationDate: instant, LastModificationDate: instant });

/** A schedule as it is kept. */
export type Schedule = z.output<typeof kept>;

/** What the scheduler needs of the runtime around it. */
export interface SchedulerOptions {
  readonly folder: string;
  readonly place: Place;
  readonly api: Api;
  readonly journal: Journal;
  /** How many times faster than on AWS deliveries are tried again. Default 60. */
  readonly pace?: number;
  /** Checks the trust policy of a role before a delivery as that role. */
  readonly assumeRole?: AssumeRole;
  readonly now?: () => Date;
  /** Faults that deliveries meet. Default: none. */
  readonly faults?: Faults;
}

const service = "scheduler.amazonaws.com";

/**
 * All schedules of the account. Their timers neither keep the process alive nor count as work under way. A flexible time
 * window is used at its beginning. What was due while the runtime was down is not made up for.
 */
export class Scheduler {
  private readonly schedules: Document<Record<string, Schedule>>;
  private readonly delivery: EventDelivery;
  private readonly timer: KeyedTimer;
  private readonly now: () => Date;

  constructor(private readonly options: SchedulerOptions) {
    const { folder, api, journal, pace = 60, assumeRole, faults, now = () => new Date() } = options;
    this.now = now;
    const read = (stored: unknown) => z.record(z.string(), kept).parse(stored);
    this.schedules = new Document(join(folder, "schedules.json"), read, {});
    this.delivery = new EventDelivery({ folder: join(folder, "pending"), api, journal, pace, assumeRole, faults });
    this.timer = new KeyedTimer({
      next: (key, after) => this.nextTimeOf(key, after),
      fire: (key, due) => this.fireKey(key, due),
      now,
    });
    for (const key of Object.keys(this.schedules.value)) this.timer.set(key);
  }

  /** Creates or replaces a schedule; returns its ARN. Throws `ValidationException`. */
  putSchedule(input: z.input<typeof schedule>): string {
    const settings = parseInput(schedule, input);
    checkScheduleExpression(settings.ScheduleExpression);
    checkTimezone(settings.ScheduleExpressionTimezone);
    const key = `${settings.GroupName}/${settings.Name}`;
    const before = this.schedules.value[key] as Schedule | undefined;
    const now = this.now();
    const next = { ...settings, CreationDate: before?.CreationDate ?? now, LastModificationDate: now };
    this.schedules.update((all) => ({ ...all, [key]: next }));
    this.timer.set(key);
    return this.arnOf(settings.Name, settings.GroupName);
  }

  /** Deletes a schedule. Throws `ResourceNotFoundException`. */
  deleteSchedule(name: string, group = "default"): void {
    this.get(name, group);
    const key = `${group}/${name}`;
    this.schedules.update((all) => Object.fromEntries(Object.entries(all).filter(([other]) => other !== key)));
    this.timer.delete(key);
  }

  /** Whether there is a schedule of that name. */
  has(name: string, group = "default"): boolean {
    return Object.hasOwn(this.schedules.value, `${group}/${name}`);
  }

  /** A schedule. Throws `ResourceNotFoundException`. */
  get(name: string, group = "default"): Schedule {
    if (!this.has(name, group)) {
      throw new AwsError("ResourceNotFoundException", `Schedule ${name} does not exist in group ${group}.`, 404);
    }
    return this.schedules.value[`${group}/${name}`];
  }

  /** All schedules by name. */
  list(): Schedule[] {
    return Object.values(this.schedules.value).sort((a, b) => (a.Name < b.Name ? -1 : 1));
  }

  /** ARN of a schedule. */
  arnOf(name: string, group = "default"): string {
    const { region, account } = this.options.place;
    return `arn:aws:scheduler:${region}:${account}:schedule/${group}/${name}`;
  }

  /** When a schedule fires next; undefined for never. */
  dueOf(name: string, group = "default"): Date | undefined {
    return this.timer.dueOf(`${group}/${name}`);
  }

  /** Fires what is due at `now`, each schedule once; returns the names. */
  fireDue(now: Date): string[] {
    return this.timer.fireDue(now).map((key) => key.slice(key.indexOf("/") + 1));
  }

  /** Fires a schedule as if it were due now. Throws `ResourceNotFoundException`. */
  fire(name: string, group = "default"): void {
    this.get(name, group);
    this.send(`${group}/${name}`, this.now());
  }

  /** Takes up deliveries that an earlier process left; call it once all services are registered. */
  resume(): void {
    this.delivery.resume();
  }

  /** Stops timers and deliveries; what is not delivered stays for the next {@link resume}. */
  close(): void {
    this.timer.close();
    this.delivery.close();
  }

  private nextTimeOf(key: string, after: Date): Date | undefined {
    const found = this.schedules.value[key] as Schedule | undefined;
    if (found?.State !== "ENABLED") return undefined;
    const { StartDate, EndDate, CreationDate, ScheduleExpression, ScheduleExpressionTimezone } = found;
    // AWS fires a rate without a start date at once. Here it begins an interval later: a deployment is not complete yet when
    // its schedules are created.
    const from = StartDate && StartDate > after ? new Date(StartDate.getTime() - 1) : after;
    const due = nextTime(ScheduleExpression, ScheduleExpressionTimezone, from, StartDate ?? CreationDate);
    return due && EndDate && due > EndDate ? undefined : due;
  }

  private fireKey(key: string, due: Date): void {
    this.send(key, due);
    const found = this.schedules.value[key];
    if (found.ActionAfterCompletion === "DELETE" && this.timer.dueOf(key) === undefined) {
      this.deleteSchedule(found.Name, found.GroupName);
    }
  }

  private send(key: string, due: Date): void {
    const { Name, GroupName, Target } = this.schedules.value[key];
    const { EventBridgeParameters, RetryPolicy } = Target;
    const arn = this.arnOf(Name, GroupName);
    this.delivery.send({
      origin: { arn, name: Name, service },
      targetArn: Target.Arn,
      roleArn: Target.RoleArn,
      body: this.inputOf(Target.Input, arn, due),
      asEvent: {
        source: EventBridgeParameters?.Source ?? "aws.scheduler",
        detailType: EventBridgeParameters?.DetailType ?? "Scheduled Event",
        resources: [arn],
      },
      apiCall: universalTarget(Target.Arn),
      deadLetterArn: Target.DeadLetterConfig?.Arn,
      maximumRetryAttempts: RetryPolicy?.MaximumRetryAttempts ?? 185,
      maximumEventAgeInSeconds: RetryPolicy?.MaximumEventAgeInSeconds ?? 86_400,
    });
  }

  /** EventBridge Scheduler User Guide, "Adding context attributes". */
  private inputOf(input: string | undefined, arn: string, due: Date): string {
    const time = due.toISOString().replace(/\.\d+Z$/, "Z");
    const { account, region } = this.options.place;
    if (input === undefined) {
      const envelope = { version: "0", id: randomUUID(), "detail-type": "Scheduled Event", source: "aws.scheduler" };
      return JSON.stringify({ ...envelope, account, time, region, resources: [arn], detail: "{}" });
    }
    return input
      .replaceAll("<aws.scheduler.schedule-arn>", arn)
      .replaceAll("<aws.scheduler.scheduled-time>", time)
      .replaceAll("<aws.scheduler.execution-id>", randomUUID())
      .replaceAll("<aws.scheduler.attempt-number>", "1");
  }
}

/** `arn:aws:scheduler:::aws-sdk:sfn:startExecution` is a call of any operation, with the input as its parameters. */
function universalTarget(arn: string): { service: string; operation: string } | undefined {
  const [, sdkName, action] = /^arn:aws:scheduler:::aws-sdk:(\w+):(\w+)$/.exec(arn) ?? [];
  if (sdkName === undefined) return undefined;
  const service = { sfn: "states", eventbridge: "events" }[sdkName] ?? sdkName;
  return { service, operation: action.charAt(0).toUpperCase() + action.slice(1) };
}
