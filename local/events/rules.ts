/**
 * EventBridge's buses and rules: which events go to which targets.
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
import { EventDelivery } from "./event-delivery";
import { admitPattern } from "./pattern-admission";
import { compilePattern, type Matcher } from "./patterns";
import { putRule, putTargets, rule, type Rule } from "./rule-schema";
import { checkScheduleExpression, nextTime } from "./schedule-expression";
import { KeyedTimer } from "./keyed-timer";
import { checkTargetInput, targetInput, type Event, type TargetInput } from "./target-input";

/** Targets of one rule: Amazon EventBridge User Guide, "Amazon EventBridge quotas". */
const targetLimit = 5;

/** What may be published: the envelope's other members are added. */
export interface NewEvent {
  readonly source: string;
  readonly "detail-type": string;
  readonly detail: unknown;
  readonly resources?: readonly string[];
  /** When it happened; now, when left out. */
  readonly time?: Date;
}

/** What the bus needs of the runtime around it. */
export interface EventBusOptions {
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

/** All buses of the account; `default` is always there. */
export class EventBus {
  private readonly rules: Document<Record<string, Rule>>;
  private readonly delivery: EventDelivery;
  private readonly matchers = new Map<string, Matcher>();
  private readonly timer: KeyedTimer;
  private readonly now: () => Date;

  constructor(private readonly options: EventBusOptions) {
    const { folder, api, journal, pace = 60, assumeRole, faults, now = () => new Date() } = options;
    this.now = now;
    this.rules = new Document(join(folder, "rules.json"), (stored) => z.record(z.string(), rule).parse(stored), {});
    this.delivery = new EventDelivery({ folder: join(folder, "pending"), api, journal, pace, assumeRole, faults });
    this.timer = new KeyedTimer({
      next: (key, after) => this.nextTimeOf(this.rules.value[key], after),
      fire: (key, due) => this.fireSchedule(this.rules.value[key], due),
      now,
    });
    for (const key of Object.keys(this.rules.value)) this.timer.set(key);
  }

  /** Creates or changes a rule; its targets stay. Throws `InvalidEventPatternException` or `ValidationException`. */
  putRule(input: z.input<typeof putRule>): { RuleArn: string } {
    const settings = parseInput(putRule, input);
    const { EventPattern, ScheduleExpression } = settings;
    if (EventPattern === undefined && ScheduleExpression === undefined) {
      throw new AwsError("ValidationException", "Parameter(s) EventPattern or ScheduleExpression must be specified.");
    }
    if (EventPattern !== undefined) admitPattern(EventPattern);
    if (ScheduleExpression !== undefined) checkRuleSchedule(ScheduleExpression);
    const EventBusName = nameOfBus(settings.EventBusName);
    const key = keyOf(EventBusName, settings.Name);
    const before = this.rules.value[key] as Rule | undefined;
    const next: Rule = {
      ...settings,
      EventBusName,
      Targets: before?.Targets ?? [],
      createdAt: before?.createdAt ?? this.now().toISOString(),
    };
    this.replace(next);
    return { RuleArn: this.arnOf(next) };
  }

  /** Adds targets to a rule, or replaces those of the same ids; five a rule at most. */
  putTargets(input: z.input<typeof putTargets>): void {
    const { Rule: name, EventBusName, Targets } = parseInput(putTargets, input);
    const found = this.get(name, EventBusName);
    Targets.forEach(checkTargetInput);
    for (const { Arn, RoleArn } of Targets) {
      // API reference, PutTargets: state machines and buses are reached with a role only.
      if (/^arn:aws:(states|events):/.test(Arn) && !RoleArn && !found.RoleArn) {
        throw new AwsError("ValidationException", `RoleArn is required for target ${Arn}.`);
      }
    }
    const ids = new Set(Targets.map(({ Id }) => Id));
    const all = [...found.Targets.filter(({ Id }) => !ids.has(Id)), ...Targets];
    if (all.length > targetLimit) {
      const message = `The requested resource exceeds the maximum number allowed: ${targetLimit} targets of rule ${name}.`;
      throw new AwsError("LimitExceededException", message);
    }
    this.replace({ ...found, Targets: all });
  }

  /** Removes targets by id; returns the ids that the rule does not have. */
  removeTargets(name: string, bus: string | undefined, ids: readonly string[]): string[] {
    const found = this.get(name, bus);
    this.replace({ ...found, Targets: found.Targets.filter(({ Id }) => !ids.includes(Id)) });
    return ids.filter((id) => !found.Targets.some(({ Id }) => Id === id));
  }

  /** Deletes a rule, which must have no targets left. */
  deleteRule(name: string, bus?: string): void {
    const key = keyOf(nameOfBus(bus), name);
    const found = this.rules.value[key] as Rule | undefined;
    if (!found) return;
    if (found.Targets.length > 0) {
      throw new AwsError("ValidationException", `Rule can't be deleted since it has targets: ${name}.`);
    }
    this.rules.update((all) => Object.fromEntries(Object.entries(all).filter(([other]) => other !== key)));
    this.timer.delete(key);
  }

  /** Lets a rule match, or not. */
  setState(name: string, bus: string | undefined, State: Rule["State"]): void {
    this.replace({ ...this.get(name, bus), State });
  }

  /** A rule; throws `ResourceNotFoundException`. */
  get(name: string, bus?: string): Rule {
    const EventBusName = nameOfBus(bus);
    const found = this.rules.value[keyOf(EventBusName, name)] as Rule | undefined;
    if (found) return found;
    const message = `Rule ${name} does not exist on EventBus ${EventBusName}.`;
    throw new AwsError("ResourceNotFoundException", message);
  }

