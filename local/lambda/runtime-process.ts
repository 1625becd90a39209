/**
 * A child process of a function, which runs its archive.
 */
import { spawn, type ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import { join } from "node:path";
import {
  exited,
  failedOutcome,
  timedOut,
  type Failure,
  type FunctionProcess,
  type Invocation,
  type Outcome,
  type ProcessTarget,
} from "./function-process";

type Message =
  { ready: true } | { result: string; memory: number } | { failure: Failure; fatal?: true; memory?: number };

/** Lambda allows ten seconds for loading a function's code before its timeout begins to count. */
const initLimit = 10_000;
const responseLimit = 6_291_556;

/** A running process; it starts when constructed. */
export class RuntimeProcess implements FunctionProcess {
  private readonly child: ChildProcess;
  private readonly started = Date.now();
  private ready = false;
  private expired = false;
  private message: Message | undefined;
  private openStreams = 2;
  private end: { code: number | null; signal: string | null } | undefined;
  private wake: (() => void) | undefined;
  private onOutput: (text: string) => void = () => undefined;

  constructor(private readonly settings: Omit<ProcessTarget, "name">) {
    this.child = spawn(
      process.execPath,
      // The rest is for what is not JavaScript objects, as in Lambda's own runtime.
      [`--max-old-space-size=${Math.floor(settings.memorySize * 0.9)}`, join(__dirname, "bootstrap.js")],
      { cwd: settings.codeFolder, env: { ...settings.environment }, stdio: ["ignore", "pipe", "pipe", "ipc"] },
    );
    this.child.on("message", (message) => {
      this.message = message as Message;
      this.look();
    });
    for (const stream of [this.child.stdout, this.child.stderr] as Socket[]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        // A NUL ends the output of one invocation: see bootstrap.js.
        if (text.includes("\u0000")) this.openStreams -= 1;
        const output = text.replaceAll("\u0000", "");
        if (output) this.onOutput(output);
        this.look();
      });
    }
    this.child.on("close", (code, signal) => {
      this.end = { code, signal };
      this.look();
    });
    // A process that cannot be started says so here and never closes.
    this.child.on("error", () => {
      this.end ??= { code: 1, signal: null };
      this.look();
    });
  }

  get alive(): boolean {
    return this.end === undefined && !this.child.killed && this.child.connected;
  }

  async invoke(invocation: Invocation, onOutput: (text: string) => void): Promise<Outcome> {
    this.onOutput = onOutput;
    this.holdParent(true);
    let initDuration: number | undefined;
    if (!this.ready) {
      const inTime = await this.wait(initLimit + this.settings.timeout * 1000);
      initDuration = Date.now() - this.started;
      this.ready = inTime && this.message !== undefined && "ready" in this.message;
      if (!this.ready) return this.failed(invocation, inTime, { duration: 0, initDuration });
    }
    const begin = Date.now();
    this.message = undefined;
    this.openStreams = 2;
    // A process that ended in this moment is noticed as its end, not as an error of the channel.
    this.child.send({ ...invocation, deadline: begin + this.settings.timeout * 1000 }, () => undefined);
    const inTime = await this.wait(this.settings.timeout * 1000);
    const times = { duration: Date.now() - begin, initDuration };
    this.holdParent(false);
    const message = this.message as Message | undefined;
    if (!inTime || !message || !("result" in message)) return this.failed(invocation, inTime, times);
    if (Buffer.byteLength(message.result) > responseLimit) {
      const errorMessage = `Response payload size exceeded maximum allowed payload size (${responseLimit} bytes).`;
      return failedOutcome({ errorType: "Function.ResponseSizeTooLarge", errorMessage }, times);
    }
    return { payload: message.result, memory: message.memory, ...times };
  }

  kill(): void {
    this.child.kill("SIGKILL");
  }

  expire(): void {
    this.expired = true;
    this.kill();
  }

  private failed(invocation: Invocation, inTime: boolean, times: Pick<Outcome, "duration" | "initDuration">): Outcome {
    const message = this.message;
    if (inTime && message && "failure" in message)
      return { ...failedOutcome(message.failure, times), memory: message.memory };
    const { failure, log } = inTime
      ? exited(invocation, exitReason(this.end))
      : timedOut(invocation, this.settings.timeout);
    this.onOutput(log);
    return failedOutcome(failure, times);
  }

  /** Waits until the process has answered or ended; false if that took too long, and the process was killed. */
  private async wait(milliseconds: number): Promise<boolean> {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.kill();
    }, milliseconds);
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      this.look();
    });
    this.wake = undefined;
    clearTimeout(timer);
    return !late && !this.expired;
  }

  private look(): void {
    const message = this.message;
    const answered = message && !("fatal" in message) && ("ready" in message || this.openStreams <= 0);
    if (this.end ?? answered) this.wake?.();
  }

  /** An idle process must not keep the runtime's own process alive. */
  private holdParent(hold: boolean): void {
    const { child } = this;
    for (const handle of [child, child.channel, child.stdout as Socket | null, child.stderr as Socket | null]) {
      if (hold) handle?.ref();
      else handle?.unref();
    }
  }
}

function exitReason(end: { code: number | null; signal: string | null } | undefined): string {
  if (end?.signal) {
    const name = { SIGKILL: "killed", SIGABRT: "aborted", SIGSEGV: "segmentation fault" }[end.signal] ?? end.signal;
    return `Runtime exited with error: signal: ${name}`;
  }
  if (end?.code) return `Runtime exited with error: exit status ${end.code}`;
  return "Runtime exited without providing a reason";
}
