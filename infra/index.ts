/** The public API: components for lakes, audited tables and pipelines on AWS. */
export { AuditedTable, type AuditedTableArgs, type TableAudit } from "./audited-table";
export { DataLake } from "./data-lake";
export type { DataLakeArgs, Retention } from "./data-lake-args";
export type { ExistingNetwork } from "./network";
export { DataPipeline } from "./data-pipeline";
export type { Audits, Cadence, DataPipelineArgs, IncomingFile, Step } from "./data-pipeline-args";
export type { Columns, ColumnType } from "./columns";
export type { Finding } from "./checks/finding";
export { ProgramError } from "./fault";
export type { CheckSubject, DataCheck } from "../audit/data-check";
export type { Zone } from "./names";
export type { Transform } from "./transform";
export type { ViewBatch } from "./views";
