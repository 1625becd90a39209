/**
 * The code of functions, copied so that it outlives the archive it came from.
 */
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { AwsError } from "../api";

/** A copy of a function's code. */
export interface StoredCode {
  /** Hash of all paths and contents, base64. */
  readonly codeSha256: string;
  /** Bytes, unpacked. */
  readonly codeSize: number;
}

/** Keeps each version of each function's code in a folder of its own: `<folder>/<function>/<hash>/`. */
export class CodeStore {
  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
    // Node looks upwards for a package.json to tell CommonJS from ES modules; that of a surrounding project must not count.
    writeFileSync(join(folder, "package.json"), "{}");
  }

  /**
   * Copies the files of `source`; the same files are stored once. Throws `InvalidParameterValueException` if there are none,
   * and if `source` is no folder.
   */
  put(functionName: string, source: string): StoredCode {
    const stored = measure(source);
    if (readdirSync(source).length === 0) {
      throw new AwsError(
        "InvalidParameterValueException",
        `Function ${functionName}: Uploaded file must be a non-empty zip. (Is its code the output of another function? ` +
          "Where that one does not change, Pulumi answers with its archive's hash, without the contents.)",
      );
    }
    const target = this.pathOf(functionName, stored.codeSha256);
    if (!existsSync(target)) {
      const scratch = `${target}.${process.pid}.tmp`;
      cpSync(source, scratch, { recursive: true, dereference: true });
      renameSync(scratch, target);
    }
    return stored;
  }

  /** Folder with the code of that hash. */
  pathOf(functionName: string, codeSha256: string): string {
    return join(this.folder, functionName, Buffer.from(codeSha256, "base64").toString("hex").slice(0, 16));
  }

  /** Removes all versions of a function's code. */
  delete(functionName: string): void {
    rmSync(join(this.folder, functionName), { recursive: true, force: true });
  }

  /** Removes versions other than `codeSha256`: only while no process of the function can be running. */
  prune(functionName: string, codeSha256: string): void {
    const kept = this.pathOf(functionName, codeSha256);
    const folder = join(this.folder, functionName);
    if (!existsSync(folder)) return;
    for (const name of readdirSync(folder)) {
      if (join(folder, name) !== kept) rmSync(join(folder, name), { recursive: true, force: true });
    }
  }
}

function measure(source: string): StoredCode {
  const files = readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const hash = createHash("sha256");
  let codeSize = 0;
  for (const file of files) {
    const content = readFileSync(file);
    codeSize += content.length;
    hash.update(`${relative(source, file)}\u0000${content.length}\u0000`).update(content);
  }
  return { codeSha256: hash.digest("base64"), codeSize };
}
