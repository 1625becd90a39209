/**
 * CloudTrail: the journal records every call, so a trail writes nothing here; but it is created only if it could write.
 */
import { z } from "zod";
import { AwsError, type Permission } from "../api";
import type { Authorizer } from "../iam/authorizer";
import { ANY, arnOf, deployed, type ResourceTypes } from "./resource-type";

const service = "cloudtrail.amazonaws.com";

// What it records and how changes nothing here.
const trailInputs = z.looseObject({
  ...ANY,
  name: z.string().optional(),
  s3BucketName: z.string(),
  s3KeyPrefix: z.string().optional(),
  cloudWatchLogsGroupArn: z.string().optional(),
  cloudWatchLogsRoleArn: z.string().optional(),
});
type TrailInputs = z.infer<typeof trailInputs>;

/**
 * What CreateTrail tries at once. CloudTrail user guide, "Amazon S3 bucket policy for CloudTrail" and "Role policy document for
 * CloudTrail to use CloudWatch Logs for monitoring"; API reference, CreateTrail, "Errors".
 */
function checkDelivery(inputs: TrailInputs, arn: string, authorizer: Authorizer): void {
  const [, , , , account] = arn.split(":");
  const { s3BucketName, s3KeyPrefix, cloudWatchLogsGroupArn, cloudWatchLogsRoleArn } = inputs;
  const bucket = `arn:aws:s3:::${s3BucketName}`;
  const folder = [...(s3KeyPrefix ? [s3KeyPrefix] : []), "AWSLogs", account, "CloudTrail"].join("/");
  const writes: Permission[] = [
    { action: "s3:GetBucketAcl", resource: bucket },
    {
      action: "s3:PutObject",
      resource: `${bucket}/${folder}/log.json.gz`,
      context: { "s3:x-amz-acl": "bucket-owner-full-control" },
    },
  ];
  refusing(
    "InsufficientS3BucketPolicyException",
    `Incorrect S3 bucket policy is detected for bucket: ${s3BucketName}`,
    () => {
      for (const permission of writes)
        authorizer.authorize({ principalArn: arn, service }, permission, { service: "s3" });
    },
  );
  if (cloudWatchLogsGroupArn === undefined) return;
  if (cloudWatchLogsRoleArn === undefined) {
    throw new AwsError("InvalidCloudWatchLogsRoleArnException", "A log group needs the role that writes to it.");
  }
  refusing(
    "InvalidCloudWatchLogsRoleArnException",
    "Access denied. Verify in IAM that the role has adequate permissions.",
    () => {
      authorizer.assumeRole(service, cloudWatchLogsRoleArn, { arn });
      const stream = `${cloudWatchLogsGroupArn.replace(/:\*$/, "")}:log-stream:${account}_CloudTrail_${arn.split(":")[3]}`;
      for (const action of ["logs:CreateLogStream", "logs:PutLogEvents"]) {
        authorizer.authorize(
          { principalArn: cloudWatchLogsRoleArn },
          { action, resource: stream },
          { service: "logs" },
        );
      }
    },
  );
}

/** Does what may be denied; a denial is told under the code that CreateTrail has for it. */
function refusing(code: string, message: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError(code, `${code}: ${message} (${error.message})`);
  }
}

export const cloudtrail: ResourceTypes = {
  "aws:cloudtrail/trail:Trail": deployed<TrailInputs>({
    naming: { property: "name" },
    computed: ({ name, place }) => {
      const arn = arnOf(place, "cloudtrail", `trail/${name}`);
      return { id: arn, arn, homeRegion: place.region };
    },
    inputs: trailInputs,
    deploy: ({ resource, inputs }, { authorizer }) => checkDelivery(inputs, resource.id, authorizer),
    remove: () => undefined,
  }),
};
