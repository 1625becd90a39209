/**
 * Athena, Glue and S3 on a folder of their own, as tests use them.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { Api, AwsError, type Caller, type Permission, type ServiceName } from "../../../local/api";
import { AthenaEngine } from "../../../local/athena/engine";
import { athenaOperations } from "../../../local/athena/operations";
import { Catalog } from "../../../local/glue/catalog";
import { glueOperations } from "../../../local/glue/operations";
import { Journal, type JournalEntry } from "../../../local/journal";
import { s3Operations } from "../../../local/s3/operations";
import { S3Store } from "../../../local/s3/store";

const PLACE = { account: "123456789012", region: "us-east-1" };
/** How UNLOAD writes files as the lake has them. */
export const PARQUET = "WITH (format = 'PARQUET', compression = 'SNAPPY')";
const OWNER: Caller = { principalArn: `arn:aws:iam::${PLACE.account}:root` };

/** What GetQueryExecution tells, as far as tests look. */
export interface Execution {
  readonly Status: {
    State: string;
    StateChangeReason?: string;
    AthenaError?: { ErrorCategory: number; Retryable: boolean };
  };
  readonly Statistics: { DataScannedInBytes: number; DataManifestLocation?: string };
  readonly ResultConfiguration: { OutputLocation: string };
  readonly StatementType: string;
  readonly SubstatementType: string;
}

export interface Results {
  readonly UpdateCount?: number;
  readonly ResultSet: {
    readonly Rows: { Data: { VarCharValue?: string }[] }[];
    readonly ResultSetMetadata: { ColumnInfo: { Name: string; Type: string; Precision: number; Scale: number }[] };
  };
  readonly NextToken?: string;
}

export class AthenaWorld {
  readonly folder = mkdtempSync(join(tmpdir(), "athena-"));
  readonly entries: JournalEntry[] = [];
  /** Permissions that are refused, by `action resource`; a resource that ends with `*` stands for all that begin so. */
  readonly refused = new Set<string>();
  readonly asked: Permission[] = [];
  readonly journal = new Journal();
  store = new S3Store(join(this.folder, "s3"));
  catalog = new Catalog(join(this.folder, "glue"), PLACE.account);
  engine = this.newEngine();
  api = this.newApi();

  constructor() {
    this.journal.listen((entry) => this.entries.push(entry));
  }

  private newEngine(): AthenaEngine {
    return new AthenaEngine({
      folder: join(this.folder, "athena"),
      place: PLACE,
      pathOf: (bucket, key) => this.store.pathOf(bucket, key),
      journal: this.journal,
    });
  }

  private newApi(): Api {
    const api = new Api((_caller, permission) => {
      this.asked.push(permission);
      const asked = `${permission.action} ${permission.resource}`;
      const covers = (refused: string) => refused.endsWith("*") && asked.startsWith(refused.slice(0, -1));
      if (this.refused.has(asked) || [...this.refused].some(covers)) {
        throw new AwsError("AccessDeniedException", `not authorized to perform: ${permission.action}`, 403);
      }
    });
    api.register(
      "s3",
      s3Operations({ store: this.store, place: PLACE, now: () => new Date(), onEvent: () => undefined }),
    );
    api.register("glue", glueOperations(this.catalog, PLACE));
    api.register("athena", athenaOperations(this.engine));
    return api;
  }

  /** Closes everything and opens it again from its folder. */
  async reopen(): Promise<void> {
    await this.engine.close();
    this.store = new S3Store(join(this.folder, "s3"));
    this.catalog = new Catalog(join(this.folder, "glue"), PLACE.account);
    this.engine = this.newEngine();
    this.api = this.newApi();
  }

