/**
 * The data catalog: databases, tables and partitions, kept in files below a folder.
 */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { AwsError } from "../api";
import { Document } from "../document";
import { Records } from "../records";
import { alreadyExists, notFound } from "./errors";
import { compareValues, keyOf, planChanges, type PartitionChange } from "./partition-changes";
import {
  type Database,
  type DatabaseInput,
  type Partition,
  type StoredDatabases,
  type StoredPartition,
  storedDatabases,
  storedPartition,
  type StoredTable,
  storedTable,
  type Table,
  type TableInput,
} from "./catalog-schema";

interface OpenTable {
  readonly document: Document<StoredTable>;
  /** By {@link keyOf} their values. */
  readonly partitions: Records<StoredPartition>;
}

const catalogSettings = z.object({
  /** ARN of the KMS key that encrypts the catalog. */
  encryptionKey: z.string().optional(),
});

/** Path of the partitions of the table that is kept at `path`. */
function partitionsOf(path: string): string {
  return `${path}l`;
}

/** How many versions of a table are archived here; on AWS it is a quota of 100,000. */
const mostVersions = 100;

/**
 * The catalog of one account. Each change is on disk when its method returns, a batch with one write. Methods throw
 * {@link AwsError} with Glue's names: `EntityNotFoundException`, `AlreadyExistsException`, `InvalidInputException`.
 */
export class Catalog {
  private readonly databases: Document<StoredDatabases>;
  private readonly settings: Document<z.infer<typeof catalogSettings>>;
  private readonly tables = new Map<string, Map<string, OpenTable>>();

  /**
   * @param folder where the catalog lives; created when something is first stored
   * @param account stands in `CatalogId`
   */
  constructor(
    private readonly folder: string,
    private readonly account: string,
    private readonly now: () => Date = () => new Date(),
  ) {
    this.databases = new Document(join(folder, "databases.json"), (stored) => storedDatabases.parse(stored), {});
    this.settings = new Document(join(folder, "settings.json"), (stored) => catalogSettings.parse(stored), {});
    for (const database of Object.keys(this.databases.value)) {
      const tables = new Map<string, OpenTable>();
      const path = this.pathOf(database);
      for (const file of existsSync(path) ? readdirSync(path) : []) {
        if (file.endsWith(".json")) {
          const table = decodeURIComponent(file.slice(0, -".json".length));
          tables.set(table, this.open(database, table));
        }
      }
      this.tables.set(database, tables);
    }
  }

  /** ARN of the KMS key that encrypts the catalog; undefined if none does. */
  get encryptionKey(): string | undefined {
    return this.settings.value.encryptionKey;
  }

  /** Sets the key that callers need permission to use; undefined for none. */
  encryptWith(encryptionKey: string | undefined): void {
    if (this.encryptionKey !== encryptionKey) this.settings.update(() => ({ encryptionKey }));
  }

  private pathOf(database: string, table?: string): string {
    const parent = join(this.folder, "tables", encodeURIComponent(database));
    return table === undefined ? parent : join(parent, `${encodeURIComponent(table)}.json`);
  }

  private open(database: string, table: string, initial?: StoredTable): OpenTable {
    const empty: StoredTable = { input: { Name: table }, created: "", updated: "", version: 0, archive: [] };
    const path = this.pathOf(database, table);
    // First, so that a table that is there has no partitions of one that was deleted before.
    if (initial) rmSync(partitionsOf(path), { force: true });
    const document = new Document<StoredTable>(path, (stored) => storedTable.parse(stored), empty);
    if (initial) document.update(() => initial);
    return { document, partitions: new Records(partitionsOf(path), (stored) => storedPartition.parse(stored)) };
  }

  // Databases

  getDatabase(name: string): Database {
    const found = this.databases.value[name.toLowerCase()] as StoredDatabases[string] | undefined;
    if (!found) throw notFound(`Database ${name} not found.`);
    return { ...found.input, CreateTime: new Date(found.created), CatalogId: this.account };
  }

  /** All databases, by name. */
  getDatabases(): Database[] {
    return Object.keys(this.databases.value)
      .sort()
      .map((name) => this.getDatabase(name));
  }

  createDatabase(input: DatabaseInput): void {
    if (input.Name in this.databases.value) throw alreadyExists(`Database ${input.Name} already exists.`);
    this.putDatabase(input);
  }

  /** Creates a database or replaces its definition; its tables stay. */
  putDatabase(input: DatabaseInput): void {
    this.databases.update((all) => {
      const created = input.Name in all ? all[input.Name].created : this.now().toISOString();
      return { ...all, [input.Name]: { input, created } };
    });
    if (!this.tables.has(input.Name)) this.tables.set(input.Name, new Map());
  }

  /** Deletes a database with its tables. The data stays where it is. */
  deleteDatabase(name: string): void {
    const { Name } = this.getDatabase(name);
    this.databases.update((all) => Object.fromEntries(Object.entries(all).filter(([key]) => key !== Name)));
    this.tables.delete(Name);
    rmSync(this.pathOf(Name), { recursive: true, force: true });
  }

