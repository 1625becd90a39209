/**
 * Events and schedules on their way to a target: tried again while the target is busy or broken, then kept in a dead-letter
 * queue or dropped. Amazon EventBridge User Guide, "How EventBridge retries delivering events" and "Using dead-letter queues
 * to process undelivered events".
 */
import { z } from "zod";
import { AwsError, type Api, type Caller, type ServiceName } from "../api";
import { actingAs, type Faults } from "../faults/faults";
import type { Journal } from "../journal";
import { messageAttribute } from "../messaging/queues";
import { accepted, afterWait, ageOf } from "../messaging/age";
import { PendingWork, type Running } from "../messaging/pending-work";
import { serviceCaller, type AssumeRole } from "../sts/service-caller";
import { deliver, isTransient } from "./deliver";

const parcel = accepted.extend({
  /** Rule or schedule. */
  origin: z.object({ arn: z.string(), name: z.string(), service: z.string() }),
  targetArn: z.string(),
  /** The role that delivers; without one the service delivers on its own behalf. */
  roleArn: z.string().optional(),
  body: z.string(),
  /** For queues and topics. */
  attributes: z.record(z.string(), messageAttribute).optional(),
  /** What the parcel is to an event bus. */
  asEvent: z.object({ source: z.string(), detailType: z.string(), resources: z.array(z.string()) }),
  /** A call of the runtime's API instead of a delivery by ARN. */
  apiCall: z.object({ service: z.string(), operation: z.string() }).optional(),
  deadLetterArn: z.string().optional(),
  maximumRetryAttempts: z.number(),
  maximumEventAgeInSeconds: z.number(),
  /** Attempts that failed. */
  failures: z.number(),
  /** Faults: milliseconds that it is held back, at AWS's pace, and whether a later parcel that goes past ends that. */
  delay: z.number().optional(),
  behindNext: z.boolean().optional(),
});

/** Something to be delivered, and how hard to try. */
export type Parcel = z.infer<typeof parcel>;

/** Milliseconds before the first retry; each further one takes twice as long. */
const firstDelay = 1_000;
const longestDelay = 300_000;

/** Where deliveries are kept, and whom they tell. */
export interface DeliveryOptions {
  readonly folder: string;
  readonly api: Api;
  readonly journal: Journal;
  /** How many times faster than on AWS retries follow one another. */
  readonly pace: number;
  /** Checks the trust policy of a role before a delivery as that role. */
  readonly assumeRole?: AssumeRole;
  /** Faults to meet. Default: none. */
  readonly faults?: Faults;
}

/** Delivers parcels, all at the same time. They survive the process: {@link resume} takes up what is left. */
export class EventDelivery {
  private readonly pending: PendingWork<Parcel>;
  /** Those that wait until another parcel of the same origin has gone past. */
  private readonly behind = new Map<string, (() => void)[]>();

  constructor(private readonly options: DeliveryOptions) {
    this.pending = new PendingWork({
      folder: options.folder,
      schema: parcel,
      journal: options.journal,
      run: (item, running) => this.run(item, running),
      failed: (item, error) => this.drop(item, describe(error)),
    });
  }

  /** Accepts a parcel: it is on disk when this returns, and delivered afterwards. */
  send(item: Omit<Parcel, "receivedAt" | "waited" | "failures" | "delay" | "behindNext">): void {
    const received = { ...item, receivedAt: new Date().toISOString(), waited: 0, failures: 0 };
    const { again, ...held } = this.options.faults?.event(item.origin.name, item.targetArn, item.body) ?? {};
    this.pending.accept({ ...received, ...held });
    if (again) this.pending.accept({ ...received, ...again });
  }

  /** Takes up what an earlier process accepted and did not finish. */
  resume(): void {
    this.pending.resume();
  }

  /** Stops; what is not done stays for the next process. */
  close(): void {
    this.pending.close();
  }

  private async run(first: Parcel, running: Running<Parcel>): Promise<void> {
    const { journal, pace } = this.options;
    if (first.delay) await this.holdBack(first, first.delay / pace, running);
    for (let item = first; ;) {
      try {
        await this.attempt(item);
        this.behind.get(item.origin.arn)?.shift()?.();
        return journal.record({ kind: "event-delivered", rule: item.origin.name, target: item.targetArn });
      } catch (error) {
        running.checkStopped();
        item = { ...item, failures: item.failures + 1 };
        const ending = endingOf(item, error, pace);
        if (ending) return this.drop(item, `${describe(error)}${await this.keepDead(item, error, ending)}`);
        running.progress(item);
      }
      const delay = Math.min(firstDelay * 2 ** (item.failures - 1), longestDelay);
      item = await afterWait(item, delay, pace, running);
    }
  }

