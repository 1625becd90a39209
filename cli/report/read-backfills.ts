/** The backfills of a lake for its page. */
import { list } from "../../functions/storage/objects";
import type { BackfillView } from "../../report/view";
import { BackfillRecord, type Backfill } from "../backfill/backfill-record";
import type { Lake } from "../lake/lake";

/** Backfills, the newest first. */
export async function readBackfills({ s3, outputs }: Lake): Promise<BackfillView[]> {
  const { objects } = await list(s3, outputs.assetsBucket, "backfills/");
  const ids = objects.flatMap(({ key }) => /^backfills\/([^/]+)\.json$/.exec(key)?.[1] ?? []);
  const records = await Promise.all(ids.map((id) => BackfillRecord.read(s3, outputs.assetsBucket, id)));
  return records
    .flatMap((record) => (record ? [backfillView(record.value)] : []))
    .sort((a, b) => b.started.localeCompare(a.started));
}

/** A backfill's record as the page shows it: pure. */
function backfillView({ id, pipelines, started, finished, dates, tasks }: Backfill): BackfillView {
  return {
    ...{ id, pipelines, started, finished },
    dates: dates.flatMap((date) =>
      pipelines.map((pipeline) => {
        const task = tasks[date]?.[pipeline];
        return { date, pipeline, status: task?.status, begun: task !== undefined };
      }),
    ),
  };
}
