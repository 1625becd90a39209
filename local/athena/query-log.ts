/**
 * The queries of a runtime: the last few hundred, kept in one file each.
 */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { Document } from "../document";

const column = z.object({ name: z.string(), type: z.string(), precision: z.number(), scale: z.number() });

const queryRecord = z.object({
  id: z.string(),
  query: z.string(),
  statementType: z.enum(["DDL", "DML", "UTILITY"]),
  substatementType: z.string(),
  workGroup: z.string(),
  database: z.string(),
  catalog: z.string(),
  parameters: z.array(z.string()).optional(),
  /** Where the result goes: `s3://…/<id>.csv`, or the folder for results. */
  output: z.string(),
  resultConfiguration: z.record(z.string(), z.unknown()),
  clientRequestToken: z.string().optional(),
  state: z.enum(["QUEUED", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED"]),
  reason: z.string().optional(),
  error: z
    .object({ ErrorCategory: z.number(), ErrorType: z.number(), Retryable: z.boolean(), ErrorMessage: z.string() })
    .optional(),
  /** Times are ISO 8601. */
  submitted: z.string(),
  started: z.string().optional(),
  completed: z.string().optional(),
  bytesScanned: z.number(),
  manifest: z.string().optional(),
  /** Rows written by UNLOAD, INSERT or CREATE TABLE AS, or given by a query. */
  rows: z.number().optional(),
  columns: z.array(column),
  /** Whether the result's file begins with the columns' names. */
  header: z.boolean(),
});

/** What is known of a query. */
export type QueryRecord = Readonly<z.infer<typeof queryRecord>>;
/** A column of a result in the words of `GetQueryResults`. */
export type ResultColumnInfo = z.infer<typeof column>;

/** Finished queries beyond this number are forgotten, the oldest first. */
const KEPT = 500;

/** Query records by id; changes are on disk when `put` returns. */
export class QueryLog {
  private readonly documents = new Map<string, Document<QueryRecord>>();

  constructor(private readonly folder: string) {
    const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".json")) : [];
    const opened = files.map((file) => {
      return new Document<QueryRecord | undefined>(
        join(folder, file),
        (stored) => queryRecord.parse(stored),
        undefined,
      );
    });
    const records = opened.map((document) => document.value).filter((record) => record !== undefined);
    for (const record of records.sort((a, b) => (a.submitted < b.submitted ? -1 : 1))) this.open(record);
  }

  private open(record: QueryRecord): Document<QueryRecord> {
    const path = join(this.folder, `${record.id}.json`);
    const document = new Document<QueryRecord>(path, (stored) => queryRecord.parse(stored), record);
    this.documents.set(record.id, document);
    return document;
  }

  get(id: string): QueryRecord | undefined {
    return this.documents.get(id)?.value;
  }

  /** All queries, the newest first. */
  list(): QueryRecord[] {
    return [...this.documents.values()].map((document) => document.value).reverse();
  }

  put(record: QueryRecord): void {
    const document = this.documents.get(record.id) ?? this.open(record);
    document.update(() => record);
    for (const [id, old] of this.documents) {
      if (this.documents.size <= KEPT) break;
      if (old.value.completed === undefined) continue;
      this.documents.delete(id);
      rmSync(join(this.folder, `${id}.json`), { force: true });
    }
  }
}