  /** The rules of a bus by name. */
  list(bus?: string): Rule[] {
    const wanted = nameOfBus(bus);
    const rules = Object.values(this.rules.value).filter(({ EventBusName }) => EventBusName === wanted);
    return rules.sort((a, b) => (a.Name < b.Name ? -1 : 1));
  }

  /** ARN of a rule. */
  arnOf({ Name, EventBusName }: { Name: string; EventBusName?: string }): string {
    const { region, account } = this.options.place;
    const bus = nameOfBus(EventBusName);
    return `arn:aws:events:${region}:${account}:rule/${bus === "default" ? "" : `${bus}/`}${Name}`;
  }

  /**
   * Puts an event on a bus: every matching rule's targets get it. What is to be delivered is on disk when this returns;
   * deliveries happen afterwards. Returns the event's id.
   */
  publish(event: NewEvent, bus?: string): string {
    const { account, region } = this.options.place;
    const id = randomUUID();
    const full: Event = {
      version: "0",
      id,
      "detail-type": event["detail-type"],
      source: event.source,
      account,
      time: (event.time ?? this.now()).toISOString().replace(/\.\d+Z$/, "Z"),
      region,
      resources: event.resources ?? [],
      detail: event.detail,
    };
    for (const found of this.list(bus)) {
      if (found.State !== "ENABLED" || found.EventPattern === undefined) continue;
      if (this.matcher(found.EventPattern)(full)) this.deliver(found, full);
    }
    return id;
  }

  /** Takes up deliveries that an earlier process left; call it once all services are registered. */
  resume(): void {
    this.delivery.resume();
  }

  /** Fires the rules with a schedule that are due at `now`, each once; returns their names. */
  fireDue(now: Date): string[] {
    return this.timer.fireDue(now).map((key) => this.rules.value[key].Name);
  }

  /** Stops timers and deliveries; what is not delivered stays for the next {@link resume}. */
  close(): void {
    this.timer.close();
    this.delivery.close();
  }

  private replace(next: Rule): void {
    const key = keyOf(next.EventBusName, next.Name);
    this.rules.update((all) => ({ ...all, [key]: next }));
    this.timer.set(key);
  }

  private matcher(pattern: string): Matcher {
    const known = this.matchers.get(pattern) ?? compilePattern(pattern);
    this.matchers.set(pattern, known);
    return known;
  }

  private deliver(found: Rule, event: Event): void {
    const origin = { arn: this.arnOf(found), name: found.Name, service: "events.amazonaws.com" };
    const bodyFor = (targetArn: string, choice: TargetInput): string | undefined => {
      // Another bus makes its own envelope.
      if (targetArn.includes(":event-bus/")) return JSON.stringify(event.detail);
      try {
        return targetInput(choice, event, origin);
      } catch (error) {
        // Such an event is delivered nowhere, not even to a dead-letter queue.
        const reason = (error as Error).message;
        this.options.journal.record({ kind: "event-dropped", rule: found.Name, target: targetArn, reason });
        return undefined;
      }
    };
    for (const { Arn, RoleArn = found.RoleArn, DeadLetterConfig, RetryPolicy, ...choice } of found.Targets) {
      const body = bodyFor(Arn, choice);
      if (body === undefined) continue;
      const asBusReceives = { source: event.source, detailType: event["detail-type"], resources: [...event.resources] };
      this.delivery.send({
        origin,
        targetArn: Arn,
        roleArn: RoleArn,
        body,
        asEvent: asBusReceives,
        deadLetterArn: DeadLetterConfig?.Arn,
        maximumRetryAttempts: RetryPolicy?.MaximumRetryAttempts ?? 185,
        maximumEventAgeInSeconds: RetryPolicy?.MaximumEventAgeInSeconds ?? 86_400,
      });
    }
  }

  private nextTimeOf(found: Rule, after: Date): Date | undefined {
    if (found.State !== "ENABLED" || found.ScheduleExpression === undefined) return undefined;
    return nextTime(found.ScheduleExpression, "UTC", after, new Date(found.createdAt));
  }

  private fireSchedule(found: Rule, due: Date): void {
    const { account, region } = this.options.place;
    this.deliver(found, {
      version: "0",
      id: randomUUID(),
      "detail-type": "Scheduled Event",
      source: "aws.events",
      account,
      time: due.toISOString().replace(/\.\d+Z$/, "Z"),
      region,
      resources: [this.arnOf(found)],
      detail: {},
    });
  }
}

/** A bus's name from its name or ARN. */
export function nameOfBus(nameOrArn: string | undefined): string {
  return nameOrArn?.split(":event-bus/").pop() ?? "default";
}

function keyOf(bus: string, name: string): string {
  return `${bus}/${name}`;
}

/** Rules know `cron` and `rate` only, and insist on grammar: `rate(1 hour)`, `rate(2 hours)`. */
function checkRuleSchedule(expression: string): void {
  checkScheduleExpression(expression);
  const [, value, plural] = /^rate\((\d+) \w+?(s?)\)$/.exec(expression) ?? [];
  if (expression.startsWith("at(") || (value !== undefined && (value === "1") === (plural === "s"))) {
    throw new AwsError("ValidationException", `Parameter ScheduleExpression is not valid: ${expression}.`);
  }
}
