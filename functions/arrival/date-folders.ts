/** What stands in the folders of a source's dates, by few requests however many dates there are. */
import { ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import { isExecDate, type ExecDate } from "../../audit/exec-date";
import { incomingFolder } from "../runs/pipeline";
import { list, listedObjects, type ListedObject } from "../storage/objects";

/** Objects by date, the earliest first. */
export type DateFolders = ReadonlyMap<ExecDate, readonly ListedObject[]>;

/** Some dates in a row. */
export interface DatePage {
  readonly folders: DateFolders;
  /** Date to go on after; undefined if these are the last. */
  readonly next?: string;
}

/**
 * The first folders after a date, or all of them: as many as one listing holds, a thousand objects (S3 API reference,
 * "ListObjectsV2").
 */
export async function readFolders(
  s3: S3Client,
  landing: string,
  source: string,
  after: string | undefined,
): Promise<DatePage> {
  // `0` follows `/`: what begins with the date and a slash is passed over.
  const StartAfter = after === undefined ? undefined : `incoming/${source}/${after}0`;
  const page = await s3.send(new ListObjectsV2Command({ Bucket: landing, Prefix: `incoming/${source}/`, StartAfter }));
  const objects = listedObjects(page);
  const last = objects.at(-1)?.key.split("/")[2];
  if (!page.IsTruncated || last === undefined) return { folders: byDate(objects) };
  const whole = objects.filter(({ key }) => key.split("/")[2] !== last);
  if (whole.length > 0) return { folders: byDate(whole), next: whole.at(-1)?.key.split("/")[2] };
  // One folder holds more than a listing does.
  const all = await list(s3, landing, incomingFolder(source, last));
  return { folders: byDate(all.objects), next: last };
}

/** The folder of one date. */
export async function readFolder(s3: S3Client, landing: string, source: string, date: ExecDate): Promise<DateFolders> {
  return byDate((await list(s3, landing, incomingFolder(source, date))).objects);
}

function byDate(objects: readonly ListedObject[]): DateFolders {
  const folders = new Map<ExecDate, ListedObject[]>();
  for (const object of objects) {
    const date = object.key.split("/")[2] ?? "";
    if (!isExecDate(date)) continue;
    const folder = folders.get(date) ?? [];
    folders.set(date, folder);
    folder.push(object);
  }
  return folders;
}
