/**
 * The process in which a program is evaluated. It gets one {@link EvaluationRequest} as a message, runs the program and
 * sends one {@link EvaluationReply} when the program's last promise has settled.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { log, runtime } from "@pulumi/pulumi";
import type { ResourceGraph } from "../graph";
import { describe } from "./failure";
import { Monitor, type Evaluation } from "./monitor";

/** What the process is to do. */
export interface EvaluationRequest extends Evaluation {
  /** Folder of the program; the process runs in it, as Pulumi runs programs. */
  readonly program: string;
  readonly config: Readonly<Record<string, string>>;
}

/** What came of it. */
export type EvaluationReply =
  | { readonly graph: ResourceGraph }
  /** `findings`: what the program's errors carry under that name, for programs that check themselves. */
  | { readonly failure: string; readonly findings: readonly unknown[] };

async function evaluate(request: EvaluationRequest): Promise<void> {
  const errors: unknown[] = [];
  // A resource that cannot be registered, or a callback that throws, rejects promises that nobody awaits.
  process.on("uncaughtException", (error) => errors.push(error));
  process.on("unhandledRejection", (error) => errors.push(error));
  Error.stackTraceLimit = 50;
  skipStacksOfPromises();

  const monitor = new Monitor(request);
  runtime.setMockOptions(monitor, request.project, request.stack, request.preview, "local");
  runtime.setAllConfig({ ...request.config });

  let finished = false;
  process.once("beforeExit", () => {
    if (log.hasErrors() && errors.length === 0) errors.push(new Error("The program logged an error, see above."));
    if (!finished && errors.length === 0) {
      errors.push(new Error("The program waits for something that never comes: a promise or an output never settles."));
    }
    const reply: EvaluationReply = errors.length
      ? { failure: describe(errors, request.program), findings: findingsOf(errors) }
      : {
          graph: {
            project: request.project,
            stack: request.stack,
            ...request.place,
            resources: monitor.resources,
            outputs: monitor.outputs,
          },
        };
    // Pulumi complains of promises that are still open, unless the process fails anyway.
    process.exitCode = errors.length ? 1 : 0;
    process.send?.(reply, () => process.exit());
  });

  try {
    await runtime.runInPulumiStack(async () => {
      const index = join(request.program, "index.ts");
      const exported: unknown = createRequire(index)(index);
      return typeof exported === "function" ? await (exported as () => unknown)() : exported;
    });
  } catch (error) {
    errors.push(error);
  }
  await runtime.disconnect();
  finished = true;
}

/** Each finding once: one error surfaces wherever something depends on it. */
function findingsOf(errors: readonly unknown[]): unknown[] {
  const found = [...new Set(errors)].flatMap((error) => (error as { findings?: unknown } | undefined)?.findings ?? []);
  return [...new Map(found.map((finding) => [JSON.stringify(finding), finding])).values()];
}

/**
 * Pulumi keeps the rendered stack of each of its thousands of promises, for a debugging aid that is off: with source maps
 * that is a third of an evaluation's time. Errors keep theirs.
 */
function skipStacksOfPromises(): void {
  const prepare = Error.prepareStackTrace;
  if (!prepare) return;
  Error.prepareStackTrace = (error, frames) =>
    /[\\/]runtime[\\/]debuggable\.js$/.test(frames[0]?.getFileName() ?? "") ? "" : (prepare(error, frames) as unknown);
}

process.once("message", (request) => void evaluate(request as EvaluationRequest));
