/** The lake of `program/` on a local runtime of its own, emptied between schedules. */
import { readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { withDuckDb } from "../../cli/sample/duckdb";
import { readLakeOutputs, type LakeOutputs } from "../../cli/lake/outputs";
import { leaseSeconds } from "../../functions/publication/lease";
import { publishedParameters } from "../../functions/publication/publication";
import { evaluateProgram } from "../../local/evaluate";
import type { ResourceGraph } from "../../local/graph";
import type { JournalEntry } from "../../local/journal";
import { InProcessFunction, type Handler } from "../../local/lambda/in-process-function";
import type { ProcessTarget } from "../../local/lambda/function-process";
import { Runtime } from "../../local/runtime";
import { isDeleteMarker } from "../../local/s3/stored-object";
import { Clock } from "./clock";
import { fileRows } from "./expected";
import { handlerOf, type Surroundings } from "./in-process-functions";
import { scratchFolder } from "./scratch";
import { versions, type FaultRates, type Pipeline } from "./schedule";

/** What functions run in: this process with one or the other kind of client, or processes of their own. */
export type Functions = Surroundings["clients"] | "processes";

/** Evaluates the program; its functions' archives stay in `folder`. */
export function evaluateModel(folder: string): Promise<ResourceGraph> {
  return evaluateProgram({ program: resolve(__dirname, "program"), stack: "test", archives: join(folder, "archives") });
}

/** How many times faster than on AWS retries follow one another. */
const pace = 1200;

/** Functions that hold leases. */
const holders = ["publish", "pruner"];

/** A version of a control file. */
export interface ControlFile {
  readonly pipeline: Pipeline;
  readonly date: string;
  readonly body: string;
}

/** A run's record as the model looks at it. */
export interface RunRecord {
  readonly key: string;
  readonly pipeline: Pipeline;
  readonly exec_date: string;
  readonly run: string;
  readonly status: string;
  readonly started: string;
  readonly error?: { readonly name: string; readonly message: string };
  readonly inputs: readonly { readonly key: string; readonly etag: string }[];
  readonly upstreams: Readonly<Record<string, string>>;
}

/** The lake. */
export class ModelLake {
  readonly clock = new Clock();
  /** What was journalled since the last {@link empty}. */
  readonly journal: JournalEntry[] = [];
  private readonly holding = new Set<() => boolean>();
  private pool: readonly Buffer[] = [];
  private tableOfX: unknown;

  private constructor(
    readonly runtime: Runtime,
    readonly outputs: LakeOutputs,
    private readonly folder: string,
  ) {
    runtime.journal.listen((entry) => this.journal.push(entry));
  }

  /** Deploys the program to a new folder. Functions' log lines are kept from the console until it is closed. */
  static async open(graph: ResourceGraph, functions: Functions = "sdk"): Promise<ModelLake> {
    const folder = scratchFolder();
    const opened: { lake?: ModelLake } = {};
    const runtime = await Runtime.open({
      folder,
      pace,
      now: () => (opened.lake ? opened.lake.clock.now() : new Date()),
      functionProcess:
        functions === "processes"
          ? undefined
          : (target) => opened.lake && new InProcessFunction(target, opened.lake.handler(target, functions)),
    });
    await runtime.deploy(graph);
    const lake = new ModelLake(runtime, readLakeOutputs(graph.outputs), folder);
    opened.lake = lake;
    // After EventBridge is enabled, five minutes pass before S3 tells it anything.
    lake.clock.pass(600);
    lake.pool = await writePool(folder);
    lake.tableOfX = runtime.services.catalog.getTable("processed_db_test", "x_latest");
    return lake;
  }

  async close(): Promise<void> {
    await this.runtime.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Calls an operation as the account's owner, whom no fault strikes. */
  call(service: "s3" | "glue" | "athena" | "states", operation: string, input: object): Promise<unknown> {
    return this.runtime.api.call(service, operation, input, this.runtime.owner);
  }

  /** Drops a file of the pool. */
  async land(pipeline: "u" | "v", date: string, version: number): Promise<void> {
    await this.put(`incoming/files/${date}/${pipeline}-data.parquet`, this.pool[version]);
  }

  /** Writes an empty control file. */
  async rerun(pipeline: Pipeline, date: string): Promise<void> {
    await this.put(`incoming/files/${date}/${pipeline}.done`, Buffer.alloc(0));
  }

  /** Delivers the event of an earlier control file once more. */
  async redeliver(which: number): Promise<void> {
    const runs = (await this.runs()).filter(({ run }) => !run.includes("."));
    if (runs.length === 0) return;
    const { pipeline, exec_date, run, started } = runs[which % runs.length];
    const key = `incoming/files/${exec_date}/${pipeline}.done`;
    const { landingBucket: name } = this.outputs;
    this.runtime.services.events.publish({
      source: "aws.s3",
      "detail-type": "Object Created",
      resources: [`arn:aws:s3:::${name}`],
      time: new Date(started),
      detail: { version: "0", bucket: { name }, object: { key, sequencer: run.toUpperCase(), etag: "0" } },
    });
  }

  /** Stops one of the executions that are under way, if there is one. */
  async stop(which: number): Promise<void> {
    const ended = this.journal.flatMap((entry) => (entry.kind === "execution-ended" ? [entry.executionArn] : []));
    const running = this.journal.flatMap((entry) =>
      entry.kind === "execution-started" && !ended.includes(entry.executionArn) ? [entry.executionArn] : [],
    );
    if (running.length === 0) return;
    await this.call("states", "StopExecution", { executionArn: running[which % running.length] });
  }

  /** Runs that readers see something of: those that the catalog names. */
  shownRuns(): Set<string> {
    const { catalog } = this.runtime.services;
    const shown = new Set<string>();
    for (const database of catalog.getDatabases().map(({ Name }) => Name)) {
      for (const table of catalog.getTables(database)) {
        for (const { Parameters } of [table, ...catalog.getPartitions(database, table.Name)]) {
          const run = (Parameters as Record<string, string> | undefined)?.[publishedParameters.run];
          if (run !== undefined) shown.add(run);
        }
      }
    }
    return shown;
  }

  /** Fires the watchers' hourly schedules. */
  sweep(): void {
    for (const pipeline of ["u", "v", "w", "x"]) this.runtime.services.schedules.fire(`model-test-${pipeline}-hourly`);
  }

  /** Fires the pruners' nightly schedules, after a week if no run is under way: none takes longer than half an hour. */
  night(): void {
    const count = (sought: JournalEntry["kind"]): number => this.journal.filter(({ kind }) => kind === sought).length;
    if (count("execution-started") === count("execution-ended")) this.clock.pass(7 * 24 * 3600);
    for (const pipeline of ["u", "v", "w", "x"]) this.runtime.services.schedules.fire(`model-test-${pipeline}-nightly`);
  }

  /** Lets faults happen from now on. */
  strike(seed: number, rates: FaultRates): void {
    this.runtime.faults.plan = {
      seed,
      rates,
      // A lease bears clocks that are a minute apart.
      largestSkewSeconds: 25,
      // Runs are named by sequencers.
      volatile: [/[0-9a-f]{16,18}/i],
    };
  }

  /** Ends the faults. */
  calm(): void {
    this.runtime.faults.plan = undefined;
  }

  /**
   * Waits until all is over: without faults, with the watchers' hours and what an operator does: dead letters are sent again.
   * Answers how many there were. Throws if it is never over.
   */
  async settle(): Promise<number> {
    let redriven = 0;
    for (let round = 0; round < 8; round++) {
      await this.runtime.whenIdle();
      const before = this.started();
      redriven += this.redrive();
      await this.runtime.whenIdle();
      this.clock.pass(3600);
      this.sweep();
      await this.runtime.whenIdle();
      const { messages } = this.runtime.services.queues.get(this.deadLetters);
      if (this.started() === before && messages.length === 0) return redriven;
    }
    throw new Error("The lake does not come to rest: each look starts more runs.");
  }

  /** Sends all dead letters to where they were to go. */
  private redrive(): number {
    const { queues, functions } = this.runtime.services;
    const { messages } = queues.get(this.deadLetters);
    queues.purge(this.deadLetters);
    for (const { body, attributes } of messages) {
      const rule = attributes.TARGET_ARN?.StringValue;
      if (rule !== undefined) functions.invokeLater(rule.split(":").pop() ?? "", body);
      else {
        // A record of an asynchronous invocation. Lambda documentation, "Capturing records of asynchronous invocations".
        const { requestContext, requestPayload } = JSON.parse(body) as {
          requestContext: { functionArn: string };
          requestPayload: unknown;
        };
        functions.invokeLater(requestContext.functionArn.split(":")[6], JSON.stringify(requestPayload));
      }
    }
    return messages.length;
  }

  private started(): number {
    return this.journal.filter(({ kind }) => kind === "execution-started").length;
  }

  private get deadLetters(): string {
    return this.runtime.services.queues.names()[0];
  }

  /** All run records. */
  async runs(): Promise<RunRecord[]> {
    const keys = this.runtime.services.s3.keys(this.outputs.assetsBucket, "pipeline_executions/");
    const manifests = keys.filter((key) => key.endsWith("/manifest.json"));
    return Promise.all(
      manifests.map(async (key) => ({ ...(JSON.parse(await this.text("assetsBucket", key)) as RunRecord), key })),
    );
  }

  /** All versions of all control files, of each the oldest first. */
  async controlFiles(): Promise<ControlFile[]> {
    const { s3 } = this.runtime.services;
    const bucket = this.outputs.landingBucket;
    const files: ControlFile[] = [];
    for (const key of s3.everyKey(bucket).filter((each) => each.endsWith(".done"))) {
      const [, , date, name] = key.split("/");
      for (const version of (await s3.history(bucket, key)).reverse()) {
        if (isDeleteMarker(version)) continue;
        const chunks: Buffer[] = [];
        for await (const chunk of s3.read(bucket, version)) chunks.push(chunk as Buffer);
        const body = Buffer.concat(chunks).toString("utf8");
        files.push({ pipeline: name.replace(/\.done$/, "") as Pipeline, date, body });
      }
    }
    return files;
  }

  /** Runs that completion markers name, by `<pipeline> <date>`. */
  async markers(): Promise<Map<string, string>> {
    const { s3 } = this.runtime.services;
    const marked = new Map<string, string>();
    for (const key of s3.keys(this.outputs.landingBucket).filter((each) => each.endsWith(".completed"))) {
      const [, , date, name] = key.split("/");
      const { run } = JSON.parse(await this.text("landingBucket", key)) as { run: string };
      marked.set(`${name.replace(/\.completed$/, "")} ${date}`, run);
    }
    return marked;
  }

  /** Rows of a query as text. Throws if it fails. */
  async query(sql: string): Promise<(string | undefined)[][]> {
    const { workgroup: WorkGroup } = this.outputs;
    const started = await this.call("athena", "StartQueryExecution", { QueryString: sql, WorkGroup });
    const { QueryExecutionId } = started as { QueryExecutionId: string };
    for (;;) {
      await sleep(5);
      const { state, reason, error } = this.runtime.services.athena.get(QueryExecutionId);
      if (state === "FAILED" || state === "CANCELLED") throw new Error(`${sql}: ${error?.ErrorMessage ?? reason}`);
      if (state === "SUCCEEDED") break;
    }
    const { ResultSet } = (await this.call("athena", "GetQueryResults", { QueryExecutionId })) as {
      ResultSet: { Rows: { Data: { VarCharValue?: string }[] }[] };
    };
    return ResultSet.Rows.slice(1).map(({ Data }) => Data.map(({ VarCharValue }) => VarCharValue));
  }

  /** Removes all data and records; what is deployed stays. Nothing may be under way. */
  async empty(): Promise<void> {
    const { s3, catalog, queues } = this.runtime.services;
    const { landingBucket, assetsBucket } = this.outputs;
    for (const { name } of s3.list()) if (name !== assetsBucket && name !== landingBucket) await s3.emptyBucket(name);
    await s3.emptyBucket(landingBucket, "incoming/");
    for (const prefix of ["pipeline_executions/", "leases/", "watched/"]) await s3.emptyBucket(assetsBucket, prefix);
    for (const database of catalog.getDatabases().map(({ Name }) => Name)) {
      for (const { Name } of catalog.getTables(database)) {
        const values = catalog.getPartitions(database, Name).map(({ Values }) => Values);
        if (values.length > 0) {
          catalog.changePartitions(database, Name, values.map((each) => ({ kind: "delete", values: each }))); // prettier-ignore
        }
      }
    }
    catalog.putTable("processed_db_test", this.tableOfX as Parameters<typeof catalog.putTable>[1]);
    queues.purge(this.deadLetters);
    this.journal.length = 0;
  }

  private async text(bucket: "assetsBucket" | "landingBucket", key: string): Promise<string> {
    return readFileSync(this.runtime.services.s3.pathOf(this.outputs[bucket], key), "utf8");
  }

  private async put(key: string, body: Buffer): Promise<void> {
    const { landingBucket: Bucket } = this.outputs;
    await this.call("s3", "PutObject", { Bucket, Key: key, Body: body, ContentLength: body.length });
  }

  /**
   * The handler of a function. A lease that nobody alive holds is free after a while: the time is let pass as soon as somebody
   * waits for it.
   */
  private handler(target: ProcessTarget, clients: Surroundings["clients"]): Handler {
    const { runtime, clock, holding } = this;
    const handle = handlerOf(target, { runtime, clients, now: clock.now });
    if (!holders.some((name) => target.name.endsWith(`-${name}`))) return handle;
    const { AWS_ACCESS_KEY_ID: accessKey } = target.environment;
    return async (event, context) => {
      const isAlive = (): boolean => isActing(runtime, accessKey);
      holding.add(isAlive);
      try {
        return await handle(event, context);
      } catch (error) {
        holding.delete(isAlive);
        if ((error as Error).name === "LeaseTaken" && ![...holding].some((other) => other())) {
          clock.pass(leaseSeconds + 60);
        }
        throw error;
      } finally {
        holding.delete(isAlive);
      }
    };
  }
}

/** Whether the process that an access key was lent to has not been ended by a fault. */
function isActing(runtime: Runtime, accessKey: string): boolean {
  try {
    return !runtime.services.sessions.callerOf(accessKey).actor?.ended;
  } catch {
    return false;
  }
}

/** Writes each version of the pool as a Parquet file; the first is missing, as versions count from one. */
async function writePool(folder: string): Promise<Buffer[]> {
  return withDuckDb(async (connection) => {
    const files: Buffer[] = [Buffer.alloc(0)];
    for (let version = 1; version <= versions; version++) {
      const path = join(folder, `version-${version}.parquet`);
      const values = fileRows(version).map(({ id, amount }) => `(${id}, ${amount}, ${version})`);
      await connection.run(
        `COPY (SELECT * FROM (VALUES ${values.join(", ")}) AS t (id, amount, version)) TO '${path}' (FORMAT parquet)`,
      );
      files.push(readFileSync(path));
    }
    return files;
  });
}
