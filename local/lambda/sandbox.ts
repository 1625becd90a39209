/**
 * A function's process together with its credentials: whose calls they sign, and that they end with the process.
 */
import type { Actor } from "../faults/actor";
import type { SessionCredentials } from "../sts/sessions";
import type { FunctionProcess, Invocation, Outcome } from "./function-process";

/** Credentials that last as long as a process. */
export interface LentCredentials extends SessionCredentials {
  /** Ends them; calls signed with them are refused from then on. */
  readonly end?: () => void;
}

/** A process as the pool keeps it. */
export class Sandbox {
  private serving: Actor | undefined;
  private readonly credentials: LentCredentials;
  private readonly process: FunctionProcess;

  /** @param lend gives credentials whose calls are those of whatever the second argument returns at the time. */
  constructor(
    /** Name of the stream that its invocations log to. */
    readonly logStream: string,
    lend: (actor: () => Actor | undefined) => LentCredentials,
    start: (credentials: SessionCredentials) => FunctionProcess,
  ) {
    this.credentials = lend(() => this.serving);
    this.process = start(this.credentials);
  }

  get alive(): boolean {
    return this.process.alive;
  }

  /** Runs one invocation as `actor`. */
  async invoke(invocation: Invocation, actor: Actor | undefined, onOutput: (text: string) => void): Promise<Outcome> {
    this.serving = actor;
    const outcome = await this.process.invoke(invocation, onOutput);
    if (this.alive) this.serving = undefined;
    // What a dead process leaves behind must not act any more; a real one is gone, another kind may not be.
    else this.credentials.end?.();
    return outcome;
  }

  /** Ends the process at once. */
  kill(): void {
    this.process.kill();
    this.credentials.end?.();
  }

  /** Ends the process at once as if its time were up. */
  expire(): void {
    this.process.expire();
  }
}
