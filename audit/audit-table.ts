/**
 * The audit table: one row for each change of each attribute.
 */

/** Most grain columns an audited table can have: the audit table has as many pairs of key and value. */
export const maximumGrain = 5;

/** Lengths, in characters, of the audit table's varchar columns, and of the values of its partition keys. */
export const auditLengths = {
  layer: 50,
  attribute: 100,
  grainKey: 100,
  grainValue: 100,
  value: 100,
  changeType: 20,
  pipeline: 50,
  tableName: 100,
  timeGrain: 50,
} as const;

/**
 * First grain key of the row of type `omitted`, which `keepLargest` leaves of what it cuts: its first grain value is how many
 * changes that were, its `delta` what they add up to; all else of it is NULL.
 */
export const omittedRowsKey = "(omitted changes)";

/** The audit table's columns in their order, with Glue types. A change set query selects exactly these. */
export const auditColumns = [
  { name: "layer", type: "varchar(50)", comment: "Zone of the audited table" },
  { name: "attribute", type: "varchar(100)", comment: "Audited column, or its label" },
  { name: "grain_key_1", type: "varchar(100)", comment: "First column that identifies a row" },
  { name: "grain_key_2", type: "varchar(100)", comment: "Second column, if any" },
  { name: "grain_key_3", type: "varchar(100)", comment: "Third column, if any" },
  { name: "grain_key_4", type: "varchar(100)", comment: "Fourth column, if any" },
  { name: "grain_key_5", type: "varchar(100)", comment: "Fifth column, if any" },
  { name: "grain_value_1", type: "varchar(100)", comment: "Value of grain_key_1 in the row" },
  { name: "grain_value_2", type: "varchar(100)", comment: "Value of grain_key_2 in the row" },
  { name: "grain_value_3", type: "varchar(100)", comment: "Value of grain_key_3 in the row" },
  { name: "grain_value_4", type: "varchar(100)", comment: "Value of grain_key_4 in the row" },
  { name: "grain_value_5", type: "varchar(100)", comment: "Value of grain_key_5 in the row" },
  { name: "period", type: "date", comment: "Day, or first day of the month or year, that the row is about" },
  { name: "curr_value", type: "varchar(100)", comment: "Value on exec_date; NULL if none, or several (duplicate)" },
  {
    name: "prev_value",
    type: "varchar(100)",
    comment: "Value on prev_exec_date; NULL if none, or several (duplicate)",
  },
  {
    name: "change_type",
    type: "varchar(20)",
    comment: "changed, added, removed, duplicate; or omitted: what keepLargest cut",
  },
  { name: "delta", type: "double", comment: "Current minus previous, nothing counting as 0; NULL if not numeric" },
  { name: "prev_exec_date", type: "date", comment: "Execution date compared with" },
] as const;

/**
 * The audit table's partition keys in their order: of the types that Glue's filters know. Glue web API reference, "GetPartitions",
 * Expression.
 */
export const auditPartitionKeys = [
  { name: "pipeline", type: "string", comment: "Pipeline whose run found the change" },
  { name: "exec_date", type: "date", comment: "Execution date of the run" },
  { name: "table_name", type: "string", comment: "Audited table" },
  { name: "time_grain", type: "string", comment: "Cadence of the pipeline, e.g. monthly" },
] as const;
