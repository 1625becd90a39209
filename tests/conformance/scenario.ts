/**
 * What a lake does in a life: files come, numbers are corrected, input is bad, events come twice, runs meet, checks fail, dates are
 * run again and taken back. Told through AWS's clients alone, so that it is the same wherever they lead.
 */
import { GetQueryResultsCommand } from "@aws-sdk/client-athena";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetObjectCommand, HeadObjectCommand } from "@aws-sdk/client-s3";
import { StartExecutionCommand } from "@aws-sdk/client-sfn";
import { openBackfill } from "../../cli/backfill/open-backfill";
import { runBackfill } from "../../cli/backfill/run-backfill";
import { publishVersion } from "../../cli/commands/rollback";
import { countDeadLetters } from "../../cli/lake/dead-letters";
import { pipelineNamed, readDefinitions } from "../../cli/lake/definitions";
import { executionArn, executionHistory } from "../../cli/lake/executions";
import type { Lake } from "../../cli/lake/lake";
import { runQuery } from "../../cli/lake/query";
import { deliver } from "../../cli/landing/deliver";
import { planLanding } from "../../cli/landing/landing";
import type { Progress } from "../../cli/presentation/progress";
import { untilSettled } from "../../cli/runs/await-runs";
import { startDate } from "../../cli/runs/run-date";
import { manifestKeys, readRuns, type Run } from "../../cli/runs/run-records";
import { chooseVersion, findVersions } from "../../cli/runs/date-versions";
import { executionName } from "../../functions/runs/pipeline";
import { describeHistory, describeRows, describeRuns, nameOfError, type Answer } from "./answers";
import type { ScenarioFiles } from "./files";
import { numberQuery, typesQuery } from "./queries";

/** Dates that the scenario uses, for no other. */
const dates = {
  first: "2024-11-08",
  second: "2024-11-09",
  failing: "2024-11-10",
  text: "2024-11-11",
  lacking: "2024-11-12",
  incomplete: "2024-11-13",
  unknown: "2024-11-14",
  impossible: "2024-02-30",
} as const;

const daily = "state_emission_daily";
const monthly = "state_emission_monthly";

/** One chapter: what it asks, and the answers. */
export interface Chapter {
  readonly title: string;
  play(stage: Scene): Promise<Readonly<Record<string, Answer>>>;
}

/** What chapters work with. */
export interface Scene {
  readonly lake: Lake;
  readonly files: ScenarioFiles;
  readonly progress: Progress;
  /** All runs so far. */
  readonly runs: Run[];
}

/** Lands files of a date, and control files; answers the runs that came of it, when all is over. */
async function land(
  { lake, progress, runs }: Scene,
  date: string,
  files: readonly string[],
  controls?: readonly string[],
): Promise<Run[]> {
  const plan = planLanding(
    lake.outputs,
    files.map((file) => ({ file, date })),
    { ...(controls && { controls: controls.map((name) => ({ name, date })) }), source: "all_ef_files" },
  );
  const outcome = await deliver(lake, plan, progress);
  runs.push(...outcome.runs);
  return [...outcome.runs];
}

/** Does something that starts runs of the dates, and waits until all is over. */
async function runsOf(
  { lake, runs }: Scene,
  expected: readonly { pipeline: string; date: string }[],
  work: () => Promise<unknown>,
): Promise<Run[]> {
  const { s3, outputs } = lake;
  const known = await manifestKeys(s3, outputs.assetsBucket);
  await work();
  await untilSettled(lake, await readDefinitions(lake), expected, known);
  const fresh = [...(await manifestKeys(s3, outputs.assetsBucket))].filter((key) => !known.has(key));
  const found = await readRuns(s3, outputs.assetsBucket, fresh);
  runs.push(...found);
  return found;
}

const query = async ({ lake }: Scene, sql: string): Promise<Answer> =>
  describeRows(await runQuery(lake.athena, lake.outputs.workgroup, sql));

/** Database of a table, as the stage calls it. */
async function databaseOf({ lake }: Scene, pipeline: string, table: string): Promise<string> {
  const { tables } = pipelineNamed(await readDefinitions(lake), pipeline);
  return tables.find((each) => each.table === table)?.database ?? "";
}

