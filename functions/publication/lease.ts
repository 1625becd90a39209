/**
 * A lease on a partition: who holds it may compare what is published with what he brings and publish, with nobody between.
 * The catalog has no conditional update of partitions (Glue API reference, "UpdatePartition": the last writer wins), S3 has
 * conditional writes: so the lease is an object that is replaced only if it is still the version that was read.
 *
 * A holder that crashes leaves its lease behind. It may be taken when it is older than a holder can have lived, with a minute
 * for clocks that differ.
 */
import type { S3Client } from "@aws-sdk/client-s3";
import { atMost, CALLS_AT_ONCE } from "../invocation/concurrency";
import { readVersion, replaceText } from "../storage/objects";
import { optional, readJson, shape, text } from "../invocation/schema";

/** Seconds that a holder may live: the timeout of functions that take leases, or the time they give themselves. */
export const leaseHolderSeconds = 60;

/** Seconds after which a lease is nobody's. */
export const leaseSeconds = 2 * leaseHolderSeconds;

/** What leases need. */
export interface LeaseContext {
  readonly s3: S3Client;
  readonly settings: { readonly assets: string };
  readonly now: () => Date;
}

const lease = shape({
  /** The attempt that holds it; absent if nobody does. */
  holder: optional(text),
});

/** Key of the lease on a partition of a table, by its values; an unpartitioned table has none. */
export function leaseKey(database: string, table: string, values: readonly string[]): string {
  return `leases/${[database, table, ...values.map(encodeURIComponent)].join("/")}.json`;
}

/**
 * Does `work` while holding a lease.
 *
 * @throws an error named `LeaseTaken` if another holds it: to be tried again
 */
export async function withLease<T>(context: LeaseContext, key: string, work: () => Promise<T>): Promise<T> {
  return withLeases(context, [key], work);
}

/**
 * Does `work` while holding several leases: all of them, or it does not begin.
 *
 * @throws an error named `LeaseTaken` if another holds one: to be tried again
 */
export async function withLeases<T>(
  context: LeaseContext,
  keys: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  const held: { readonly key: string; readonly version: string }[] = [];
  try {
    await atMost(CALLS_AT_ONCE, [...new Set(keys)], async (key) =>
      held.push({ key, version: await acquire(context, key) }),
    );
    return await work();
  } finally {
    const { s3, settings } = context;
    const released = await Promise.allSettled(
      held.map(({ key, version }) => replaceText(s3, settings.assets, key, "{}\n", version)),
    );
    for (const each of released) if (each.status === "rejected") throw each.reason;
  }
}

/** Answers the version of the lease that is now held. */
async function acquire({ s3, settings, now }: LeaseContext, key: string): Promise<string> {
  // Its own per attempt: an attempt that was given up may still be running.
  const holder = crypto.randomUUID();
  const held = `${JSON.stringify({ holder })}\n`;
  const created = await replaceText(s3, settings.assets, key, held, undefined);
  if (created !== undefined) return created;
  const found = await readVersion(s3, settings.assets, key);
  const { holder: other } = readJson(found.text, lease, key);
  // The answer to the write may have been lost on its way, and the client wrote again.
  if (other === holder) return found.etag;
  const age = (now().getTime() - found.modified.getTime()) / 1000;
  if (other !== undefined && age < leaseSeconds) throw taken(key);
  const replaced = await replaceText(s3, settings.assets, key, held, found.etag);
  if (replaced !== undefined) return replaced;
  const again = await readVersion(s3, settings.assets, key);
  if (readJson(again.text, lease, key).holder === holder) return again.etag;
  throw taken(key);
}

function taken(key: string): Error {
  const message = `Another run publishes this partition (${key}); it is free again after ${leaseSeconds} s at most.`;
  return Object.assign(new Error(message), { name: "LeaseTaken" });
}
