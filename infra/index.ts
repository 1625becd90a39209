/** The public API: components for lakes, audited tables and pipelines on AWS. */
export { AuditedTable, type AuditedTableArgs, type TableAudit } from "./audited-table";
export { DataLake } from "./data-lake";
export type { DataLakeArgs, Retention } from "./data-lake-args";
export {
  DataPipeline,
  type Audits,
  type Cadence,
  type DataPipelineArgs,
  type IncomingFile,
  type Step,
} from "./data-pipeline";
export type { Columns, ColumnType } from "./columns";
export { ProgramError, type Finding } from "./fault";
export type { Zone } from "./names";
export type { Transform } from "./transform";
