/**
 * Work that was accepted and goes on by itself, one file a piece, so that it is taken up again after a crash: events on their
 * way, asynchronous invocations.
 */
import { randomBytes } from "node:crypto";
import { setMaxListeners } from "node:events";
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { z } from "zod";
import type { Journal } from "../journal";

/** What a piece of work can do while it runs. */
export interface Running<T> {
  /** Stores how far the work has come; a later process begins there. */
  progress(item: T): void;
  /** Waits; rejects when everything stops. */
  pause(milliseconds: number): Promise<void>;
  /** Rejects when everything has stopped: what failed because of that has not failed. */
  checkStopped(): void;
}

/** How work of one kind is done. */
export interface WorkOptions<T> {
  readonly folder: string;
  readonly schema: z.ZodType<T>;
  /** Counts the work as under way. */
  readonly journal: Journal;
  /** Does one piece to its end; resolves when nothing is left to do. */
  run(item: T, running: Running<T>): Promise<void>;
  /** Told of a piece that could not be done because of a fault of the runtime itself; it is given up. */
  failed(item: T, error: unknown): void;
}

/** Runs pieces of work of one kind, all at the same time. */
export class PendingWork<T> {
  private readonly stopping = new AbortController();
  private readonly running = new Set<string>();
  private last = 0;

  constructor(private readonly options: WorkOptions<T>) {
    mkdirSync(options.folder, { recursive: true });
    // Each piece that waits listens.
    setMaxListeners(0, this.stopping.signal);
  }

  /** Accepts a piece of work: it is on disk when this returns, and begins afterwards. */
  accept(item: T): void {
    // Names sort in the order of acceptance.
    this.last = Math.max(this.last + 1, Date.now());
    const id = `${this.last.toString().padStart(15, "0")}-${randomBytes(4).toString("hex")}`;
    this.store(id, item);
    this.start(id, item);
  }

  /** Takes up what an earlier process accepted and did not finish. */
  resume(): void {
    const { folder, schema } = this.options;
    for (const file of readdirSync(folder).sort()) {
      const id = /^(.+)\.json$/.exec(file)?.[1];
      if (!id || this.running.has(id)) continue;
      this.start(id, schema.parse(JSON.parse(readFileSync(join(folder, file), "utf8"))));
    }
  }

  /** Stops; what is not done stays on disk for the next process. */
  close(): void {
    this.stopping.abort();
  }

  private start(id: string, item: T): void {
    const { signal } = this.stopping;
    if (signal.aborted) return;
    this.running.add(id);
    const { journal, run, failed } = this.options;
    const work = run(item, {
      progress: (next) => this.store(id, next),
      pause: (milliseconds) => sleep(milliseconds, undefined, { signal }),
      checkStopped: () => signal.throwIfAborted(),
    })
      .catch((error: unknown) => {
        signal.throwIfAborted();
        failed(item, error);
      })
      .then(
        () => rmSync(this.pathOf(id), { force: true }),
        // Stopped: the file stays.
        () => undefined,
      )
      .finally(() => this.running.delete(id));
    void journal.track(work);
  }

  /** The file is renamed into place, so that it is always whole. */
  private store(id: string, item: T): void {
    const path = this.pathOf(id);
    writeFileSync(`${path}.tmp`, JSON.stringify(item));
    renameSync(`${path}.tmp`, path);
  }

  private pathOf(id: string): string {
    return join(this.options.folder, `${id}.json`);
  }
}
