/** The Pulumi program: `pulumi up` deploys it to AWS, `npm start` runs it on this machine. */
import { emissionsLake } from "./stacks/emissions";
import { readStage } from "./stacks/stage";

const { lake, pipelines } = emissionsLake(readStage());

/** Bucket that files and control files arrive in. */
export const landingBucket = lake.bucketName("landing");
/** Bucket with templates, definitions and run records. */
export const assetsBucket = lake.bucketName("glue-assets");
/** Athena workgroup to query the tables in. */
export const workgroup = lake.workgroupName;
const summaries = pipelines.map((pipeline) => pipeline.summary);
export { summaries as pipelines };
