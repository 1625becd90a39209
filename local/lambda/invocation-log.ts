/**
 * The log of an invocation, as CloudWatch Logs would have it: what the function wrote between START and END, and a REPORT.
 */
import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Outcome } from "./runtime-process";

/** Bytes of the log that a caller may ask for: its end. */
const tailLimit = 4096;

/** Writes one invocation's log to `<folder>/<function>/<date>.log` while it runs. */
export class InvocationLog {
  private text = "";

  constructor(
    private readonly folder: string,
    private readonly functionName: string,
    private readonly requestId: string,
  ) {
    mkdirSync(join(folder, functionName), { recursive: true });
    this.write(`START RequestId: ${requestId} Version: $LATEST\n`);
  }

  /** Adds what the function wrote. */
  write(text: string): void {
    this.text = (this.text + text).slice(-4 * tailLimit);
    const date = new Date().toISOString().slice(0, 10);
    appendFileSync(join(this.folder, this.functionName, `${date}.log`), text);
  }

  /** Adds the last lines. */
  end({ duration, initDuration, memory, failure }: Outcome, memorySize: number): void {
    if (!this.text.endsWith("\n")) this.write("\n");
    const fields = [
      `REPORT RequestId: ${this.requestId}`,
      `Duration: ${duration.toFixed(2)} ms`,
      `Billed Duration: ${Math.ceil(duration + (initDuration ?? 0))} ms`,
      `Memory Size: ${memorySize} MB`,
      ...(memory === undefined ? [] : [`Max Memory Used: ${Math.ceil(memory / 1024 / 1024)} MB`]),
      ...(initDuration === undefined ? [] : [`Init Duration: ${initDuration.toFixed(2)} ms`]),
      ...(failure ? [`Status: ${failure.errorType === "Sandbox.Timedout" ? "timeout" : "error"}`] : []),
    ];
    this.write(`END RequestId: ${this.requestId}\n${fields.join("\t")}\n`);
  }

  /** The end of the log, base64, as `Invoke` returns it. */
  tail(): string {
    return Buffer.from(this.text, "utf8").subarray(-tailLimit).toString("base64");
  }
}
