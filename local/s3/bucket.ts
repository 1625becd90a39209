/**
 * One bucket: a folder of plain files, what else is known of them beside, and the versions that are kept.
 */
import { rmSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { z } from "zod";
import { Document } from "../document";
import { Records } from "../records";
import { lifecycleRule } from "./lifecycle-rules";
import { fileAt, md5Of, plainKeys, removeEmptyFolders } from "./object-files";
import { hashedPath, isPlainKey, isUnplaceableFolder, plainPath } from "./paths";
import { storedObject, type StoredObject } from "./stored-object";
import { KeptVersions, newVersionId } from "./versions";

const bucketSettings = z.object({
  created: z.string(),
  /** Whether object events go to EventBridge. */
  eventBridge: z.boolean().default(false),
  /** Since when, if they do. */
  eventBridgeSince: z.iso.datetime().optional(),
  /** ARN of the KMS key of default encryption; without it S3's own keys encrypt. */
  kmsKey: z.string().optional(),
  /** Whether objects that are replaced or deleted are kept; absent while they never were. */
  versioning: z.enum(["Enabled", "Suspended"]).optional(),
  /** What becomes of objects as they age. */
  lifecycle: z.array(lifecycleRule).default([]),
  /** The bucket's tags; absent where it has none. */
  tags: z.record(z.string(), z.string()).optional(),
});

/** Settings of a bucket that change how it behaves here. */
export type BucketSettings = Readonly<z.infer<typeof bucketSettings>>;

/** The objects of one bucket. */
export class Bucket {
  /** Folder of the current objects. */
  readonly root: string;
  readonly settings: Document<BucketSettings>;
  /** What is known of the objects, by key. */
  readonly objects: Records<StoredObject>;
  readonly kept: KeptVersions;

  /** @param folder that of the store */
  constructor(folder: string, name: string, now: () => Date) {
    const about = join(folder, "about", name);
    this.root = join(folder, "buckets", name);
    this.settings = new Document(join(about, "settings.json"), (stored) => bucketSettings.parse(stored), {
      created: now().toISOString(),
      eventBridge: false,
      lifecycle: [],
    });
    this.objects = new Records(join(about, "objects.jsonl"), (stored) => storedObject.parse(stored));
    this.kept = new KeptVersions(this.root, join(folder, "versions", name), join(about, "versions.jsonl"));
  }

  /** The keys of the current objects that start with `prefix`, in the order that S3 lists them: by their UTF-8 bytes. */
  keys(prefix = ""): string[] {
    return inOrder(this.currentKeys(prefix));
  }

  /** The keys with those that have old versions or delete markers only. */
  everyKey(): string[] {
    return inOrder([...this.currentKeys(), ...this.kept.keys()]);
  }

  /** What is known of the current object of a key; undefined if there is none. */
  async find(key: string): Promise<StoredObject | undefined> {
    const { root, objects } = this;
    const known = objects.get(key);
    const path = known?.path ?? (isPlainKey(key) ? relative(root, plainPath(root, key)) : undefined);
    if (path === undefined) return undefined;
    const file = fileAt(join(root, path));
    if (!file) return undefined;
    if (known && known.mtimeMs === file.mtimeMs && known.size === file.size) return known;
    const etag = await md5Of(join(root, path));
    // A file that was copied here keeps the time of its content; it came when its directory entry was made.
    const modified = new Date(Math.max(file.mtimeMs, file.ctimeMs)).toISOString();
    // Of what was known of the old bytes nothing holds for the new ones.
    const { checksum: _sum, parts: _parts, ...about } = known ?? {};
    const found = { ...about, path, size: file.size, etag, modified, mtimeMs: file.mtimeMs };
    objects.set(key, found);
    return found;
  }

  /** Absolute path of an object's file, for readers that take files: DuckDB reads Parquet there. */
  pathOf(key: string): string {
    const { root, objects } = this;
    const known = objects.get(key);
    return known ? join(root, known.path) : isPlainKey(key) ? plainPath(root, key) : hashedPath(root, key);
  }

  /** Keeps what a new version or a marker replaces, as the bucket asks; answers the new one's id. */
  giveWay(key: string, present: StoredObject | undefined): string | undefined {
    const { settings, kept } = this;
    const { versioning } = settings.value;
    if (versioning === "Enabled") {
      if (present) kept.keep(key, present);
      return newVersionId();
    }
    // There is one version without an id at most: the new one takes its place.
    if (versioning === "Suspended") {
      if (present?.versionId !== undefined) kept.keep(key, present);
      kept.remove(key, "null");
    }
    return undefined;
  }

  /** Removes the current object of a key. */
  remove(key: string, { path }: StoredObject): void {
    const { root, objects } = this;
    rmSync(join(root, path), { force: true });
    objects.delete(key);
    removeEmptyFolders(dirname(join(root, path)), root);
  }

  private currentKeys(prefix = ""): string[] {
    const { root, objects } = this;
    const hashed = [...objects.entries()].filter(
      ([key, { path }]) =>
        key.startsWith(prefix) && isUnplaceableFolder(path.split(sep)[0]) && fileAt(join(root, path)),
    );
    return [...plainKeys(root, prefix), ...hashed.map(([key]) => key)];
  }
}

function inOrder(keys: readonly string[]): string[] {
  return [...new Set(keys)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
