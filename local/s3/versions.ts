/**
 * What one bucket keeps of objects that were replaced or deleted. Their files stand outside the bucket's folder, which holds
 * nothing but the current ones. S3 documentation, "How S3 Versioning works".
 */
import { copyFileSync, linkSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { randomBytes, randomUUID } from "node:crypto";
import { dirname, join, relative } from "node:path";
import { z } from "zod";
import { Records } from "../records";
import {
  deleteMarker,
  isDeleteMarker,
  storedObject,
  versionIdOf,
  type StoredObject,
  type Version,
} from "./stored-object";

const versions = z.array(z.union([deleteMarker, storedObject]));

/** An id as S3 makes them: 32 characters that say nothing. */
export function newVersionId(): string {
  return randomBytes(24).toString("base64url");
}

/** The versions of a bucket's keys that are not the objects in its folder: older ones, and delete markers. */
export class KeptVersions {
  /** By key, the newest first; a key without any is absent. */
  private readonly versions: Records<readonly Version[]>;

  constructor(
    /** The bucket's folder, which paths are relative to. */
    private readonly root: string,
    /** Folder of the kept files. */
    private readonly folder: string,
    /** Path of the records. */
    path: string,
  ) {
    this.versions = new Records(path, (stored) => versions.parse(stored));
  }

  /** Keys that have kept versions. */
  keys(): string[] {
    return [...this.versions.keys()];
  }

  /** Kept versions of a key, the newest first. */
  of(key: string): readonly Version[] {
    return this.versions.get(key) ?? [];
  }

  /** Keeps the object at a key's place. Its file stays there too: what is written next replaces it. */
  keep(key: string, object: StoredObject): void {
    const path = join(this.folder, randomUUID());
    mkdirSync(this.folder, { recursive: true });
    try {
      linkSync(join(this.root, object.path), path);
    } catch {
      // Not every file system has hard links.
      copyFileSync(join(this.root, object.path), path);
    }
    this.add(key, { ...object, path: relative(this.root, path) });
  }

  /** Puts a version before all others of a key. */
  add(key: string, version: Version): void {
    this.versions.set(key, [version, ...this.of(key)]);
  }

  /** Forgets a version and its file; answers what it was. */
  remove(key: string, versionId: string): Version | undefined {
    const found = this.take(key, versionId);
    if (found && !isDeleteMarker(found)) rmSync(join(this.root, found.path), { force: true });
    return found;
  }

  /** Forgets all versions of keys, and their files. */
  forget(keys: readonly string[]): void {
    for (const key of keys) {
      for (const version of this.of(key)) {
        if (!isDeleteMarker(version)) rmSync(join(this.root, version.path), { force: true });
      }
      this.versions.delete(key);
    }
  }

  /** Makes a kept version the file at `place`; answers what is known of it. */
  restore(key: string, version: StoredObject, place: string): StoredObject {
    this.take(key, versionIdOf(version));
    mkdirSync(dirname(place), { recursive: true });
    renameSync(join(this.root, version.path), place);
    return { ...version, path: relative(this.root, place) };
  }

  /** Changes what is known of a version. */
  describe(key: string, versionId: string, change: Partial<StoredObject>): void {
    const changed = this.of(key).map((version) =>
      versionIdOf(version) === versionId && !isDeleteMarker(version) ? { ...version, ...change } : version,
    );
    this.versions.set(key, changed);
  }

  private take(key: string, versionId: string): Version | undefined {
    const found = this.of(key).find((version) => versionIdOf(version) === versionId);
    if (!found) return undefined;
    const left = this.of(key).filter((version) => version !== found);
    if (left.length > 0) this.versions.set(key, left);
    else this.versions.delete(key);
    return found;
  }
}
