/** The public API: components for lakes, audited tables and pipelines on AWS. */
export { AuditedTable, type AuditedTableArgs } from "./audited-table";
export { DataLake } from "./data-lake";
export type { DataLakeArgs, ExistingNetwork, Retention } from "./data-lake-args";
export { DataPipeline, type DataPipelineArgs } from "./data-pipeline";
export type { PipelineSummary } from "./pipeline/summary";
export type { Audits, Completeness, IncomingFile, Step } from "./pipeline/args";
export type { CsvFormat, FileFormat, JsonLinesFormat, TextValues } from "../functions/formats/file-format";
export type { Cadence } from "./pipeline/cadence";
export type { Columns, ColumnType } from "./columns";
export { SeedTable, type SeedTableArgs } from "./seed-table";
export type { TableAbout } from "./table-about";
export type { TableAudit } from "./table-audit";
export type { Finding } from "./checks/finding";
export { ProgramError } from "./fault";
export type { CheckSubject, DataCheck } from "../audit/data-check";
export type { Zone } from "./names";
export type { Transform } from "./transform";
export type { ViewBatch } from "./pipeline/views";
