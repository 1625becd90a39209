/** `tributary local reset`: forgets a stack's local state: data, catalog and history. */
import { rm } from "node:fs/promises";
import { Runtime } from "../../local/runtime";
import { CommandError } from "../command-error";
import type { Session } from "../session";

/** Removes the state folder. Throws CommandError while a process serves the stack. */
export async function localReset({ project, print }: Session): Promise<void> {
  const running = Runtime.running(project.state);
  if (running) {
    throw new CommandError(
      `Process ${running.pid} serves the stack ${project.stack}: end it with \`tributary local down\` before its state is removed.`,
    );
  }
  await rm(project.state, { recursive: true, force: true });
  print(`The local state of the stack ${project.stack} is gone.\n`);
}
