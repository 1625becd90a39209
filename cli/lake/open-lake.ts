/**
 * Opens the lake that a command talks to: on AWS, on the runtime that `tributary local up` serves, or on
 * one that is opened for this command alone.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { Document } from "../../local/document";
import { folderOwner } from "../../local/folder-lock";
import type { ResourceGraph } from "../../local/graph";
import type * as ProviderModule from "../../local/provider/server";
import type { ServedProviders } from "../../local/provider/server";
import type * as RuntimeModule from "../../local/runtime";
import type { Runtime } from "../../local/runtime";
import type { RuntimeOptions } from "../../local/runtime-options";
import { CommandError, usageError } from "../command-error";
import { attach, closeDoor } from "./attachments";
import { evaluateLake, lakeOf, type Lake } from "./lake";
import { readLakeOutputs } from "./outputs";
import type { Progress } from "../presentation/progress";
import type { Project } from "./project";
import type * as StageModule from "./stage";

/** Evaluates the project's program and deploys it on a runtime of this process. */
export function deployLake(project: Project, progress: Progress, port?: number): Promise<Lake & { runtime: Runtime }> {
  return beginLake(project, progress, port, async (graph, runtime) => {
    await progress.during("Deploy to this machine", () => runtime.deploy(graph));
  });
}

/**
 * Opens a runtime of this process for the real `pulumi` to deploy the project to, and serves the providers with which it does.
 * `pulumi` is what they need in their environment.
 */
export async function serveForPulumi(
  project: Project,
  progress: Progress,
  port?: number,
): Promise<Lake & { runtime: Runtime; pulumi: Record<string, string> }> {
  let providers: ServedProviders | undefined;
  const lake = await beginLake(project, progress, port, async (_graph, runtime) => {
    const { serveProviders } = createRequire(__filename)("../../local/provider/server") as typeof ProviderModule;
    const { folder, state } = project;
    providers = await serveProviders({ runtime, program: folder, archives: join(state, "archives") });
  });
  const close = async (): Promise<void> => {
    providers?.close();
    await lake.close();
  };
  return { ...lake, close, pulumi: providers?.environment() ?? {} };
}

/** Opens a runtime of this process for the lake that the program describes, and records it for later commands. */
async function beginLake(
  project: Project,
  progress: Progress,
  port: number | undefined,
  begin: (graph: ResourceGraph, runtime: Runtime) => Promise<void>,
): Promise<Lake & { runtime: Runtime }> {
  if (project.stage !== undefined) {
    throw usageError("--stage is for lakes on AWS: `pulumi up` deploys them. This command is for this machine only.");
  }
  const graph = await evaluateLake(project, progress);
  const outputs = readLakeOutputs(graph.outputs);
  const place = { account: graph.account, region: graph.region };
  const runtime = await openRuntime({ folder: project.state, port, place });
  try {
    await begin(graph, runtime);
  } catch (error) {
    await runtime.close();
    throw error;
  }
  const deployment = { outputs, place, environment: runtime.environment() };
  deployed(project).update(() => deployment);
  return { ...ownLake(project, deployment, runtime), runtime };
}

/** A lake on a runtime of this process, which serves other commands until they are done. */
function ownLake({ state }: Project, deployment: Deployment, runtime: Runtime): Lake {
  const lake = connect(deployment, runtime);
  const close = async (): Promise<void> => {
    const open = await closeDoor(state);
    await lake.close();
    open();
  };
  return { ...lake, close };
}

/**
 * Opens the lake: a stage's on AWS, or the local one as it was last deployed, attached to the process that serves it, or in this
 * one.
 *
 * @throws CommandError if nothing was ever deployed on this machine, or if the credentials are not of the stage's account
 */
export async function openLake(project: Project, progress: Progress): Promise<Lake> {
  if (project.stage !== undefined) {
    const { openStage } = createRequire(__filename)("./stage") as typeof StageModule;
    return openStage(project, progress);
  }
  const { value } = deployed(project);
  if (!value) {
    throw new CommandError(
      `Nothing is deployed for the stack ${project.stack} yet: run \`npm start\` or \`tributary local up\` first.`,
    );
  }
  for (;;) {
    const running = folderOwner(project.state);
    if (running) {
      const detach = attach(project.state);
      if (detach) return attachedLake(value, running.endpoint, detach);
      await sleep(CLOSING_PAUSE);
      continue;
    }
    try {
      const runtime = await openRuntime({ folder: project.state });
      return ownLake(project, { ...value, environment: runtime.environment() }, runtime);
    } catch (error) {
      // Another command may have opened it at the same moment.
      if (!folderOwner(project.state)) throw error;
    }
  }
}

/** Milliseconds between two looks at a runtime that is closing. */
const CLOSING_PAUSE = 50;

/** A lake on the runtime of another process, which serves it until `detach`. */
function attachedLake(deployment: Deployment, endpoint: string, detach: () => void): Lake {
  const lake = connect({ ...deployment, environment: { ...deployment.environment, AWS_ENDPOINT_URL: endpoint } });
  const close = async (): Promise<void> => {
    await lake.close();
    detach();
  };
  return { ...lake, close };
}

/** Opens the lake for some work, and closes it whatever happens. */
export async function withLake<T>(
  { project, progress }: { readonly project: Project; readonly progress: Progress },
  work: (lake: Lake) => Promise<T>,
): Promise<T> {
  const lake = await openLake(project, progress);
  try {
    return await work(lake);
  } finally {
    await lake.close();
  }
}

/** The lake that serves the stack if there is one, otherwise one that is deployed now. */
export async function openOrDeployLake(project: Project, progress: Progress): Promise<Lake> {
  const served = project.stage === undefined && folderOwner(project.state);
  return served ? openLake(project, progress) : deployLake(project, progress);
}

/** Loads the runtime only where one is opened: to attach to another takes a tenth of the time. */
function openRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { Runtime } = createRequire(__filename)("../../local/runtime") as typeof RuntimeModule;
  return Runtime.open(options);
}

const deploymentRecord = z.object({
  outputs: z.unknown().transform(readLakeOutputs),
  place: z.object({ account: z.string(), region: z.string() }),
  environment: z.record(z.string(), z.string()),
});
type Deployment = z.infer<typeof deploymentRecord>;

/** What the last deployment of a stack left for later commands. */
function deployed(project: Project): Document<Deployment | undefined> {
  return new Document(join(project.state, "lake.json"), (stored) => deploymentRecord.parse(stored), undefined);
}

function connect({ outputs, place, environment }: Deployment, runtime?: Runtime): Lake {
  const { AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "" } = environment;
  const clients = {
    endpoint: AWS_ENDPOINT_URL,
    region: AWS_REGION ?? place.region,
    credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
  };
  return lakeOf(outputs, place, clients, runtime);
}
