/**
 * The functions of a lake within the runtime's own process: the plain functions of `functions/`, each with clients of its role.
 * What `infra/handlers.ts` reads from the environment of a Lambda function, they are given.
 */
import { GlueClient } from "@aws-sdk/client-glue";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { auditTable } from "../../functions/handlers/auditor";
import { completeRun } from "../../functions/handlers/complete";
import { recordEnd } from "../../functions/handlers/ended";
import { explainTable } from "../../functions/handlers/explainer";
import { landFiles } from "../../functions/handlers/land";
import { recordLineage } from "../../functions/handlers/lineage";
import { prune } from "../../functions/handlers/pruner";
import { publish } from "../../functions/handlers/publish";
import { register } from "../../functions/handlers/register";
import { renderStep } from "../../functions/handlers/render";
import { startRun } from "../../functions/handlers/trigger";
import { rejectUnknown } from "../../functions/handlers/unknown";
import { watch } from "../../functions/handlers/watcher";
import type { ProcessTarget } from "../../local/lambda/function-process";
import type { Handler } from "../../local/lambda/in-process-function";
import type { Runtime } from "../../local/runtime";
import { DirectClient } from "./direct-client";

/** What all functions of a lake are given. */
export interface Surroundings {
  readonly runtime: Runtime;
  /** How calls reach the runtime: through the SDK with all its protocols, or by their input alone. */
  readonly clients: "sdk" | "direct";
  /** The clock that everybody has. */
  readonly now: () => Date;
}

/** What one function is given. */
interface Given {
  readonly s3: S3Client;
  readonly glue: GlueClient;
  readonly sfn: SFNClient;
  readonly settings: {
    readonly landing: string;
    readonly assets: string;
    readonly pipeline: string;
    readonly machinePrefix: string;
    readonly namespace: string;
    readonly region: string;
  };
  readonly now: () => Date;
}

const functions: Readonly<Record<string, (event: unknown, context: Given) => Promise<unknown>>> = {
  trigger: startRun,
  unknown: rejectUnknown,
  watcher: watch,
  land: landFiles,
  render: renderStep,
  register,
  publish,
  auditor: auditTable,
  explainer: explainTable,
  lineage: recordLineage,
  complete: completeRun,
  ended: recordEnd,
  pruner: prune,
};

/** The handler of a deployed function, by the end of its name. */
export function handlerOf(target: ProcessTarget, surroundings: Surroundings): Handler {
  const run = functions[target.name.split("-").pop() ?? ""];
  const { environment } = target;
  const clients = clientsOf(environment, surroundings);
  const settings = {
    landing: environment.LANDING_BUCKET,
    assets: environment.ASSETS_BUCKET,
    pipeline: environment.PIPELINE,
    machinePrefix: environment.MACHINE_PREFIX,
    namespace: `tributary.${environment.LAKE}`,
    region: environment.AWS_REGION,
  };
  return (event, context) => {
    const skew = context.now().getTime() - Date.now();
    const now = (): Date => new Date(surroundings.now().getTime() + skew);
    return run(event, { ...clients, settings, now });
  };
}

function clientsOf(environment: ProcessTarget["environment"], { runtime, clients }: Surroundings) {
  const accessKeyId = environment.AWS_ACCESS_KEY_ID;
  if (clients === "direct") {
    return {
      s3: new DirectClient(runtime, "s3", accessKeyId) as unknown as S3Client,
      glue: new DirectClient(runtime, "glue", accessKeyId) as unknown as GlueClient,
      sfn: new DirectClient(runtime, "states", accessKeyId) as unknown as SFNClient,
    };
  }
  const settings = {
    endpoint: runtime.endpoint,
    requestHandler: runtime.requestHandler(),
    region: environment.AWS_REGION,
    credentials: {
      accessKeyId,
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY,
      sessionToken: environment.AWS_SESSION_TOKEN,
    },
  };
  return { s3: new S3Client(settings), glue: new GlueClient(settings), sfn: new SFNClient(settings) };
}
