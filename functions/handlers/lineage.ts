/**
 * OpenLineage run events of a run: its pipeline as a job, each step as a job of it, with the tables and files that went in and
 * out, their columns, and which column was made from which. https://openlineage.io/spec/2-0-2/OpenLineage.json
 */
import { createHash } from "node:crypto";
import type { GlueClient } from "@aws-sdk/client-glue";
import type { S3Client } from "@aws-sdk/client-s3";
import { columnLineage, type ColumnLineage, type InputColumn } from "../../audit/explanation/column-lineage";
import { readModel } from "../../audit/explanation/read-model";
import { tablesRead, type SourceTable } from "../../audit/explanation/scope";
import { log } from "../invocation/log";
import { describeTable, type DescribedTable } from "../runs/provenance";
import { readText, writeText } from "../storage/objects";
import { manifestKey, runScope, type Manifest, type RunScope, type StepRecord } from "../runs/pipeline";
import type { LineageSettings } from "../invocation/settings";
import { shape } from "../invocation/schema";

/** Where a lake is, as lineage names it. */
export interface LineagePlace {
  /** Namespace of jobs, e.g. `tributary.emissions.dev`. */
  readonly namespace: string;
  readonly region: string;
  /** Bucket that files arrive in. */
  readonly landing: string;
}

/** A run that has ended, with what is known of its steps. */
export interface LineageRun {
  readonly manifest: Manifest;
  /** SQL of model steps and audits by key in the assets bucket. */
  readonly sql: Readonly<Record<string, string>>;
  /** Tables that were read or written. */
  readonly tables: readonly DescribedTable[];
}

/** A JSON object of the specification. */
type Json = Readonly<Record<string, unknown>>;

const producer = "urn:tributary:openlineage";

/** Key of a run's events in the assets bucket: one JSON object a line. */
function openLineageKey({ executions }: Pick<RunScope, "executions">): string {
  return `${executions}openlineage.json`;
}

/** The events of a run, in the order of their times: START of the pipeline, START and end of each step, end of the pipeline. */
export function openLineageEvents(run: LineageRun, place: LineagePlace): Json[] {
  const { manifest } = run;
  const job = { namespace: place.namespace, name: manifest.pipeline };
  const parent = { runId: runId(job, manifest.run) };
  const ended = manifest.ended ?? manifest.started;
  const nominal = facet("NominalTimeRunFacet", "1-0-1", { nominalStartTime: `${manifest.exec_date}T00:00:00Z` });
  const own = (eventType: string, eventTime: string, more: Json) => ({
    eventType,
    eventTime,
    producer,
    schemaURL: "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
    job: { ...job, facets: { jobType: jobType("PIPELINE") } },
    ...more,
  });
  const error = manifest.error && {
    errorMessage: facet("ErrorMessageRunFacet", "1-0-1", {
      message: `${manifest.error.name}: ${manifest.error.message}`,
      programmingLanguage: "SQL",
    }),
  };
  const files = inputDatasets(manifest, place);
  const steps = manifest.steps.map((step) => ({ step, output: outputDataset(step, run, place) }));
  const written = steps.filter(({ step }) => step.published).map(({ output }) => output);
  return [
    own("START", manifest.started, {
      run: { ...parent, facets: { nominalTime: nominal } },
      inputs: files,
      outputs: [],
    }),
    ...steps.flatMap(({ step, output }) => stepEvents(step, output, run, place, parent.runId)),
    own(endOf(manifest.status), ended, {
      run: { ...parent, facets: { nominalTime: nominal, ...error } },
      inputs: files,
      outputs: written,
    }),
  ];
}

/** START and COMPLETE of a step: a step that failed leaves no record, its run's FAIL says so. */
function stepEvents(step: StepRecord, output: Json, run: LineageRun, place: LineagePlace, parentId: string): Json[] {
  const { manifest } = run;
  const sql = step.sql === undefined ? undefined : run.sql[step.sql];
  const name = `${manifest.pipeline}.${step.kind}.${step.table}`;
  const job = { namespace: place.namespace, name };
  const parent = facet("ParentRunFacet", "1-2-0", {
    run: { runId: parentId },
    job: { namespace: place.namespace, name: manifest.pipeline },
  });
  const reads = sql === undefined ? [] : readsOf(sql);
  const inputs = step.sources
    ? [filesDataset(place, step.sources)]
    : reads.map((table) => tableDataset(table, run, place));
  const event = (eventType: string, eventTime: string, outputs: Json[]) => ({
    eventType,
    eventTime,
    producer,
    schemaURL: "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
    run: { runId: runId(job, manifest.run), facets: { parent } },
    job: {
      ...job,
      facets: {
        jobType: jobType(step.kind === "land" ? "COPY" : "QUERY"),
        ...(sql !== undefined && { sql: facet("SQLJobFacet", "1-1-0", { query: sql, dialect: "trino" }) }),
      },
    },
    inputs,
    outputs,
  });
  return [event("START", manifest.started, []), event("COMPLETE", step.ended, [output])];
}

