/**
 * Objects as plain files: `<folder>/buckets/<bucket>/<key>`, what else is known of them beside. A file is written aside and
 * renamed into place, so a reader sees an object whole or not at all. Old versions stand in `<folder>/versions/<bucket>`.
 */
import { createReadStream, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { Readable } from "node:stream";
import { AwsError } from "../api";
import { Bucket, type BucketSettings } from "./bucket";
import { freePath, removeEmptyFolders } from "./object-files";
import { Scratch, type WrittenFile } from "./scratch";
import {
  isDeleteMarker,
  versionIdOf,
  type DeleteMarker,
  type ObjectDescription,
  type StoredObject,
  type Version,
} from "./stored-object";
import { Sequencers } from "./sequencers";
import { KeyedMutex } from "./keyed-mutex";
import { Uploads } from "./uploads";

/** What a deletion did: of both members, one at most is there. */
export interface Deletion {
  /** What is gone for good. */
  readonly removed?: Version;
  /** What now stands before the older versions. */
  readonly marker?: DeleteMarker;
}

/** Sees the current object of a key before it is changed, and may throw. */
export type Check = (present: StoredObject | undefined) => void;

/** The buckets of one runtime. */
export class S3Store {
  /** Files on their way to becoming objects. */
  readonly scratch: Scratch;
  readonly uploads: Uploads;
  private readonly buckets = new Map<string, Bucket>();
  private readonly turns = new KeyedMutex();
  private readonly sequencers: Sequencers;

  constructor(
    private readonly folder: string,
    private readonly now: () => Date = () => new Date(),
  ) {
    this.sequencers = new Sequencers(now);
    this.scratch = new Scratch(join(folder, "scratch"));
    this.uploads = new Uploads(this.scratch);
    mkdirSync(this.bucketsFolder, { recursive: true });
    for (const name of readdirSync(this.bucketsFolder)) this.buckets.set(name, new Bucket(folder, name, now));
  }

  private get bucketsFolder(): string {
    return join(this.folder, "buckets");
  }

  private bucket(name: string): Bucket {
    const bucket = this.buckets.get(name);
    if (!bucket)
      throw new AwsError("NoSuchBucket", `The specified bucket does not exist: ${name}`, 404, { BucketName: name });
    return bucket;
  }

  /** Names of the buckets with their creation dates. */
  list(): { name: string; created: Date }[] {
    return [...this.buckets].map(([name, { settings }]) => ({ name, created: new Date(settings.value.created) }));
  }

  has(name: string): boolean {
    return this.buckets.has(name);
  }

  /** Creates a bucket; one that exists stays as it is. */
  createBucket(name: string): void {
    if (this.buckets.has(name)) return;
    mkdirSync(join(this.bucketsFolder, name), { recursive: true });
    const bucket = new Bucket(this.folder, name, this.now);
    this.buckets.set(name, bucket);
    bucket.settings.update((settings) => settings);
  }

  settings(name: string): BucketSettings {
    return this.bucket(name).settings.value;
  }

  /** Changes settings of a bucket. */
  configure(name: string, change: Partial<BucketSettings>): void {
    const eventBridgeSince = this.now().toISOString();
    this.bucket(name).settings.update((settings) => ({
      ...settings,
      ...(change.eventBridge && !settings.eventBridge ? { eventBridgeSince } : {}),
      ...change,
    }));
  }

  /** Removes a bucket that holds neither objects nor old versions. Throws `BucketNotEmpty`. */
  async deleteBucket(name: string): Promise<void> {
    if (this.everyKey(name).length > 0) {
      const versions = this.keys(name).length > 0 ? "" : " You must delete all versions in the bucket.";
      throw new AwsError("BucketNotEmpty", `The bucket you tried to delete is not empty: ${name}.${versions}`, 409);
    }
    for (const upload of this.uploads.to(name)) await this.uploads.end(upload);
    this.buckets.delete(name);
    for (const place of ["buckets", "about", "versions"]) {
      await rm(join(this.folder, place, name), { recursive: true, force: true });
    }
  }

  /** Removes all objects of a bucket whose keys start with `prefix`, with all their versions. */
  async emptyBucket(name: string, prefix = ""): Promise<void> {
    const { root, objects, kept } = this.bucket(name);
    const leaving = this.everyKey(name).filter((key) => key.startsWith(prefix));
    for (const key of leaving) {
      const path = this.pathOf(name, key);
      rmSync(path, { force: true });
      removeEmptyFolders(dirname(path), root);
    }
    for (const key of leaving) objects.delete(key);
    kept.forget(leaving);
  }

  /** The keys of a bucket's current objects that start with `prefix`, in the order that S3 lists them: by their UTF-8 bytes. */
  keys(name: string, prefix = ""): string[] {
    return this.bucket(name).keys(prefix);
  }

  /** The keys with those that have old versions or delete markers only. */
  everyKey(name: string): string[] {
    return this.bucket(name).everyKey();
  }

  /** What is known of the current object of a key; undefined if there is none. */
  async find(bucketName: string, key: string): Promise<StoredObject | undefined> {
    return this.bucket(bucketName).find(key);
  }

  /** Absolute path of an object's file, for readers that take files: DuckDB reads Parquet there. */
  pathOf(bucketName: string, key: string): string {
    return this.bucket(bucketName).pathOf(key);
  }

  /** Everything that is kept of a key: the current version first, then the others, the newest first. */
  async history(bucketName: string, key: string): Promise<Version[]> {
    const current = await this.find(bucketName, key);
    return [...(current ? [current] : []), ...this.bucket(bucketName).kept.of(key)];
  }

  /** One version of a key, by the id that clients know. */
  async findVersion(bucketName: string, key: string, versionId: string): Promise<Version | undefined> {
    return (await this.history(bucketName, key)).find((version) => versionIdOf(version) === versionId);
  }

  /** Bytes `start` to `end` (inclusive) of a version. */
  read(bucketName: string, object: StoredObject, start = 0, end = object.size - 1): Readable {
    if (object.size === 0) return Readable.from([]);
    // Opened at once: the bytes are those of this version, whatever takes its place while they are read.
    const path = join(this.bucketsFolder, bucketName, object.path);
    return createReadStream(path, { fd: openSync(path, "r"), start, end });
  }

  /** Makes a written file the object of a key. `check` sees what is there; nothing comes between it and the change. */
  async place(
    bucketName: string,
    key: string,
    file: WrittenFile,
    description: ObjectDescription,
    { etag = file.md5, check }: { etag?: string; check?: Check } = {},
  ): Promise<StoredObject> {
    return this.alone(bucketName, key, check, (bucket, present) => {
      const { root, objects } = bucket;
      const versionId = bucket.giveWay(key, present);
      const path = present ? join(root, present.path) : freePath(root, key);
      mkdirSync(dirname(path), { recursive: true });
      renameSync(file.path, path);
      const object: StoredObject = {
        ...description,
        path: relative(root, path),
        size: file.size,
        etag,
        modified: this.now().toISOString(),
        mtimeMs: statSync(path).mtimeMs,
        versionId,
      };
      objects.set(key, object);
      return object;
    });
  }

  /** Changes what is known of a version, e.g. its tags. */
  describe(bucketName: string, key: string, versionId: string, change: Partial<ObjectDescription>): void {
    const { objects, kept } = this.bucket(bucketName);
    const current = objects.get(key);
    if (current && versionIdOf(current) === versionId) {
      objects.set(key, { ...current, ...change });
    } else kept.describe(key, versionId, change);
  }

  /** Deletes an object: for good, or, where versions are kept, by a marker before them. */
  async delete(bucketName: string, key: string, check?: Check): Promise<Deletion> {
    return this.alone(bucketName, key, check, (bucket, present) => {
      const { settings, kept } = bucket;
      if (settings.value.versioning === undefined) {
        if (present) bucket.remove(key, present);
        return { removed: present };
      }
      const versionId = bucket.giveWay(key, present);
      if (present) bucket.remove(key, present);
      const marker: DeleteMarker = { deleteMarker: true, modified: this.now().toISOString(), versionId };
      kept.add(key, marker);
      return { marker };
    });
  }

  /** Deletes one version for good. If it was the newest, the one before it is the current version again. */
  async deleteVersion(bucketName: string, key: string, versionId: string, check?: Check): Promise<Deletion> {
    return this.alone(bucketName, key, check, (bucket, present) => {
      const { root, objects, kept } = bucket;
      const isCurrent = present !== undefined && versionIdOf(present) === versionId;
      if (isCurrent) bucket.remove(key, present);
      const removed = isCurrent ? present : kept.remove(key, versionId);
      const [newest] = kept.of(key) as readonly (Version | undefined)[];
      if (removed && (isCurrent || !present) && newest && !isDeleteMarker(newest)) {
        const restored = kept.restore(key, newest, freePath(root, key));
        objects.set(key, restored);
      }
      return { removed };
    });
  }

  /** Changes a key while nobody else does. */
  private alone<T>(
    bucketName: string,
    key: string,
    check: Check | undefined,
    change: (bucket: Bucket, present: StoredObject | undefined) => T,
  ): Promise<T> {
    return this.turns.take(`${bucketName}/${key}`, async () => {
      const present = await this.find(bucketName, key);
      check?.(present);
      return change(this.bucket(bucketName), present);
    });
  }

  /** S3's sequencer of the next change; see {@link Sequencers}. */
  nextSequencer(): string {
    return this.sequencers.next();
  }
}
