/**
 * The log of an invocation, as Lambda writes it: what the function wrote between START and END, and a REPORT.
 */
import type { Outcome } from "./function-process";

/** Bytes of the log that a caller may ask for: its end. */
const tailLimit = 4096;

/** Writes one invocation's log while it runs, a line at a time. */
export class InvocationLog {
  private text = "";
  private unfinished = "";

  /** @param put takes whole lines, without their ends. */
  constructor(
    private readonly requestId: string,
    private readonly put: (lines: readonly string[]) => void,
  ) {
    this.write(`START RequestId: ${requestId} Version: $LATEST\n`);
  }

  /** Adds what the function wrote. */
  write(text: string): void {
    this.text = (this.text + text).slice(-4 * tailLimit);
    const lines = (this.unfinished + text).split("\n");
    this.unfinished = lines.pop() ?? "";
    this.put(lines.filter((line) => line !== ""));
  }

  /** Adds the last lines. */
  end({ duration, initDuration, memory, failure }: Outcome, memorySize: number): void {
    if (this.unfinished !== "") this.write("\n");
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
