/** The emissions lake with its functions in a private network. */
import { resolve } from "node:path";

// Functions are packed from the working directory: that of the package.
process.chdir(resolve(__dirname, "../../.."));

import { emissionsLake } from "../../../stacks/emissions";

const { lake, pipelines } = emissionsLake({
  name: "dev",
  account: "111122223333",
  region: "us-east-1",
  bucketPrefix: "private",
  cadence: "always",
  dataOnDestroy: "delete",
  encryption: "s3",
  catalogEncryption: false,
  retention: { logDays: 14, incomingDays: 30, resultDays: 7, supersededDays: 7, supersededRuns: 1, accessDays: 30 },
  scanLimit: 100_000_000_000,
  lateAfterHour: 12,
  network: "private",
  alarmEmail: "data-team@example.com",
});

export const landingBucket = lake.bucketName("landing");
export const assetsBucket = lake.bucketName("glue-assets");
export const workgroup = lake.workgroupName;
const summaries = pipelines.map((pipeline) => pipeline.summary);
export { summaries as pipelines };
