/**
 * What stays the same of an event or a name when the same work is done again: without the ids and times that AWS gives out.
 */
import { createHash } from "node:crypto";

const given: readonly RegExp[] = [
  // UUIDs, with hyphens or without (32 hexadecimal digits alone are an ETag, which tells contents apart).
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi,
  // Times of day, as ISO 8601 has them with or without punctuation; a date alone is part of the work.
  /\d{4}-?\d{2}-?\d{2}T\d{2}[:-]?\d{2}[:-]?\d{2}(?:[.,]?\d{1,9})?Z?/g,
];

/** Members of EventBridge's envelope and of S3's details that are new each time. */
const envelope = new Set(["id", "time"]);
const details = new Set(["request-id", "sequencer", "version-id", "startDate", "stopDate"]);

/** A text without what is new each time: UUIDs, times of day, and what `volatile` describes. */
export function stableText(text: string, volatile: readonly RegExp[] = []): string {
  const expressions = [...given, ...volatile.map((one) => new RegExp(one.source, `${one.flags.replace("g", "")}g`))];
  return expressions.reduce((left, expression) => left.replace(expression, "#"), text);
}

/** An event, JSON text, without what is new each time; an envelope of EventBridge also loses its own ids. */
export function stableEvent(text: string, volatile: readonly RegExp[] = []): string {
  return stableText(withoutEnvelope(text), volatile);
}

/** A short name for a text. */
export function fingerprint(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

function withoutEnvelope(text: string): string {
  if (!text.includes('"detail-type"')) return text;
  return JSON.stringify(
    JSON.parse(text, function (this: unknown, key: string, value: unknown) {
      if (details.has(key)) return undefined;
      const inEnvelope = typeof this === "object" && this !== null && "detail-type" in this;
      return inEnvelope && envelope.has(key) ? undefined : value;
    }),
  );
}
