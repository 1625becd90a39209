/**
 * What the provider `aws` calls for each type of resource: the actions that whoever deploys needs. The provider looks at
 * each resource after it made or changed it (hashicorp/terraform-provider-aws, internal/service/<service>; sfn/state_machine.go was
 * compared line by line, the others are as known). Which resource an action is on, from the Service Authorization Reference, "Actions, resources, and condition keys".
 */
import type { Permission, Place } from "../api";
import type { Resource } from "../graph";

/** The actions of one type. */
export interface ProviderActions {
  readonly create: readonly string[];
  /** After each creation and change, and by `pulumi refresh`. */
  readonly read: readonly string[];
  readonly update: readonly string[];
  readonly delete: readonly string[];
  /** When a creation or a change is planned: at preview, too. */
  readonly plan?: readonly string[];
  /** With each creation: the provider tags everything by `defaultTags`, which a graph does not show. */
  readonly tag?: readonly string[];
  /** Those of all these that know no resource. */
  readonly anywhere?: readonly string[];
  /** ARNs of what the others are on. */
  arns(resource: Resource, place: Place): readonly string[];
  /** What a change takes of other resources. */
  also?(
    resource: Resource,
    place: Place,
  ): Partial<Readonly<Record<"create" | "read" | "update" | "delete", readonly Permission[]>>>;
  /** The role that the service is to assume, if there is one. */
  role?(inputs: Resource["inputs"]): unknown;
  /** Who is to assume it. */
  readonly service?: string;
}

const own = ({ outputs, id }: Resource): string[] => [typeof outputs.arn === "string" ? outputs.arn : id];
const input = ({ inputs }: Resource, property: string): string => String(inputs[property]);
const regional = ({ region, account }: Place, service: string, resource: string): string =>
  `arn:aws:${service}:${region}:${account}:${resource}`;
const role = (resource: Resource, { account }: Place): string[] => [
  `arn:aws:iam::${account}:role/${input(resource, "role").replace(/^.*\//, "")}`,
];
const bucket = (resource: Resource): string[] => [`arn:aws:s3:::${input(resource, "bucket")}`];
const object = (resource: Resource): string[] => [
  `arn:aws:s3:::${input(resource, "bucket")}/${input(resource, "key")}`,
];
const catalog = (place: Place): string => regional(place, "glue", "catalog");
const lambda = (resource: Resource, place: Place): string[] => {
  const name = String(resource.inputs.function ?? resource.inputs.functionName);
  return [name.startsWith("arn:") ? name : regional(place, "lambda", `function:${name}`)];
};
// Actions on tags name a log group without its streams, the others with them.
const logGroup = (name: unknown, place: Place): string[] =>
  ["", ":*"].map((streams) => regional(place, "logs", `log-group:${String(name)}${streams}`));

/** A setting of a bucket that is put, read and put back. */
const setting = (read: string, write: string): ProviderActions => ({
  create: [write],
  read: [read],
  update: [write],
  delete: [write],
  arns: bucket,
});

const objects: ProviderActions = {
  create: ["s3:PutObject"],
  read: ["s3:GetObject", "s3:GetObjectTagging"],
  update: ["s3:PutObject", "s3:PutObjectTagging"],
  delete: ["s3:DeleteObject"],
  tag: ["s3:PutObjectTagging"],
  arns: object,
  // Of the key of a bucket that has one. S3 user guide, "Using server-side encryption with AWS KMS keys (SSE-KMS)".
  also: (_resource, place) => {
    const use = (action: string): Permission => ({
      action,
      resource: regional(place, "kms", "key/*"),
      context: { "kms:ViaService": `s3.${place.region}.amazonaws.com` },
    });
    return { create: [use("kms:GenerateDataKey")], read: [use("kms:Decrypt")], update: [use("kms:GenerateDataKey")] };
  },
};

