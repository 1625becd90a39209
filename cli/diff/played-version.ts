/** One side of a diff: a version of the program on a runtime of its own, after the sample has run through it. */
import { basename, join } from "node:path";
import { readSummary } from "../lake/lake-summary";
import { lakeOf, type Lake } from "../lake/lake";
import { readLakeOutputs } from "../lake/outputs";
import { land, planLanding, registers } from "../landing/landing";
import type { Progress, Step } from "../presentation/progress";
import { isGood, manifestKeys, readRuns, type Run } from "../runs/run-records";
import { evaluateProgram } from "../../local/evaluate";
import type { ResourceGraph } from "../../local/graph";
import { Runtime } from "../../local/runtime";
import { readCatalog, type CatalogTable } from "./catalog";
import { readQueries, type ScannedQuery } from "./queries";
import type { Sample } from "./sample";
import type { Version } from "./scratch";

/** How many times faster than on AWS waits pass: as fast as this machine is. */
const PACE = 600;

/** How a run ended. */
export interface EndedRun {
  readonly pipeline: string;
  readonly date: string;
  /** As the run's record has it; absent if nothing came of the date. */
  readonly status?: string;
  /** Why it failed. */
  readonly reason?: string;
}

/** What a version made of the sample. */
export interface Side {
  readonly label: string;
  readonly tables: readonly CatalogTable[];
  readonly pipelines: readonly string[];
  readonly runs: readonly EndedRun[];
  readonly queries: readonly ScannedQuery[];
}

/** Evaluates the program of a version. Throws `ProgramError` with what is wrong with it. */
export function evaluateVersion({ folder }: Version, stack: string, state: string): Promise<ResourceGraph> {
  return evaluateProgram({ program: folder, stack, archives: join(state, "archives") });
}

/** Deploys an evaluated program to an empty runtime in `state`, lands the dates of the sample, and tells what came of it. */
export async function runSample(
  { label }: Version,
  graph: ResourceGraph,
  state: string,
  sample: Sample,
  progress: Progress,
): Promise<Side> {
  return progress.during(
    `Run ${label}`,
    async (step) => {
      const outputs = readLakeOutputs(graph.outputs);
      const place = { account: graph.account, region: graph.region };
      const runtime = await Runtime.open({ folder: state, place, pace: PACE });
      const { AWS_ENDPOINT_URL: endpoint } = runtime.environment();
      const credentials = { accessKeyId: "local", secretAccessKey: "local" };
      const lake = lakeOf(outputs, place, { endpoint, region: graph.region, credentials }, runtime);
      try {
        await runtime.deploy(graph);
        await landSample(lake, runtime, sample, step);
        const runs = await readRuns(lake.s3, outputs.assetsBucket, await manifestKeys(lake.s3, outputs.assetsBucket));
        return {
          label,
          tables: await readCatalog(lake, runtime, keysOf(graph)),
          pipelines: outputs.pipelines.map(({ name }) => name),
          runs: endedRuns(outputs.pipelines, sample, runs),
          queries: await readQueries(lake, runs),
        };
      } finally {
        await lake.close();
      }
    },
    ({ runs }) => `${runs.length} runs`,
  );
}

/** Lands one date after the other, and waits until all that follows is over. */
async function landSample(lake: Lake, runtime: Runtime, sample: Sample, step: Step): Promise<void> {
  for (const { date, files } of sample.dates) {
    step.at(date);
    const registered = files.filter((file) =>
      lake.outputs.pipelines.some((pipeline) => registers(pipeline, basename(file))),
    );
    const plan = planLanding(
      lake.outputs,
      registered.map((file) => ({ file, date })),
    );
    await land(lake.s3, lake.outputs.landingBucket, plan);
    await runtime.whenIdle();
  }
}

/** The last run of each pipeline and date; dates of which nothing came, too. */
function endedRuns(
  pipelines: readonly { readonly name: string }[],
  { dates }: Sample,
  runs: readonly Run[],
): EndedRun[] {
  return pipelines.flatMap(({ name }) =>
    dates.map(({ date }): EndedRun => {
      const ended = runs.filter(({ pipeline, exec_date }) => pipeline === name && exec_date === date);
      const run = ended.find((each) => !isGood(each)) ?? ended[ended.length - 1];
      if (!run) return { pipeline: name, date };
      const reason = run.error ? `${run.error.name}: ${run.error.message}` : undefined;
      return { pipeline: name, date, status: run.status, ...(reason === undefined ? {} : { reason }) };
    }),
  );
}

/** Columns that tell the rows of tables apart, by table, as far as the program says. */
function keysOf({ resources }: ResourceGraph): Map<string, readonly string[]> {
  const summaries = resources
    .filter(({ type }) => type === "tributary:index:DataLake")
    .flatMap(({ outputs: { summary } }) => (summary === undefined ? [] : [readSummary(summary)]));
  return new Map(
    summaries.flatMap(({ tables }) =>
      tables.flatMap(({ database, table, key }) => (key ? [[`${database}.${table}`, key] as const] : [])),
    ),
  );
}