const newest = ({ runs }: Scene, pipeline: string, date: string): Run => {
  const found = runs.filter((run) => run.pipeline === pipeline && run.exec_date === date).at(-1);
  if (!found) throw new Error(`There is no run of ${pipeline} for ${date}.`);
  return found;
};

/** The chapters in their order: later ones rely on what earlier ones left. */
export const chapters: readonly Chapter[] = [
  {
    title: "texts and types of values",
    play: async (scene) => ({
      types: await query(scene, typesQuery),
      numbers: await query(scene, numberQuery),
    }),
  },
  {
    title: "acceptance: two dates, one wrong number",
    play: async (scene) => {
      const first = await land(scene, dates.first, [scene.files.misreported, scene.files.indiana]);
      const second = await land(scene, dates.second, [scene.files.ohio, scene.files.indiana]);
      const audit = await databaseOf(scene, monthly, "audit");
      const processed = await databaseOf(scene, daily, "utility_emissions_daily");
      const history = async (pipeline: string): Promise<Answer> =>
        describeHistory(await executionHistory(scene.lake, newest(scene, pipeline, dates.second)));
      return {
        "first date": describeRuns(first),
        "second date": describeRuns(second),
        "what moved": await query(
          scene,
          `select layer, table_name, attribute, grain_value_1, grain_value_2, grain_value_3, curr_value, prev_value, change_type, ` +
            `delta, cast(prev_exec_date as varchar) as prev from ${audit}.audit where exec_date = date '${dates.second}' order by 2, 3`,
        ),
        "sums by day": await query(
          scene,
          `select record_date, co2_ton_oh, cast(co2_ton_oh as varchar) as text from ${processed}.utility_emissions_daily ` +
            `where exec_date = date '${dates.second}' order by 1 limit 10`,
        ),
        "history of the daily run": await history(daily),
        "history of the monthly run": await history(monthly),
      };
    },
  },
  {
    title: "bad input",
    play: async (scene) => {
      const { files } = scene;
      const landed = (date: string, paths: string[], controls?: string[]): Promise<Answer> =>
        land(scene, date, paths, controls).then(describeRuns);
      return {
        "no Parquet": await landed(dates.text, [files.noParquet, files.indiana]),
        "a column is missing": await landed(dates.lacking, [files.lacking, files.indiana]),
        "a file is missing": await landed(dates.incomplete, [files.ohio], [`${daily}.done`]),
        "an unknown control file": await landed(dates.unknown, [], ["nobody.done"]),
        "a date that does not exist": await landed(dates.impossible, [], [`${daily}.done`]),
      };
    },
  },
  {
    title: "an event that comes twice",
    play: async (scene) => {
      const run = newest(scene, daily, dates.second);
      const { lake } = scene;
      const before = (await manifestKeys(lake.s3, lake.outputs.assetsBucket)).size;
      const key = `incoming/all_ef_files/${run.exec_date}/${daily}.done`;
      const bucket = { name: lake.outputs.landingBucket };
      const event = {
        ...{ version: "0", source: "aws.s3", "detail-type": "Object Created", time: run.started },
        detail: { version: "0", bucket, object: { key, sequencer: run.run.toUpperCase(), etag: "0" } },
      };
      const machine = executionArn(lake, run)
        ?.replace(":execution:", ":stateMachine:")
        .split(":")
        .slice(0, -1)
        .join(":");
      const start = new StartExecutionCommand({ stateMachineArn: machine, name: executionName(run), input: "{}" });
      return {
        "the trigger": await invoke(scene, `${lake.outputs.workgroup}-${daily}-trigger`, event),
        "the same execution with another input": await nameOfError(lake.sfn.send(start)),
        "new runs": (await manifestKeys(lake.s3, lake.outputs.assetsBucket)).size - before,
      };
    },
  },
  {
    title: "two runs of one date at once",
    play: async (scene) => {
      const { lake } = scene;
      const definition = pipelineNamed(await readDefinitions(lake), daily);
      const runs = await runsOf(scene, [{ pipeline: daily, date: dates.first }], () =>
        Promise.all([startDate(definition, dates.first, lake), startDate(definition, dates.first, lake)]),
      );
      const own = runs.filter(({ pipeline }) => pipeline === daily);
      const table = await findVersions("utility_emissions_daily", dates.first, lake);
      return {
        "runs of the date": own.length,
        "each succeeded or gave way": own.every(({ status }) => ["SUCCEEDED", "SUPERSEDED"].includes(status)),
        "readers see the newest": table.published[0] === table.versions[0]?.run.run,
      };
    },
  },
  {
    title: "a check that fails",
    play: async (scene) => {
      const runs = await land(scene, dates.failing, [scene.files.negative, scene.files.indiana]);
      const processed = await databaseOf(scene, daily, "utility_emissions_daily");
      return {
        runs: describeRuns(runs),
        published: await query(
          scene,
          `select count(*) as n from ${processed}.utility_emissions_daily where exec_date = date '${dates.failing}'`,
        ),
        history: describeHistory(await executionHistory(scene.lake, newest(scene, daily, dates.failing))),
      };
    },
  },
  {
    title: "a backfill of two dates",
    play: async (scene) => {
      const { lake } = scene;
      const definitions = await readDefinitions(lake);
      const request = { from: dates.first, to: dates.second, downstream: false, id: "conformance" };
      const record = await openBackfill(request, definitions, lake);
      const plan = { definitions, all: definitions, parallel: 2, stopped: () => false, onDate: () => () => undefined };
      const expected = [dates.first, dates.second].map((date) => ({ pipeline: daily, date }));
      await runsOf(scene, expected, () => runBackfill(record, lake, plan));
      const tasks = Object.entries(record.value.tasks).sort(([a], [b]) => a.localeCompare(b));
      return Object.fromEntries(
        tasks.map(([date, byPipeline]) => [
          date,
          Object.fromEntries(Object.entries(byPipeline).map(([pipeline, { status = "" }]) => [pipeline, status])),
        ]),
      );
    },
  },
  {
    title: "a rollback",
    play: async (scene) => {
      const { lake } = scene;
      const table = await findVersions("utility_emissions_daily", dates.second, lake);
      const chosen = chooseVersion(table, undefined);
      await publishVersion(chosen, lake);
      const after = await findVersions("utility_emissions_daily", dates.second, lake);
      const processed = await databaseOf(scene, daily, "utility_emissions_daily");
      return {
        "readers see the run before": after.published[0] === chosen.run.run && table.published[0] !== chosen.run.run,
        rows: await query(
          scene,
          `select count(*) as n from ${processed}.utility_emissions_daily where exec_date = date '${dates.second}'`,
        ),
      };
    },
  },
  {
    title: "permissions as used",
    play: async (scene) => ({
      "events not handled": await countDeadLetters(scene.lake),
      "runs that were not allowed something": scene.runs.filter(({ error }) =>
        /not authorized|access ?denied/i.test(`${error?.name ?? ""} ${error?.message ?? ""}`),
      ).length,
    }),
  },
  {
    title: "errors of single calls",
    play: async ({ lake }) => ({
      "an object that is not there": await nameOfError(
        lake.s3.send(new GetObjectCommand({ Bucket: lake.outputs.assetsBucket, Key: "conformance/none" })),
      ),
      "its head": await nameOfError(
        lake.s3.send(new HeadObjectCommand({ Bucket: lake.outputs.assetsBucket, Key: "conformance/none" })),
      ),
      "a query that is not there": await nameOfError(
        lake.athena.send(new GetQueryResultsCommand({ QueryExecutionId: "00000000-0000-0000-0000-000000000000" })),
      ),
    }),
  },
];

/** Invokes a function; its answer's status, or its error. */
async function invoke({ lake }: Scene, FunctionName: string, event: object): Promise<Answer> {
  const lambda = new LambdaClient(lake.clients);
  try {
    const { Payload, FunctionError } = await lambda.send(
      new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(event)) }),
    );
    const { status, errorType } = JSON.parse(Buffer.from(Payload ?? []).toString()) as Record<string, string>;
    return { error: FunctionError ?? null, status: status ?? errorType ?? null };
  } finally {
    lambda.destroy();
  }
}
