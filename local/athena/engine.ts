/**
 * Athena engine version 3 on DuckDB: takes queries, runs a few at a time, keeps what became of them.
 */
import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { AwsError, type Call, type Place } from "../api";
import type { Journal } from "../journal";
import { CatalogAccess } from "./catalog-access";
import { openDatabase } from "./database";
import { failureOf } from "./failures";
import { ParquetFiles } from "./parquet-files";
import { NamedQueries } from "./named-queries";
import { PreparedStatements } from "./prepared-statements";
import { Preparing } from "./preparing";
import { QueryLog, type QueryRecord } from "./query-log";
import { type Outcome, QueryCancelled, type Run } from "./run";
import { classify, runStatement } from "./run-statement";
import { Semaphore } from "./semaphore";
import { parseLocation, Storage } from "./storage";
import type { Parsed } from "../../athena-sql/trino/statements";
import { invalid } from "./invalid-request";
import { outputOf, parametersOf, parseOrRefuse, type QueryRequest } from "./query-request";
import { type WorkGroup, WorkGroups, type WorkGroupInput } from "./workgroups";

/** What the engine works with. */
export interface AthenaEngineOptions {
  /** Where queries and workgroups are remembered and scratch files are written. */
  readonly folder: string;
  readonly place: Place;
  /** Plain file of an object. It is asked only for objects whose reading was authorized. */
  readonly pathOf: (bucket: string, key: string) => string;
  readonly journal: Journal;
  /** Told of queries that ended, in workgroups that publish their metrics. */
  readonly onMeasured?: (query: MeasuredQuery) => void;
  readonly now?: () => Date;
}

/** What is measured of a query. */
export interface MeasuredQuery extends Pick<QueryRecord, "workGroup" | "statementType" | "state" | "bytesScanned"> {
  readonly milliseconds: number;
}

// DuckDB blocks a thread of Node's pool while it runs, and of the pool's four one has to stay for files.
const AT_ONCE = 3;

/** The engine of one runtime. */
export class AthenaEngine {
  readonly workGroups: WorkGroups;
  readonly named: NamedQueries;
  readonly prepared: PreparedStatements;
  readonly place: Place;
  private readonly log: QueryLog;
  private readonly parquet = new ParquetFiles();
  private readonly slots = new Semaphore(AT_ONCE);
  private readonly running = new Map<string, { cancelled: boolean; connection?: DuckDBConnection }>();
  private readonly work = new Set<Promise<void>>();
  /** Requests with a token that are being accepted, by token. */
  private readonly starting = new Map<string, Promise<string>>();
  private instance: Promise<DuckDBInstance> | undefined;
  private readonly now: () => Date;
  private closed = false;

  constructor(private readonly options: AthenaEngineOptions) {
    this.now = options.now ?? (() => new Date());
    this.place = options.place;
    this.workGroups = new WorkGroups(options.folder, this.now);
    this.named = new NamedQueries(options.folder);
    this.prepared = new PreparedStatements(options.folder, this.now);
    this.log = new QueryLog(join(options.folder, "queries"));
    rmSync(join(options.folder, "scratch"), { recursive: true, force: true });
    // What an earlier process did not finish never will be.
    for (const record of this.log.list()) {
      if (record.completed === undefined) {
        const failure = failureOf(new Error("The local runtime was closed while the query ran."));
        this.log.put({ ...record, ...failure, state: "FAILED", completed: this.now().toISOString() });
      }
    }
  }

  /** Creates or replaces a workgroup. */
  putWorkGroup(input: WorkGroupInput): void {
    this.workGroups.put(input);
  }

  /** @throws AwsError InvalidRequestException if there is no such workgroup, or it is `primary` */
  deleteWorkGroup(name: string): void {
    this.workGroups.delete(name);
    this.named.deleteAll(name);
    this.prepared.deleteAll(name);
  }

  /** A query's record. @throws AwsError InvalidRequestException if there is none */
  get(id: string): QueryRecord {
    const record = this.log.get(id);
    if (!record) throw invalid(`QueryExecution ${id} was not found`);
    return record;
  }

  /** Workgroup of a query, also of one that does not exist: whoever asks needs a permission first. */
  workGroupOf(id: string): string {
    return this.log.get(id)?.workGroup ?? "primary";
  }

