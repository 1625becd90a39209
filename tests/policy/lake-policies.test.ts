import { expect } from "chai";
import { wildcardFaults } from "../../policy/wildcards";
import { evaluated } from "../evaluated";
import { ServedPack, type AnalyzedResource } from "./served-pack";

const resource = (type: string, name: string, properties: Record<string, unknown>): AnalyzedResource => ({
  type,
  name,
  properties,
});

describe("the policies", () => {
  let pack: ServedPack;
  before(async () => {
    pack = await ServedPack.open();
  });
  after(() => pack?.close());

  for (const stack of ["dev", "prod"] as const) {
    it(`find nothing in ${stack}`, async () => {
      const graph = await evaluated(stack);
      const resources = graph.resources
        .filter(({ component }) => !component)
        .map(({ type, name, inputs, outputs }) => resource(type, name, { ...outputs, ...inputs }));
      expect(resources.length).to.be.greaterThan(100);
      expect(await pack.violations(resources)).to.deep.equal([]);
    });
  }

  const bucket = resource("aws:s3/bucket:Bucket", "b", { bucket: "b" });
  const ofBucket = (type: string, props: object = {}): AnalyzedResource =>
    resource(`aws:s3/${type.charAt(0).toLowerCase()}${type.slice(1)}:${type}`, "b", { bucket: "b", ...props });
  const block = {
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  };
  const tls = JSON.stringify({
    Statement: [{ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }],
  });
  const good = {
    encryption: ofBucket("BucketServerSideEncryptionConfiguration"),
    block: ofBucket("BucketPublicAccessBlock", block),
    policy: ofBucket("BucketPolicy", { policy: tls }),
    lifecycle: ofBucket("BucketLifecycleConfiguration", { rules: [{}] }),
  };
  const workgroup = (configuration?: object): AnalyzedResource =>
    resource("aws:athena/workgroup:Workgroup", "w", { configuration });

  const cases: { name: string; resources: AnalyzedResource[]; violated: string[] }[] = [
    { name: "a bucket with all that belongs to it", resources: [bucket, ...Object.values(good)], violated: [] },
    {
      name: "a bucket alone",
      resources: [bucket],
      violated: ["bucket-encrypted", "bucket-private", "bucket-tls-only", "bucket-expiry"],
    },
    {
      name: "a bucket with one door open",
      resources: [
        bucket,
        ...Object.values({
          ...good,
          block: ofBucket("BucketPublicAccessBlock", { ...block, blockPublicPolicy: false }),
        }),
      ],
      violated: ["bucket-private"],
    },
    {
      name: "a bucket whose policy denies nothing",
      resources: [bucket, ...Object.values({ ...good, policy: ofBucket("BucketPolicy", { policy: "{}" }) })],
      violated: ["bucket-tls-only"],
    },
    {
      name: "a role with a managed policy",
      resources: [
        resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "r", {
          policyArn: "arn:aws:iam::aws:policy/AmazonS3FullAccess",
        }),
      ],
      violated: ["role-no-managed-full-access"],
    },
    {
      name: "a role policy with a wildcard",
      resources: [
        resource("aws:iam/rolePolicy:RolePolicy", "r", {
          policy: JSON.stringify({ Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "arn:aws:s3:::b" }] }),
        }),
      ],
      violated: ["role-no-wildcards"],
    },
    {
      name: "logs without an end",
      resources: [resource("aws:cloudwatch/logGroup:LogGroup", "l", {})],
      violated: ["log-retention"],
    },
    {
      name: "a key that is never rotated",
      resources: [resource("aws:kms/key:Key", "k", {})],
      violated: ["key-rotation"],
    },
    {
      name: "an open queue",
      resources: [resource("aws:sqs/queue:Queue", "q", {})],
      violated: ["queue-encrypted"],
    },
    {
      name: "a workgroup without limits",
      resources: [workgroup({ enforceWorkgroupConfiguration: false })],
      violated: ["workgroup-enforced", "workgroup-enforced", "workgroup-enforced"],
    },
    {
      name: "a silent state machine",
      resources: [resource("aws:sfn/stateMachine:StateMachine", "m", { loggingConfiguration: { level: "OFF" } })],
      violated: ["state-machine-logged"],
    },
  ];
  for (const { name, resources, violated } of cases) {
    it(`${name}: ${violated.join(", ") || "nothing"}`, async () => {
      const found = await pack.violations(resources);
      expect(found.map((violation) => violation.split(":")[0])).to.deep.equal(violated);
    });
  }

  it("say of a statement which action or resource is too wide", () => {
    const Statement = [
      { Sid: "All", Effect: "Allow", Action: "*", Resource: "arn:aws:s3:::b" },
      { Sid: "Everywhere", Effect: "Allow", Action: ["s3:GetObject", "xray:PutTraceSegments"], Resource: "*" },
      { Sid: "Trace", Effect: "Allow", Action: "xray:PutTraceSegments", Resource: "*" },
      { Sid: "Rest", Effect: "Allow", NotAction: "iam:*", Resource: "arn:aws:s3:::b" },
      { Sid: "No", Effect: "Deny", Action: "*", Resource: "*" },
    ];
    expect(wildcardFaults({ Statement })).to.deep.equal([
      "All allows *: name the actions that are used.",
      "Everywhere allows s3:GetObject on every resource: name the resources.",
      "Rest allows all but some actions (NotAction).",
    ]);
    expect(wildcardFaults(undefined)).to.deep.equal([]);
  });
});
