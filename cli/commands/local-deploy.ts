/** `tributary local deploy`: brings the lake on this machine to what the program says, and leaves its data alone. */
import { folderOwner } from "../../local/folder-lock";
import { CommandError } from "../command-error";
import { deployLake } from "../lake/open-lake";
import type { Session } from "../session";

/** Deploys. Throws CommandError while another process serves the stack: it holds what is deployed. */
export async function localDeploy({ project, progress, print }: Session): Promise<void> {
  const running = folderOwner(project.state);
  if (running) {
    throw new CommandError(
      `The stack ${project.stack} is served at ${running.endpoint} (process ${running.pid}): ` +
        "`tributary local down` ends that, and `tributary local up` deploys before it serves.",
    );
  }
  const lake = await deployLake(project, progress);
  await lake.close();
  print(`The stack ${project.stack} is deployed.\n`);
}
