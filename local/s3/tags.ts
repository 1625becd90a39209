/** Tags of objects and buckets. S3 documentation, "Categorizing your objects using tags". */
import { z } from "zod";
import { AwsError } from "../api";

/** Tags by their keys. */
export type Tags = Readonly<Record<string, string>>;

/** Tags as a document lists them. */
export const tagging = z.object({
  TagSet: z.array(z.object({ Key: z.string().min(1), Value: z.string().default("") })),
});

const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** The tags of a list. Throws what S3 answers to tags that cannot be; an object has ten at most, a bucket fifty. */
export function tagsOf(list: readonly { readonly Key: string; readonly Value: string }[], most: number): Tags {
  if (list.length > most) throw new AwsError("BadRequest", `Object tags cannot be greater than ${most}`);
  const tags = new Map<string, string>();
  for (const { Key, Value } of list) {
    if (tags.has(Key))
      throw new AwsError("InvalidTag", "Cannot provide multiple Tags with the same key", 400, { TagKey: Key });
    if (Key.length > 128 || !allowed.test(Key) || /^aws:/i.test(Key)) {
      throw new AwsError("InvalidTag", "The TagKey you have provided is invalid", 400, { TagKey: Key });
    }
    if (Value.length > 256 || !allowed.test(Value)) {
      throw new AwsError("InvalidTag", "The TagValue you have provided is invalid", 400, {
        TagKey: Key,
        TagValue: Value,
      });
    }
    tags.set(Key, Value);
  }
  return Object.fromEntries(tags);
}

/** The tags of a header, which has them as a query string. */
export function headerTags(header: string): Tags {
  return tagsOf(
    [...new URLSearchParams(header)].map(([Key, Value]) => ({ Key, Value })),
    10,
  );
}

/** Tags as a document lists them. */
export function tagSet(tags: Tags | undefined): { Key: string; Value: string }[] {
  return Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
}
