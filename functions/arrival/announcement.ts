/**
 * What a control file announces: pure. The watcher writes it into the control file, so that one set of files and upstream runs
 * is announced once, however often it looks. A control file that a person or another system writes may be empty.
 */
import type { FoundFile } from "../runs/pipeline";
import { list, record, shape, text, type Shape } from "../invocation/schema";

const announcement = shape({
  /** The registered files. */
  files: list(shape({ key: text, etag: text })),
  /** Runs of the pipelines before it, by pipeline. */
  upstreams: record(text),
});
export type Announcement = Shape<typeof announcement>;

/** Puts an announcement together: the order of its members does not depend on that of the arguments. */
export function announcementOf(
  files: readonly Pick<FoundFile, "key" | "etag">[],
  upstreams: Readonly<Record<string, string>>,
): Announcement {
  return {
    files: files.map(({ key, etag }) => ({ key, etag })).sort((a, b) => (a.key < b.key ? -1 : 1)),
    upstreams: Object.fromEntries(Object.entries(upstreams).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** Reads a control file's text; undefined if it says nothing of what it announces. */
export function readAnnouncement(body: string): Announcement | undefined {
  try {
    const { files, upstreams } = announcement(JSON.parse(body), "control file");
    return announcementOf(files, upstreams);
  } catch {
    return undefined;
  }
}

/** Whether two announcements are of the same files and upstream runs. */
export function sameAnnouncement(a: Announcement, b: Announcement): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
