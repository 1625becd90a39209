/** `tributary local up`: deploys the program and serves it until it is told to stop. */
import { folderOwner } from "../../local/folder-lock";
import { CommandError } from "../command-error";
import { deployLake } from "../lake";
import type { Session } from "../session";
import { watchRuns } from "../watch";

/** Serves until SIGINT or SIGTERM. Throws CommandError if another process serves the stack already. */
export async function localUp(session: Session, port: number | undefined): Promise<void> {
  const { project, progress, print } = session;
  const running = folderOwner(project.state);
  if (running) {
    throw new CommandError(
      `The stack ${project.stack} is served already at ${running.endpoint} (process ${running.pid}); \`tributary local down\` ends that.`,
    );
  }
  const lake = await deployLake(project, progress, port);
  try {
    for (const [name, value] of Object.entries(lake.runtime.environment()))
      print(`export ${name}=${shellWord(value)}\n`);
    const tell = (text: string): void => void process.stderr.write(`${text}\n`);
    const stop = await watchRuns(lake, progress, tell);
    tell("\nServing. Other clients need the environment above; Ctrl-C or `tributary local down` ends it.");
    await toldToStop();
    await progress.during("Finish what is under way", () => lake.runtime.whenIdle());
    stop();
  } finally {
    await lake.close();
  }
}

/** Resolves at the first SIGINT or SIGTERM; a second one ends the process at once, as it would without us. */
function toldToStop(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
  });
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replace(/'/g, "'\\''")}'`;
}
