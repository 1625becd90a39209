/** Folders for what thousands of schedules write: in memory where the system has that, as nothing of it is to stay. */
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Linux keeps POSIX shared memory here: a file system in memory. */
const memory = "/dev/shm";

/** Makes a new folder. */
export function scratchFolder(): string {
  return mkdtempSync(join(existsSync(memory) ? memory : tmpdir(), "tributary-model-"));
}
