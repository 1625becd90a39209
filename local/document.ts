/**
 * State of a local service that outlives the process: one JSON file, always whole.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** A JSON value kept in a file. Reading is free; every `update` is on disk, complete, when it returns. */
export class Document<T> {
  private current: T;

  /** Opens `path`; `read` checks what an earlier process left there, `initial` is used when the file is new. */
  constructor(
    private readonly path: string,
    read: (stored: unknown) => T,
    initial: T,
  ) {
    this.current = initial;
    let text: string | undefined;
    try {
      text = readFileSync(path, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
    if (text !== undefined) this.current = read(JSON.parse(text));
  }

  get value(): Readonly<T> {
    return this.current;
  }

  /** Replaces the value. The file is renamed into place, so a crash leaves the old value or the new one. */
  update(change: (value: T) => T): void {
    this.current = change(this.current);
    mkdirSync(dirname(this.path), { recursive: true });
    const scratch = `${this.path}.${process.pid}.tmp`;
    writeFileSync(scratch, JSON.stringify(this.current, null, 1));
    renameSync(scratch, this.path);
  }
}
