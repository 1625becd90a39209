import { readFileSync } from "node:fs";
import { expect } from "chai";
import type { Resource } from "../../../local/graph";
import { deployerPolicy } from "../../../local/iam/deployer";
import { deploymentPermissions, type ResourceChange } from "../../../local/iam/deployment-permissions";
import { providerActions } from "../../../local/iam/provider-actions";
import { declare, graphOf, place } from "../resources/declared";

type Inputs = Record<string, unknown>;

/** What happens to a resource of a type: the inputs that it gets, and for an update those that it has. */
interface Case {
  readonly does: string;
  readonly type: string;
  readonly kind: ResourceChange["kind"];
  readonly inputs: Inputs;
  readonly before?: Inputs;
  /** The actions that are asked for, `PassRole` apart. */
  readonly asks: string;
}

const bucket = { bucket: "data" };
const object = { ...bucket, key: "m.sql", content: "SELECT 1" };
const role = { name: "runs", assumeRolePolicy: "{}" };
const ofRole = "GetRole ListRolePolicies GetRolePolicy ListAttachedRolePolicies";
const fn = { name: "watch", role: "arn:aws:iam::111122223333:role/watch", handler: "index.handler", timeout: 3 };
const ofFunction = "GetFunction ListVersionsByFunction GetFunctionCodeSigningConfig";
const logs = { name: "/aws/lambda/watch", retentionInDays: 30 };
const ofLogs = "DescribeLogGroups ListTagsForResource";
const trail = { name: "trail", s3BucketName: "log" };
const ofTrail = "DescribeTrails GetTrailStatus ListTags";
const key = { description: "objects", policy: "{}" };
const ofKey = "DescribeKey GetKeyPolicy GetKeyRotationStatus ListResourceTags";
const endpoint = { vpcId: "vpc-1", serviceName: "com.amazonaws.us-east-1.glue" };
const group = { vpcId: "vpc-1", name: "functions" };