function endOf(status: Manifest["status"]): "COMPLETE" | "FAIL" | "ABORT" {
  if (status === "FAILED" || status === "REJECTED") return "FAIL";
  return status === "SUPERSEDED" ? "ABORT" : "COMPLETE";
}

function jobType(type: "PIPELINE" | "COPY" | "QUERY"): Json {
  return facet("JobTypeJobFacet", "2-0-4", { processingType: "BATCH", integration: "TRIBUTARY", jobType: type });
}

/** What a run was made of: the files of each table that it landed, and those that it did not come to. */
function inputDatasets({ inputs, steps }: Manifest, place: LineagePlace): Json[] {
  const landed = steps.flatMap(({ sources }) => (sources ? [sources] : []));
  const known = new Set(landed.flatMap((sources) => sources.map(({ key }) => key)));
  const others = inputs.filter(({ key }) => !known.has(key));
  return [...landed, ...others.map((file) => [file])].map((files) => filesDataset(place, files));
}

/** The files of a table: of parts, of which there may be thousands, what their names have in common, and a version of them all. */
function filesDataset(place: LineagePlace, files: readonly { readonly key: string; readonly etag: string }[]): Json {
  const [first, last] = [files[0].key, files[files.length - 1].key];
  if (files.length === 1) return fileDataset(place, first, files[0].etag);
  let length = 0;
  while (length < first.length && first[length] === last[length]) length += 1;
  const etags = createHash("sha256")
    .update(files.map(({ etag }) => etag).join("\n"))
    .digest("hex");
  return fileDataset(place, first.slice(0, length), etags.slice(0, 32));
}

/** An incoming file. OpenLineage specification, "Naming": S3. */
function fileDataset({ landing }: LineagePlace, key: string, etag: string): Json {
  return {
    namespace: `s3://${landing}`,
    name: key,
    facets: { version: facet("DatasetVersionDatasetFacet", "1-0-1", { datasetVersion: etag }) },
  };
}

/** A table. OpenLineage specification, "Naming": Athena. */
function tableDataset(name: string, { tables }: LineageRun, place: LineagePlace): Json {
  const table = tables.find((each) => `${each.database}.${each.table}` === name);
  const comments = table?.about?.comments ?? {};
  const fields = table?.columns.map(({ column, type }) => ({
    name: column,
    type,
    ...(comments[column] !== undefined && { description: comments[column] }),
  }));
  return {
    ...tableName(name, place),
    facets: fields ? { schema: facet("SchemaDatasetFacet", "1-2-0", { fields }), ...aboutFacets(table?.about) } : {},
  };
}

/** What people say of a table. */
function aboutFacets(about: DescribedTable["about"]): Json {
  const tag = (key: string, value: string, field?: string) => ({
    key,
    value,
    source: "TRIBUTARY",
    ...(field && { field }),
  });
  const tags = [
    ...(about?.tags ?? []).map((each) => tag(each, "true")),
    ...(about?.personalData ?? []).map((column) => tag("personal_data", "true", column)),
  ];
  return {
    ...(about?.description && {
      documentation: facet("DocumentationDatasetFacet", "1-0-1", { description: about.description }),
    }),
    ...(about?.owner && { ownership: facet("OwnershipDatasetFacet", "1-0-1", { owners: [{ name: about.owner }] }) }),
    ...(tags.length > 0 && { tags: facet("TagsDatasetFacet", "1-0-0", { tags }) }),
  };
}

function tableName(name: string, { region }: LineagePlace): { readonly namespace: string; readonly name: string } {
  return { namespace: `awsathena://athena.${region}.amazonaws.com`, name: `AwsDataCatalog.${name}` };
}

