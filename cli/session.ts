/** What every command has at hand: its streams, its project, its progress. */
import type { Project } from "./lake/project";
import { Progress } from "./presentation/progress";
import { terminalText } from "./presentation/terminal-text";
import { lookFor, type Look } from "./presentation/table";

/** One command's run. Results go to standard output, progress and errors to standard error. */
export interface Session {
  readonly project: Project;
  readonly progress: Progress;
  readonly look: Look;
  /** Writes text of the result; see {@link terminalText}. */
  print(text: string): void;
  /** Writes a sentence to standard error that is no failure. */
  warn(sentence: string): void;
}

/** Begins a command. */
export function beginSession(project: Project): Session {
  return {
    project,
    progress: new Progress(),
    look: lookFor(process.stdout),
    print: (text) => void process.stdout.write(terminalText(text)),
    warn: (sentence) => void process.stderr.write(`${terminalText(sentence)}\n`),
  };
}
