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

/** What is there to be announced. */
export interface WantedAnnouncement extends Announcement {
  /** Newer runs whose place those of `upstreams` took by a rollback: what was announced of them stands. */
  readonly replaced?: Readonly<Record<string, string>>;
}

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

/** Whether an announcement is of the files and upstream runs that are wanted, or of those that a rollback replaced. */
export function sameAnnouncement({ files, upstreams }: Announcement, wanted: WantedAnnouncement): boolean {
  const stands = Object.entries(wanted.upstreams).map(([pipeline, run]) => {
    const announced = upstreams[pipeline] as string | undefined;
    return [pipeline, announced !== undefined && announced === wanted.replaced?.[pipeline] ? announced : run];
  });
  return JSON.stringify([files, upstreams]) === JSON.stringify([wanted.files, Object.fromEntries(stands)]);
}
