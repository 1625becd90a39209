/**
 * What a backfill has done so far, `backfills/<id>.json` in the assets bucket: written before each thing that it starts and after
 * each that ended, so that whoever continues after a kill knows.
 */
import type { S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { readVersion, replaceText } from "../../functions/storage/objects";
import { CommandError, usageError } from "../command-error";

/** A pipeline's date within a backfill. */
const task = z.object({
  /** Newest run when the backfill came to the date; empty if there was none. What it counts is later. */
  before: z.string(),
  /** Token of the control file that it wrote, or was about to write. */
  token: z.string().optional(),
  /** ETag and run of what came of it. */
  run: z.string().optional(),
  status: z.enum(["SUCCEEDED", "SKIPPED", "SUPERSEDED", "FAILED", "REJECTED"]).optional(),
  /** Why it did not succeed. */
  error: z.string().optional(),
});
export type BackfillTask = z.infer<typeof task>;

const backfill = z.object({
  id: z.string(),
  from: z.string(),
  to: z.string(),
  /** Pipelines in the order in which they run. */
  pipelines: z.array(z.string()),
  /** Dates that have files, in their order. */
  dates: z.array(z.string()),
  started: z.string(),
  finished: z.string().optional(),
  /** By date, then by pipeline: what was begun. */
  tasks: z.record(z.string(), z.record(z.string(), task)).default({}),
});
export type Backfill = z.infer<typeof backfill>;

/** Where a backfill keeps its record. Throws for an id that is no file name. */
export function backfillKey(id: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/.test(id)) return `backfills/${id}.json`;
  throw usageError(`'${id}' is no id of a backfill; expected letters, digits, '-', '_' and '.'.`);
}

/** The record of a backfill that one process carries on. */
export class BackfillRecord {
  /** Tells this process's writes from another's. */
  private readonly writer = crypto.randomUUID();
  private writing: Promise<void> = Promise.resolve();

  private constructor(
    private readonly s3: S3Client,
    private readonly bucket: string,
    private current: Backfill,
    private etag: string | undefined,
  ) {}

  /** Reads a backfill's record; undefined if there is none. */
  static async read(s3: S3Client, bucket: string, id: string): Promise<BackfillRecord | undefined> {
    const key = backfillKey(id);
    try {
      const { text, etag } = await readVersion(s3, bucket, key);
      const read = backfill.safeParse(JSON.parse(text));
      if (!read.success) {
        throw new CommandError(`s3://${bucket}/${key} is no record of a backfill: ${z.prettifyError(read.error)}`);
      }
      return new BackfillRecord(s3, bucket, read.data, etag);
    } catch (error) {
      if ((error as Error).name === "NoSuchKey") return undefined;
      throw error;
    }
  }

  /** A record that {@link save} writes for the first time. */
  static create(s3: S3Client, bucket: string, started: Backfill): BackfillRecord {
    return new BackfillRecord(s3, bucket, started, undefined);
  }

  get value(): Backfill {
    return this.current;
  }

  /** What is known of a pipeline's date; undefined if the backfill has not come to it. */
  task(date: string, pipeline: string): BackfillTask | undefined {
    return this.current.tasks[date]?.[pipeline];
  }

  /** Notes what is done of a date, and resolves when that is kept. */
  async note(date: string, changes: Readonly<Record<string, BackfillTask>>): Promise<void> {
    const { tasks } = this.current;
    this.current = { ...this.current, tasks: { ...tasks, [date]: { ...tasks[date], ...changes } } };
    await this.save();
  }

  /** Notes that all is done. */
  async finish(now: Date): Promise<void> {
    this.current = { ...this.current, finished: now.toISOString() };
    await this.save();
  }

  /**
   * Writes what is known, one write after the other.
   *
   * @throws CommandError if another process has written the record meanwhile
   */
  save(): Promise<void> {
    const write = async (): Promise<void> => {
      const key = backfillKey(this.current.id);
      const body = `${JSON.stringify({ ...this.current, writer: this.writer })}\n`;
      const etag = (await replaceText(this.s3, this.bucket, key, body, this.etag)) ?? (await this.etagOf(key, body));
      if (etag === undefined) {
        throw new CommandError(
          `Another process carries on the backfill ${this.current.id} (s3://${this.bucket}/${key}): leave it to one.`,
        );
      }
      this.etag = etag;
    };
    this.writing = this.writing.then(write);
    return this.writing;
  }

  /** The answer to a write may have been lost on its way, and the client wrote again: then what is there is ours. */
  private async etagOf(key: string, body: string): Promise<string | undefined> {
    const { text, etag } = await readVersion(this.s3, this.bucket, key);
    return text === body ? etag : undefined;
  }
}
