/** What is shown to the witnesses: the program's stages, and a lake in a private network. */
import { join, resolve } from "node:path";
import { evaluateProgram } from "../../../local/evaluate";
import type { ResourceGraph } from "../../../local/graph";
import { evaluated, sharedFolder } from "../../evaluated";

export const witnessed = ["dev", "prod", "a private network"] as const;

const privateNetwork = resolve(__dirname, "../../scenarios/private-network");

/** The evaluated graph of one of them. */
export function graphOf(which: (typeof witnessed)[number]): Promise<ResourceGraph> {
  if (which !== "a private network") return evaluated(which);
  return evaluateProgram({ program: privateNetwork, stack: "dev", archives: join(sharedFolder(), "private") });
}
