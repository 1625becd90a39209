/**
 * Shows what takes longer than a moment. In a terminal each running step is a live line; elsewhere a step is one line,
 * written when it ends.
 */
import { formatDuration } from "../../report/amounts";
import { lookFor, type Look } from "./table";
import { terminalText } from "./terminal-text";

/** Where progress is written: a terminal or a file. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** A running step. It ends once; what is said of it afterwards is ignored. */
export interface Step {
  /** Says where it stands, e.g. `3 of 9 MB`; shown in terminals only. */
  at(note: string): void;
  /** Ends it well; `detail` stays beside its name. */
  done(detail?: string): void;
  /** Ends it badly. */
  fail(detail?: string): void;
}

interface Running {
  readonly name: string;
  readonly began: number;
  note: string;
}

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/** The steps of one command. Call {@link close} at its end, whatever happens. */
export class Progress {
  private readonly look: Look;
  private readonly running: Running[] = [];
  private timer: NodeJS.Timeout | undefined;
  private frame = 0;
  private liveLines = 0;

  constructor(
    private readonly stream: ProgressStream = process.stderr,
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.look = lookFor(stream);
  }

  /** Begins a step. */
  step(name: string): Step {
    const running: Running = { name, began: this.clock(), note: "" };
    this.running.push(running);
    if (this.look.unicode && !this.timer) {
      this.timer = setInterval(() => this.draw(), 100);
      this.timer.unref();
    }
    this.draw();
    return {
      at: (note) => {
        running.note = note;
      },
      done: (detail) => this.end(running, true, detail),
      fail: (detail) => this.end(running, false, detail),
    };
  }

  /** Runs `work` as a step: done with what `describe` says of its result, failed if it throws. */
  async during<T>(
    name: string,
    work: (step: Step) => Promise<T>,
    describe: (result: T) => string = () => "",
  ): Promise<T> {
    const step = this.step(name);
    try {
      const result = await work(step);
      step.done(describe(result));
      return result;
    } catch (error) {
      step.fail();
      throw error;
    }
  }

  /** Forgets what still runs and stops drawing. */
  close(): void {
    this.erase();
    this.running.splice(0);
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private end(step: Running, good: boolean, detail = ""): void {
    const index = this.running.indexOf(step);
    if (index < 0) return;
    this.running.splice(index, 1);
    this.erase();
    const paint = (code: number, text: string): string => (this.look.colour ? `\u001b[${code}m${text}\u001b[0m` : text);
    const mark = this.look.unicode ? (good ? paint(32, "✓") : paint(31, "✗")) : good ? "done  " : "failed";
    const took = paint(2, formatDuration(this.clock() - step.began));
    this.stream.write(`${terminalText([mark, step.name, detail, took].filter(Boolean).join("  "))}\n`);
    if (this.running.length > 0) this.draw();
    else this.close();
  }

  private draw(): void {
    if (!this.look.unicode) return;
    this.erase();
    const frame = FRAMES[this.frame++ % FRAMES.length] ?? "";
    const most = (this.stream.columns ?? 80) - 1;
    for (const { name, began, note } of this.running) {
      const said = [frame, name, note, formatDuration(this.clock() - began)].filter(Boolean).join("  ");
      const text = terminalText(said);
      this.stream.write(`${[...text].slice(0, most).join("")}\n`);
    }
    this.liveLines = this.running.length;
  }

  private erase(): void {
    // Up over the live lines, then clear to the end of the screen.
    if (this.liveLines > 0) this.stream.write(`\u001b[${this.liveLines}A\u001b[0J`);
    this.liveLines = 0;
  }
}