  async close(): Promise<void> {
    await this.engine.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  call<T = unknown>(service: ServiceName, operation: string, input: unknown): Promise<T> {
    return this.api.call(service, operation, input, OWNER) as Promise<T>;
  }

  /** Buckets `lake` and `results`, database `db`, and `results` as where results go. */
  async withLake(): Promise<this> {
    for (const Bucket of ["lake", "results"]) await this.call("s3", "CreateBucket", { Bucket });
    await this.call("glue", "CreateDatabase", { DatabaseInput: { Name: "db" } });
    return this;
  }

  /** Puts the result of DuckDB SQL as a Parquet file: what another tool would write. */
  async put(key: string, sql: string): Promise<void> {
    const path = join(this.folder, "made.parquet");
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    await connection.run(`SET TimeZone = 'UTC'; COPY (${sql}) TO '${path}' (FORMAT parquet)`);
    connection.disconnectSync();
    await this.call("s3", "PutObject", { Bucket: "lake", Key: key, Body: readFileSync(path) });
  }

  /** Table `t (a, s)` with a row in each of two partitions, 2024-11-08 and 2024-11-09. */
  async dated(): Promise<void> {
    await this.table("t", "a int; s string", "exec_date date");
    for (const [day, value] of [
      ["2024-11-08", 1],
      ["2024-11-09", 2],
    ] as const) {
      await this.rows(`UNLOAD (SELECT ${value} AS a, 'x' AS s) TO 's3://lake/t/exec_date=${day}/run1/' ${PARQUET}`);
      await this.rows(
        `ALTER TABLE t ADD PARTITION (exec_date = '${day}') LOCATION 's3://lake/t/exec_date=${day}/run1/'`,
      );
    }
  }

  /** Starts a query and waits until it has ended. */
  async execute(QueryString: string, more: object = {}): Promise<Execution & { id: string }> {
    const { QueryExecutionId: id } = await this.call<{ QueryExecutionId: string }>("athena", "StartQueryExecution", {
      QueryString,
      QueryExecutionContext: { Database: "db" },
      ResultConfiguration: { OutputLocation: "s3://results/here/" },
      ...more,
    });
    await this.journal.whenIdle();
    const { QueryExecution } = await this.call<{ QueryExecution: Execution }>("athena", "GetQueryExecution", {
      QueryExecutionId: id,
    });
    return { ...QueryExecution, id };
  }

  /** Runs a query that must succeed. @returns rows without the header; NULL as undefined */
  async rows(sql: string, more: object = {}): Promise<(string | undefined)[][]> {
    const ended = await this.execute(sql, more);
    if (ended.Status.State !== "SUCCEEDED") throw new Error(`${ended.Status.StateChangeReason}\n${sql}`);
    const header = ended.StatementType === "DML" ? 1 : 0;
    return (await this.results(ended.id)).slice(header);
  }

  /** All rows of a result, the header first if there is one. */
  async results(QueryExecutionId: string): Promise<(string | undefined)[][]> {
    const rows: (string | undefined)[][] = [];
    let NextToken: string | undefined;
    do {
      const page = await this.call<Results>("athena", "GetQueryResults", { QueryExecutionId, NextToken });
      rows.push(...page.ResultSet.Rows.map((row) => row.Data.map((datum) => datum.VarCharValue)));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return rows;
  }

  /** Runs a query that must not succeed. @returns why it did not */
  async failure(sql: string, more: object = {}): Promise<string> {
    const ended = await this.execute(sql, more);
    if (ended.Status.State === "SUCCEEDED") throw new Error(`This should have failed:\n${sql}`);
    return ended.Status.StateChangeReason ?? "";
  }

  /** Keys below a prefix. */
  async keys(Bucket: string, Prefix = ""): Promise<string[]> {
    const { Contents } = await this.call<{ Contents?: { Key: string }[] }>("s3", "ListObjectsV2", { Bucket, Prefix });
    return (Contents ?? []).map((object) => object.Key);
  }

  /** A table of Parquet files. */
  async table(Name: string, columns: string, partitionKeys = "", location = `s3://lake/${Name}/`): Promise<void> {
    const parse = (list: string): { Name: string; Type: string }[] =>
      list === ""
        ? []
        : list
            .split(";")
            .map((item) => ({ Name: item.trim().split(" ")[0], Type: item.trim().split(" ").slice(1).join(" ") }));
    await this.call("glue", "CreateTable", {
      DatabaseName: "db",
      TableInput: {
        Name,
        TableType: "EXTERNAL_TABLE",
        PartitionKeys: parse(partitionKeys),
        StorageDescriptor: {
          Columns: parse(columns),
          Location: location,
          InputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
          SerdeInfo: { SerializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe" },
        },
      },
    });
  }
}
