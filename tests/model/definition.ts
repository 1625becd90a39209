/** The definition of a pipeline `p` with one file and one table, for tests of single functions. */
import type { PipelineDefinition } from "../../functions/runs/pipeline";

export const definition: PipelineDefinition = {
  announcedBy: "watcher",
  pipeline: "p",
  source: "s",
  incoming: [{ prefix: "f-", database: "db", table: "dated", files: undefined, complete: undefined }],
  after: [],
  latest: [],
  cadence: { every: "run", day: undefined, month: undefined },
  lateAfterHour: undefined,
  timeZone: "UTC",
  stage: "test",
  parameters: {},
  stateMachineArn: "arn:aws:states:us-east-1:111122223333:stateMachine:lake-p",
  tables: [{ database: "db", table: "dated", own: undefined, converted: undefined }],
  superseded: { keep: 1, days: 1 },
  priorDateFrom: undefined,
};
