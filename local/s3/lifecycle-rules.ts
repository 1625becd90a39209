/** What lifecycle rules ask for as objects age: pure. S3 documentation, "Managing the lifecycle of objects". */
import { z } from "zod";
import { isDeleteMarker, versionIdOf, type StoredObject, type Version } from "./stored-object";

const days = z.number().int().min(1);
const sizes = { objectSizeGreaterThan: z.number().optional(), objectSizeLessThan: z.number().optional() };

/** A rule, as `aws.s3.BucketLifecycleConfiguration` has it. */
export const lifecycleRule = z.strictObject({
  id: z.string(),
  status: z.enum(["Enabled", "Disabled"]),
  prefix: z.string().optional(),
  filter: z
    .strictObject({
      prefix: z.string().optional(),
      tag: z.strictObject({ key: z.string(), value: z.string() }).optional(),
      ...sizes,
      and: z
        .strictObject({
          prefix: z.string().optional(),
          tags: z.record(z.string(), z.string()).optional(),
          ...sizes,
        })
        .optional(),
    })
    .optional(),
  expiration: z
    .strictObject({
      days: days.optional(),
      date: z.iso.datetime().optional(),
      expiredObjectDeleteMarker: z.boolean().optional(),
    })
    .optional(),
  transitions: z
    .array(
      z.strictObject({
        days: z.number().int().min(0).optional(),
        date: z.iso.datetime().optional(),
        storageClass: z.string(),
      }),
    )
    .optional(),
  noncurrentVersionExpiration: z
    .strictObject({ noncurrentDays: days, newerNoncurrentVersions: z.number().int().min(1).optional() })
    .optional(),
  noncurrentVersionTransitions: z
    .array(
      z.strictObject({
        noncurrentDays: z.number().int().min(0),
        newerNoncurrentVersions: z.number().int().min(1).optional(),
        storageClass: z.string(),
      }),
    )
    .optional(),
  abortIncompleteMultipartUpload: z.strictObject({ daysAfterInitiation: days }).optional(),
});

/** One rule of a bucket's lifecycle configuration. */
export type LifecycleRule = Readonly<z.infer<typeof lifecycleRule>>;

/** Something that is due. */
export type LifecycleAction =
  /** Deletes the current version, as a request without a version would. */
  | { readonly kind: "expire" }
  /** Deletes one version for good. */
  | { readonly kind: "delete-version"; readonly versionId: string }
  | { readonly kind: "transition"; readonly versionId: string; readonly storageClass: string };

const day = 86_400_000;

/** Smaller objects stay where they are unless a rule says of sizes itself. S3 documentation, "Transitioning objects". */
const smallestTransition = 128 * 1024;

/**
 * What is due for one key. A deletion comes before a change of storage class.
 *
 * @param history the key's versions, the newest first; its first is the current one unless it is a delete marker
 */
export function dueActions(
  rules: readonly LifecycleRule[],
  key: string,
  history: readonly Version[],
  now: Date,
): LifecycleAction[] {
  const enabled = rules.filter((rule) => rule.status === "Enabled" && key.startsWith(scopeOf(rule).prefix ?? ""));
  return history.flatMap((version, index) => {
    const rulesOfIt = enabled.filter((rule) => covers(rule, version));
    return index === 0
      ? dueForCurrent(rulesOfIt, version, history.length === 1, now)
      : dueForNoncurrent(rulesOfIt, version, new Date(history[index - 1].modified), index - 1, now);
  });
}

/** Whether an upload in parts has been under way for too long. */
export function isAbandoned(rules: readonly LifecycleRule[], key: string, initiated: Date, now: Date): boolean {
  return rules.some((rule) => {
    const { prefix, tags, smallest, largest } = scopeOf(rule);
    // A rule that asks for tags or sizes says nothing of what is no object yet.
    if (rule.status !== "Enabled" || !key.startsWith(prefix ?? "") || tags.length > 0) return false;
    if (smallest !== undefined || largest !== undefined) return false;
    return isDue(initiated, rule.abortIncompleteMultipartUpload?.daysAfterInitiation, now);
  });
}

