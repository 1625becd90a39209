/**
 * The processes of all functions: started when needed, kept warm for a while, never more than the machine should bear.
 */
import { totalmem } from "node:os";
import { AwsError } from "../api";
import type { FunctionProcess } from "./function-process";

interface Idle<Process> {
  readonly key: string;
  readonly process: Process;
  readonly timer: NodeJS.Timeout;
}

/** Lends processes, each to one borrower at a time. */
export class ProcessPool<Process extends Pick<FunctionProcess, "alive" | "kill">> {
  /** Idle processes, the longest idle first. */
  private idle: Idle<Process>[] = [];
  private readonly busy = new Set<Process>();
  private readonly waiting: (() => void)[] = [];
  private closed = false;

  /**
   * @param maximum most processes at a time; who asks for another one waits.
   * @param idleSeconds how long a process nobody uses is kept.
   */
  constructor(
    private readonly maximum: number,
    private readonly idleSeconds: number,
  ) {}

  /** Runs `use` with a process of `key`: a warm one if there is one, else one that `start` starts. Throws when closed. */
  async lend<T>(key: string, start: () => Process, use: (process: Process) => Promise<T>): Promise<T> {
    while (!this.closed && !this.hasRoom(key)) await new Promise<void>((resolve) => this.waiting.push(resolve));
    if (this.closed) throw new AwsError("ServiceUnavailableException", "The local runtime is stopping.", 503);
    const process = this.takeIdle(key) ?? start();
    this.busy.add(process);
    try {
      return await use(process);
    } finally {
      this.busy.delete(process);
      if (process.alive) this.keep(key, process);
      this.waiting.shift()?.();
    }
  }

  /** Ends the idle processes whose key `matches`; busy ones finish their work. */
  dropIdle(matches: (key: string) => boolean): void {
    for (const idle of this.idle.filter(({ key }) => matches(key))) this.drop(idle);
  }

  /** Ends all processes, busy ones too; no more are lent. */
  close(): void {
    this.closed = true;
    this.dropIdle(() => true);
    for (const process of this.busy) process.kill();
    for (const resume of this.waiting.splice(0)) resume();
  }

  /** Whether `key` can be served now; an idle process of another key gives way. */
  private hasRoom(key: string): boolean {
    if (this.idle.some((idle) => idle.key === key)) return true;
    if (this.busy.size + this.idle.length < this.maximum) return true;
    const spare = this.spare();
    if (spare) this.drop(spare);
    return spare !== undefined;
  }

  /** The idle process missed least: of the key that has most of them, the one longest idle. So each key keeps a warm one. */
  private spare(): Idle<Process> | undefined {
    const counts = new Map<string, number>();
    for (const { key } of this.idle) counts.set(key, (counts.get(key) ?? 0) + 1);
    const most = Math.max(...counts.values());
    return this.idle.find(({ key }) => counts.get(key) === most);
  }

  private takeIdle(key: string): Process | undefined {
    // The one used last is the warmest; the others get their chance to expire.
    for (const idle of this.idle.filter((candidate) => candidate.key === key).reverse()) {
      this.forget(idle);
      if (idle.process.alive) return idle.process;
    }
    return undefined;
  }

  private keep(key: string, process: Process): void {
    const idle: Idle<Process> = { key, process, timer: setTimeout(() => this.drop(idle), this.idleSeconds * 1000) };
    idle.timer.unref();
    this.idle.push(idle);
  }

  private drop(idle: Idle<Process>): void {
    this.forget(idle);
    idle.process.kill();
  }

  private forget(idle: Idle<Process>): void {
    clearTimeout(idle.timer);
    this.idle = this.idle.filter((other) => other !== idle);
  }
}

/**
 * Processes that the machine bears. With fewer than a program has functions, which take their turns in each run, none would
 * ever be warm.
 */
export function mostProcesses(): number {
  return Math.max(10, Math.min(40, Math.floor(totalmem() / (256 * 1024 ** 2))));
}
