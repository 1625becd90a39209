/**
 * Faults of an open runtime: asks the plan at every place where something can go wrong, counts what is the same, and tells the
 * journal. What happens then is done where it happens.
 */
import { Readable } from "node:stream";
import type { Caller, Interfere } from "../api";
import type { Journal } from "../journal";
import { Actor, type Ending } from "./actor";
import { decide, type FaultPoint } from "./decide";
import { conflict, connectionLost, serverError, throttling } from "./failures";
import type { Fault, FaultPlan, NamedFault } from "./plan";
import { fingerprint, stableEvent, stableText } from "./stable-text";

/** What happens to an event on its way; nothing, unless it says so. */
export interface EventFaults {
  /** Milliseconds that it is held back, at AWS's pace. */
  readonly delay?: number;
  /** Whether it is held back until a later one has gone past, or that long. */
  readonly behindNext?: boolean;
  /** Whether it comes once more; then this is when. */
  readonly again?: { readonly delay: number };
}

/** What a Task attempt is told. */
export interface TaskFaults {
  /** Makes the Task's calls. */
  readonly actor: Actor;
  /** When its time is up, if it is to be. */
  timeUp(): "before" | "after" | undefined;
}

/** One execution of a state machine, as its Tasks' faults see it. */
export interface ExecutionFaults {
  /** One attempt of a Task's work; `index` is the item of a Map around it. */
  task(state: string, attempt: number, index?: number): TaskFaults;
}

/** The faults of one runtime. Without a plan nothing happens and nothing is counted. */
export class Faults {
  private current: FaultPlan | undefined;
  /** How often the same thing was seen. */
  private readonly seen = new Map<string, number>();
  private readonly happened = new Map<NamedFault, number>();

  constructor(private readonly journal: Pick<Journal, "record">) {}

  get plan(): FaultPlan | undefined {
    return this.current;
  }

  /** Sets the plan, also of a runtime that is open; counts begin anew. What is under way already meets no faults. */
  set plan(plan: FaultPlan | undefined) {
    this.current = plan;
    this.seen.clear();
    this.happened.clear();
  }

  /** The actor that one invocation of a function is; `end` ends the invocation. */
  invocation(functionName: string, payload: string, end: (how: Ending) => void): Actor | undefined {
    if (!this.current) return undefined;
    const given = this.stable(payload);
    const occasion = this.nth(`${functionName}#${fingerprint(given)}`);
    return new Actor({ kind: "function", name: functionName, occasion, given, end });
  }

  /** How far an invocation's clock is ahead, in milliseconds; negative if it is behind. */
  clockSkew(actor: Actor | undefined): number {
    if (!this.current || !actor) return 0;
    const { name, occasion, given } = actor.description;
    const fault = this.decide({ kinds: ["skew-clock"], identity: occasion, actor: name, on: name, given });
    const largest = (this.current.largestSkewSeconds ?? 120) * 1_000;
    return fault ? Math.round((2 * fault.amount - 1) * largest) : 0;
  }

  /** One execution of a state machine. */
  execution(machineName: string, input: string): ExecutionFaults | undefined {
    if (!this.current) return undefined;
    const given = this.stable(input);
    const execution = this.nth(`${machineName}#${fingerprint(given)}`);
    return {
      task: (state, attempt, index) => {
        const place = `${execution}/${state}${index === undefined ? "" : `[${index}]`}~${attempt}`;
        const occasion = this.nth(place);
        const on = `${state}${index === undefined ? "" : `[${index}]`}`;
        const point = { identity: occasion, actor: machineName, on, given };
        return {
          actor: new Actor({ kind: "task", name: machineName, occasion, given }),
          timeUp: () => this.decide({ ...point, kinds: ["time-out-task"] })?.when,
        };
      },
    };
  }

  /**
   * Whether EventBridge is never told of an object's event.
   *
   * @param enabled when the bucket was told to send its events there
   */
  losesObjectEvent(
    {
      bucket,
      key,
      name,
      time,
    }: { readonly bucket: string; readonly key: string; readonly name: string; readonly time: Date },
    enabled: Date | undefined,
  ): boolean {
    if (!this.current) return false;
    const object = this.stable(`${bucket}/${key}`);
    const { enablingSeconds = 300 } = this.current;
    if (enabled && time.getTime() - enabled.getTime() < enablingSeconds * 1_000) {
      this.journal.record({
        kind: "fault-injected",
        fault: "lose-event",
        when: "before",
        where: `lose-event ${object}`,
      });
      return true;
    }
    const identity = this.nth(`s3>${name} ${object}`);
    const point = { kinds: ["lose-event"] as const, identity, actor: "s3", on: object, given: object };
    return this.decide(point) !== undefined;
  }