function outputDataset(step: StepRecord, run: LineageRun, place: LineagePlace): Json {
  const dataset = tableDataset(`${step.database}.${step.table}`, run, place);
  const sql = step.sql === undefined ? undefined : run.sql[step.sql];
  // Explanations are about columns, not made from them; their long SQL takes longer to read than all else together.
  const lineage = sql === undefined || step.kind === "explanation" ? undefined : lineageOf(sql, run.tables);
  const statistics = { rowCount: step.rows };
  return {
    ...dataset,
    facets: {
      ...(dataset.facets as Json),
      version: facet("DatasetVersionDatasetFacet", "1-0-1", { datasetVersion: step.location }),
      ...(lineage && { columnLineage: columnLineageFacet(lineage, place) }),
    },
    outputFacets: { outputStatistics: facet("OutputStatisticsOutputDatasetFacet", "1-0-2", statistics) },
  };
}

function columnLineageFacet({ columns, rows }: ColumnLineage, place: LineagePlace): Json {
  const field = ({ database, table, column, transformation }: InputColumn) => ({
    ...tableName(`${database}.${table}`, place),
    field: column,
    transformations: [{ ...transformation, description: "", masking: false }],
  });
  const fields = Object.entries(columns).map(([name, inputs]) => [name, { inputFields: inputs.map(field) }]);
  return facet("ColumnLineageDatasetFacet", "1-2-0", { fields: Object.fromEntries(fields), dataset: rows.map(field) });
}

function facet(name: string, version: string, members: Json): Json {
  const url = `https://openlineage.io/spec/facets/${version}/${name}.json#/$defs/${name}`;
  return { _producer: producer, _schemaURL: url, ...members };
}

/** A run's id as a UUID: the same for the same run, so that events can be written again. RFC 9562, version 8. */
function runId({ namespace, name }: { readonly namespace: string; readonly name: string }, run: string): string {
  const hash = createHash("sha256").update(`${namespace}/${name}/${run}`).digest("hex");
  const variant = ((parseInt(hash[16], 16) & 0x3) | 0x8).toString(16);
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-${variant}${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

/** The tables that a step's SQL reads; none if it can't be read. */
function readsOf(sql: string): string[] {
  return read(() => tablesRead(readModel(sql))) ?? [];
}

function lineageOf(sql: string, tables: readonly SourceTable[]): ColumnLineage | undefined {
  return read(() => columnLineage(sql, tables));
}

/** Lineage is a by-product: SQL that can't be read leaves it out, and fails nothing. */
function read<T>(from: () => T): T | undefined {
  try {
    return from();
  } catch (error) {
    if ((error as Error).name !== "AuditError") throw error;
    return undefined;
  }
}

/** What writing lineage needs. */
export interface OpenLineageContext {
  readonly s3: S3Client;
  readonly glue: GlueClient;
  readonly settings: LineageSettings;
}

const lineageTask = shape({ run: runScope });

/** Handles the end of a run: writes its events, one a line. A table that the catalog no longer has is named without columns. */
export async function recordLineage(event: unknown, context: OpenLineageContext): Promise<object> {
  const { run } = lineageTask(event, "");
  const key = manifestKey(run);
  const manifest = JSON.parse(await readText(context.s3, context.settings.assets, key)) as Manifest;
  await writeOpenLineage(run, manifest, context);
  return {};
}

async function writeOpenLineage(
  run: RunScope,
  manifest: Manifest,
  { s3, glue, settings }: OpenLineageContext,
): Promise<void> {
  const { assets, landing, namespace, region } = settings;
  const sql: Record<string, string> = {};
  for (const step of manifest.steps) if (step.sql !== undefined) sql[step.sql] = await readText(s3, assets, step.sql);
  const written = manifest.steps.map(({ database, table }) => `${database}.${table}`);
  const names = [...written, ...Object.values(sql).flatMap(readsOf)];
  const tables: DescribedTable[] = [];
  for (const name of names.filter((each, index) => names.indexOf(each) === index)) {
    const table = await describeTable(glue, name);
    if (table) tables.push(table);
  }
  const events = openLineageEvents({ manifest, sql, tables }, { namespace, region, landing });
  const body = events.map((event) => `${JSON.stringify(event)}\n`).join("");
  await writeText(s3, assets, openLineageKey(run), body, { contentType: "application/x-ndjson" });
  log("info", "Lineage written", run, { events: events.length });
}
