/** The real program on a local runtime of its own, for tests that tell a story. */
import { mkdtempSync, rmSync } from "node:fs";
import { createReadStream, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { AthenaClient } from "@aws-sdk/client-athena";
import { GetPartitionsCommand, GlueClient } from "@aws-sdk/client-glue";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { runQuery } from "../../cli/athena";
import { readLakeOutputs, type LakeOutputs } from "../../cli/lake-outputs";
import { manifestKeys, readRuns, type Run } from "../../cli/runs";
import { generateSample } from "../../cli/sample/generate";
import { misreport } from "../../cli/sample/misreport";
import { render } from "../../cli/table";
import { evaluateProgram } from "../../local/evaluate";
import type { ResourceGraph } from "../../local/graph";
import { Runtime } from "../../local/runtime";

const program = resolve(__dirname, "../..");

/** Two units and a bit: enough for every code path, small enough to land many times. */
const rowCounts = { OH: 20_000, IN: 15_000 };

/** Sample files: the original of each state, and Ohio's with the one wrong row. */
export interface SampleFiles {
  readonly oh: string;
  readonly in: string;
  readonly ohMisreported: string;
}

const shared = mkdtempSync(join(tmpdir(), "tributary-scenarios-"));
const graphs: Partial<Record<Stage, Promise<ResourceGraph>>> = {};
let files: Promise<SampleFiles> | undefined;

after(() => rmSync(shared, { recursive: true, force: true }));

/** Stages that the program has. */
type Stage = "dev" | "prod";

/** The program's resources, evaluated once for all stories. */
function evaluated(stack: Stage): Promise<ResourceGraph> {
  return (graphs[stack] ??= evaluateProgram({ program, stack, archives: join(shared, "archives") }));
}

async function generate(): Promise<SampleFiles> {
  const oh = join(shared, "epacems-1996-OH.parquet");
  const ohMisreported = join(shared, "misreported", "epacems-1996-OH.parquet");
  const indiana = join(shared, "epacems-1996-IN.parquet");
  await generateSample({ state: "OH", file: oh, rows: rowCounts.OH });
  await generateSample({ state: "IN", file: indiana, rows: rowCounts.IN });
  await misreport({ from: oh, to: ohMisreported });
  return { oh, in: indiana, ohMisreported };
}

/** The sample files, generated once for all stories. */
export function sampleFiles(): Promise<SampleFiles> {
  files ??= generate();
  return files;
}

/** A deployed lake. */
export class TestLake {
  readonly s3: S3Client;
  readonly athena: AthenaClient;
  readonly glue: GlueClient;

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
  }

  /** Deploys a stage of the program to a new folder. */
  static async open(stage: Stage = "dev"): Promise<TestLake> {
    const folder = mkdtempSync(join(tmpdir(), "tributary-lake-"));
    const graph = await evaluated(stage);
    const runtime = await Runtime.open({ folder, pace: 600 });
    await runtime.deploy(graph);
    return new TestLake(runtime, readLakeOutputs(graph.outputs), folder);
  }

  async close(): Promise<void> {
    this.s3.destroy();
    this.athena.destroy();
    this.glue.destroy();
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

  /** Writes a control file and waits until all that follows is over. Answers the runs that it led to. */
  async announce(date: string, pipeline = "state_emission_daily"): Promise<Run[]> {
    const before = await manifestKeys(this.s3, this.outputs.assetsBucket);
    await this.put(`incoming/all_ef_files/${date}/${pipeline}.done`);
    await this.runtime.whenIdle();
    const now = await manifestKeys(this.s3, this.outputs.assetsBucket);
    return readRuns(
      this.s3,
      this.outputs.assetsBucket,
      [...now].filter((key) => !before.has(key)),
    );
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
