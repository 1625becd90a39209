/**
 * Evaluates a Pulumi program without Pulumi's engine and without AWS: what it would create, as data.
 */
import { fork } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { EvaluationReply, EvaluationRequest } from "./evaluate/program";
import { placeOf, readProject } from "./evaluate/project";
import type { ResourceGraph } from "./graph";

/** What to evaluate. */
export interface ProgramOptions {
  /** Folder with `Pulumi.yaml` and `index.ts`. */
  readonly program: string;
  /** Name of the stack, e.g. `dev`: its configuration is in `Pulumi.<stack>.yaml`. */
  readonly stack: string;
  /** As `pulumi preview`: nothing that AWS would compute is known. Default: false. */
  readonly preview?: boolean;
  /** Folder to write the code of functions to, once per content. */
  readonly archives: string;
  /** Account that the resources belong to. Default: the stack's `aws:allowedAccountIds`, `<project>:account`, or zeros. */
  readonly account?: string;
}

/** A program that could not be evaluated; the message holds each cause with its place in the program. */
export class ProgramError extends Error {
  override readonly name = "ProgramError";

  constructor(
    message: string,
    /** What the program's own errors carried under this name. */
    readonly findings: readonly unknown[] = [],
  ) {
    super(message);
  }
}

/**
 * Runs the program in a process of its own (about two seconds, most of it for loading Pulumi): that is how Pulumi does it,
 * and the only way to start with fresh modules, the right working directory and nobody else's rejected promises. What the
 * program prints goes to standard error. Throws {@link ProgramError}.
 */
export async function evaluateProgram(options: ProgramOptions): Promise<ResourceGraph> {
  const program = resolve(options.program);
  const project = readProject(program, options.stack);
  const place = placeOf(project);
  const request: EvaluationRequest = {
    program,
    project: project.name,
    stack: options.stack,
    config: project.config,
    place: { ...place, account: options.account ?? place.account },
    preview: options.preview ?? false,
    archives: resolve(options.archives),
  };
  const reply = await inOwnProcess(request);
  if ("failure" in reply) {
    throw new ProgramError(
      `The program ${project.name} (stack ${options.stack}) failed:\n${reply.failure}`,
      reply.findings,
    );
  }
  return reply.graph;
}

function inOwnProcess(request: EvaluationRequest): Promise<EvaluationReply> {
  return new Promise((settle, fail) => {
    const child = fork(require.resolve("./evaluate/program"), {
      cwd: request.program,
      // Loaded the way Pulumi loads programs, so that functions are serialized from the same JavaScript.
      execArgv: ["--require", require.resolve("./evaluate/register-typescript")],
      env: { ...process.env, ...typescriptProject(request.program) },
      stdio: ["ignore", 2, 2, "ipc"],
    });
    let reply: EvaluationReply | undefined;
    child.once("message", (message) => (reply = message as EvaluationReply));
    child.once("error", fail);
    child.once("exit", (code, signal) => {
      if (reply) settle(reply);
      else
        fail(
          new ProgramError(`The program in ${request.program} ended its process (${signal ?? `exit code ${code}`}).`),
        );
    });
    child.send(request);
  });
}

/** Settings for TypeScript: the program's own tsconfig.json, or that of this repository; none where this package is installed. */
function typescriptProject(program: string): Record<string, string> {
  const project = [program, join(__dirname, "..")].map((folder) => join(folder, "tsconfig.json")).find(existsSync);
  return project === undefined ? {} : { TS_NODE_PROJECT: project };
}
