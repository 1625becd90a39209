/** The real program on a local runtime of its own, for tests that tell a story. */
import { mkdtempSync, rmSync } from "node:fs";
import { createReadStream, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { AthenaClient } from "@aws-sdk/client-athena";
import {
  DeleteTableCommand,
  GetDatabasesCommand,
  GetPartitionsCommand,
  GetTablesCommand,
  GlueClient,
} from "@aws-sdk/client-glue";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { runQuery } from "../../cli/lake/query";
import { readLakeOutputs, type LakeOutputs } from "../../cli/lake/outputs";
import { manifestKeys, readRuns, type Run } from "../../cli/runs/run-records";
import { generateSample } from "../../cli/sample/generate";
import { misreport } from "../../cli/sample/misreport";
import { render } from "../../cli/presentation/table";
import { evaluateProgram } from "../../local/evaluate";
import { Runtime } from "../../local/runtime";
import { evaluated, sharedFolder, type Stage } from "../evaluated";

/** Two units and a bit: enough for every code path, small enough to land many times. */
const rowCounts = { OH: 20_000, IN: 15_000 };

/** Sample files: the original of each state, and Ohio's with the one wrong row. */
export interface SampleFiles {
  readonly oh: string;
  readonly in: string;
  readonly ohMisreported: string;
}

let files: Promise<SampleFiles> | undefined;

async function generate(): Promise<SampleFiles> {
  // Of its own, as other processes generate theirs.
  const shared = mkdtempSync(join(sharedFolder(), "samples-"));
  const oh = join(shared, "epacems-1996-OH.parquet");
  const ohMisreported = join(shared, "misreported", "epacems-1996-OH.parquet");
  const indiana = join(shared, "epacems-1996-IN.parquet");
  await generateSample({ state: "OH", file: oh, rows: rowCounts.OH });
  await generateSample({ state: "IN", file: indiana, rows: rowCounts.IN });
  await misreport({ from: oh, to: ohMisreported });
  return { oh, in: indiana, ohMisreported };
}

/** The sample files, generated once for all stories that a process tells. */
export function sampleFiles(): Promise<SampleFiles> {
  files ??= generate();
  return files;
}

/** A deployed lake. */
export class TestLake {
  readonly s3: S3Client;
  readonly athena: AthenaClient;
  readonly glue: GlueClient;
  readonly sfn: SFNClient;

  private constructor(
    readonly runtime: Runtime,
    readonly outputs: LakeOutputs,
    private readonly folder: string,
  ) {
    const { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region } = runtime.environment();
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    this.s3 = new S3Client({ endpoint, region, credentials });
    this.athena = new AthenaClient({ endpoint, region, credentials });
    this.glue = new GlueClient({ endpoint, region, credentials });
    this.sfn = new SFNClient({ endpoint, region, credentials });
  }

  /** Deploys a stage of the program to a new folder. `now`: the runtime's clock. */
  static async open(
    stage: Stage = "dev",
    { now, program: own }: { readonly now?: () => Date; readonly program?: string } = {},
  ): Promise<TestLake> {
    const folder = mkdtempSync(join(tmpdir(), "tributary-lake-"));
    const graph = own
      ? await evaluateProgram({ program: own, stack: stage, archives: join(folder, "archives") })
      : await evaluated(stage);
    const runtime = await Runtime.open({ folder, pace: 600, now });
    await runtime.deploy(graph);
    return new TestLake(runtime, readLakeOutputs(graph.outputs), folder);
  }

  async close(): Promise<void> {
    this.s3.destroy();
    this.athena.destroy();
    this.glue.destroy();
    this.sfn.destroy();
    await this.runtime.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Writes an object to the landing bucket. */
  async put(key: string, body = ""): Promise<void> {
    const ContentLength = Buffer.byteLength(body);
    await this.s3.send(
      new PutObjectCommand({ Bucket: this.outputs.landingBucket, Key: key, Body: body, ContentLength }),
    );
  }

  /** Drops files of a date, under their own names or the given ones. */
  async drop(date: string, ...paths: (string | { path: string; name: string })[]): Promise<void> {
    for (const given of paths) {
      const { path, name } = typeof given === "string" ? { path: given, name: basename(given) } : given;
      await this.s3.send(
        new PutObjectCommand({
          Bucket: this.outputs.landingBucket,
          Key: `incoming/all_ef_files/${date}/${name}`,
          Body: createReadStream(path),
          ContentLength: statSync(path).size,
        }),
      );
    }
  }

  /** Drops files of a date and waits until all that follows is over. Answers the runs that they led to. */
  land(date: string, ...paths: (string | { path: string; name: string })[]): Promise<Run[]> {
    return this.runsOf(() => this.drop(date, ...paths));
  }

  /** Writes a control file by hand and waits until all that follows is over. Answers the runs that it led to. */
  announce(date: string, pipeline = "state_emission_daily"): Promise<Run[]> {
    return this.runsOf(() => this.put(`incoming/all_ef_files/${date}/${pipeline}.done`));
  }

  /** Does something, and waits until all that follows is over. Answers the runs that it led to. */
  async runsOf(work: () => Promise<unknown>): Promise<Run[]> {
    const before = await manifestKeys(this.s3, this.outputs.assetsBucket);
    await work();
    await this.runtime.whenIdle();
    const now = await manifestKeys(this.s3, this.outputs.assetsBucket);
    return readRuns(
      this.s3,
      this.outputs.assetsBucket,
      [...now].filter((key) => !before.has(key)),
    );
  }

  /** Delivers the event of a run's control file once more. Answers the runs that it led to: none. */
  redeliver({ pipeline, exec_date, run, started }: Run): Promise<Run[]> {
    const key = `incoming/all_ef_files/${exec_date}/${pipeline}.done`;
    const { landingBucket: name } = this.outputs;
    return this.runsOf(async () =>
      this.runtime.services.events.publish({
        source: "aws.s3",
        "detail-type": "Object Created",
        resources: [`arn:aws:s3:::${name}`],
        time: new Date(started),
        detail: { version: "0", bucket: { name }, object: { key, sequencer: run.toUpperCase(), etag: "0" } },
      }),
    );
  }

  /** What the checks found in a run, as its manifest has it. */
  async checksOf({ pipeline, exec_date, run }: Run): Promise<unknown> {
    const { assetsBucket: Bucket } = this.outputs;
    const keys = await manifestKeys(this.s3, Bucket);
    const Key = [...keys].find((key) => key.includes(`/${pipeline}/${exec_date}/`) && key.includes(`-${run}/`));
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket, Key }));
    return (JSON.parse((await Body?.transformToString()) ?? "") as { checks: unknown }).checks;
  }

  /** Drops the views that runs made, so that the next run makes them as the first one did. */
  async dropViews(): Promise<void> {
    const { DatabaseList = [] } = await this.glue.send(new GetDatabasesCommand({}));
    for (const { Name: DatabaseName } of DatabaseList) {
      const { TableList = [] } = await this.glue.send(new GetTablesCommand({ DatabaseName }));
      for (const { Name, TableType } of TableList) {
        if (TableType === "VIRTUAL_VIEW") await this.glue.send(new DeleteTableCommand({ DatabaseName, Name }));
      }
    }
  }

  /** Changes what a pipeline's functions are told of it, as a deployment would. */
  async redefine(pipeline: string, changes: object): Promise<void> {
    const object = { Bucket: this.outputs.assetsBucket, Key: `pipelines/${pipeline}/definition.json` };
    const { Body } = await this.s3.send(new GetObjectCommand(object));
    const definition = JSON.parse((await Body?.transformToString()) ?? "") as object;
    const body = JSON.stringify({ ...definition, ...changes });
    await this.s3.send(new PutObjectCommand({ ...object, Body: body, ContentLength: Buffer.byteLength(body) }));
  }

  /** Rows of a query, each as an object, as `tributary query --format json` prints them. */
  async query(sql: string): Promise<Record<string, unknown>[]> {
    const rows = await runQuery(this.athena, this.outputs.workgroup, sql);
    return JSON.parse(render(rows, "json", { unicode: false, colour: false })) as Record<string, unknown>[];
  }

  /** Every published partition and where its data is. */
  async partitions(): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for (const [database, table] of [
      ["landing_db_dev", "utility_data_in"],
      ["landing_db_dev", "utility_data_oh"],
      ["processed_db_dev", "utility_emissions_daily"],
      ["processed_db_dev", "utility_emissions_monthly"],
      ["audit_db_dev", "audit"],
    ]) {
      const { Partitions = [] } = await this.glue.send(
        new GetPartitionsCommand({ DatabaseName: database, TableName: table }),
      );
      for (const { Values = [], StorageDescriptor } of Partitions) {
        found[`${table} ${Values.join("/")}`] = StorageDescriptor?.Location ?? "";
      }
    }
    return found;
  }
}
