/** What CreateTrail tries before there is a trail. Pages of the CloudTrail user guide are named. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Resource } from "../../../local/graph";
import { Runtime } from "../../../local/runtime";
import { declare, graphOf, place } from "./declared";

const { account, region } = place;
const trailArn = `arn:aws:cloudtrail:${region}:${account}:trail/lake`;
const service = { Service: "cloudtrail.amazonaws.com" };
const only = { StringEquals: { "aws:SourceArn": trailArn } };

/** "Amazon S3 bucket policy for CloudTrail". */
const delivery = (Condition: object = only, folder = "trail/"): object[] => [
  { Effect: "Allow", Principal: service, Action: "s3:GetBucketAcl", Resource: "arn:aws:s3:::logs", Condition },
  {
    Effect: "Allow",
    Principal: service,
    Action: "s3:PutObject",
    Resource: `arn:aws:s3:::logs/${folder}AWSLogs/${account}/*`,
    Condition: { StringEquals: { ...only.StringEquals, "s3:x-amz-acl": "bucket-owner-full-control" } },
  },
];
const policy = (...Statement: object[]): string => JSON.stringify({ Version: "2012-10-17", Statement });
const trusting = (Condition?: object): string =>
  policy({ Effect: "Allow", Principal: service, Action: "sts:AssumeRole", ...(Condition && { Condition }) });

function trail({ bucket = delivery(), trust = trusting(), writes = ["logs:CreateLogStream", "logs:PutLogEvents"] }) {
  const group = "/aws/cloudtrail/lake";
  const groupArn = `arn:aws:logs:${region}:${account}:log-group:${group}`;
  const resources: Resource[] = [
    declare("aws:s3/bucket:Bucket", "logs", { bucket: "logs" }),
    declare("aws:s3/bucketPolicy:BucketPolicy", "logs", { bucket: "logs", policy: policy(...bucket) }),
    declare("aws:cloudwatch/logGroup:LogGroup", "lake", { name: group }),
    declare("aws:iam/role:Role", "trail", { name: "trail", assumeRolePolicy: trust }),
    declare("aws:iam/rolePolicy:RolePolicy", "trail", {
      role: "trail",
      policy: policy({ Effect: "Allow", Action: writes, Resource: `${groupArn}:*` }),
    }),
    declare("aws:cloudtrail/trail:Trail", "lake", {
      name: "lake",
      s3BucketName: "logs",
      s3KeyPrefix: "trail",
      cloudWatchLogsGroupArn: `${groupArn}:*`,
      cloudWatchLogsRoleArn: `arn:aws:iam::${account}:role/trail`,
    }),
  ];
  return graphOf(...resources);
}

describe("CreateTrail", () => {
  let folder: string;
  let runtime: Runtime;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "cloudtrail-"));
    runtime = await Runtime.open({ folder });
  });
  afterEach(async () => {
    await runtime.close();
    rmSync(folder, { recursive: true });
  });

  const codeOf = (graph: ReturnType<typeof trail>): Promise<unknown> =>
    runtime.deploy(graph).then(
      () => undefined,
      (error: { code?: string }) => error.code,
    );

  it("makes a trail whose bucket and role let it write", async () =>
    expect(await codeOf(trail({}))).to.equal(undefined));

  // "Role policy document for CloudTrail to use CloudWatch Logs for monitoring": the role policy doesn't support the use of
  // aws:SourceArn and aws:SourceAccount.
  for (const Condition of [
    { StringEquals: { "aws:SourceAccount": account } },
    { ArnLike: { "aws:SourceArn": trailArn } },
  ]) {
    it(`refuses a role that asks for ${Object.keys(Object.values(Condition)[0]).join()}`, async () =>
      expect(await codeOf(trail({ trust: trusting(Condition) }))).to.equal("InvalidCloudWatchLogsRoleArnException"));
  }

  for (const writes of ["logs:CreateLogStream", "logs:PutLogEvents"]) {
    it(`refuses a role that may do nothing but ${writes}`, async () =>
      expect(await codeOf(trail({ writes: [writes] }))).to.equal("InvalidCloudWatchLogsRoleArnException"));
  }

  // "Amazon S3 bucket policy for CloudTrail": the policy names the trail, and the folder of the account.
  it("refuses a bucket that lets another trail, or into another folder, write", async () => {
    const other = { StringEquals: { "aws:SourceArn": `${trailArn}-2` } };
    expect(await codeOf(trail({ bucket: delivery(other) }))).to.equal("InsufficientS3BucketPolicyException");
    expect(await codeOf(trail({ bucket: delivery(only, "") }))).to.equal("InsufficientS3BucketPolicyException");
  });
});
