/** `tributary local up`: deploys the program, or lets `pulumi` deploy it, and serves it until it is told to stop. */
import { terminalText } from "../presentation/terminal-text";
import { folderOwner } from "../../local/folder-lock";
import { CommandError } from "../command-error";
import { deployLake, serveForPulumi } from "../lake/open-lake";
import type { Session } from "../session";
import { watchRuns } from "../presentation/watch-runs";

/** How to serve. */
export interface LocalUp {
  readonly port?: number;
  /** Whether the deployment is left to the real `pulumi`. */
  readonly pulumi?: boolean;
}

/** Serves until SIGINT or SIGTERM. Throws CommandError if another process serves the stack already. */
export async function localUp(session: Session, { port, pulumi }: LocalUp): Promise<void> {
  const { project, progress, print } = session;
  const running = folderOwner(project.state);
  if (running) {
    throw new CommandError(
      `The stack ${project.stack} is served already at ${running.endpoint} (process ${running.pid}); \`tributary local down\` ends that.`,
    );
  }
  const lake = pulumi
    ? await serveForPulumi(project, progress, port)
    : { ...(await deployLake(project, progress, port)), pulumi: {} };
  try {
    for (const [name, value] of Object.entries({ ...lake.runtime.environment(), ...lake.pulumi }))
      print(`export ${name}=${shellWord(value)}\n`);
    const tell = (text: string): void => void process.stderr.write(`${terminalText(text)}\n`);
    const stop = await watchRuns(lake, progress, tell);
    // Whoever reads that it serves may end it at once.
    const stopping = toldToStop();
    if (pulumi) tell(`\nWith the environment above, \`pulumi up --stack ${project.stack}\` deploys to this machine.`);
    tell("\nServing. Other clients need the environment above; Ctrl-C or `tributary local down` ends it.");
    await stopping;
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
