/** How much a backfill would do: the dates that are there, and the bytes that their runs would read at most. */
import { paginateGetPartitions } from "@aws-sdk/client-glue";
import { paginateListObjectsV2 } from "@aws-sdk/client-s3";
import type { Lake } from "../lake/lake";
import type { Impact } from "./impact";
import type { LakeSummary } from "../lake/lake-summary";

/** A table's part of a backfill. */
export interface TableBackfill {
  readonly table: string;
  readonly pipeline: string;
  /** Execution dates that have data, in order. */
  readonly dates: readonly string[];
  /** Size of what the model reads for them: queries read columns, so that is the most they scan. */
  readonly bytes: number;
}

/** Looks into a lake for what a backfill would cost. */
export async function estimateBackfill(
  { glue, s3 }: Pick<Lake, "glue" | "s3">,
  { backfill }: Impact,
  { tables }: LakeSummary,
): Promise<TableBackfill[]> {
  const known = new Map<string, Promise<Map<string, number>>>();
  const sizes = (table: string): Promise<Map<string, number>> => {
    const found = known.get(table) ?? partitionSizes(table);
    known.set(table, found);
    return found;
  };
  /** Bytes by execution date. */
  const partitionSizes = async (table: string): Promise<Map<string, number>> => {
    const place = tables.find((each) => each.table === table);
    const bytes = new Map<string, number>();
    const at = Object.keys(place?.partitionKeys ?? {}).indexOf("exec_date");
    if (!place || at < 0) return bytes;
    const request = { DatabaseName: place.database, TableName: table };
    for await (const page of paginateGetPartitions({ client: glue }, request)) {
      for (const { Values = [], StorageDescriptor } of page.Partitions ?? []) {
        const date = Values[at];
        const size = await sizeBelow(StorageDescriptor?.Location ?? "");
        if (date !== undefined) bytes.set(date, (bytes.get(date) ?? 0) + size);
      }
    }
    return bytes;
  };
  const sizeBelow = async (location: string): Promise<number> => {
    const [, bucket, prefix] = /^s3:\/\/([^/]+)\/(.*)$/.exec(location) ?? [];
    if (bucket === undefined) return 0;
    let size = 0;
    for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix })) {
      for (const { Size = 0 } of page.Contents ?? []) size += Size;
    }
    return size;
  };
  const estimates: TableBackfill[] = [];
  for (const { table, pipeline, reads } of backfill) {
    const dates = [...(await sizes(table)).keys()].sort();
    let bytes = 0;
    for (const read of reads) {
      const byDate = await sizes(read);
      for (const date of dates) bytes += byDate.get(date) ?? 0;
    }
    estimates.push({ table, pipeline, dates, bytes });
  }
  return estimates;
}