  private async holdBack(
    { origin, behindNext }: Parcel,
    milliseconds: number,
    running: Running<Parcel>,
  ): Promise<void> {
    if (!behindNext) return running.pause(milliseconds);
    const waiting = this.behind.get(origin.arn) ?? [];
    this.behind.set(origin.arn, waiting);
    let pass: () => void = () => undefined;
    const passed = new Promise<void>((resolve) => waiting.push((pass = resolve)));
    await Promise.race([passed, running.pause(milliseconds)]);
    if (waiting.includes(pass)) waiting.splice(waiting.indexOf(pass), 1);
  }

  private drop({ origin, targetArn }: Parcel, reason: string): void {
    this.options.journal.record({ kind: "event-dropped", rule: origin.name, target: targetArn, reason });
  }

  private async attempt(item: Parcel): Promise<void> {
    const { api, assumeRole, faults } = this.options;
    const { arn, name, service: origin } = item.origin;
    if (item.roleArn) assumeRole?.(origin, item.roleArn, { arn });
    const caller = actingAs(
      item.roleArn ? { principalArn: item.roleArn } : serviceCaller(origin, arn),
      faults?.delivery(name, item.body, item.failures),
    );
    if (item.apiCall) {
      const { service, operation } = item.apiCall;
      // The API itself says which services and operations there are.
      await api.call(service as ServiceName, operation, readParameters(item.body), caller);
    } else {
      await deliver(api, item.targetArn, item, { caller, asEvent: item.asEvent });
    }
  }

  /** Sends a parcel that was given up to its dead-letter queue; returns what became of it, for the journal. */
  private async keepDead(item: Parcel, error: unknown, ending: Ending): Promise<string> {
    const { deadLetterArn, origin } = item;
    if (!deadLetterArn) return "";
    const text = (value: string) => ({ DataType: "String", StringValue: value });
    const attributes = {
      [origin.service.startsWith("scheduler") ? "SCHEDULE_ARN" : "RULE_ARN"]: text(origin.arn),
      TARGET_ARN: text(item.targetArn),
      ERROR_CODE: text(errorCode(error)),
      ERROR_MESSAGE: text(describe(error)),
      ...(ending !== "not retriable" && {
        EXHAUSTED_RETRY_CONDITION: text(ending),
        RETRY_ATTEMPTS: { DataType: "Number", StringValue: String(item.failures - 1) },
      }),
    };
    // A schedule's role sends its dead letters, too; a rule's queue lets EventBridge in by its own policy.
    const caller: Caller = origin.service.startsWith("scheduler")
      ? { principalArn: item.roleArn ?? origin.arn }
      : serviceCaller(origin.service, origin.arn);
    try {
      await deliver(
        this.options.api,
        deadLetterArn,
        { body: item.body, attributes },
        { caller, asEvent: item.asEvent },
      );
      return `; kept in ${deadLetterArn}`;
    } catch (failed) {
      return `; not kept in ${deadLetterArn}: ${describe(failed)}`;
    }
  }
}

type Ending = "not retriable" | "MaximumRetryAttempts" | "MaximumEventAgeInSeconds";

function endingOf(item: Parcel, error: unknown, pace: number): Ending | undefined {
  if (!isTransient(error)) return "not retriable";
  if (item.failures > item.maximumRetryAttempts) return "MaximumRetryAttempts";
  return ageOf(item, pace) > item.maximumEventAgeInSeconds ? "MaximumEventAgeInSeconds" : undefined;
}

function readParameters(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AwsError("ValidationException", `The input of the call is not JSON: ${text}`);
  }
}

function errorCode(error: unknown): string {
  const code = error instanceof AwsError ? error.code : "";
  if (/AccessDenied|NotAuthorized/.test(code)) return "NO_PERMISSIONS";
  if (/NotFound|DoesNotExist|NonExistent/.test(code)) return "NO_RESOURCE";
  if (/Throttl|TooManyRequests/.test(code)) return "THROTTLING";
  return isTransient(error) ? "INTERNAL_ERROR" : "SDK_CLIENT_ERROR";
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
