/**
 * What an edge query is made from: the change to explain, and what is known of the tables behind it.
 */
import type { ComparedDates } from "../comparison";
import type { TypedColumn } from "../config";
import type { SourceTable } from "./scope";

/** An incoming file that a landing table's partition was made from. */
export interface SourceFile {
  readonly key: string;
  readonly etag: string;
  /** What it is called where it landed, if it is known. */
  readonly name?: string;
}

/** What tells a file from others, also from one that had its key before. */
export function fileId({ key, etag }: SourceFile): string {
  return `${key} ${etag}`;
}

/** The files of a landing table on both dates. */
export interface SourceFiles {
  readonly current?: readonly SourceFile[];
  readonly prior?: readonly SourceFile[];
  /** Runs that landed them. */
  readonly runs?: { readonly current?: string; readonly prior?: string };
}

/** The file of all rows of a date; undefined if there are several. */
export function onlyFile(files: readonly SourceFile[] | undefined): SourceFile | undefined {
  return files?.length === 1 ? files[0] : undefined;
}

/** What is to be explained, and everything that is known of it. */
export interface ExplainedAttribute {
  /** The table that changed. */
  readonly result: SourceTable;
  /** The column that changed. */
  readonly attribute: TypedColumn;
  readonly dates: ComparedDates;
  /** The model that makes the table, as it was executed for each date. */
  readonly model: { readonly current: string; readonly prior: string };
  /** All tables that the model may read. */
  readonly tables: readonly SourceTable[];
  /** Files by `<database>.<table>`. */
  readonly files?: Readonly<Record<string, SourceFiles>>;
  /** Names of attributes in the audit table by `<table>.<column>`, where they are not the columns'. */
  readonly labels?: Readonly<Record<string, string>>;
  /** SELECT of result_key_1 … result_key_5 (text) and change (double): the changes to explain. */
  readonly targets: string;
  /** Source rows listed for each result. */
  readonly top: number;
  readonly depth: number;
}
