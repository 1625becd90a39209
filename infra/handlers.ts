/** The inline closures of a lake. Each builds its clients once and hands every event to a plain function of `functions/`. */
import { GlueClient } from "@aws-sdk/client-glue";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { auditTable } from "../functions/auditor";
import { completeRun } from "../functions/complete";
import { landFile } from "../functions/land";
import { publish } from "../functions/publish";
import { renderStep } from "../functions/render";
import { startRun } from "../functions/trigger";
import { rejectUnknown } from "../functions/unknown-control-file";
import { sweep } from "../functions/watcher";
import type { Handler } from "./closures";

/** Handlers by the name that ends their functions' names. */
export const handlers = {
  /** Starts a run when a control file arrives. */
  trigger: {
    factory: () => {
      const clients = { s3: new S3Client({}), sfn: new SFNClient({}) };
      return (event) => startRun(event, clients);
    },
    packages: [],
    timeout: 900,
    memory: 256,
  },
  /** Rejects control files that belong to no pipeline. */
  unknown: {
    factory: () => {
      const clients = { s3: new S3Client({}) };
      return (event) => rejectUnknown(event, clients);
    },
    packages: [],
    timeout: 60,
    memory: 256,
  },
  /** Writes control files for dates whose files are all there. */
  watcher: {
    factory: () => {
      const clients = { s3: new S3Client({}) };
      return (event) => sweep(event, clients);
    },
    packages: [],
    timeout: 600,
    memory: 256,
  },
  /** Checks and places one incoming file. */
  land: {
    factory: () => {
      const clients = { s3: new S3Client({}), glue: new GlueClient({}) };
      return (event) => landFile(event, clients);
    },
    packages: ["hyparquet"],
    timeout: 900,
    memory: 512,
  },
  /** Renders a step's model. */
  render: {
    factory: () => {
      const clients = { s3: new S3Client({}) };
      return (event) => renderStep(event, clients);
    },
    packages: ["nunjucks"],
    timeout: 60,
    memory: 256,
  },
  /** Points the catalog at a run's data. */
  publish: {
    factory: () => {
      const clients = { s3: new S3Client({}), glue: new GlueClient({}) };
      return (event) => publish(event, clients);
    },
    packages: ["hyparquet"],
    timeout: 300,
    memory: 512,
  },
  /** Writes the statement that compares a table's two dates. */
  auditor: {
    factory: () => {
      const clients = { s3: new S3Client({}), glue: new GlueClient({}) };
      return (event) => auditTable(event, clients);
    },
    packages: [],
    timeout: 900,
    memory: 256,
  },
  /** Records a run's end and starts its dependents. */
  complete: {
    factory: () => {
      const clients = { s3: new S3Client({}) };
      return (event) => completeRun(event, clients);
    },
    packages: [],
    timeout: 600,
    memory: 256,
  },
} satisfies Record<string, Handler>;
