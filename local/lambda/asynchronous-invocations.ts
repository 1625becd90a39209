/**
 * Asynchronous invocations: accepted, tried up to three times, and in the end reported to a destination or kept in a
 * dead-letter queue. AWS Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation" and
 * "Capturing records of Lambda asynchronous invocations".
 */
import { z } from "zod";
import { AwsError, type Api, type Place } from "../api";
import type { Journal } from "../journal";
import { accepted, afterWait, ageOf } from "../messaging/age";
import { PendingWork, type Running } from "../messaging/pending-work";
import { deliver } from "../events/deliver";
import { functionArn, type DeployedFunction } from "./configuration";
import type { Outcome } from "./function-process";

const invocation = accepted.extend({
  functionName: z.string(),
  requestId: z.string(),
  /** The event, JSON text. */
  payload: z.string(),
  /** Attempts that ended with an error of the function. */
  attempts: z.number(),
});
type Accepted = z.infer<typeof invocation>;

/** What the queue needs of the functions. */
export interface Invoker {
  /** The function as it is deployed now; undefined once it is deleted. */
  find(functionName: string): DeployedFunction | undefined;
  /** Runs one attempt; throws `TooManyRequestsException` when the function has no concurrency left. */
  attempt(target: DeployedFunction, invocation: { requestId: string; payload: string }): Promise<Outcome>;
}

/** Where the queue keeps its state, and whom it tells. */
export interface QueueOptions {
  readonly folder: string;
  readonly place: Place;
  readonly api: Api;
  readonly journal: Journal;
  /** How many times faster than on AWS retries follow one another. */
  readonly pace: number;
}

/** Milliseconds before the second and the third attempt. */
const retryDelays = [60_000, 120_000];
const firstThrottleDelay = 1_000;
const longestThrottleDelay = 300_000;

type Ending = { condition: "Success" | "RetriesExhausted" | "EventAgeExceeded"; attempts: number; outcome?: Outcome };

/** The queue of all functions' asynchronous invocations. It survives the process: {@link resume} takes up what is left. */
export class AsynchronousInvocations {
  private readonly pending: PendingWork<Accepted>;

  constructor(
    private readonly invoker: Invoker,
    private readonly options: QueueOptions,
  ) {
    this.pending = new PendingWork({
      folder: options.folder,
      schema: invocation,
      journal: options.journal,
      run: (item, running) => this.run(item, running),
      failed: (item, error) => {
        const { name, message } = error instanceof Error ? error : new Error(String(error));
        this.recordFailure(item, { errorType: name, errorMessage: message });
      },
    });
  }

  /** Accepts an event: it is on disk when this returns, and the function is invoked afterwards. */
  accept(functionName: string, requestId: string, payload: string): void {
    this.pending.accept({
      functionName,
      requestId,
      payload,
      receivedAt: new Date().toISOString(),
      waited: 0,
      attempts: 0,
    });
  }

  /** Takes up what an earlier process accepted and did not finish. */
  resume(): void {
    this.pending.resume();
  }

  /** Stops; what is not done stays for the next process. */
  close(): void {
    this.pending.close();
  }

  private async run(first: Accepted, running: Running<Accepted>): Promise<void> {
    const { pace } = this.options;
    let item = first;
    let outcome: Outcome | undefined;
    let throttled = firstThrottleDelay;
    for (;;) {
      const target = this.invoker.find(item.functionName);
      // AWS drops the events of a deleted function, too.
      if (!target) return;
      const { maximumEventAgeInSeconds, maximumRetryAttempts } = target.eventInvokeConfig;
      const aged = ageOf(item, pace) > maximumEventAgeInSeconds;
      const ending = endingOf(item, outcome, { aged, exhausted: item.attempts > maximumRetryAttempts, target });
      if (ending) return this.finish(target, item, ending);
      if (outcome) item = await afterWait(item, retryDelays[item.attempts - 1], pace, running);
      try {
        outcome = await this.invoker.attempt(target, item);
        running.checkStopped();
        item = { ...item, attempts: item.attempts + 1 };
        running.progress(item);
      } catch (error) {
        if (!(error instanceof AwsError) || error.status !== 429) throw error;
        item = await afterWait(item, throttled, pace, running);
        throttled = Math.min(throttled * 2, longestThrottleDelay);
      }
    }
  }

