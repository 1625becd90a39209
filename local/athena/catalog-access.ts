/**
 * Athena's way to the Glue Data Catalog: every call is authorized as the caller of the query.
 */
import { z } from "zod";
import { AwsError, type Call, type Permission, type Place } from "../api";
import { QueryError } from "../../athena-sql/trino/errors";
import { GluePermissions } from "../glue/permissions";
import { requiredAccess } from "./required-access";

const VIA = "athena.amazonaws.com";

const column = z.looseObject({ Name: z.string(), Type: z.string().optional(), Comment: z.string().optional() });
const storage = z.looseObject({
  Columns: z.array(column).optional(),
  Location: z.string().optional(),
  InputFormat: z.string().optional(),
  SerdeInfo: z
    .looseObject({
      SerializationLibrary: z.string().optional(),
      Parameters: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
});
const table = z.looseObject({
  Name: z.string(),
  DatabaseName: z.string(),
  TableType: z.string().optional(),
  ViewOriginalText: z.string().optional(),
  StorageDescriptor: storage.optional(),
  PartitionKeys: z.array(column).optional(),
  Parameters: z.record(z.string(), z.string()).optional(),
});
const partition = z.looseObject({ Values: z.array(z.string()), StorageDescriptor: storage.optional() });

export type CatalogTable = z.infer<typeof table>;
export type CatalogPartition = z.infer<typeof partition>;
export type CatalogColumn = z.infer<typeof column>;

/** Glue as one query sees it. Methods throw QueryErrors. */
export class CatalogAccess {
  private readonly tables = new Map<string, Promise<CatalogTable | undefined>>();

  private readonly permissions: GluePermissions;

  constructor(
    private readonly call: Call,
    place: Place,
  ) {
    this.permissions = new GluePermissions(place);
  }

  /** Asks for actions on a database, `*` for all of them, and what is above it. */
  demandDatabase(actions: readonly string[], database: string): void {
    for (const action of actions) this.demand(this.permissions.database(bare(action), database));
  }

  /** Asks for actions on a table, `*` for all of the database, and what is above it. */
  demandTable(actions: readonly string[], database: string, table: string): void {
    for (const action of actions) this.demand(this.permissions.table(bare(action), database, table));
  }

  /** A table or view; undefined if there is none, or no such database. Asked once per query. */
  async table(database: string, name: string): Promise<CatalogTable | undefined> {
    const key = `${database}.${name}`;
    let found = this.tables.get(key);
    if (!found) {
      this.demandDatabase(requiredAccess.database.actions, database);
      this.demandTable(requiredAccess.table.actions, database, name);
      found = this.find("GetTable", { DatabaseName: database, Name: name }).then((output) =>
        output === undefined ? undefined : z.object({ Table: table }).parse(output).Table,
      );
      this.tables.set(key, found);
    }
    return found;
  }

  async partitions(database: string, name: string): Promise<CatalogPartition[]> {
    this.demandTable(requiredAccess.partitions.actions, database, name);
    const output = z.object({ Partitions: z.array(partition), NextToken: z.string().optional() });
    const all: CatalogPartition[] = [];
    let token: string | undefined;
    do {
      const input = { DatabaseName: database, TableName: name, NextToken: token };
      const page = output.parse(await this.run("GetPartitions", input));
      all.push(...page.Partitions);
      token = page.NextToken;
    } while (token !== undefined);
    return all;
  }

  async tablesOf(database: string): Promise<CatalogTable[]> {
    const output = z.object({ TableList: z.array(table), NextToken: z.string().optional() });
    const all: CatalogTable[] = [];
    let token: string | undefined;
    do {
      const page = output.parse(await this.run("GetTables", { DatabaseName: database, NextToken: token }));
      all.push(...page.TableList);
      token = page.NextToken;
    } while (token !== undefined);
    return all;
  }

  async databases(): Promise<{ Name: string; Description?: string }[]> {
    const output = z.object({
      DatabaseList: z.array(z.looseObject({ Name: z.string(), Description: z.string().optional() })),
      NextToken: z.string().optional(),
    });
    const all: { Name: string; Description?: string }[] = [];
    let token: string | undefined;
    do {
      const page = output.parse(await this.run("GetDatabases", { NextToken: token }));
      all.push(...page.DatabaseList);
      token = page.NextToken;
    } while (token !== undefined);
    return all;
  }

  /** Another operation of Glue. */
  async run(operation: string, input: unknown): Promise<unknown> {
    try {
      return await this.call.forward("glue", operation, input, VIA);
    } catch (error) {
      throw error instanceof AwsError ? translate(error) : error;
    }
  }

  /** The same, undefined if what it is about does not exist. */
  async find(operation: string, input: unknown): Promise<unknown> {
    try {
      return await this.call.forward("glue", operation, input, VIA);
    } catch (error) {
      if (error instanceof AwsError && error.code === "EntityNotFoundException") return undefined;
      throw error instanceof AwsError ? translate(error) : error;
    }
  }

  private demand(permissions: readonly Permission[]): void {
    try {
      for (const permission of permissions) this.call.demand("glue", permission, VIA);
    } catch (error) {
      throw error instanceof AwsError ? translate(error) : error;
    }
  }
}

/** An action without its service. */
function bare(action: string): string {
  return action.slice(action.indexOf(":") + 1);
}

function translate(error: AwsError): QueryError {
  if (error.code.startsWith("AccessDenied")) {
    return new QueryError("PERMISSION_DENIED", `Insufficient permissions to execute the query. ${error.message}`);
  }
  if (error.code === "EntityNotFoundException") return new QueryError("NOT_FOUND", error.message);
  if (error.code === "AlreadyExistsException") return new QueryError("ALREADY_EXISTS", error.message);
  return new QueryError("HIVE_METASTORE_ERROR", `${error.message} (${error.code})`);
}
