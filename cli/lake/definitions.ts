/** The pipelines of a lake, as its functions read them. */
import { readText } from "../../functions/storage/objects";
import { pipelineDefinition, type PipelineDefinition } from "../../functions/runs/pipeline";
import { readJson } from "../../functions/invocation/schema";
import { CommandError } from "../command-error";
import type { Lake } from "./lake";

/** Reads the definitions of all pipelines; each stands behind those that it waits for. */
export async function readDefinitions({ s3, outputs }: Pick<Lake, "s3" | "outputs">): Promise<PipelineDefinition[]> {
  const definitions = await Promise.all(
    outputs.pipelines.map(async ({ name }) => {
      const key = `pipelines/${name}/definition.json`;
      return readJson(await readText(s3, outputs.assetsBucket, key), pipelineDefinition, key);
    }),
  );
  return inOrder(definitions);
}

/** Pipelines behind those that they wait for: pure. The program is refused if there is a cycle. */
export function inOrder<P extends Pick<PipelineDefinition, "pipeline" | "after">>(definitions: readonly P[]): P[] {
  const ordered: P[] = [];
  const add = (definition: P): void => {
    if (ordered.includes(definition)) return;
    for (const upstream of definitions.filter(({ pipeline }) => definition.after.includes(pipeline))) add(upstream);
    ordered.push(definition);
  };
  definitions.forEach(add);
  return ordered;
}

/** The pipeline of a name. Throws {@link CommandError} that names those that there are. */
export function pipelineNamed<P extends Pick<PipelineDefinition, "pipeline">>(
  definitions: readonly P[],
  name: string,
): P {
  const found = definitions.find(({ pipeline }) => pipeline === name);
  if (found) return found;
  const known = definitions.map(({ pipeline }) => pipeline).join(", ");
  throw new CommandError(`There is no pipeline ${name} in this lake; there are ${known}.`);
}

/** Names of the pipelines that wait for one, directly or through others, in the order in which they run: pure. */
export function dependentsOf(
  definitions: readonly Pick<PipelineDefinition, "pipeline" | "after">[],
  name: string,
): string[] {
  const found = [name];
  for (const { pipeline, after } of inOrder(definitions)) {
    if (after.some((upstream) => found.includes(upstream))) found.push(pipeline);
  }
  return found.slice(1);
}