  /** Queries, the newest first. */
  list(workGroup: string): QueryRecord[] {
    return this.log.list().filter((record) => record.workGroup === workGroup);
  }

  /**
   * Accepts a query and runs it as the caller.
   * @returns its id
   * @throws AwsError InvalidRequestException for what Athena refuses before there is a query: text that does not parse, no
   * place for results, a token that was used for something else
   */
  async start(request: QueryRequest, call: Call): Promise<string> {
    const { clientRequestToken: token } = request;
    if (token === undefined) return this.accept(request, call);
    // Requests with one token are one query also when they come at the same time.
    const accept = () => this.accept(request, call);
    const mine = (this.starting.get(token) ?? Promise.resolve()).then(accept, accept);
    this.starting.set(token, mine);
    try {
      return await mine;
    } finally {
      if (this.starting.get(token) === mine) this.starting.delete(token);
    }
  }

  private async accept(request: QueryRequest, call: Call): Promise<string> {
    if (this.closed) throw new AwsError("InternalServerException", "The local runtime is closing.", 500);
    const group = this.workGroups.get(request.workGroup);
    if (group.State === "DISABLED") throw invalid(`WorkGroup ${group.Name} is disabled.`);
    const earlier = this.earlier(request, group);
    if (earlier) return earlier.id;
    const { parsed, values } = this.prepare(parseOrRefuse(request.query), request, group, call);
    const outputFolder = outputOf(request, group);
    const storage = new Storage(call, this.options.pathOf);
    const { bucket } = parseLocation(outputFolder) ?? { bucket: "" };
    try {
      await storage.verifyBucket(bucket);
    } catch (error) {
      throw invalid(`Unable to verify/create output bucket ${bucket}: ${(error as Error).message}`);
    }
    const id = randomUUID();
    const extension = ["DML"].includes(classify(parsed.statement).statementType) ? "csv" : "txt";
    const record: QueryRecord = {
      id,
      query: request.query,
      ...classify(parsed.statement),
      workGroup: group.Name,
      database: request.database.toLowerCase(),
      catalog: request.catalog,
      parameters: request.parameters && [...request.parameters],
      output: `${outputFolder}${id}.${extension}`,
      resultConfiguration: {
        EncryptionConfiguration: group.Configuration.ResultConfiguration?.EncryptionConfiguration,
      },
      clientRequestToken: request.clientRequestToken,
      state: "QUEUED",
      submitted: this.now().toISOString(),
      bytesScanned: 0,
      columns: [],
      header: extension === "csv",
    };
    this.log.put(record);
    this.running.set(id, { cancelled: false });
    const done = this.options.journal
      .track(this.execute(record, parsed, values, outputFolder, group, call, storage))
      .finally(() => {
        this.work.delete(done);
      });
    this.work.add(done);
    return id;
  }

  /** What EXECUTE stands for, and the values of the `?`; any other statement stands for itself. */
  private prepare(
    parsed: Parsed,
    { parameters = [] }: QueryRequest,
    group: WorkGroup,
    call: Call,
  ): { parsed: Parsed; values: readonly string[] } {
    const { statement } = parsed;
    if (statement.kind !== "execute") return { parsed, values: parameters };
    const found = new Preparing(this.prepared, group.Name, this.place, call).get(statement.name);
    // Athena, "Use prepared statements": values stand after USING, or come with the request.
    return { parsed: parseOrRefuse(found), values: statement.values.length > 0 ? statement.values : parameters };
  }

  // API reference, StartQueryExecution, ClientRequestToken: the same request is the same query, another one an error.
  private earlier(request: QueryRequest, group: WorkGroup): QueryRecord | undefined {
    const token = request.clientRequestToken;
    const found =
      token === undefined ? undefined : this.log.list().find((record) => record.clientRequestToken === token);
    if (!found) return undefined;
    const same =
      found.query === request.query &&
      found.database === request.database.toLowerCase() &&
      found.catalog === request.catalog &&
      found.workGroup === group.Name &&
      isDeepStrictEqual(found.parameters ?? [], request.parameters ?? []) &&
      found.output.startsWith(`${outputOf(request, group)}${found.id}.`);
    if (!same) throw invalid("Idempotent parameters do not match");
    return found;
  }

  /** Stops a query; one that has ended stays as it ended. */
  stop(id: string): void {
    this.get(id);
    const running = this.running.get(id);
    if (!running) return;
    running.cancelled = true;
    running.connection?.interrupt();
  }

