/** A table of a lake: a resource of the Glue catalog, and what of it is audited. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { writtenName } from "../athena-sql/trino/reserved-words";
import type { DataCheck } from "../audit/data-check";
import { runKey, runsTableName } from "../audit/data-check-query";
import { rootParameter } from "../functions/publication/catalog-table";
import { glueColumns, type Columns } from "./columns";
import { callSite, type Site } from "./checks/program-place";
import type { Lake } from "./lake/lake";
import type { Zone } from "./names";
import type { TablePlace } from "./permissions";
import { aboutParameters, describedColumns, type TableAbout } from "./table-about";
import type { TableAudit } from "./table-audit";
import { transformed, type Transform } from "./transform";

/** Arguments of {@link AuditedTable}. */
export interface AuditedTableArgs<C extends Columns> {
  /** Lake that the table belongs to. */
  readonly lake: Lake;
  /** Zone whose bucket and database hold it. */
  readonly zone: Zone;
  /** Columns in order, without the partition keys. */
  readonly columns: C;
  /**
   * Partition keys in order; an empty object makes the table unpartitioned: each run then replaces all of it.
   * @default { exec_date: "date" }
   */
  readonly partitionKeys?: Columns;
  /** What is compared between two execution dates, if the table is audited. */
  readonly audit?: TableAudit<Extract<keyof C, string>>;
  /**
   * What must hold for the data of a run before readers see it.
   * @default nothing but that there are rows
   */
  readonly checks?: readonly DataCheck<Extract<keyof C, string>>[];
  /** Shown in the catalog. */
  readonly description?: string;
  /** Owner, tags, what columns mean, which say something of persons: shown in the catalog, told in lineage events. */
  readonly about?: TableAbout<Extract<keyof C, string>>;
  /** Changes to child resources. */
  readonly transform?: { readonly table?: Transform<aws.glue.CatalogTableArgs> };
}

/**
 * A table of Parquet files, of which each run writes its own and publishes them in one call.
 *
 * @example
 * const utilityDataOh = new AuditedTable("utility_data_oh", {
 *   lake, zone: "landing",
 *   columns: { plant_id_eia: "int", co2_mass_tons: "float", operating_datetime_utc: "timestamp" },
 *   audit: { grain: ["plant_id_eia"], attributes: ["co2_mass_tons"], period: { column: "operating_datetime_utc", pattern: "timestamp" } },
 * });
 */
export class AuditedTable<C extends Columns = Columns> extends pulumi.ComponentResource {
  /** The catalog's entry. */
  readonly table: aws.glue.CatalogTable;
  readonly lake: Lake;
  readonly zone: Zone;
  /** Physical name of its database. */
  readonly database: string;
  readonly columns: Columns;
  readonly partitionKeys: Columns;
  readonly audit?: TableAudit;
  readonly checks: readonly DataCheck[];
  readonly about: TableAbout;
  /** Bucket and prefix below which its runs keep their data. */
  readonly location: TablePlace;
  /** Where the program declares it. */
  readonly site: Site;

  constructor(
    /** Physical name: the component's own. */
    readonly tableName: string,
    args: AuditedTableArgs<C>,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("tributary:index:AuditedTable", tableName, {}, { parent: args.lake, ...args.lake.gate.guard(options) });
    this.site = callSite(new.target);
    this.lake = args.lake;
    this.zone = args.zone;
    this.columns = args.columns;
    this.partitionKeys = args.partitionKeys ?? { exec_date: "date" };
    this.audit = args.audit;
    this.checks = args.checks ?? [];
    this.about = (args.about ?? {}) as TableAbout;
    this.database = args.lake.databaseName(args.zone);
    this.location = {
      database: this.database,
      table: tableName,
      bucket: args.lake.bucketName(args.zone),
      prefix: `${this.database}/${tableName}/`,
    };
    args.lake.register(this);
    this.table = this.createTable(args.description, args.transform?.table);
    this.createRunsTable(args.transform?.table);
    this.registerOutputs({ table: this.table.name });
  }

  /** `database.table`, as SQL names it: a reserved word is quoted. */
  get qualifiedName(): string {
    return `${this.database}.${writtenName(this.tableName)}`;
  }

  /** Whether its data is replaced per execution date, or all at once. */
  get partitioned(): boolean {
    return Object.keys(this.partitionKeys).length > 0;
  }

  /** `s3://…/` below which its runs keep their data. */
  get root(): string {
    return `s3://${this.location.bucket}/${this.location.prefix}`;
  }

  /**
   * The table of all its runs: it shows data that is not published yet to the run itself, and data that no longer is to an audit that
   * compares with the run before.
   */
  private createRunsTable(transform: Transform<aws.glue.CatalogTableArgs> | undefined): void {
    const name = runsTableName(this.tableName);
    new aws.glue.CatalogTable(
      ...transformed(
        transform,
        name,
        {
          name,
          databaseName: this.lake.databases[this.zone].name,
          description: `All runs of ${this.tableName}, one partition each`,
          ...this.parquet(),
          partitionKeys: glueColumns({ ...this.partitionKeys, [runKey]: "string" }),
        },
        { parent: this, ...this.lake.dataOptions },
      ),
    );
  }

  /** Members that both tables share. */
  private parquet() {
    return {
      tableType: "EXTERNAL_TABLE",
      owner: this.about.owner,
      parameters: {
        ...{ classification: "parquet", EXTERNAL: "TRUE", [rootParameter]: this.root },
        ...aboutParameters(this.about),
      },
      storageDescriptor: {
        columns: describedColumns(this.columns, this.about),
        // Runs write below the root: a table without partitions must show none of them before one is published.
        location: this.partitioned ? this.root : `${this.root}nothing-published/`,
        inputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
        outputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
        serDeInfo: { serializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe" },
      },
    };
  }

  private createTable(
    description: string | undefined,
    transform: Transform<aws.glue.CatalogTableArgs> | undefined,
  ): aws.glue.CatalogTable {
    return new aws.glue.CatalogTable(
      ...transformed(
        transform,
        this.tableName,
        {
          name: this.tableName,
          databaseName: this.lake.databases[this.zone].name,
          description,
          ...this.parquet(),
          partitionKeys: glueColumns(this.partitionKeys),
        },
        {
          parent: this,
          ...this.lake.dataOptions,
          // A run publishes an unpartitioned table by moving its location: that is data, not configuration.
          ignoreChanges: this.partitioned ? [] : ["storageDescriptor.location", "parameters"],
        },
      ),
    );
  }
}