  /** What happens to an event that `name` (a rule, schedule or topic) has for a target. */
  event(name: string, targetArn: string, body: string): EventFaults {
    if (!this.current) return {};
    const given = this.stable(body);
    const identity = this.nth(`${name}>${targetArn.split(":").pop() ?? ""}#${fingerprint(given)}`);
    const fault = this.decide({
      kinds: ["duplicate-event", "delay-event", "reorder-event"],
      identity,
      actor: name,
      on: given,
      given,
    });
    if (!fault) return {};
    const delay = fault.amount * (this.current.longestDelaySeconds ?? 90) * 1_000;
    switch (fault.kind) {
      case "duplicate-event":
        return { again: { delay } };
      case "delay-event":
        return { delay };
      default:
        return { delay, behindNext: true };
    }
  }

  /** The actor that one attempt of a delivery is. */
  delivery(name: string, body: string, attempt: number): Actor | undefined {
    if (!this.current) return undefined;
    const given = this.stable(body);
    const occasion = this.nth(`${name}#${fingerprint(given)}~${attempt}`);
    return new Actor({ kind: "delivery", name, occasion, given });
  }

  /** Stands around each call of the API. Throws what the fault makes of the call. */
  readonly interfere: Interfere = async (call, run) => {
    const { service, caller } = call;
    const { actor, calledVia } = caller;
    // What a service does by itself on the way is its own affair.
    if (!actor || calledVia) return run();
    if (actor.ended) throw connectionLost();
    if (!this.current) return run();
    const fault = this.callFault(actor, call);
    if (!fault) return run();
    switch (fault.kind) {
      case "throttle":
        throw throttling(service);
      case "server-error":
        throw serverError(service);
      case "conflict":
        throw conflict();
      case "lose-response":
        await thrownAway(run());
        throw connectionLost();
      default:
        if (fault.when === "after") await thrownAway(run());
        actor.end(fault.kind === "kill-function" ? "killed" : "timed out");
        throw connectionLost();
    }
  };

  private callFault(
    actor: Actor,
    { service, operation, input, resources }: Parameters<Interfere>[0],
  ): Fault | undefined {
    const { kind, name, occasion, given } = actor.description;
    const on = resources.map((arn) => this.stableName(arn)).join(" ");
    const { ordinal, repetition } = actor.count(`${service}:${operation} ${on}`);
    return this.decide({
      kinds: [
        ...(kind === "function" ? (["kill-function", "time-out-function"] as const) : []),
        ...(service === "s3" && isConditionalWrite(operation, input) ? (["conflict"] as const) : []),
        ...(["throttle", "server-error", "lose-response"] as const),
      ],
      identity: `${occasion} ${service}:${operation} ${on} ${repetition}`,
      actor: name,
      service,
      operation,
      call: ordinal,
      on,
      given,
    });
  }

  private decide(point: FaultPoint): Fault | undefined {
    const plan = this.current;
    if (!plan) return undefined;
    const left = plan.named?.filter((fault) => (this.happened.get(fault) ?? 0) < (fault.times ?? 1));
    const fault = decide(plan, point, left);
    if (!fault) return undefined;
    if (fault.named) this.happened.set(fault.named, (this.happened.get(fault.named) ?? 0) + 1);
    this.journal.record({ kind: "fault-injected", fault: fault.kind, when: fault.when, where: fault.where });
    return fault;
  }

  /** Names the occasion: the first, second, … time of the same thing. */
  private nth(name: string): string {
    const count = (this.seen.get(name) ?? 0) + 1;
    this.seen.set(name, count);
    return `${name}@${count}`;
  }

  private stable(event: string): string {
    return stableEvent(event, this.current?.volatile);
  }

  private stableName(arn: string): string {
    // Service and name tell enough, and account and region are everywhere the same.
    return stableText(arn.split(":").slice(5).join(":"), this.current?.volatile);
  }
}

/** The caller that makes calls for an actor. */
export function actingAs(caller: Caller, actor: Actor | undefined): Caller {
  return actor ? { ...caller, actor } : caller;
}

/** Amazon S3 User Guide, "How to prevent object overwrites with conditional writes". */
function isConditionalWrite(operation: string, input: unknown): boolean {
  if (!/^(PutObject|CompleteMultipartUpload|CopyObject)$/.test(operation)) return false;
  return typeof input === "object" && input !== null && ("IfMatch" in input || "IfNoneMatch" in input);
}

/** Lets a call have its effect, and nobody hear of it. */
async function thrownAway(call: Promise<unknown>): Promise<void> {
  const output = await call.catch(() => undefined);
  const body = typeof output === "object" && output !== null && "Body" in output ? output.Body : undefined;
  if (body instanceof Readable) body.destroy();
}
