/**
 * One process of a function: what Lambda calls an execution environment. It serves one invocation at a time.
 */
import { spawn, type ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import { join } from "node:path";

/** How to start a process. */
export interface ProcessSettings {
  readonly codeFolder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** MB. */
  readonly memorySize: number;
  /** Seconds an invocation may take. */
  readonly timeout: number;
}

/** What a process is asked to do. */
export interface Invocation {
  readonly requestId: string;
  /** The event, JSON text. */
  readonly payload: string;
  readonly functionArn: string;
  readonly clientContext?: unknown;
}

/** How an invocation ended. */
export interface Outcome {
  /** JSON text: the handler's result, or `{ errorType, errorMessage, trace? }`. */
  readonly payload: string;
  /** Set when the function failed, for whatever reason. */
  readonly failure?: { readonly errorType: string; readonly errorMessage: string };
  /** Milliseconds in the handler. */
  readonly duration: number;
  /** Milliseconds to start the process, for its first invocation. */
  readonly initDuration?: number;
  /** Bytes of memory in use at the end, if the process lived to tell. */
  readonly memory?: number;
}

interface Failure {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}
type Message =
  { ready: true } | { result: string; memory: number } | { failure: Failure; fatal?: true; memory?: number };

/** Lambda allows ten seconds for loading a function's code before its timeout begins to count. */
const initLimit = 10_000;
const responseLimit = 6_291_556;

/** A running process; it starts when constructed. */
export class RuntimeProcess {
  private readonly child: ChildProcess;
  private readonly started = Date.now();
  private ready = false;
  private message: Message | undefined;
  private openStreams = 2;
  private end: { code: number | null; signal: string | null } | undefined;
  private wake: (() => void) | undefined;
  private onOutput: (text: string) => void = () => undefined;

  constructor(private readonly settings: ProcessSettings) {
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

  /** Whether the process can serve another invocation. */
  get alive(): boolean {
    return this.end === undefined && !this.child.killed && this.child.connected;
  }

  /** Runs one invocation to its end; never rejects. `onOutput` is given what the function writes, as it writes it. */
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
      return outcome({ errorType: "Function.ResponseSizeTooLarge", errorMessage }, times);
    }
    return { payload: message.result, memory: message.memory, ...times };
  }

  /** Ends the process at once. */
  kill(): void {
    this.child.kill("SIGKILL");
  }

  private failed(
    { requestId }: Invocation,
    inTime: boolean,
    times: Pick<Outcome, "duration" | "initDuration">,
  ): Outcome {
    if (!inTime) {
      const errorMessage = `Task timed out after ${this.settings.timeout.toFixed(2)} seconds`;
      this.onOutput(`${new Date().toISOString()} ${requestId} ${errorMessage}\n\n`);
      return outcome(
        { errorType: "Sandbox.Timedout", errorMessage: `RequestId: ${requestId} Error: ${errorMessage}` },
        times,
      );
    }
    const message = this.message;
    if (message && "failure" in message) return { ...outcome(message.failure, times), memory: message.memory };
    const reason = exitReason(this.end);
    this.onOutput(`RequestId: ${requestId} Error: ${reason}\nRuntime.ExitError\n`);
    return outcome({ errorType: "Runtime.ExitError", errorMessage: `RequestId: ${requestId} Error: ${reason}` }, times);
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
    return !late;
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

function outcome(failure: Failure, times: Pick<Outcome, "duration" | "initDuration">): Outcome {
  const { errorType, errorMessage } = failure;
  return { payload: JSON.stringify(failure), failure: { errorType, errorMessage }, ...times };
}

function exitReason(end: { code: number | null; signal: string | null } | undefined): string {
  if (end?.signal) {
    const name = { SIGKILL: "killed", SIGABRT: "aborted", SIGSEGV: "segmentation fault" }[end.signal] ?? end.signal;
    return `Runtime exited with error: signal: ${name}`;
  }
  if (end?.code) return `Runtime exited with error: exit status ${end.code}`;
  return "Runtime exited without providing a reason";
}
