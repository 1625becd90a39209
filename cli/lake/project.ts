/** Where a command works: the Pulumi project around the working directory, and a stack's local state in it or its stage. */
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { CommandError, usageError } from "../command-error";

/** A Pulumi project and one of its stacks. */
export interface Project {
  /** Folder of Pulumi.yaml. */
  readonly folder: string;
  readonly stack: string;
  /** Everything that the local runtime keeps for the stack. */
  readonly state: string;
  /** The stack's name, if its lake on AWS is meant. */
  readonly stage?: string;
}

/** Which project, stack and state a command is about. */
export interface ProjectOptions {
  /** @default `dev`, or the stage */
  readonly stack?: string;
  /** Stack whose lake on AWS is meant. @default the lake on this machine */
  readonly stage?: string;
  /** Folder of the local state. @default `.tributary/<stack>/` in the project */
  readonly state?: string;
}

/** Finds the project of a directory. Throws {@link CommandError} if there is none, or for a name that is no stack's. */
export function findProject(options: ProjectOptions, from = process.cwd()): Project {
  const { stage, state } = options;
  const stack = stage ?? options.stack ?? "dev";
  if (options.stack !== undefined && options.stack !== stack) {
    throw usageError(
      `--stack ${options.stack} is a lake on this machine, --stage ${stack} is one on AWS: give one of them.`,
    );
  }
  if (!/^[A-Za-z0-9_.-]{1,100}$/.test(stack) || /^\.+$/.test(stack)) {
    throw usageError(`'${stack}' is no stack name; expected letters, digits, '-', '_' and '.'.`);
  }
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "Pulumi.yaml"))) {
      return { folder, stack, stage, state: state ? resolve(from, state) : join(folder, ".tributary", stack) };
    }
    if (dirname(folder) === folder) {
      throw new CommandError(`There is no Pulumi.yaml in ${resolve(from)} or above it: run this inside a project.`);
    }
  }
}