// hashicorp/terraform-provider-aws, internal/service: the file that the row's type names in local/iam/provider-*.ts.
const cases: readonly Case[] = [
  {
    does: "waits until a bucket is gone",
    type: "aws:s3/bucket:Bucket",
    kind: "delete",
    inputs: bucket,
    asks: "DeleteBucket ListBucket",
  },
  {
    does: "empties a bucket that may be removed with its objects",
    type: "aws:s3/bucket:Bucket",
    kind: "delete",
    inputs: { ...bucket, forceDestroy: true },
    asks: "DeleteBucket ListBucket ListBucketVersions DeleteObject DeleteObjectVersion",
  },
  // s3/object.go, deleteAllObjectVersions: what has a version is removed version by version.
  {
    does: "removes an object with its versions",
    type: "aws:s3/bucketObjectv2:BucketObjectv2",
    kind: "delete",
    inputs: object,
    asks: "DeleteObject DeleteObjectVersion ListBucketVersions",
  },
  {
    does: "uploads an object with its tags, and asks KMS for the key that it has",
    type: "aws:s3/bucketObjectv2:BucketObjectv2",
    kind: "create",
    inputs: object,
    asks: "PutObject PutObjectTagging GetObject GetObjectTagging GenerateDataKey Decrypt DescribeKey",
  },
  {
    does: "leaves an object alone whose tags change",
    type: "aws:s3/bucketObjectv2:BucketObjectv2",
    kind: "update",
    inputs: { ...object, tags: { stage: "dev" } },
    before: object,
    asks: "PutObjectTagging GetObject GetObjectTagging Decrypt DescribeKey",
  },
  {
    does: "waits for a setting that it takes away",
    type: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    kind: "delete",
    inputs: bucket,
    asks: "PutLifecycleConfiguration GetLifecycleConfiguration",
  },
  {
    does: "does not wait for versioning, which stays as suspended",
    type: "aws:s3/bucketVersioning:BucketVersioning",
    kind: "delete",
    inputs: bucket,
    asks: "PutBucketVersioning",
  },
  // iam/role.go
  {
    does: "changes a role's trust",
    type: "aws:iam/role:Role",
    kind: "update",
    inputs: { ...role, assumeRolePolicy: "{ }" },
    before: role,
    asks: `UpdateAssumeRolePolicy ${ofRole}`,
  },
  {
    does: "changes a role's description by a call of its own",
    type: "aws:iam/role:Role",
    kind: "update",
    inputs: { ...role, description: "runs" },
    before: role,
    asks: `UpdateRoleDescription ${ofRole}`,
  },
  {
    does: "changes how long a session of a role lasts",
    type: "aws:iam/role:Role",
    kind: "update",
    inputs: { ...role, maxSessionDuration: 7200 },
    before: role,
    asks: `UpdateRole ${ofRole}`,
  },
  {
    does: "sets a permissions boundary with a role, and takes it away by a call of its own",
    type: "aws:iam/role:Role",
    kind: "update",
    inputs: role,
    before: { ...role, permissionsBoundary: "arn:aws:iam::111122223333:policy/bounds" },
    asks: `DeleteRolePermissionsBoundary ${ofRole}`,
  },
  // iam/policy.go: one of five versions makes room, and all but the default go before the policy.
  {
    does: "makes room for a version of a policy",
    type: "aws:iam/policy:Policy",
    kind: "update",
    inputs: { policy: "{ }" },
    before: { policy: "{}" },
    asks: "ListPolicyVersions CreatePolicyVersion DeletePolicyVersion GetPolicy GetPolicyVersion",
  },
  {
    does: "removes the versions of a policy",
    type: "aws:iam/policy:Policy",
    kind: "delete",
    inputs: { policy: "{}" },
    asks: "ListPolicyVersions DeletePolicyVersion DeletePolicy",
  },
  // lambda/function.go
  {
    does: "reserves executions of a function after it is made",
    type: "aws:lambda/function:Function",
    kind: "create",
    inputs: { ...fn, reservedConcurrentExecutions: 0 },
    asks: `CreateFunction PutFunctionConcurrency TagResource ${ofFunction}`,
  },
  {
    does: "reserves none where there are to be none",
    type: "aws:lambda/function:Function",
    kind: "create",
    inputs: { ...fn, reservedConcurrentExecutions: -1 },
    asks: `CreateFunction TagResource ${ofFunction}`,
  },
  {
    does: "attaches a function to a network that the deployer may look at",
    type: "aws:lambda/function:Function",
    kind: "create",
    inputs: { ...fn, vpcConfig: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] } },
    asks: `CreateFunction TagResource ${ofFunction} DescribeSecurityGroups DescribeSubnets DescribeVpcs`,
  },
  {
    does: "changes a function's settings without its code",
    type: "aws:lambda/function:Function",
    kind: "update",
    inputs: { ...fn, timeout: 4 },
    before: fn,
    asks: `UpdateFunctionConfiguration ${ofFunction}`,
  },
  {
    does: "changes a function's code without its settings",
    type: "aws:lambda/function:Function",
    kind: "update",
    inputs: { ...fn, code: { kind: "archive-folder", path: "/b" } },
    before: { ...fn, code: { kind: "archive-folder", path: "/a" } },
    asks: `UpdateFunctionCode ${ofFunction}`,
  },
  {
    does: "gives a function's reserved executions back",
    type: "aws:lambda/function:Function",
    kind: "update",
    inputs: fn,
    before: { ...fn, reservedConcurrentExecutions: 1 },
    asks: `DeleteFunctionConcurrency ${ofFunction}`,
  },
  {
    does: "looks whether a permission is gone",
    type: "aws:lambda/permission:Permission",
    kind: "delete",
    inputs: { function: "watch" },
    asks: "RemovePermission GetPolicy",
  },
  // logs/group.go
  {
    does: "makes a log group with its key",
    type: "aws:cloudwatch/logGroup:LogGroup",
    kind: "create",
    inputs: { ...logs, kmsKeyId: "arn:aws:kms:us-east-1:111122223333:key/1" },
    asks: `CreateLogGroup PutRetentionPolicy TagResource ${ofLogs}`,
  },
  {
    does: "makes a log group that keeps all",
    type: "aws:cloudwatch/logGroup:LogGroup",
    kind: "create",
    inputs: { name: logs.name },
    asks: `CreateLogGroup TagResource ${ofLogs}`,
  },
  {
    does: "lets a log group keep all",
    type: "aws:cloudwatch/logGroup:LogGroup",
    kind: "update",
    inputs: { name: logs.name },
    before: logs,
    asks: `DeleteRetentionPolicy ${ofLogs}`,
  },
  {
    does: "gives a log group a key",
    type: "aws:cloudwatch/logGroup:LogGroup",
    kind: "update",
    inputs: { ...logs, kmsKeyId: "arn:aws:kms:us-east-1:111122223333:key/1" },
    before: logs,
    asks: `AssociateKmsKey ${ofLogs}`,
  },
  {
    does: "takes a tag away and puts another",
    type: "aws:cloudwatch/logGroup:LogGroup",
    kind: "update",
    inputs: { ...logs, tags: { owner: "us" } },
    before: { ...logs, tags: { team: "us" } },
    asks: `TagResource UntagResource ${ofLogs}`,
  },
  {
    does: "keeps a log group that is to stay",
    type: "aws:cloudwatch/logGroup:LogGroup",
    kind: "delete",
    inputs: { ...logs, skipDestroy: true },
    asks: "",
  },
  // cloudtrail/trail.go
  {
    does: "makes a trail that logs management events",
    type: "aws:cloudtrail/trail:Trail",
    kind: "create",
    inputs: trail,
    asks: `CreateTrail StartLogging AddTags ${ofTrail}`,
  },
  {
    does: "makes a trail of some events",
    type: "aws:cloudtrail/trail:Trail",
    kind: "create",
    inputs: { ...trail, enableLogging: false, advancedEventSelectors: [{}] },
    asks: `CreateTrail PutEventSelectors AddTags DescribeTrails GetEventSelectors GetTrailStatus ListTags`,
  },
  {
    does: "lets a trail rest",
    type: "aws:cloudtrail/trail:Trail",
    kind: "update",
    inputs: { ...trail, enableLogging: false },
    before: trail,
    asks: `StopLogging ${ofTrail}`,
  },
  // kms/key.go
  {
    does: "makes a key that does not rotate",
    type: "aws:kms/key:Key",
    kind: "create",
    inputs: key,
    asks: `CreateKey TagResource ${ofKey}`,
  },
  {
    does: "stops a key's rotation",
    type: "aws:kms/key:Key",
    kind: "update",
    inputs: { ...key, enableKeyRotation: false },
    before: { ...key, enableKeyRotation: true },
    asks: `DisableKeyRotation ${ofKey}`,
  },
  {
    does: "sees that a key is to go",
    type: "aws:kms/key:Key",
    kind: "delete",
    inputs: key,
    asks: "ScheduleKeyDeletion DescribeKey",
  },
  // sns/topic.go, sns/topic_subscription.go, sqs/queue.go, scheduler/schedule_group.go
  {
    does: "sets nothing of a topic that has nothing",
    type: "aws:sns/topic:Topic",
    kind: "create",
    inputs: { name: "alarms" },
    asks: "CreateTopic TagResource GetTopicAttributes ListTagsForResource",
  },
  {
    does: "sets a topic's key after it is made",
    type: "aws:sns/topic:Topic",
    kind: "create",
    inputs: { name: "alarms", kmsMasterKeyId: "arn:aws:kms:us-east-1:111122223333:key/1" },
    asks: "CreateTopic SetTopicAttributes TagResource GetTopicAttributes ListTagsForResource",
  },
  {
    does: "waits until a subscription is gone",
    type: "aws:sns/topicSubscription:TopicSubscription",
    kind: "delete",
    inputs: {},
    asks: "Unsubscribe GetSubscriptionAttributes",
  },
  {
    does: "waits until a queue is gone",
    type: "aws:sqs/queue:Queue",
    kind: "delete",
    inputs: {},
    asks: "DeleteQueue GetQueueAttributes",
  },
  {
    does: "waits until a group is gone",
    type: "aws:scheduler/scheduleGroup:ScheduleGroup",
    kind: "delete",
    inputs: {},
    asks: "DeleteScheduleGroup GetScheduleGroup",
  },
  // glue/catalog_table.go: parameters that Glue manages are kept, so it is looked at first.
  {
    does: "looks at a table before it changes it",
    type: "aws:glue/catalogTable:CatalogTable",
    kind: "update",
    inputs: { databaseName: "landing", description: "b" },
    before: { databaseName: "landing", description: "a" },
    asks: "GetTable UpdateTable GetPartitionIndexes",
  },
  // ec2/vpc_security_group.go, ec2/vpc_security_group_rule.go, ec2/vpc_endpoint.go, ec2/vpc_subnet.go
  {
    does: "takes away what lets everything out of a security group",
    type: "aws:ec2/securityGroup:SecurityGroup",
    kind: "create",
    inputs: { ...group, egress: [{}] },
    asks: "CreateSecurityGroup RevokeSecurityGroupEgress AuthorizeSecurityGroupEgress CreateTags DescribeSecurityGroups",
  },
  {
    does: "removes what Lambda left in a subnet",
    type: "aws:ec2/subnet:Subnet",
    kind: "delete",
    inputs: {},
    asks: "DescribeNetworkInterfaces DeleteSubnet DetachNetworkInterface DeleteNetworkInterface",
  },
  {
    does: "lets in by a rule that is for what comes in",
    type: "aws:ec2/securityGroupRule:SecurityGroupRule",
    kind: "create",
    inputs: { type: "ingress" },
    asks: "AuthorizeSecurityGroupIngress DescribeSecurityGroups DescribeSecurityGroupRules",
  },
  {
    does: "makes a gateway",
    type: "aws:ec2/vpcEndpoint:VpcEndpoint",
    kind: "create",
    inputs: { ...endpoint, vpcEndpointType: "Gateway", routeTableIds: ["rtb-1"] },
    asks: "CreateVpcEndpoint CreateTags DescribeVpcEndpoints DescribePrefixLists",
  },
  {
    does: "looks at the interfaces of an endpoint that has some",
    type: "aws:ec2/vpcEndpoint:VpcEndpoint",
    kind: "create",
    inputs: { ...endpoint, vpcEndpointType: "Interface", privateDnsEnabled: true },
    asks: "CreateVpcEndpoint CreateTags DescribeVpcEndpoints DescribePrefixLists DescribeNetworkInterfaces",
  },
];