function dueForCurrent(
  rules: readonly LifecycleRule[],
  version: Version,
  alone: boolean,
  now: Date,
): LifecycleAction[] {
  const modified = new Date(version.modified);
  const expired = rules.some(
    ({ expiration }) =>
      isDue(modified, expiration?.days, now) ||
      (expiration?.date !== undefined && now.getTime() >= Date.parse(expiration.date)),
  );
  if (isDeleteMarker(version)) {
    // A marker before nothing says nothing.
    const swept = rules.some(({ expiration }) => expiration?.expiredObjectDeleteMarker === true);
    return alone && (expired || swept) ? [{ kind: "delete-version", versionId: versionIdOf(version) }] : [];
  }
  if (expired) return [{ kind: "expire" }];
  const due = rules.flatMap((rule) =>
    (rule.transitions ?? []).filter(
      (transition) =>
        mayMove(rule, version) &&
        (isDue(modified, transition.days, now) ||
          (transition.date !== undefined && now.getTime() >= Date.parse(transition.date))),
    ),
  );
  return move(version, due);
}

function dueForNoncurrent(
  rules: readonly LifecycleRule[],
  version: Version,
  since: Date,
  newer: number,
  now: Date,
): LifecycleAction[] {
  const applies = (action: { noncurrentDays: number; newerNoncurrentVersions?: number }): boolean =>
    newer >= (action.newerNoncurrentVersions ?? 0) && isDue(since, action.noncurrentDays, now);
  if (rules.some(({ noncurrentVersionExpiration: expiration }) => expiration && applies(expiration))) {
    return [{ kind: "delete-version", versionId: versionIdOf(version) }];
  }
  if (isDeleteMarker(version)) return [];
  const due = rules.flatMap((rule) =>
    (rule.noncurrentVersionTransitions ?? []).filter((transition) => mayMove(rule, version) && applies(transition)),
  );
  return move(version, due);
}

/** The last of several classes that are due is the one that an object has come to. */
function move(version: StoredObject, due: readonly { storageClass: string }[]): LifecycleAction[] {
  const storageClass = due.at(-1)?.storageClass;
  if (storageClass === undefined || storageClass === version.storageClass) return [];
  return [{ kind: "transition", versionId: versionIdOf(version), storageClass }];
}

/** Days count from a moment, rounded up to the next midnight UTC. S3 documentation, "Lifecycle configuration elements". */
function isDue(from: Date, after: number | undefined, now: Date): boolean {
  if (after === undefined) return false;
  return now.getTime() >= Math.ceil((from.getTime() + after * day) / day) * day;
}

function scopeOf({ prefix, filter = {} }: LifecycleRule) {
  const { and = {}, tag } = filter;
  return {
    prefix: and.prefix ?? filter.prefix ?? prefix,
    tags: [...Object.entries(and.tags ?? {}), ...(tag ? [[tag.key, tag.value] as const] : [])],
    smallest: and.objectSizeGreaterThan ?? filter.objectSizeGreaterThan,
    largest: and.objectSizeLessThan ?? filter.objectSizeLessThan,
  };
}

function covers(rule: LifecycleRule, version: Version): boolean {
  const { tags, smallest, largest } = scopeOf(rule);
  if (isDeleteMarker(version)) return tags.length === 0 && smallest === undefined && largest === undefined;
  return (
    tags.every(([name, value]) => version.tags?.[name] === value) &&
    version.size > (smallest ?? -1) &&
    version.size < (largest ?? Infinity)
  );
}

function mayMove(rule: LifecycleRule, { size }: StoredObject): boolean {
  const { smallest, largest } = scopeOf(rule);
  return smallest !== undefined || largest !== undefined || size >= smallestTransition;
}
