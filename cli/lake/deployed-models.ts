/** Whether the models and macros in the project are those that are deployed: runs take what is deployed. */
import { join } from "node:path";
import { list, readText } from "../../functions/storage/objects";
import { atMost } from "../../functions/invocation/concurrency";
import { REQUESTS_AT_ONCE } from "./concurrency";
import type { Lake } from "./lake";
import type { Project } from "./project";
import { templatesIn } from "./templates";

/** Where templates lie in the assets bucket, and in a project that does not say otherwise. */
const FOLDER = "sql";

/** Says which templates differ: `undefined` if none does, or if the project keeps them elsewhere. */
export async function staleDeployment(
  { folder, stack, stage }: Project,
  { s3, outputs }: Pick<Lake, "s3" | "outputs">,
): Promise<string | undefined> {
  const written = templatesIn(join(folder, FOLDER));
  if (written.size === 0) return undefined;
  const { objects } = await list(s3, outputs.assetsBucket, `${FOLDER}/`);
  const texts = await atMost(REQUESTS_AT_ONCE, objects, async ({ key }) => readText(s3, outputs.assetsBucket, key));
  const deployed = new Map(objects.map(({ key }, index) => [key.slice(FOLDER.length + 1), texts[index]]));
  const differing = differences(written, deployed);
  if (differing.length === 0) return undefined;
  const deploy = stage === undefined ? "`tributary local deploy`" : `\`pulumi up --stack ${stack}\``;
  return `Runs take what is deployed, and the program differs from it: ${differing.join(", ")}. ${deploy} deploys it.`;
}

/** Which templates differ, and how: pure. */
export function differences(
  written: ReadonlyMap<string, string>,
  deployed: ReadonlyMap<string, string | undefined>,
): string[] {
  return [...new Set([...written.keys(), ...deployed.keys()])].sort().flatMap((path) => {
    const [mine, theirs] = [written.get(path), deployed.get(path)];
    if (mine === theirs) return [];
    const how = theirs === undefined ? "is new" : mine === undefined ? "was removed" : "was changed";
    return [`${FOLDER}/${path} ${how}`];
  });
}