describe("the provider's calls", () => {
  const permissionsOf = ({ type, kind, inputs, before }: Omit<Case, "does" | "asks">) =>
    deploymentPermissions({ kind, resource: declare(type, "one", inputs), before }, place);

  for (const { does, asks, ...each } of cases) {
    it(`${each.type.split(":")[2]}: ${does}`, () => {
      const asked = permissionsOf(each)
        .map(({ action }) => action.split(":")[1])
        .filter((action) => action !== "PassRole");
      expect([...new Set(asked)].sort()).to.deep.equal(asks === "" ? [] : [...new Set(asks.split(" "))].sort());
    });
  }

  // s3/bucket.go, resourceBucketRead: each of these by the name that S3 has for it. HeadBucket is s3:ListBucket, the region comes from
  // it and not from GetBucketLocation, and tags from S3 Control since 6.23.0.
  it("Bucket: reads all that a bucket could have", () => {
    const made = permissionsOf({ type: "aws:s3/bucket:Bucket", kind: "create", inputs: bucket }).map(
      ({ action }) => action,
    );
    expect(made.sort()).to.deep.equal(
      [
        "CreateBucket TagResource ListTagsForResource ListBucket GetBucketPolicy GetBucketAcl GetBucketCORS GetBucketWebsite",
        "GetBucketVersioning GetAccelerateConfiguration GetBucketRequestPayment GetBucketLogging GetLifecycleConfiguration",
        "GetReplicationConfiguration GetEncryptionConfiguration GetBucketObjectLockConfiguration",
      ]
        .join(" ")
        .split(" ")
        .map((action) => `s3:${action}`)
        .sort(),
    );
  });

  // Glue developer guide, "Specifying AWS Glue resource ARNs": a removal takes the permission on all that is in the database.
  it("CatalogDatabase: removes a database with what is in it", () => {
    const asked = permissionsOf({
      type: "aws:glue/catalogDatabase:CatalogDatabase",
      kind: "delete",
      inputs: { name: "l" },
    });
    expect(asked.map(({ resource }) => resource.replace(/^.*?:glue:[^:]*:\d*:/, ""))).to.include.members([
      "catalog",
      "table/l/*",
      "userDefinedFunction/l/*",
    ]);
  });

  it("asks for a change of what the program sets when nobody knows what changes, and for nothing of what it does not set", () => {
    const asked = (inputs: Inputs) =>
      permissionsOf({ type: "aws:iam/role:Role", kind: "update", inputs }).map(({ action }) => action);
    expect(asked(role)).to.include("iam:UntagRole").and.not.include("iam:DeleteRolePermissionsBoundary");
    expect(asked({ ...role, permissionsBoundary: "arn" })).to.include("iam:PutRolePermissionsBoundary");
  });

  it("are complete for every type, and depend on inputs that it has", () => {
    for (const [type, row] of Object.entries(providerActions)) {
      const calls = [...row.create, ...row.read, ...row.update, ...row.delete, ...(row.plan ?? [])];
      const actions = [...calls.map((call) => (typeof call === "string" ? call : call.action)), ...(row.tag ?? [])];
      for (const action of actions) expect(action, type).to.match(/^[a-z0-9]+:[A-Z]\w+$/);
      expect(row.create, type).to.not.deep.equal([]);
      expect(row.delete, type).to.not.deep.equal([]);
      // Inputs by the names that the provider's package declares.
      const [, file] = /^aws:(\w+\/\w+):/.exec(type) ?? [];
      const declared = readFileSync(require.resolve(`@pulumi/aws/${file}.d.ts`), "utf8");
      for (const name of calls.flatMap((call) => (typeof call === "string" ? [] : call.of))) {
        expect(declared, `${type} ${name}`).to.match(new RegExp(`\\b${name}\\??: pulumi.Input<`));
      }
      // What is tagged can lose a tag.
      expect(row.untag === undefined, type).to.equal(row.tag === undefined);
      for (const action of row.anywhere ?? []) expect(action, type).to.match(/^[a-z0-9]+:[A-Z]\w+$/);
    }
  });

  // EC2 knows no resource for what describes, and ids only when they are made.
  it("let a network be deployed by whoever has its policy", () => {
    const resources: Resource[] = [
      declare("aws:ec2/vpc:Vpc", "v", { cidrBlock: "10.0.0.0/24", enableDnsHostnames: true }),
      declare("aws:ec2/subnet:Subnet", "s", { vpcId: "vpc-1", cidrBlock: "10.0.0.0/26" }),
    ];
    const { Statement } = deployerPolicy(graphOf(...resources));
    expect(Statement.map(({ Sid }) => Sid)).to.deep.equal(["DeployAnything", "DeployEc2"]);
    expect(Statement[0].Action).to.include("ec2:DescribeSubnets").and.not.include("ec2:DescribeVpcAttribute");
    expect(Statement[1].Action).to.include.members([
      "ec2:CreateSubnet",
      "ec2:DeleteNetworkInterface",
      "ec2:CreateTags",
    ]);
  });
});
