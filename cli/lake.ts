/**
 * The lake that a command talks to, through AWS's own clients: on the runtime that `tributary local up` serves, or on one
 * that is opened for this command alone.
 */
import { AthenaClient } from "@aws-sdk/client-athena";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { createRequire } from "node:module";
import { join } from "node:path";
import { z } from "zod";
import type { Place } from "../local/api";
import { Document } from "../local/document";
import { evaluateProgram } from "../local/evaluate";
import { folderOwner } from "../local/folder-lock";
import type * as RuntimeModule from "../local/runtime";
import type { Runtime, RuntimeOptions } from "../local/runtime";
import { CommandError } from "./command-error";
import { readLakeOutputs, type LakeOutputs } from "./lake-outputs";
import type { Progress } from "./progress";
import type { Project } from "./project";

/** A lake that is there and answers. */
export interface Lake {
  readonly outputs: LakeOutputs;
  /** Account and region that it is deployed in. */
  readonly place: Place;
  readonly athena: AthenaClient;
  readonly s3: S3Client;
  readonly sfn: SFNClient;
  /** The runtime of this process; undefined if another process serves the lake. */
  readonly runtime: Runtime | undefined;
  /** Closes what this process opened; a runtime that another process serves goes on. */
  close(): Promise<void>;
}

/** Evaluates the project's program and deploys it on a runtime of this process. */
export async function deployLake(
  project: Project,
  progress: Progress,
  port?: number,
): Promise<Lake & { runtime: Runtime }> {
  const graph = await progress.during(
    "Evaluate the program",
    () => evaluateProgram({ program: project.folder, stack: project.stack, archives: join(project.state, "archives") }),
    ({ resources }) => `${resources.filter(({ component }) => !component).length} resources`,
  );
  const outputs = readLakeOutputs(graph.outputs);
  const runtime = await openRuntime({ folder: project.state, port });
  try {
    await progress.during("Deploy to this machine", () => runtime.deploy(graph));
  } catch (error) {
    await runtime.close();
    throw error;
  }
  const deployment = {
    outputs,
    place: { account: graph.account, region: graph.region },
    environment: runtime.environment(),
  };
  deployed(project).update(() => deployment);
  return { ...connect(deployment, runtime), runtime };
}

/**
 * Opens the lake as it was last deployed: attached to the process that serves it, or in this one.
 *
 * @throws CommandError if nothing was ever deployed
 */
export async function openLake(project: Project): Promise<Lake> {
  const { value } = deployed(project);
  if (!value) {
    throw new CommandError(
      `Nothing is deployed for the stack ${project.stack} yet: run \`npm start\` or \`tributary local up\` first.`,
    );
  }
  const attached = (): Lake | undefined => {
    const running = folderOwner(project.state);
    return running && connect({ ...value, environment: { ...value.environment, AWS_ENDPOINT_URL: running.endpoint } });
  };
  const lake = attached();
  if (lake) return lake;
  try {
    const runtime = await openRuntime({ folder: project.state });
    return connect({ ...value, environment: runtime.environment() }, runtime);
  } catch (error) {
    // Another command may have opened it at the same moment.
    const other = attached();
    if (other) return other;
    throw error;
  }
}

/** The lake that serves the stack if there is one, otherwise one that is deployed now. */
export async function openOrDeployLake(project: Project, progress: Progress): Promise<Lake> {
  return folderOwner(project.state) ? openLake(project) : deployLake(project, progress);
}

/** Loads the runtime only where one is opened: to attach to another takes a tenth of the time. */
function openRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { Runtime } = createRequire(__filename)("../local/runtime") as typeof RuntimeModule;
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
  const config = {
    endpoint: AWS_ENDPOINT_URL,
    region: AWS_REGION,
    credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
  };
  const athena = new AthenaClient(config);
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const sfn = new SFNClient(config);
  const close = async (): Promise<void> => {
    for (const client of [athena, s3, sfn]) client.destroy();
    await runtime?.close();
  };
  return { outputs, place, athena, s3, sfn, runtime, close };
}
