/**
 * What callers need to use the catalog. Glue, "Specifying AWS Glue resource ARNs": an operation needs its permission on
 * the object and on everything above it, each as a resource of its own.
 */
import type { Permission, Place } from "../api";

/** Builds the permissions of Glue's operations. */
export class GluePermissions {
  constructor(private readonly place: Place) {}

  private on(action: string, ...resources: string[]): Permission[] {
    const prefix = `arn:aws:glue:${this.place.region}:${this.place.account}:`;
    return resources.map((resource) => ({ action: `glue:${action}`, resource: prefix + resource }));
  }

  catalog(action: string): Permission[] {
    return this.on(action, "catalog");
  }

  database(action: string, database: string): Permission[] {
    return this.on(action, "catalog", `database/${database.toLowerCase()}`);
  }

  /** @param table `*` for all tables of the database */
  table(action: string, database: string, table: string): Permission[] {
    const [db, name] = [database.toLowerCase(), table.toLowerCase()];
    return this.on(action, "catalog", `database/${db}`, `table/${db}/${name}`);
  }
}
