/** A table in the catalog. */
export interface TableName {
  readonly database: string;
  readonly table: string;
}
