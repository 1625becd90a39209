/** What a program declares, as the checks see it: names and plain values, all known at preview. */
import type { FileFormat } from "../../functions/formats/file-format";
import type { TableAbout } from "../table-about";
import type { TableAudit } from "../table-audit";
import type { Columns } from "../columns";
import type { Cadence } from "../pipeline/cadence";
import type { ReadSource } from "./finding";
import type { Site } from "./program-place";

/** A table. */
export interface DeclaredTable {
  readonly tableName: string;
  /** Physical name of its database. */
  readonly database: string;
  readonly zone: string;
  readonly columns: Columns;
  readonly partitionKeys: Columns;
  readonly audit?: TableAudit;
  /** `s3://…/` below which its runs keep their data. */
  readonly root?: string;
  /** Owner, tags, what columns mean. */
  readonly about?: TableAbout;
  /** CSV file of its rows, if the program deploys them with it. */
  readonly seed?: string;
  readonly site: Site;
}

/** A model into a table. */
export interface DeclaredStep {
  readonly model: string;
  readonly into: DeclaredTable;
}

/** Registered incoming files. */
export interface DeclaredFile {
  readonly prefix: string;
  readonly table: DeclaredTable;
  readonly files?: "one" | "many";
  readonly complete?: object;
  readonly format?: FileFormat;
  /** Table of their rows that cannot be read, if they are converted. */
  readonly rejected?: DeclaredTable;
}

/** A pipeline: its arguments, with names for pipelines. */
export interface DeclaredPipeline {
  readonly pipelineName: string;
  readonly source?: string;
  readonly incoming: readonly DeclaredFile[];
  readonly announcedBy?: "watcher" | "source";
  /** Names and sources of the pipelines that it comes after. */
  readonly after: readonly {
    readonly pipelineName: string;
    readonly source: string;
    /** @default "same date" */
    readonly needs?: "same date" | "latest";
  }[];
  readonly steps: readonly DeclaredStep[];
  /** Batches of views. */
  readonly views?: readonly { readonly template: string }[];
  readonly audits?: {
    readonly label: string;
    readonly timeGrain: string;
    readonly priorDateFrom: DeclaredTable;
    readonly tables: readonly DeclaredTable[];
  };
  readonly cadence?: Cadence;
  readonly lateAfterHour?: number;
  readonly timeZone?: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** SSM parameter that publishes the machine's name. */
  readonly parameterName: string;
  readonly site: Site;
}

/** What does not change while a program is evaluated. */
export interface LakeBasics {
  /** Templates by path below `folder`. */
  readonly templates: Readonly<Record<string, string>>;
  /** Folder of the templates, relative to the program's, with `/`. @example "sql" */
  readonly folder: string;
  /** The lake's audit table, once it is declared: the framework writes it. */
  readonly auditTable: () => DeclaredTable | undefined;
  /** Reads the program's own files, for code frames. */
  readonly read: ReadSource;
}
