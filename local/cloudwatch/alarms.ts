/**
 * CloudWatch's alarms: looked at every minute by the runtime's clock, they tell topics when their state changes.
 */
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { AwsError, type Api, type Place } from "../api";
import { Document } from "../document";
import { KeyedTimer } from "../events/keyed-timer";
import { parseInput } from "../http/parse-input";
import type { Journal } from "../journal";
import { serviceCaller } from "../sts/service-caller";
import { notification, type AlarmChange } from "./alarm-messages";
import { evaluateAlarm, evaluationRange, type AlarmState } from "./alarm-rules";
import type { Metrics } from "./metrics";
import { recentPeriods } from "./statistics";
import {
  alarmHistoryItem,
  alarmSettings,
  storedAlarm,
  type AlarmHistoryItem,
  type AlarmSettings,
  type StoredAlarm,
} from "./stored-alarm";

/** What alarms need of the runtime around them. */
export interface AlarmsOptions {
  readonly folder: string;
  readonly place: Place;
  /** Takes what is published. */
  readonly api: Api;
  readonly journal: Journal;
  readonly metrics: Metrics;
  /** Measures what is measured by looking, e.g. how long queues are; called before each evaluation. */
  readonly measure: () => void;
  /** Told of each change of state, as EventBridge is. */
  readonly onStateChange: (change: AlarmChange) => void;
  /** Default: the clock. */
  readonly now?: () => Date;
}

const minute = 60_000;

/** How long history is kept, milliseconds. CloudWatch API reference, "DescribeAlarmHistory". */
const historyRetention = 30 * 86_400_000;

/** Who publishes: topic and key policies let it in. SNS documentation, "Example cases for Amazon SNS access control". */
const service = "cloudwatch.amazonaws.com";

/** All alarms of the account. */
export class Alarms {
  private readonly alarms: Document<Record<string, StoredAlarm>>;
  private readonly items: Document<AlarmHistoryItem[]>;
  private readonly timer: KeyedTimer;
  private readonly now: () => Date;

  constructor(private readonly options: AlarmsOptions) {
    const { folder, now = () => new Date() } = options;
    this.now = now;
    const read = (value: unknown) => z.record(z.string(), storedAlarm).parse(value);
    this.alarms = new Document(join(folder, "alarms.json"), read, {});
    this.items = new Document(join(folder, "history.json"), (value) => z.array(alarmHistoryItem).parse(value), []);
    this.timer = new KeyedTimer({
      next: (_key, after) => new Date((Math.floor(after.getTime() / minute) + 1) * minute),
      fire: () => void this.evaluate(),
      now,
    });
    this.arm();
  }

  /** Creates an alarm, or changes its settings: its state stays. Throws `ValidationError`. */
  put(input: z.input<typeof alarmSettings>): void {
    const settings = parseInput(alarmSettings, input, "ValidationError");
    const before = this.find(settings.name);
    if (before && isDeepStrictEqual(before.settings, settings)) return;
    const configured = this.now().toISOString();
    const unchecked = {
      state: "INSUFFICIENT_DATA",
      reason: "Unchecked: Initial alarm creation",
      since: configured,
    } as const;
    this.store({ ...(before ?? unchecked), settings, configured });
    const summary = `Alarm "${settings.name}" ${before ? "updated" : "created"}`;
    this.note(settings.name, "ConfigurationUpdate", summary, { type: before ? "Update" : "Create", settings });
    this.arm();
  }

  /** Deletes an alarm; one that does not exist is no error. */
  delete(name: string): void {
    this.alarms.update(({ [name]: _, ...others }) => others);
    this.arm();
  }

  /** All alarms by name. */
  list(): StoredAlarm[] {
    return Object.values(this.alarms.value).sort((a, b) => (a.settings.name < b.settings.name ? -1 : 1));
  }

  /** An alarm. Throws `ResourceNotFound`. */
  get(name: string): StoredAlarm {
    const found = this.find(name);
    if (!found) throw new AwsError("ResourceNotFound", `Alarm ${name} does not exist.`, 404);
    return found;
  }

  /** ARN of an alarm. */
  arnOf(name: string): string {
    const { region, account } = this.options.place;
    return `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`;
  }

  /** What happened to the alarms, the newest first. */
  history(): readonly AlarmHistoryItem[] {
    return [...this.items.value].reverse();
  }

  /**
   * Looks at every alarm as of now, and does what follows; resolves when all actions are done. The minute that is not over
   * yet does not count, as on AWS.
   */
  async evaluate(): Promise<void> {
    const { metrics, journal, measure } = this.options;
    measure();
    const actions = this.list().map(async ({ settings, state }) => {
      const step = Math.min(settings.period * 1000, minute);
      const end = Math.floor(this.now().getTime() / step) * step;
      const [period, periods] = [settings.period * 1000, evaluationRange(settings)];
      const { namespace, metricName: name, dimensions, unit, statistic } = settings;
      const points = metrics.points({ namespace, name, dimensions }, end - period * periods, end, unit);
      const values = recentPeriods(statistic, points, { end, period, periods });
      const { state: next, evaluated } = evaluateAlarm(settings, values, state);
      if (next === state) return;
      const recent = evaluated.map(({ value, age }) => ({ value, at: new Date(end - period * (age + 1)) }));
      await this.change(settings.name, next, reasonOf(settings, next, recent), reasonDataOf(settings, end, recent));
    });
    await journal.track(Promise.all(actions));
  }

