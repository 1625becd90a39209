/** The inline closures of a lake. Each builds its clients once and hands every event to a plain function of `functions/`. */
import { GlueClient } from "@aws-sdk/client-glue";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { auditTable } from "../functions/handlers/auditor";
import { checkData } from "../functions/handlers/checker";
import { convert } from "../functions/handlers/converter";
import { completeRun } from "../functions/handlers/complete";
import { recordEnd } from "../functions/handlers/ended";
import { explainTable } from "../functions/handlers/explainer";
import { landFiles } from "../functions/handlers/land";
import { leaseHolderSeconds } from "../functions/publication/lease";
import { recordLineage } from "../functions/handlers/lineage";
import { prune } from "../functions/handlers/pruner";
import { publish } from "../functions/handlers/publish";
import { register } from "../functions/handlers/register";
import { renderStep } from "../functions/handlers/render";
import { lakeSettings, lineageSettings, machineSettings, pipelineSettings } from "../functions/invocation/settings";
import { startRun } from "../functions/handlers/trigger";
import { rejectUnknown } from "../functions/handlers/unknown";
import { watch } from "../functions/handlers/watcher";
import type { Handler } from "./closures";

/** Handlers by the name that ends their functions' names. */
export const handlers = {
  /** Starts a run when a control file arrives. */
  trigger: {
    factory: () => {
      const context = { s3: new S3Client({}), sfn: new SFNClient({}), settings: pipelineSettings() };
      return (event) => startRun(event, context);
    },
    packages: [],
    timeout: 900,
    memory: 256,
  },
  /** Rejects control files that belong to no pipeline. */
  unknown: {
    factory: () => {
      const context = { s3: new S3Client({}), settings: lakeSettings() };
      return (event) => rejectUnknown(event, context);
    },
    packages: [],
    timeout: 60,
    memory: 256,
  },
  /** Writes control files for dates whose files are all there. */
  watcher: {
    factory: () => {
      const context = { s3: new S3Client({}), settings: pipelineSettings(), now: () => new Date() };
      return (event) => watch(event, context);
    },
    packages: [],
    timeout: 600,
    memory: 256,
  },
  /** Checks and places incoming files. */
  land: {
    factory: () => {
      const clients = { s3: new S3Client({}), glue: new GlueClient({}) };
      const context = { ...clients, settings: lakeSettings(), now: () => new Date() };
      return (event) => landFiles(event, context);
    },
    packages: ["hyparquet"],
    timeout: 900,
    memory: 512,
  },
  /** Makes typed rows of files of text. */
  converter: {
    factory: () => {
      const settings = lakeSettings();
      const context = { s3: new S3Client({}), glue: new GlueClient({}), settings, now: () => new Date() };
      return (event) => convert(event, context);
    },
    packages: ["hyparquet"],
    timeout: 300,
    memory: 512,
  },
  /** Renders a step's model. */
  render: {
    factory: () => {
      const context = { s3: new S3Client({}), glue: new GlueClient({}), settings: lakeSettings() };
      return (event) => renderStep(event, context);
    },
    packages: ["nunjucks"],
    timeout: 60,
    memory: 256,
  },
  /** Checks data before it is published. */
  checker: {
    factory: () => {
      const context = { s3: new S3Client({}), glue: new GlueClient({}), settings: lakeSettings() };
      return (event) => checkData(event, context);
    },
    packages: [],
    timeout: 300,
    memory: 256,
  },
  /** Counts what a query wrote, and shows it to the run's own queries. */
  register: {
    factory: () => {
      const settings = lakeSettings();
      const context = { s3: new S3Client({}), glue: new GlueClient({}), settings, now: () => new Date() };
      return (event) => register(event, context);
    },
    packages: ["hyparquet"],
    timeout: 300,
    memory: 512,
  },
  /** Points the catalog at a run's data, all its tables together. */
  publish: {
    factory: () => {
      const settings = lakeSettings();
      const context = { s3: new S3Client({}), glue: new GlueClient({}), settings, now: () => new Date() };
      return (event) => publish(event, context);
    },
    packages: [],
    timeout: leaseHolderSeconds,
    memory: 512,
  },
  /** Writes the statement that compares a table's two dates. */
  auditor: {
    factory: () => {
      const context = { s3: new S3Client({}), glue: new GlueClient({}), settings: lakeSettings() };
      return (event) => auditTable(event, context);
    },
    packages: [],
    timeout: 900,
    memory: 256,
  },
  /** Writes the statement that explains what the audit of a table found. */
  explainer: {
    factory: () => {
      const context = { s3: new S3Client({}), glue: new GlueClient({}), settings: lakeSettings() };
      return (event) => explainTable(event, context);
    },
    packages: [],
    timeout: 900,
    memory: 512,
  },
  /** Records what a run's tables were made from. */
  lineage: {
    factory: () => {
      const context = { s3: new S3Client({}), glue: new GlueClient({}), settings: lineageSettings() };
      return (event) => recordLineage(event, context);
    },
    packages: [],
    timeout: 300,
    memory: 256,
  },
  /** Records a run's end, marks its date complete, and lets the next date be audited again. */
  complete: {
    factory: () => {
      const clients = { s3: new S3Client({}), glue: new GlueClient({}), sfn: new SFNClient({}) };
      const context = { ...clients, settings: pipelineSettings(), now: () => new Date() };
      return (event) => completeRun(event, context);
    },
    packages: [],
    timeout: 600,
    memory: 256,
  },
  /** Records runs that could not do so themselves. */
  ended: {
    factory: () => {
      const context = { s3: new S3Client({}), settings: machineSettings(), now: () => new Date() };
      return (event) => recordEnd(event, context);
    },
    packages: [],
    timeout: 60,
    memory: 256,
  },
  /** Deletes what superseded runs left. */
  pruner: {
    factory: () => {
      const settings = pipelineSettings();
      const context = { s3: new S3Client({}), glue: new GlueClient({}), settings, now: () => new Date() };
      return (event) => prune(event, context);
    },
    packages: [],
    timeout: 900,
    memory: 256,
  },
} satisfies Record<string, Handler>;
