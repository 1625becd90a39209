/** Where an object's file stands: at its key's own path wherever a file system can have that. */
import { createHash } from "node:crypto";
import { join } from "node:path";

/** Longest name that common file systems take, in bytes. */
const longestName = 255;

/** Folder, beside the plain files, for keys that no path can be made of. */
const unplaceable = ".keys";

function isPlainName(name: string): boolean {
  return (
    name !== "" &&
    name !== "." &&
    name !== ".." &&
    name !== unplaceable &&
    !name.includes("\0") &&
    Buffer.byteLength(name) <= longestName
  );
}

/** Whether every part of a key can be the name of a file or folder. */
export function isPlainKey(key: string): boolean {
  return key.split("/").every(isPlainName);
}

/** Path of a plain key below the bucket's folder. */
export function plainPath(bucketFolder: string, key: string): string {
  return join(bucketFolder, ...key.split("/"));
}

/** Path for a key such as `folder/`, `a//b` or `a/b` where `a` is an object too: named by its hash. */
export function hashedPath(bucketFolder: string, key: string): string {
  return join(bucketFolder, unplaceable, createHash("sha256").update(key).digest("hex"));
}

/** Whether a name in a bucket's folder is the folder of unplaceable keys. */
export function isUnplaceableFolder(name: string): boolean {
  return name === unplaceable;
}
