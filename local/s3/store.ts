/**
 * Objects as plain files: `<folder>/buckets/<bucket>/<key>`, what else is known of them beside. A file is written aside and
 * renamed into place, so a reader sees an object whole or not at all.
 */
import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream, existsSync, mkdirSync, readdirSync, type Stats, statSync } from "node:fs";
import { mkdir, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { AwsError } from "../api";
import { Document } from "../document";
import { hashedPath, isPlainKey, isUnplaceableFolder, plainPath } from "./paths";

const storedObject = z.object({
  path: z.string(),
  size: z.number(),
  etag: z.string(),
  modified: z.string(),
  /** Modification time of the file when this was written: another means that the file was changed by hand. */
  mtimeMs: z.number(),
  contentType: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  tags: z.record(z.string(), z.string()).optional(),
});

/** What is known of an object. `etag` has no quotes; `modified` is ISO 8601. */
export type StoredObject = Readonly<z.infer<typeof storedObject>>;

/** What a client says of an object beside its bytes. */
export type ObjectDescription = Pick<StoredObject, "contentType" | "headers" | "metadata" | "tags">;

const bucketSettings = z.object({
  created: z.string(),
  /** Whether object events go to EventBridge. */
  eventBridge: z.boolean().default(false),
  /** ARN of the KMS key of default encryption; without it S3's own keys encrypt. */
  kmsKey: z.string().optional(),
});

/** Settings of a bucket that change how it behaves here. */
export type BucketSettings = Readonly<z.infer<typeof bucketSettings>>;

interface Bucket {
  readonly settings: Document<BucketSettings>;
  readonly objects: Document<Record<string, StoredObject>>;
}

/** A file that was written aside and awaits its place. */
export interface WrittenFile {
  readonly path: string;
  readonly size: number;
  /** Hexadecimal MD5. */
  readonly md5: string;
}

/** The buckets of one runtime. */
export class S3Store {
  private readonly buckets = new Map<string, Bucket>();
  private readonly scratch: string;
  private lastSequence = 0n;

  constructor(
    private readonly folder: string,
    private readonly now: () => Date = () => new Date(),
  ) {
    this.scratch = join(folder, "scratch");
    mkdirSync(this.scratch, { recursive: true });
    mkdirSync(this.bucketsFolder, { recursive: true });
    for (const name of readdirSync(this.bucketsFolder)) this.open(name);
  }

  private get bucketsFolder(): string {
    return join(this.folder, "buckets");
  }

  private open(name: string): Bucket {
    const about = join(this.folder, "about", name);
    const bucket: Bucket = {
      settings: new Document(join(about, "settings.json"), (stored) => bucketSettings.parse(stored), {
        created: this.now().toISOString(),
        eventBridge: false,
      }),
      objects: new Document(
        join(about, "objects.json"),
        (stored) => z.record(z.string(), storedObject).parse(stored),
        {},
      ),
    };
    this.buckets.set(name, bucket);
    return bucket;
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
    this.open(name).settings.update((settings) => settings);
  }

  settings(name: string): BucketSettings {
    return this.bucket(name).settings.value;
  }

  /** Changes settings of a bucket. */
  configure(name: string, change: Partial<BucketSettings>): void {
    this.bucket(name).settings.update((settings) => ({ ...settings, ...change }));
  }

  /** Removes a bucket that is empty. Throws `BucketNotEmpty`. */
  async deleteBucket(name: string): Promise<void> {
    if (this.keys(name).length > 0) {
      throw new AwsError("BucketNotEmpty", `The bucket you tried to delete is not empty: ${name}`, 409);
    }
    this.buckets.delete(name);
    await rm(join(this.bucketsFolder, name), { recursive: true, force: true });
    await rm(join(this.folder, "about", name), { recursive: true, force: true });
  }

  /** Removes all objects of a bucket. */
  async emptyBucket(name: string): Promise<void> {
    for (const key of this.keys(name)) await this.delete(name, key);
  }

  /** All keys of a bucket, in the order that S3 lists them: by their UTF-8 bytes. */
  keys(name: string): string[] {
    const { objects } = this.bucket(name);
    const known = new Set(Object.keys(objects.value));
    for (const key of this.filesPlacedByHand(name, objects.value)) known.add(key);
    return [...known].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }

  /** Files that a person put into the bucket's folder are objects too. */
  private filesPlacedByHand(name: string, known: Readonly<Record<string, StoredObject>>): string[] {
    const root = join(this.bucketsFolder, name);
    return readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)))
      .filter((path) => !isUnplaceableFolder(path.split(sep)[0]))
      .map((path) => path.split(sep).join("/"))
      .filter((key) => known[key] === undefined);
  }

  /** What is known of an object; undefined if there is none. */
  async find(bucketName: string, key: string): Promise<StoredObject | undefined> {
    const bucket = this.bucket(bucketName);
    const root = join(this.bucketsFolder, bucketName);
    const known = bucket.objects.value[key] as StoredObject | undefined;
    const path = known?.path ?? (isPlainKey(key) ? relative(root, plainPath(root, key)) : undefined);
    if (path === undefined) return undefined;
    const file = fileAt(join(root, path));
    if (!file) return undefined;
    if (known && known.mtimeMs === file.mtimeMs && known.size === file.size) return known;
    const etag = await md5Of(join(root, path));
    const found = { ...known, path, size: file.size, etag, modified: file.mtime.toISOString(), mtimeMs: file.mtimeMs };
    bucket.objects.update((objects) => ({ ...objects, [key]: found }));
    return found;
  }

  /** Absolute path of an object's file, for readers that take files: DuckDB reads Parquet there. */
  pathOf(bucketName: string, key: string): string {
    const known = this.bucket(bucketName).objects.value[key] as StoredObject | undefined;
    const root = join(this.bucketsFolder, bucketName);
    return known ? join(root, known.path) : isPlainKey(key) ? plainPath(root, key) : hashedPath(root, key);
  }

  /** Bytes `start` to `end` (inclusive) of an object. */
  read(bucketName: string, object: StoredObject, start = 0, end = object.size - 1): Readable {
    if (object.size === 0) return Readable.from([]);
    return createReadStream(join(this.bucketsFolder, bucketName, object.path), { start, end });
  }

  /** Writes bytes aside; {@link place} makes them an object, {@link discard} forgets them. */
  async write(body: Readable | Buffer | string): Promise<WrittenFile> {
    const path = join(this.scratch, randomUUID());
    const hash = createHash("md5");
    let size = 0;
    const source = typeof body === "string" || Buffer.isBuffer(body) ? Readable.from([Buffer.from(body)]) : body;
    try {
      await pipeline(
        source,
        async function* (chunks: AsyncIterable<Buffer | string>) {
          for await (const chunk of chunks) {
            const bytes = Buffer.from(chunk);
            hash.update(bytes);
            size += bytes.length;
            yield bytes;
          }
        },
        createWriteStream(path),
      );
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    return { path, size, md5: hash.digest("hex") };
  }

  async discard(file: WrittenFile): Promise<void> {
    await rm(file.path, { force: true });
  }

  /** Makes a written file the object of a key. `check` sees what is there and may throw; nothing comes between. */
  async place(
    bucketName: string,
    key: string,
    file: WrittenFile,
    description: ObjectDescription,
    { etag = file.md5, check }: { etag?: string; check?: (present: StoredObject | undefined) => void } = {},
  ): Promise<StoredObject> {
    const bucket = this.bucket(bucketName);
    const present = await this.find(bucketName, key);
    check?.(present);
    const root = join(this.bucketsFolder, bucketName);
    const path = present ? join(root, present.path) : await this.freePath(root, key);
    await mkdir(dirname(path), { recursive: true });
    await rename(file.path, path);
    const object: StoredObject = {
      ...description,
      path: relative(root, path),
      size: file.size,
      etag,
      modified: this.now().toISOString(),
      mtimeMs: statSync(path).mtimeMs,
    };
    bucket.objects.update((objects) => ({ ...objects, [key]: object }));
    return object;
  }

  /** The key's own path, or, where a file is in the way of a folder or the reverse, a path by its hash. */
  private async freePath(root: string, key: string): Promise<string> {
    if (!isPlainKey(key)) return hashedPath(root, key);
    const path = plainPath(root, key);
    if (existsSync(path)) return hashedPath(root, key);
    for (let folder = dirname(path); folder !== root; folder = dirname(folder)) {
      if (fileAt(folder)) return hashedPath(root, key);
    }
    return path;
  }

  /** Changes what is known of an object, e.g. its tags. */
  describe(bucketName: string, key: string, change: Partial<ObjectDescription>): void {
    const { objects } = this.bucket(bucketName);
    objects.update((all) => ({ ...all, [key]: { ...all[key], ...change } }));
  }

  /** Deletes an object; answers what it was, or undefined if there was none. */
  async delete(bucketName: string, key: string): Promise<StoredObject | undefined> {
    const bucket = this.bucket(bucketName);
    const present = await this.find(bucketName, key);
    if (!present) return undefined;
    const root = join(this.bucketsFolder, bucketName);
    await rm(join(root, present.path), { force: true });
    bucket.objects.update(({ [key]: _, ...others }) => others);
    await removeEmptyFolders(dirname(join(root, present.path)), root);
    return present;
  }

  /** A number that grows with every change: S3's sequencer, sixteen hexadecimal digits. */
  nextSequencer(): string {
    const clock = BigInt(this.now().getTime()) * 1_000_000n;
    this.lastSequence = clock > this.lastSequence ? clock : this.lastSequence + 1n;
    return this.lastSequence.toString(16).toUpperCase().padStart(18, "0");
  }
}

/** A file's status; undefined if there is no file at the path, or a part of the path is itself a file. */
function fileAt(path: string): Stats | undefined {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    return found?.isFile() ? found : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return undefined;
    throw error;
  }
}

async function md5Of(path: string): Promise<string> {
  const hash = createHash("md5");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

async function removeEmptyFolders(folder: string, root: string): Promise<void> {
  for (let empty = folder; empty !== root && empty.startsWith(root); empty = dirname(empty)) {
    try {
      await rmdir(empty);
    } catch {
      return;
    }
  }
}
