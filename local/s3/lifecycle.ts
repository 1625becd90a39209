/**
 * Does what the lifecycle rules of the buckets ask for: with each object by itself, some time in the day after it is due. S3
 * documentation, "Expiring objects": objects are queued for removal and removed asynchronously.
 */
import { randomUUID } from "node:crypto";
import { AwsError } from "../api";
import { KeyedTimer } from "../events/keyed-timer";
import { chance } from "../faults/decide";
import type { Journal } from "../journal";
import type { ObjectChange, ObjectEvent } from "./events";
import { dueActions, isAbandoned, type LifecycleAction } from "./lifecycle-rules";
import { emptyEtag, isDeleteMarker, versionIdOf, type Version } from "./stored-object";
import type { S3Store } from "./store";

/** What the sweep needs of the runtime around it. */
export interface LifecycleOptions {
  readonly store: S3Store;
  readonly journal: Journal;
  /** Hears of each change in a bucket that sends its events to EventBridge. */
  readonly onEvent: (event: ObjectEvent) => void;
  /** Default: the clock. */
  readonly now?: () => Date;
  /** Milliseconds that S3 takes to come to what is due. Default: of each object its own, up to a day. */
  readonly delay?: (bucket: string, key: string) => number;
}

const hour = 3_600_000;

function delayWithinADay(bucket: string, key: string): number {
  return chance("lifecycle", bucket, key) * 24 * hour;
}

/** S3 itself, as the one who acts. */
const requester = "s3.amazonaws.com";

/** The sweep over all buckets: every hour by the runtime's clock, and for what passed meanwhile when it is opened. */
export class Lifecycle {
  private readonly now: () => Date;
  private readonly timer: KeyedTimer;
  private sweeping: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: LifecycleOptions) {
    this.now = options.now ?? (() => new Date());
    this.timer = new KeyedTimer({
      next: (_key, after) => new Date(Math.floor(after.getTime() / hour + 1) * hour),
      fire: () => this.sweepLater(),
      now: this.now,
    });
    this.timer.set("sweep");
  }

  /** Does everything that is due at the clock's time. Answers how many objects, versions and uploads it changed. */
  async sweep(): Promise<number> {
    let changes = 0;
    for (const { name } of this.options.store.list()) {
      try {
        changes += await this.sweepBucket(name);
      } catch (error) {
        // Removed meanwhile.
        if (!(error instanceof AwsError && error.code === "NoSuchBucket")) throw error;
      }
    }
    return changes;
  }

  /** Sweeps for what became due while no runtime was open. */
  resume(): void {
    this.sweepLater();
  }

  /** Stops the hourly sweep; waits for one that is under way. */
  async close(): Promise<void> {
    this.timer.close();
    await this.sweeping;
  }

  private sweepLater(): void {
    this.sweeping = this.options.journal.track(this.sweep());
  }

  private async sweepBucket(name: string): Promise<number> {
    const { store } = this.options;
    const { lifecycle } = store.settings(name);
    if (lifecycle.length === 0) return 0;
    const { delay = delayWithinADay } = this.options;
    const nowFor = (key: string): Date => new Date(this.now().getTime() - delay(name, key));
    let changes = 0;
    for (const upload of store.uploads.to(name)) {
      if (!isAbandoned(lifecycle, upload.key, upload.initiated, nowFor(upload.key))) continue;
      await store.uploads.end(upload);
      changes += 1;
    }
    const inTurn = store.everyKey(name).sort((a, b) => delay(name, a) - delay(name, b));
    for (const key of inTurn) {
      const history = await store.history(name, key);
      for (const action of dueActions(lifecycle, key, history, nowFor(key))) {
        if (await this.act(name, key, history, action)) changes += 1;
      }
    }
    return changes;
  }

  private async act(bucket: string, key: string, history: readonly Version[], action: LifecycleAction) {
    const { store } = this.options;
    const { versioning } = store.settings(bucket);
    if (action.kind === "transition") {
      const version = history.find((candidate) => versionIdOf(candidate) === action.versionId);
      if (!version || isDeleteMarker(version)) return false;
      const { versionId, storageClass } = action;
      store.describe(bucket, key, versionId, { storageClass });
      const { size, etag } = version;
      const shown = versioning === undefined ? undefined : versionId;
      this.announce({ name: "Object Storage Class Changed", bucket, key, size, etag, versionId: shown, storageClass });
      return true;
    }
    const expected = history[0];
    const { removed, marker } =
      action.kind === "expire"
        ? await store
            .delete(bucket, key, (present) => {
              // Replaced since it was looked at: its time starts anew.
              if (present?.modified !== expected.modified) throw new Replaced();
            })
            .catch(unlessReplaced)
        : await store.deleteVersion(bucket, key, action.versionId);
    const gone = marker ?? removed;
    if (!gone) return false;
    this.announce({
      name: "Object Deleted",
      reason: "Lifecycle Expiration",
      deletionType: marker ? "Delete Marker Created" : "Permanently Deleted",
      bucket,
      key,
      size: isDeleteMarker(gone) ? 0 : gone.size,
      etag: isDeleteMarker(gone) ? emptyEtag : gone.etag,
      versionId: versioning === undefined ? undefined : versionIdOf(gone),
    });
    return true;
  }

  private announce(change: ObjectChange): void {
    const { store, onEvent } = this.options;
    if (!store.settings(change.bucket).eventBridge) return;
    const requestId = randomUUID();
    onEvent({ ...change, sequencer: store.nextSequencer(), requestId, requester, time: this.now() });
  }
}

class Replaced extends Error {}

function unlessReplaced(error: unknown): { removed?: undefined; marker?: undefined } {
  if (error instanceof Replaced) return {};
  throw error;
}
