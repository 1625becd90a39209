/**
 * Tasks that wait for somebody to send back their token.
 * Source: developer guide, "Wait for a Callback with Task Token" (connect-to-resource).
 */
import { createHash } from "node:crypto";
import { AwsError } from "../api";
import { sleep } from "./clock";
import { StateFailure, Stopped } from "./failure";
import type { Json } from "./payload";

interface Waiting {
  readonly stateMachineArn: string;
  resolve(output: Json): void;
  reject(failure: Error): void;
  beat(): void;
}

/** The tokens of all Tasks that are waiting. */
export class TaskTokens {
  private readonly waiting = new Map<string, Waiting>();

  /** The token that a secret gives for the event `since` of an execution; nobody waits for it until {@link wait}. */
  create(secret: string, since: number): string {
    return `local-task-${createHash("sha256").update(`${secret}:${since}`).digest("hex").slice(0, 32)}`;
  }

  /**
   * The output that is sent for a token. Throws the failure that is sent, or, after `heartbeatSeconds` of silence,
   * `States.Timeout`, which `ErrorEquals` may also call `States.HeartbeatTimeout`.
   */
  async wait(
    token: string,
    stateMachineArn: string,
    heartbeatSeconds: number | undefined,
    signal: AbortSignal,
  ): Promise<Json> {
    let silence = new AbortController();
    try {
      return await new Promise<Json>((resolve, reject) => {
        const beat = () => {
          silence.abort();
          silence = new AbortController();
          if (heartbeatSeconds === undefined) return;
          const missed = new StateFailure("States.Timeout", undefined, { alias: "States.HeartbeatTimeout" });
          sleep(heartbeatSeconds * 1_000, silence.signal).then(
            () => reject(missed),
            () => undefined,
          );
        };
        this.waiting.set(token, { stateMachineArn, resolve, reject, beat });
        signal.addEventListener("abort", () => reject(new Stopped()), { once: true });
        beat();
      });
    } finally {
      silence.abort();
      this.waiting.delete(token);
    }
  }

  /** The machine whose Task waits for a token, if any. */
  machineOf(token: string): string | undefined {
    return this.waiting.get(token)?.stateMachineArn;
  }

  /** Ends a Task well. Throws `InvalidToken` or `TaskTimedOut`. */
  succeed(token: string, output: Json): void {
    this.find(token).resolve(output);
  }

  /** Ends a Task with an error. Throws `InvalidToken` or `TaskTimedOut`. */
  fail(token: string, error: string | undefined, cause: string | undefined): void {
    this.find(token).reject(new StateFailure(error, cause, { sent: true }));
  }

  /** Shows that a Task's worker is alive. Throws `InvalidToken` or `TaskTimedOut`. */
  beat(token: string): void {
    this.find(token).beat();
  }

  /** Ends the wait for a token that was never handed out. */
  forget(token: string): void {
    this.waiting.get(token)?.reject(new Stopped());
  }

  private find(token: string): Waiting {
    const found = this.waiting.get(token);
    if (found) return found;
    if (!token.startsWith("local-task-")) throw new AwsError("InvalidToken", `Invalid Token: '${token}'`);
    throw new AwsError("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'");
  }
}