export const providerActions: Readonly<Record<string, ProviderActions>> = {
  "aws:iam/role:Role": {
    create: ["iam:CreateRole"],
    read: ["iam:GetRole", "iam:ListRolePolicies", "iam:ListAttachedRolePolicies"],
    update: ["iam:UpdateAssumeRolePolicy", "iam:UpdateRole"],
    delete: ["iam:ListInstanceProfilesForRole", "iam:DeleteRole"],
    tag: ["iam:TagRole"],
    arns: own,
  },
  "aws:iam/policy:Policy": {
    create: ["iam:CreatePolicy"],
    read: ["iam:GetPolicy", "iam:GetPolicyVersion"],
    update: ["iam:ListPolicyVersions", "iam:CreatePolicyVersion"],
    delete: ["iam:ListPolicyVersions", "iam:DeletePolicy"],
    tag: ["iam:TagPolicy"],
    arns: own,
  },
  "aws:iam/rolePolicy:RolePolicy": {
    create: ["iam:PutRolePolicy"],
    read: ["iam:GetRolePolicy"],
    update: ["iam:PutRolePolicy"],
    delete: ["iam:DeleteRolePolicy"],
    arns: role,
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    create: ["iam:AttachRolePolicy"],
    read: ["iam:ListAttachedRolePolicies"],
    update: ["iam:AttachRolePolicy"],
    delete: ["iam:DetachRolePolicy"],
    arns: role,
  },
  "aws:lambda/function:Function": {
    create: ["lambda:CreateFunction"],
    read: ["lambda:GetFunction", "lambda:ListVersionsByFunction", "lambda:GetFunctionCodeSigningConfig"],
    update: ["lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration"],
    delete: ["lambda:DeleteFunction"],
    tag: ["lambda:TagResource"],
    arns: own,
    role: (inputs) => inputs.role,
    service: "lambda.amazonaws.com",
  },
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {
    create: ["lambda:PutFunctionEventInvokeConfig"],
    read: ["lambda:GetFunctionEventInvokeConfig"],
    update: ["lambda:PutFunctionEventInvokeConfig"],
    delete: ["lambda:DeleteFunctionEventInvokeConfig"],
    arns: lambda,
  },
  "aws:lambda/permission:Permission": {
    create: ["lambda:AddPermission"],
    read: ["lambda:GetPolicy"],
    update: ["lambda:RemovePermission", "lambda:AddPermission"],
    delete: ["lambda:RemovePermission"],
    arns: lambda,
  },
  "aws:sfn/stateMachine:StateMachine": {
    plan: ["states:ValidateStateMachineDefinition"],
    create: ["states:CreateStateMachine"],
    read: ["states:DescribeStateMachine", "states:ListStateMachineVersions", "states:ListTagsForResource"],
    update: ["states:UpdateStateMachine"],
    delete: ["states:DeleteStateMachine"],
    tag: ["states:TagResource"],
    anywhere: ["states:ValidateStateMachineDefinition"],
    arns: own,
    role: (inputs) => inputs.roleArn,
    service: "states.amazonaws.com",
  },
  "aws:scheduler/schedule:Schedule": {
    create: ["scheduler:CreateSchedule"],
    read: ["scheduler:GetSchedule"],
    update: ["scheduler:UpdateSchedule"],
    delete: ["scheduler:DeleteSchedule"],
    arns: own,
    role: ({ target }) => (target as Record<string, unknown> | undefined)?.roleArn,
    service: "scheduler.amazonaws.com",
  },
  "aws:scheduler/scheduleGroup:ScheduleGroup": {
    create: ["scheduler:CreateScheduleGroup"],
    read: ["scheduler:GetScheduleGroup", "scheduler:ListTagsForResource"],
    update: ["scheduler:TagResource"],
    delete: ["scheduler:DeleteScheduleGroup"],
    tag: ["scheduler:TagResource"],
    arns: own,
  },
  "aws:cloudwatch/eventRule:EventRule": {
    create: ["events:PutRule"],
    read: ["events:DescribeRule", "events:ListTagsForResource"],
    update: ["events:PutRule"],
    delete: ["events:DeleteRule"],
    tag: ["events:TagResource"],
    arns: own,
  },
  "aws:cloudwatch/eventTarget:EventTarget": {
    create: ["events:PutTargets"],
    read: ["events:ListTargetsByRule"],
    update: ["events:PutTargets"],
    delete: ["events:RemoveTargets"],
    arns: (resource, place) => [regional(place, "events", `rule/${input(resource, "rule")}`)],
    role: (inputs) => inputs.roleArn,
    service: "events.amazonaws.com",
  },
  "aws:cloudtrail/trail:Trail": {
    create: ["cloudtrail:CreateTrail", "cloudtrail:PutEventSelectors", "cloudtrail:StartLogging"],
    read: [
      "cloudtrail:DescribeTrails",
      "cloudtrail:GetEventSelectors",
      "cloudtrail:GetInsightSelectors",
      "cloudtrail:GetTrailStatus",
      "cloudtrail:ListTags",
    ],
    update: ["cloudtrail:UpdateTrail", "cloudtrail:PutEventSelectors"],
    delete: ["cloudtrail:DeleteTrail"],
    tag: ["cloudtrail:AddTags"],
    anywhere: ["cloudtrail:DescribeTrails"],
    arns: own,
    role: ({ cloudWatchLogsRoleArn }) => cloudWatchLogsRoleArn,
    service: "cloudtrail.amazonaws.com",
  },
  "aws:s3/bucket:Bucket": {
    create: ["s3:CreateBucket"],
    read: [
      "s3:GetAccelerateConfiguration",
      "s3:GetBucketAcl",
      "s3:GetBucketCORS",
      "s3:GetBucketLocation",
      "s3:GetBucketLogging",
      "s3:GetBucketObjectLockConfiguration",
      "s3:GetBucketPolicy",
      "s3:GetBucketRequestPayment",
      "s3:GetBucketTagging",
      "s3:GetBucketVersioning",
      "s3:GetBucketWebsite",
      "s3:GetEncryptionConfiguration",
      "s3:GetLifecycleConfiguration",
      "s3:GetReplicationConfiguration",
      "s3:ListBucket",
    ],
    update: [],
    delete: ["s3:ListBucketVersions", "s3:DeleteBucket"],
    tag: ["s3:PutBucketTagging"],
    arns: own,
    also: (resource) => ({
      delete:
        resource.inputs.forceDestroy === true
          ? ["s3:DeleteObject", "s3:DeleteObjectVersion"].map((action) => ({
              action,
              resource: `${own(resource)[0]}/*`,
            }))
          : [],
    }),
  },
  "aws:s3/bucketVersioning:BucketVersioning": setting("s3:GetBucketVersioning", "s3:PutBucketVersioning"),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": setting(
    "s3:GetBucketOwnershipControls",
    "s3:PutBucketOwnershipControls",
  ),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": setting(
    "s3:GetBucketPublicAccessBlock",
    "s3:PutBucketPublicAccessBlock",
  ),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": setting(
    "s3:GetEncryptionConfiguration",
    "s3:PutEncryptionConfiguration",
  ),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": setting(
    "s3:GetLifecycleConfiguration",
    "s3:PutLifecycleConfiguration",
  ),
  "aws:s3/bucketIntelligentTieringConfiguration:BucketIntelligentTieringConfiguration": setting(
    "s3:GetIntelligentTieringConfiguration",
    "s3:PutIntelligentTieringConfiguration",
  ),
  "aws:s3/bucketLogging:BucketLogging": setting("s3:GetBucketLogging", "s3:PutBucketLogging"),
  "aws:s3/bucketNotification:BucketNotification": setting("s3:GetBucketNotification", "s3:PutBucketNotification"),
  "aws:s3/bucketPolicy:BucketPolicy": {
    ...setting("s3:GetBucketPolicy", "s3:PutBucketPolicy"),
    delete: ["s3:DeleteBucketPolicy"],
  },
  "aws:s3/bucketObject:BucketObject": objects,
  "aws:s3/bucketObjectv2:BucketObjectv2": objects,
  "aws:glue/catalogDatabase:CatalogDatabase": {
    create: ["glue:CreateDatabase"],
    read: ["glue:GetDatabase", "glue:GetTags"],
    update: ["glue:UpdateDatabase"],
    delete: ["glue:DeleteDatabase"],
    tag: ["glue:TagResource"],
    arns: (resource, place) => [catalog(place), ...own(resource)],
  },
  "aws:glue/catalogTable:CatalogTable": {
    create: ["glue:CreateTable"],
    read: ["glue:GetTable", "glue:GetPartitionIndexes"],
    update: ["glue:UpdateTable"],
    delete: ["glue:DeleteTable"],
    arns: (resource, place) => [
      catalog(place),
      regional(place, "glue", `database/${input(resource, "databaseName")}`),
      ...own(resource),
    ],
  },
  "aws:glue/dataCatalogEncryptionSettings:DataCatalogEncryptionSettings": {
    create: ["glue:PutDataCatalogEncryptionSettings"],
    read: ["glue:GetDataCatalogEncryptionSettings"],
    update: ["glue:PutDataCatalogEncryptionSettings"],
    delete: ["glue:PutDataCatalogEncryptionSettings"],
    arns: (_resource, place) => [catalog(place)],
  },
  "aws:athena/workgroup:Workgroup": {
    create: ["athena:CreateWorkGroup"],
    read: ["athena:GetWorkGroup", "athena:ListTagsForResource"],
    update: ["athena:UpdateWorkGroup"],
    delete: ["athena:DeleteWorkGroup"],
    tag: ["athena:TagResource"],
    arns: own,
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    create: ["logs:CreateLogGroup", "logs:AssociateKmsKey", "logs:PutRetentionPolicy"],
    read: ["logs:DescribeLogGroups", "logs:ListTagsForResource"],
    update: ["logs:AssociateKmsKey", "logs:PutRetentionPolicy"],
    delete: ["logs:DeleteLogGroup"],
    tag: ["logs:TagResource"],
    anywhere: ["logs:DescribeLogGroups"],
    arns: (resource, place) => logGroup(resource.outputs.name ?? resource.id, place),
  },
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": {
    create: ["logs:PutMetricFilter"],
    read: ["logs:DescribeMetricFilters"],
    update: ["logs:PutMetricFilter"],
    delete: ["logs:DeleteMetricFilter"],
    arns: ({ inputs }, place) => logGroup(inputs.logGroupName, place),
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    create: ["cloudwatch:PutMetricAlarm"],
    read: ["cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource"],
    update: ["cloudwatch:PutMetricAlarm"],
    delete: ["cloudwatch:DeleteAlarms"],
    tag: ["cloudwatch:TagResource"],
    arns: own,
  },
  "aws:cloudwatch/dashboard:Dashboard": {
    create: ["cloudwatch:PutDashboard"],
    read: ["cloudwatch:GetDashboard"],
    update: ["cloudwatch:PutDashboard"],
    delete: ["cloudwatch:DeleteDashboards"],
    arns: (resource, { account }) => [`arn:aws:cloudwatch::${account}:dashboard/${input(resource, "dashboardName")}`],
  },
  "aws:kms/key:Key": {
    create: ["kms:CreateKey", "kms:EnableKeyRotation"],
    read: ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags"],
    update: ["kms:PutKeyPolicy", "kms:UpdateKeyDescription"],
    delete: ["kms:ScheduleKeyDeletion"],
    tag: ["kms:TagResource"],
    anywhere: ["kms:CreateKey"],
    // A key's name is made when it is.
    arns: (_resource, place) => [regional(place, "kms", "key/*")],
  },
  "aws:kms/alias:Alias": {
    create: ["kms:CreateAlias"],
    read: ["kms:ListAliases"],
    update: ["kms:UpdateAlias"],
    delete: ["kms:DeleteAlias"],
    anywhere: ["kms:ListAliases"],
    arns: ({ outputs }, place) => [regional(place, "kms", "key/*"), regional(place, "kms", String(outputs.name))],
  },
  "aws:sns/topic:Topic": {
    create: ["sns:CreateTopic", "sns:SetTopicAttributes"],
    read: ["sns:GetTopicAttributes", "sns:ListTagsForResource"],
    update: ["sns:SetTopicAttributes"],
    delete: ["sns:DeleteTopic"],
    tag: ["sns:TagResource"],
    arns: own,
  },
  "aws:sns/topicPolicy:TopicPolicy": {
    create: ["sns:SetTopicAttributes"],
    read: ["sns:GetTopicAttributes"],
    update: ["sns:SetTopicAttributes"],
    delete: ["sns:SetTopicAttributes"],
    arns: (resource) => [input(resource, "arn")],
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    create: ["sns:Subscribe"],
    read: ["sns:GetSubscriptionAttributes"],
    update: ["sns:SetSubscriptionAttributes"],
    delete: ["sns:Unsubscribe"],
    anywhere: ["sns:GetSubscriptionAttributes", "sns:SetSubscriptionAttributes", "sns:Unsubscribe"],
    arns: (resource) => [input(resource, "topic")],
  },
  "aws:sqs/queue:Queue": {
    create: ["sqs:CreateQueue"],
    read: ["sqs:GetQueueAttributes", "sqs:ListQueueTags"],
    update: ["sqs:SetQueueAttributes"],
    delete: ["sqs:DeleteQueue"],
    tag: ["sqs:TagQueue"],
    arns: own,
  },
  "aws:sqs/queuePolicy:QueuePolicy": {
    create: ["sqs:SetQueueAttributes"],
    read: ["sqs:GetQueueAttributes"],
    update: ["sqs:SetQueueAttributes"],
    delete: ["sqs:SetQueueAttributes"],
    arns: (resource, place) => [regional(place, "sqs", input(resource, "queueUrl").replace(/^.*\//, ""))],
  },
  "aws:ssm/parameter:Parameter": {
    create: ["ssm:PutParameter"],
    read: ["ssm:GetParameter", "ssm:DescribeParameters", "ssm:ListTagsForResource"],
    update: ["ssm:PutParameter"],
    delete: ["ssm:DeleteParameter"],
    tag: ["ssm:AddTagsToResource"],
    anywhere: ["ssm:DescribeParameters"],
    arns: own,
  },
};