  private async execute(
    queued: QueryRecord,
    parsed: Parsed,
    values: readonly string[],
    outputFolder: string,
    group: WorkGroup,
    call: Call,
    storage: Storage,
  ): Promise<void> {
    const release = await this.slots.take();
    const clock = performance.now();
    const state = this.running.get(queued.id) ?? { cancelled: false };
    let record: QueryRecord = { ...queued, state: "RUNNING", started: this.now().toISOString() };
    const scratch = join(this.options.folder, "scratch", queued.id);
    try {
      if (state.cancelled) throw new QueryCancelled("Query cancelled by user");
      this.log.put(record);
      mkdirSync(scratch, { recursive: true });
      const connection = await this.connect();
      state.connection = connection;
      const limit = group.Configuration.BytesScannedCutoffPerQuery ?? Infinity;
      const run: Run = {
        id: queued.id,
        database: queued.database,
        now: this.now(),
        connection,
        storage,
        catalog: new CatalogAccess(call, this.place),
        parquet: this.parquet,
        parameters: parametersOf(values, parsed),
        preparing: new Preparing(this.prepared, group.Name, this.place, call),
        scratch,
        outputFolder,
        outputEnforced:
          group.Configuration.EnforceWorkGroupConfiguration &&
          !!group.Configuration.ResultConfiguration?.OutputLocation,
        scanned: (bytes) => {
          if (state.cancelled) throw new QueryCancelled("Query cancelled by user");
          record = { ...record, bytesScanned: Math.round(bytes) };
          if (bytes > limit) throw new QueryCancelled("Bytes scanned limit was exceeded");
        },
      };
      const outcome = await runStatement(parsed.statement, run);
      record = { ...record, ...(await this.store(record, outcome, outputFolder, storage)), state: "SUCCEEDED" };
    } catch (error) {
      record =
        state.cancelled || error instanceof QueryCancelled
          ? {
              ...record,
              state: "CANCELLED",
              reason: error instanceof QueryCancelled ? error.message : "Query cancelled by user",
            }
          : { ...record, state: "FAILED", ...failureOf(error) };
    } finally {
      state.connection?.disconnectSync();
      this.running.delete(queued.id);
      rmSync(scratch, { recursive: true, force: true });
      release();
    }
    this.log.put({ ...record, completed: this.now().toISOString() });
    const milliseconds = Math.round(performance.now() - clock);
    const { id: queryExecutionId, bytesScanned } = record;
    this.options.journal.record({
      kind: "query-ended",
      queryExecutionId,
      state: record.state,
      milliseconds,
      bytesScanned,
    });
    if (group.Configuration.PublishCloudWatchMetricsEnabled) this.options.onMeasured?.({ ...record, milliseconds });
  }

  private async store(
    record: QueryRecord,
    outcome: Outcome,
    outputFolder: string,
    storage: Storage,
  ): Promise<Partial<QueryRecord>> {
    const { bucket, prefix } = parseLocation(outputFolder) ?? { bucket: "", prefix: "" };
    const key = `${prefix}${record.id}`;
    const { columns, rows, written } = outcome;
    if (written) {
      await storage.put(bucket, `${key}-manifest.csv`, { text: written.map((url) => `${url}\n`).join("") });
      await storage.put(bucket, `${key}.csv`, { text: "" });
    } else await storage.put(bucket, `${key}.${record.header ? "csv" : "txt"}`, outcome.result);
    // Athena describes the columns in a binary file beside; clients that read it are few, and find it empty here.
    await storage.put(bucket, `${key}.${record.header ? "csv" : "txt"}.metadata`, { text: "" });
    const manifest = written && `s3://${bucket}/${key}-manifest.csv`;
    return { columns: [...columns], rows, manifest };
  }

  private async connect(): Promise<DuckDBConnection> {
    this.instance ??= openDatabase(join(this.options.folder, "scratch"));
    return (await this.instance).connect();
  }

  /** Stops what runs and waits until it has ended. */
  async close(): Promise<void> {
    this.closed = true;
    for (const id of this.running.keys()) this.stop(id);
    await Promise.allSettled(this.work);
    if (this.instance) (await this.instance).closeSync();
    this.instance = undefined;
  }
}
