/** A seed: a table whose rows stand in a CSV file of the repository and are deployed with the program. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { writtenName } from "../athena-sql/trino/reserved-words";
import { glueColumns, type Columns } from "./columns";
import { callSite, readProgramFile, type Site } from "./checks/program-place";
import { readSeed, seedView } from "./seed-rows";
import type { Lake, LakeTable } from "./lake/lake";
import type { Zone } from "./names";
import type { TablePlace } from "./permissions";
import { transformed, type Transform } from "./transform";

/** Arguments of {@link SeedTable}. */
export interface SeedTableArgs {
  /** Lake that the table belongs to. */
  readonly lake: Lake;
  /**
   * CSV file, relative to the program's folder: RFC 4180 with a header that names the columns. An empty field is NULL, `""` the empty
   * text; arrays, maps and structs are JSON. @example "seeds/plants.csv"
   */
  readonly file: string;
  /** Columns in order; the file's header has the same. */
  readonly columns: Columns;
  /**
   * Zone whose database holds it.
   * @default "landing"
   */
  readonly zone?: Zone;
  /** Shown in the catalog. */
  readonly description?: string;
  /** Changes to child resources. */
  readonly transform?: { readonly table?: Transform<aws.glue.CatalogTableArgs> };
}

/**
 * A small table that people keep: code lists, names, factors. Models read it like any other. It has no partitions, and a change of the
 * file is deployed like a change of the program. In the catalog it is a view that holds its rows, so that it changes in one call and
 * needs no data in S3; at most about 300 KB of SQL (Glue web API reference, "TableInput", ViewOriginalText).
 *
 * Values that their types cannot hold fail the preview, each with line and column of the file.
 *
 * @example
 * const plants = new SeedTable("plants", { lake, file: "seeds/plants.csv", columns: { plant_id_eia: "int", name: "string" } });
 */
export class SeedTable extends pulumi.ComponentResource implements LakeTable {
  /** The catalog's entry. */
  readonly table: aws.glue.CatalogTable;
  readonly zone: Zone;
  /** Physical name of its database. */
  readonly database: string;
  readonly columns: Columns;
  readonly partitionKeys: Columns = {};
  readonly checks: [] = [];
  /** The file of its rows. */
  readonly seed: string;
  readonly location: TablePlace;
  /** Where the program declares it. */
  readonly site: Site;

  constructor(
    /** Physical name: the component's own. */
    readonly tableName: string,
    args: SeedTableArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("tributary:index:SeedTable", tableName, {}, { parent: args.lake, ...args.lake.gate.guard(options) });
    this.site = callSite(new.target);
    this.zone = args.zone ?? "landing";
    this.columns = args.columns;
    this.seed = args.file;
    this.database = args.lake.databaseName(this.zone);
    const [bucket, prefix] = [args.lake.bucketName(this.zone), `${this.database}/${tableName}/`];
    this.location = { database: this.database, table: tableName, bucket, prefix };
    args.lake.register(this);
    this.table = new aws.glue.CatalogTable(
      ...transformed(args.transform?.table, tableName, this.view(args), { parent: this }),
    );
    this.registerOutputs({ table: this.table.name });
  }

  /** `database.table`, as SQL names it: a reserved word is quoted. */
  get qualifiedName(): string {
    return `${this.database}.${writtenName(this.tableName)}`;
  }

  private view({ lake, file, columns, description }: SeedTableArgs): aws.glue.CatalogTableArgs {
    const { tableName: name, database, location } = this;
    // What is wrong with the file is told by the checks, before this is registered.
    const { rows } = readSeed({ file, columns }, readProgramFile, () => undefined);
    return {
      name,
      databaseName: lake.databases[this.zone].name,
      description: description ?? `Rows of ${file}`,
      tableType: "VIRTUAL_VIEW",
      parameters: { presto_view: "true", comment: "Presto View" },
      viewOriginalText: seedView(columns, rows, database),
      viewExpandedText: "/* Presto View */",
      storageDescriptor: { columns: glueColumns(columns), location: `s3://${location.bucket}/${location.prefix}` },
    };
  }
}