  /** Sets a state until the next evaluation; resolves when what follows is done. Throws `ResourceNotFound`. */
  async setState(name: string, state: AlarmState, reason: string, reasonData?: string): Promise<void> {
    const { state: before } = this.get(name);
    if (before !== state) await this.change(name, state, reason, reasonData);
  }

  /** Stops looking. */
  close(): void {
    this.timer.close();
  }

  private arm(): void {
    if (Object.keys(this.alarms.value).length > 0) this.timer.set("evaluate");
    else this.timer.delete("evaluate");
  }

  private find(name: string): StoredAlarm | undefined {
    return Object.hasOwn(this.alarms.value, name) ? this.alarms.value[name] : undefined;
  }

  private store(alarm: StoredAlarm): void {
    this.alarms.update((all) => ({ ...all, [alarm.settings.name]: alarm }));
  }

  private note(alarmName: string, type: AlarmHistoryItem["type"], summary: string, data: object): void {
    const oldest = new Date(this.now().getTime() - historyRetention).toISOString();
    const item = { alarmName, time: this.now().toISOString(), type, summary, data: JSON.stringify(data) };
    this.items.update((items) => [...items.filter(({ time }) => time >= oldest), item]);
  }

  private async change(name: string, state: AlarmState, reason: string, reasonData?: string): Promise<void> {
    const { place, journal, onStateChange } = this.options;
    const before = this.get(name);
    const alarm: StoredAlarm = { ...before, state, reason, reasonData, since: this.now().toISOString() };
    this.store(alarm);
    this.note(name, "StateUpdate", `Alarm updated from ${before.state} to ${state}`, {
      version: "1.0",
      oldState: { stateValue: before.state, stateReason: before.reason },
      newState: { stateValue: state, stateReason: reason },
    });
    journal.record({ kind: "alarm-changed", alarm: name, from: before.state, to: state, reason });
    const change: AlarmChange = { alarm, arn: this.arnOf(name), before, place };
    onStateChange(change);
    if (!alarm.settings.actionsEnabled) return;
    await journal.track(Promise.all(actionsOf(alarm).map((topic) => this.tell(topic, change))));
  }

  private async tell(TopicArn: string, change: AlarmChange): Promise<void> {
    const { name } = change.alarm.settings;
    const { subject: Subject, message: Message } = notification(change);
    try {
      await this.options.api.call("sns", "Publish", { TopicArn, Subject, Message }, serviceCaller(service, change.arn));
      this.note(name, "Action", `Successfully executed action ${TopicArn}`, { actionState: "Succeeded" });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const failed = { actionState: "Failed", error: `${error.code}: ${error.message}` };
      this.note(name, "Action", `Failed to execute action ${TopicArn}. Received error: "${error.message}"`, failed);
      this.options.journal.record({ kind: "alarm-action-failed", alarm: name, target: TopicArn, reason: failed.error });
    }
  }
}

function actionsOf({ settings, state }: StoredAlarm): readonly string[] {
  if (state === "ALARM") return settings.alarmActions;
  return state === "OK" ? settings.okActions : settings.insufficientDataActions;
}

interface Recent {
  readonly value: number;
  /** When its period began. */
  readonly at: Date;
}

const relations: Readonly<Record<AlarmSettings["comparisonOperator"], string>> = {
  GreaterThanThreshold: "greater than",
  GreaterThanOrEqualToThreshold: "greater than or equal to",
  LessThanThreshold: "less than",
  LessThanOrEqualToThreshold: "less than or equal to",
};

const treatedAs = { missing: undefined, ignore: "Ignore", breaching: "Breaching", notBreaching: "NonBreaching" };

/** In the words of CloudWatch. */
function reasonOf(settings: AlarmSettings, state: AlarmState, recent: readonly Recent[]): string {
  const { threshold, evaluationPeriods, treatMissingData = "missing", comparisonOperator } = settings;
  const several = evaluationPeriods > 1;
  if (recent.length === 0) {
    const treated = treatedAs[treatMissingData];
    if (!treated) return `Insufficient Data: ${evaluationPeriods} datapoint${several ? "s were" : " was"} unknown.`;
    return (
      `Threshold Crossed: no datapoints were received for ${evaluationPeriods} period${several ? "s" : ""} and ` +
      `${evaluationPeriods} missing datapoint${several ? "s were" : " was"} treated as [${treated}].`
    );
  }
  const values = recent.map(({ value, at }) => `${value.toFixed(1)} (${shortTime(at)})`).join(", ");
  return (
    `Threshold Crossed: ${recent.length} out of the last ${evaluationPeriods} datapoints [${values}] ` +
    `${recent.length === 1 ? "was" : "were"} ${state === "ALARM" ? "" : "not "}${relations[comparisonOperator]} ` +
    `the threshold (${threshold.toFixed(1)}).`
  );
}

/** `03/07/25 08:29:00`: day, month, year. */
function shortTime(at: Date): string {
  const [year, month, day] = at.toISOString().slice(2, 10).split("-");
  return `${day}/${month}/${year} ${at.toISOString().slice(11, 19)}`;
}

function reasonDataOf(settings: AlarmSettings, end: number, recent: readonly Recent[]): string {
  return JSON.stringify({
    version: "1.0",
    queryDate: new Date(end).toISOString().replace(/Z$/, "+0000"),
    statistic: settings.statistic,
    period: settings.period,
    recentDatapoints: recent.map(({ value }) => value).reverse(),
    threshold: settings.threshold,
  });
}
