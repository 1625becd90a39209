import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Resource } from "../../../local/graph";
import { Runtime } from "../../../local/runtime";
import { declare, place } from "./declared";

// S3 user guide, "Enabling Amazon S3 server access logging": the target's policy lets the logging service write; S3 API reference,
// "PutBucketLogging": InvalidTargetBucketForLogging without it.
describe("access logs of a bucket", () => {
  let folder: string;
  let runtime: Runtime;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "access-logs-"));
    runtime = await Runtime.open({ folder });
  });
  afterEach(async () => {
    await runtime.close();
    rmSync(folder, { recursive: true });
  });

  const buckets = ["data-123", "logs-123"].map((bucket) => declare("aws:s3/bucket:Bucket", bucket, { bucket }));
  const policy = (Principal: unknown): Resource =>
    declare("aws:s3/bucketPolicy:BucketPolicy", "logs", {
      bucket: "logs-123",
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal,
            Action: "s3:PutObject",
            Resource: "arn:aws:s3:::logs-123/access/*",
            Condition: { ArnLike: { "aws:SourceArn": "arn:aws:s3:::data-123" } },
          },
        ],
      }),
    });
  const logging = (targetPrefix: string): Resource =>
    declare("aws:s3/bucketLogging:BucketLogging", "data", {
      bucket: "data-123",
      targetBucket: "logs-123",
      targetPrefix,
    });
  /** Creates one resource after the other, as the real command does. */
  const create = (resources: readonly Resource[]): Promise<void> =>
    runtime.deployResources({ project: "test", stack: "dev", ...place }, async (deployment) => {
      for (const resource of resources) await deployment.put(resource);
    });
  const refusal = (resources: readonly Resource[]): Promise<string> =>
    create(resources).then(
      () => "",
      (error: Error) => error.name,
    );

  const service = { Service: "logging.s3.amazonaws.com" };

  it("are delivered to a bucket whose policy lets S3 write", () =>
    create([...buckets, policy(service), logging("access/")]));

  const refused: [what: string, made: readonly Resource[]][] = [
    ["before there is a policy", [logging("access/"), policy(service)]],
    ["to another prefix", [policy(service), logging("other/")]],
    ["by the policy of another service", [policy({ Service: "s3.amazonaws.com" }), logging("access/")]],
  ];
  for (const [what, made] of refused) {
    it(`are refused ${what}`, async () => {
      expect(await refusal([...buckets, ...made])).to.equal("InvalidTargetBucketForLogging");
    });
  }
});