  private recordFailure(
    { functionName, requestId, payload }: Accepted,
    { errorType, errorMessage }: { errorType: string; errorMessage: string },
  ): void {
    this.options.journal.record({
      kind: "function-failed",
      functionName,
      requestId,
      error: errorType,
      message: errorMessage,
      event: JSON.parse(payload),
    });
  }

  private async finish(target: DeployedFunction, item: Accepted, ending: Ending): Promise<void> {
    const { outcome, condition } = ending;
    const { onSuccess, onFailure } = target.eventInvokeConfig;
    if (condition === "Success") {
      if (onSuccess) await this.send(target, item, onSuccess, ending);
      return;
    }
    const errorMessage = `The event was given up after ${item.attempts} attempts.`;
    this.recordFailure(item, outcome?.failure ?? { errorType: condition, errorMessage });
    if (target.deadLetterTarget) await this.send(target, item, target.deadLetterTarget, ending, true);
    if (onFailure) await this.send(target, item, onFailure, ending);
  }

  /** Sends a record as the function's role, which needs the permission to. */
  private async send(target: DeployedFunction, item: Accepted, to: string, ending: Ending, deadLetter = false) {
    const arn = `${functionArn(this.options.place, target.name)}:$LATEST`;
    const message = deadLetter
      ? { body: item.payload, attributes: deadLetterAttributes(item, ending) }
      : { body: JSON.stringify(invocationRecord(arn, item, ending)) };
    const result = ending.condition === "Success" ? "Success" : "Failure";
    try {
      await deliver(this.options.api, to, message, {
        caller: { principalArn: target.roleArn },
        asEvent: {
          source: "lambda",
          detailType: `Lambda Function Invocation Result - ${result}`,
          resources: [to, arn],
        },
      });
    } catch (error) {
      this.options.journal.record({
        kind: "event-dropped",
        rule: target.name,
        target: to,
        reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
      });
    }
  }
}

function endingOf(
  item: Accepted,
  outcome: Outcome | undefined,
  now: { aged: boolean; exhausted: boolean; target: DeployedFunction },
): Ending | undefined {
  const { attempts } = item;
  if (outcome && !outcome.failure) return { condition: "Success", attempts, outcome };
  if (now.exhausted) return { condition: "RetriesExhausted", attempts, outcome };
  if (now.aged) return { condition: "EventAgeExceeded", attempts, outcome };
  // No concurrency at all: given up without an attempt.
  if (now.target.reservedConcurrency === 0) return { condition: "RetriesExhausted", attempts, outcome };
  return undefined;
}

function deadLetterAttributes(item: Accepted, { outcome }: Ending) {
  return {
    RequestID: { DataType: "String", StringValue: item.requestId },
    ErrorCode: { DataType: "Number", StringValue: outcome ? "200" : "429" },
    ErrorMessage: {
      DataType: "String",
      StringValue: (outcome?.failure?.errorMessage ?? "Rate Exceeded.").slice(0, 1024),
    },
  };
}

function invocationRecord(arn: string, item: Accepted, { condition, attempts, outcome }: Ending) {
  return {
    version: "1.0",
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId: item.requestId,
      functionArn: arn,
      condition,
      approximateInvokeCount: attempts,
    },
    requestPayload: JSON.parse(item.payload) as unknown,
    ...(outcome && {
      responseContext: {
        statusCode: 200,
        executedVersion: "$LATEST",
        ...(outcome.failure && { functionError: "Unhandled" }),
      },
      responsePayload: JSON.parse(outcome.payload) as unknown,
    }),
  };
}
