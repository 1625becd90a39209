/** The plain files of one bucket's folder. */
import { createHash } from "node:crypto";
import { createReadStream, type Dirent, existsSync, readdirSync, rmdirSync, type Stats, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { hashedPath, isPlainKey, isUnplaceableFolder, plainPath } from "./paths";

/** A file's status; undefined if there is no file at the path, or a part of the path is itself a file. */
export function fileAt(path: string): Stats | undefined {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    return found?.isFile() ? found : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return undefined;
    throw error;
  }
}

/** The key's own path, or, where a file is in the way of a folder or the reverse, a path by its hash. */
export function freePath(root: string, key: string): string {
  if (!isPlainKey(key)) return hashedPath(root, key);
  const path = plainPath(root, key);
  if (existsSync(path)) return hashedPath(root, key);
  for (let folder = dirname(path); folder !== root; folder = dirname(folder)) {
    if (fileAt(folder)) return hashedPath(root, key);
  }
  return path;
}

/** Keys of the files at plain paths that start with `prefix`: those that a person put there are objects too. */
export function plainKeys(root: string, prefix = ""): string[] {
  const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  if (folder !== "" && !isPlainKey(folder.slice(0, -1))) return [];
  const keys: string[] = [];
  const read = (below: string): void => {
    for (const entry of entriesOf(join(root, below))) {
      const key = `${below}${entry.name}`;
      if (entry.isDirectory()) {
        if (below !== "" || !isUnplaceableFolder(entry.name)) read(`${key}/`);
      } else if (entry.isFile() && key.startsWith(prefix)) keys.push(key);
    }
  };
  read(folder);
  return keys;
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    // Nothing is there, or an object is where a folder would be.
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw error;
  }
}

/** Hexadecimal MD5 of a file. */
export async function md5Of(path: string): Promise<string> {
  const hash = createHash("md5");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** Removes a folder and those above it, below `root`, as far as they are empty. */
export function removeEmptyFolders(folder: string, root: string): void {
  for (let empty = folder; empty !== root && empty.startsWith(root); empty = dirname(empty)) {
    try {
      rmdirSync(empty);
    } catch {
      return;
    }
  }
}