  // Tables

  private tablesOf(database: string): Map<string, OpenTable> {
    const tables = this.tables.get(database.toLowerCase());
    if (!tables) throw notFound(`Database ${database} not found.`);
    return tables;
  }

  private table(database: string, table: string): OpenTable {
    const found = this.tablesOf(database).get(table.toLowerCase());
    if (!found) throw notFound(`Entity Not Found: table ${table} of database ${database}.`);
    return found;
  }

  getTable(database: string, table: string): Table {
    const { input, created, updated, version } = this.table(database, table).document.value;
    return {
      ...input,
      DatabaseName: database.toLowerCase(),
      CreateTime: new Date(created),
      UpdateTime: new Date(updated),
      VersionId: String(version),
      CatalogId: this.account,
      IsRegisteredWithLakeFormation: false,
    };
  }

  /** The versions of a table, the newest first: its definition, and those before that were archived. */
  tableVersions(database: string, table: string): Table[] {
    const current = this.getTable(database, table);
    const { archive } = this.table(database, table).document.value;
    const { DatabaseName, CreateTime, CatalogId, IsRegisteredWithLakeFormation } = current;
    const about = { DatabaseName, CreateTime, CatalogId, IsRegisteredWithLakeFormation };
    return [
      current,
      ...archive.map(({ input, updated, version }) => ({
        ...input,
        ...about,
        UpdateTime: new Date(updated),
        VersionId: String(version),
      })),
    ];
  }

  /** Forgets an archived version of a table; false if there is none of that id. */
  deleteTableVersion(database: string, table: string, versionId: string): boolean {
    const { document } = this.table(database, table);
    const left = document.value.archive.filter(({ version }) => String(version) !== versionId);
    if (left.length === document.value.archive.length) return false;
    document.update((stored) => ({ ...stored, archive: left }));
    return true;
  }

  /** All tables of a database, by name. */
  getTables(database: string): Table[] {
    return [...this.tablesOf(database).keys()].sort().map((name) => this.getTable(database, name));
  }

  createTable(database: string, input: TableInput): void {
    if (this.tablesOf(database).has(input.Name)) throw alreadyExists("Table already exists.");
    this.putTable(database, input);
  }

  /**
   * Creates a table or replaces its definition. Partitions stay as they are, each with the columns it was registered with.
   */
  putTable(database: string, input: TableInput, { skipArchive = false } = {}): void {
    const tables = this.tablesOf(database);
    const existing = tables.get(input.Name);
    const time = this.now().toISOString();
    if (existing) {
      existing.document.update(({ archive, ...table }) => {
        const { input: before, updated, version } = table;
        const kept = skipArchive ? archive : [{ input: before, updated, version }, ...archive].slice(0, mostVersions);
        return { ...table, input, updated: time, version: version + 1, archive: kept };
      });
    } else {
      const stored = { input, created: time, updated: time, version: 0, archive: [] };
      tables.set(input.Name, this.open(database.toLowerCase(), input.Name, stored));
    }
  }

  /** Deletes a table with its partitions. The data stays where it is. */
  deleteTable(database: string, table: string): void {
    this.table(database, table);
    this.tablesOf(database).delete(table.toLowerCase());
    const path = this.pathOf(database.toLowerCase(), table.toLowerCase());
    rmSync(path, { force: true });
    rmSync(partitionsOf(path), { force: true });
  }

  // Partitions

  /** All partitions of a table, in the order of their values. */
  getPartitions(database: string, table: string): Partition[] {
    return [...this.table(database, table).partitions.entries()]
      .sort(([, a], [, b]) => compareValues(a.input.Values, b.input.Values))
      .map(([, stored]) => this.partitionShape(database, table, stored));
  }

  getPartition(database: string, table: string, values: readonly string[]): Partition | undefined {
    const found = this.table(database, table).partitions.get(keyOf(values));
    return found && this.partitionShape(database, table, found);
  }

  private partitionShape(database: string, table: string, stored: StoredPartition): Partition {
    return {
      ...stored.input,
      DatabaseName: database.toLowerCase(),
      TableName: table.toLowerCase(),
      CreationTime: new Date(stored.created),
      CatalogId: this.account,
    };
  }

  /**
   * Applies changes to a table's partitions one after the other and stores the result as one change.
   * @returns for each change the error it met, or undefined; a change with an error has no effect
   */
  changePartitions(
    database: string,
    table: string,
    changes: readonly PartitionChange[],
  ): readonly (AwsError | undefined)[] {
    const { document, partitions } = this.table(database, table);
    const keys = document.value.input.PartitionKeys?.length ?? 0;
    const { made, errors } = planChanges(changes, { keys, present: (key) => partitions.get(key), now: this.now });
    if (made.length > 0) partitions.change(made);
    return errors;
  }
}
