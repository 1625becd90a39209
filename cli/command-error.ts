/** What a person did or met that a command cannot go on with: shown as a sentence, without a stack. */
export class CommandError extends Error {
  /** Exit code of the process: 1 for what failed, 2 for a command that was written wrongly. */
  readonly exitCode: number;

  constructor(message: string, options: { readonly cause?: unknown; readonly exitCode?: number } = {}) {
    super(message, { cause: options.cause });
    this.name = "CommandError";
    this.exitCode = options.exitCode ?? 1;
  }
}

/** A command written wrongly: exit code 2. */
export function usageError(message: string): CommandError {
  return new CommandError(message, { exitCode: 2 });
}
