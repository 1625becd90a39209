/**
 * What one bucket keeps of objects that were replaced or deleted. Their files stand outside the bucket's folder, which holds
 * nothing but the current ones. S3 documentation, "How S3 Versioning works".
 */
import { copyFileSync, linkSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { randomBytes, randomUUID } from "node:crypto";
import { dirname, join, relative } from "node:path";
import { z } from "zod";
import { Document } from "../document";
import {
  deleteMarker,
  isDeleteMarker,
  storedObject,
  versionIdOf,
  type StoredObject,
  type Version,
} from "./stored-object";

const stored = z.record(z.string(), z.array(z.union([deleteMarker, storedObject])));

/** An id as S3 makes them: 32 characters that say nothing. */
export function newVersionId(): string {
  return randomBytes(24).toString("base64url");
}

/** The versions of a bucket's keys that are not the objects in its folder: older ones, and delete markers. */
export class KeptVersions {
  private readonly document: Document<Record<string, Version[]>>;

  constructor(
    /** The bucket's folder, which paths are relative to. */
    private readonly root: string,
    /** Folder of the kept files. */
    private readonly folder: string,
    /** Path of the document. */
    path: string,
  ) {
    this.document = new Document(path, (value) => stored.parse(value), {});
  }

  /** Keys that have kept versions. */
  keys(): string[] {
    return Object.keys(this.document.value);
  }

  /** Kept versions of a key, the newest first. */
  of(key: string): readonly Version[] {
    return Object.hasOwn(this.document.value, key) ? this.document.value[key] : [];
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
    this.document.update((all) => ({ ...all, [key]: [version, ...this.of(key)] }));
  }

  /** Forgets a version and its file; answers what it was. */
  remove(key: string, versionId: string): Version | undefined {
    const found = this.take(key, versionId);
    if (found && !isDeleteMarker(found)) rmSync(join(this.root, found.path), { force: true });
    return found;
  }

  /** Forgets all versions of keys, and their files. */
  forget(keys: readonly string[]): void {
    if (!keys.some((key) => this.of(key).length > 0)) return;
    for (const version of keys.flatMap((key) => this.of(key))) {
      if (!isDeleteMarker(version)) rmSync(join(this.root, version.path), { force: true });
    }
    const gone = new Set(keys);
    this.document.update((all) => Object.fromEntries(Object.entries(all).filter(([key]) => !gone.has(key))));
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
    this.document.update((all) => ({ ...all, [key]: changed }));
  }

  private take(key: string, versionId: string): Version | undefined {
    const found = this.of(key).find((version) => versionIdOf(version) === versionId);
    if (!found) return undefined;
    const left = this.of(key).filter((version) => version !== found);
    this.document.update(({ [key]: _, ...others }) => (left.length > 0 ? { ...others, [key]: left } : others));
    return found;
  }
}
