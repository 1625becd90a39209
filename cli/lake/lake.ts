/** The lake that a command talks to, through AWS's own clients. */
import { AthenaClient } from "@aws-sdk/client-athena";
import { GlueClient } from "@aws-sdk/client-glue";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { join } from "node:path";
import type { Place } from "../../local/api";
import { evaluateProgram } from "../../local/evaluate";
import type { ResourceGraph } from "../../local/graph";
import type { Runtime } from "../../local/runtime";
import type { LakeOutputs } from "./outputs";
import type { Progress } from "../presentation/progress";
import type { Project } from "./project";

/** How clients reach a lake: what is not given is as the environment says. */
export interface ClientOptions {
  readonly endpoint?: string;
  readonly region: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** A lake that is there and answers. */
export interface Lake {
  readonly outputs: LakeOutputs;
  /** Account and region that it is deployed in. */
  readonly place: Place;
  readonly athena: AthenaClient;
  readonly glue: GlueClient;
  readonly s3: S3Client;
  readonly sfn: SFNClient;
  /** What further clients are made with. */
  readonly clients: ClientOptions;
  /** The runtime of this process; undefined if the lake is on AWS or another process serves it. */
  readonly runtime: Runtime | undefined;
  /** Closes what this process opened; a runtime that another process serves goes on. */
  close(): Promise<void>;
}

/** Evaluates the project's program for its stack. */
export function evaluateLake({ folder, stack, state }: Project, progress: Progress): Promise<ResourceGraph> {
  return progress.during(
    "Evaluate the program",
    () => evaluateProgram({ program: folder, stack, archives: join(state, "archives") }),
    ({ resources }) => `${resources.filter(({ component }) => !component).length} resources`,
  );
}

/** Puts a lake together. */
export function lakeOf(outputs: LakeOutputs, place: Place, clients: ClientOptions, runtime?: Runtime): Lake {
  const athena = new AthenaClient(clients);
  const glue = new GlueClient(clients);
  const s3 = new S3Client(clients);
  const sfn = new SFNClient(clients);
  const close = async (): Promise<void> => {
    for (const client of [athena, glue, s3, sfn]) client.destroy();
    await runtime?.close();
  };
  return { outputs, place, athena, glue, s3, sfn, clients, runtime, close };
}
