/** `tributary local down`: ends the process that serves a stack. */
import { setTimeout as sleep } from "node:timers/promises";
import { folderOwner } from "../../local/folder-lock";
import { CommandError } from "../command-error";
import type { Session } from "../session";

/** Seconds that a runtime gets to finish what is under way. */
const PATIENCE = 60;

/** Asks the serving process to stop and waits until it has. Says so if there is none, which is no error. */
export async function localDown({ project, progress, print }: Session): Promise<void> {
  const running = folderOwner(project.state);
  if (!running) {
    print(`Nothing serves the stack ${project.stack}.\n`);
    return;
  }
  process.kill(running.pid, "SIGTERM");
  await progress.during(`Stop process ${running.pid}`, async () => {
    for (const began = performance.now(); folderOwner(project.state); await sleep(100)) {
      if (performance.now() - began > PATIENCE * 1000) {
        throw new CommandError(`Process ${running.pid} still serves the stack after ${PATIENCE} seconds.`);
      }
    }
  });
}
