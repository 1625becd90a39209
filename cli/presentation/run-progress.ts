/** Shows each execution of a state machine as a step, as the runtime's journal tells of it. */
import { z } from "zod";
import type { Journal } from "../../local/journal";
import type { Progress, Step } from "./progress";

/** What a run's input says of it, if it is one of a pipeline's. */
const runInput = z.object({ pipeline: z.string(), exec_date: z.string(), audits_only: z.boolean().default(false) });

/** Follows a journal until the returned function is called. Function failures are shown when their state fails, not twice. */
export function showRuns(journal: Journal, progress: Progress): () => void {
  const steps = new Map<string, Step>();
  const stop = journal.listen((entry) => {
    switch (entry.kind) {
      case "execution-started":
        steps.set(entry.executionArn, progress.step(runName(entry.input, entry.executionArn)));
        break;
      case "state-entered":
        steps.get(entry.executionArn)?.at(entry.state);
        break;
      case "execution-ended": {
        const step = steps.get(entry.executionArn);
        steps.delete(entry.executionArn);
        if (entry.status === "SUCCEEDED") step?.done();
        else step?.fail(entry.error ?? entry.status.toLowerCase());
        break;
      }
      case "event-dropped":
        progress.step(`Event for ${entry.target} (rule ${entry.rule})`).fail(`dropped: ${entry.reason}`);
        break;
    }
  });
  return () => {
    stop();
    for (const step of steps.values()) step.fail("still running");
  };
}

function runName(input: unknown, executionArn: string): string {
  const read = runInput.safeParse(typeof input === "string" ? parseJson(input) : input);
  if (read.success) {
    const { pipeline, exec_date, audits_only } = read.data;
    return `${pipeline} ${exec_date}${audits_only ? ", audited again" : ""}`;
  }
  // arn:aws:states:<region>:<account>:execution:<state machine>:<execution>
  return executionArn.split(":").slice(-2).join(" ");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
