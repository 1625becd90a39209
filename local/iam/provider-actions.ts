/**
 * What the provider `aws` calls for each type of resource: the actions that whoever deploys needs. The provider looks at each
 * resource after it made or changed it, and waits by looking until some are gone.
 *
 * Each row was compared with the source that the line above it names, in hashicorp/terraform-provider-aws, internal/service: what
 * creates, reads, updates and deletes, what these wait for, and the tags that the provider lists after a read which brings none.
 * Read at 6.x; ° marks what was read at a 5.x of 2024 or 2025, the newest that was to be had. Which resource an action is on,
 * and which action a call is: Service Authorization Reference, "Actions, resources, and condition keys".
 */
import type { Place } from "../api";
import type { Resource } from "../graph";
import { changed, given, gone, input, own, regional, type ProviderActions } from "./provider-calls";
import { networkActions } from "./provider-network";
import { storageActions } from "./provider-storage";

const role = (resource: Resource, { account }: Place): string[] => [
  `arn:aws:iam::${account}:role/${input(resource, "role").replace(/^.*\//, "")}`,
];
const catalog = (place: Place): string => regional(place, "glue", "catalog");
const lambda = (resource: Resource, place: Place): string[] => {
  const name = String(resource.inputs.function ?? resource.inputs.functionName);
  return [name.startsWith("arn:") ? name : regional(place, "lambda", `function:${name}`)];
};
// Actions on tags name a log group without its streams, the others with them.
const logGroup = (name: unknown, place: Place): string[] =>
  ["", ":*"].map((streams) => regional(place, "logs", `log-group:${String(name)}${streams}`));

// Reserved executions, of which -1 are none.
const concurrency = {
  action: "lambda:PutFunctionConcurrency",
  of: ["reservedConcurrentExecutions"],
  counts: (value: unknown): boolean => typeof value === "number" && value >= 0,
} as const;
// A trail logs if nobody says otherwise.
const logging = {
  action: "cloudtrail:StartLogging",
  of: ["enableLogging"],
  counts: (value: unknown): boolean => value !== false,
} as const;

export const providerActions: Readonly<Record<string, ProviderActions>> = {
  ...storageActions,
  ...networkActions,
  // iam/role.go
  "aws:iam/role:Role": {
    create: [
      "iam:CreateRole",
      given("iam:PutRolePolicy", "inlinePolicies"),
      given("iam:AttachRolePolicy", "managedPolicyArns"),
    ],
    // Each policy that the role has, whoever put it there.
    read: ["iam:GetRole", "iam:ListRolePolicies", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies"],
    update: [
      changed("iam:UpdateAssumeRolePolicy", "assumeRolePolicy"),
      changed("iam:UpdateRoleDescription", "description"),
      changed("iam:UpdateRole", "maxSessionDuration"),
      given("iam:PutRolePermissionsBoundary", "permissionsBoundary"),
      gone("iam:DeleteRolePermissionsBoundary", "permissionsBoundary"),
      given("iam:PutRolePolicy", "inlinePolicies"),
      changed("iam:DeleteRolePolicy", "inlinePolicies"),
      given("iam:AttachRolePolicy", "managedPolicyArns"),
      changed("iam:DetachRolePolicy", "managedPolicyArns"),
    ],
    delete: [
      "iam:ListInstanceProfilesForRole",
      given("iam:ListAttachedRolePolicies", "managedPolicyArns", "forceDetachPolicies"),
      given("iam:DetachRolePolicy", "managedPolicyArns", "forceDetachPolicies"),
      given("iam:ListRolePolicies", "inlinePolicies", "forceDetachPolicies"),
      given("iam:DeleteRolePolicy", "inlinePolicies", "forceDetachPolicies"),
      "iam:DeleteRole",
    ],
    tag: ["iam:TagRole"],
    untag: ["iam:UntagRole"],
    arns: own,
  },
  // iam/policy.go
  "aws:iam/policy:Policy": {
    create: ["iam:CreatePolicy"],
    read: ["iam:GetPolicy", "iam:GetPolicyVersion"],
    // A sixth version takes the oldest one's place.
    update: ["iam:ListPolicyVersions", "iam:CreatePolicyVersion", "iam:DeletePolicyVersion"],
    delete: ["iam:ListPolicyVersions", "iam:DeletePolicyVersion", "iam:DeletePolicy"],
    tag: ["iam:TagPolicy"],
    untag: ["iam:UntagPolicy"],
    arns: own,
  },
  // iam/role_policy.go
  "aws:iam/rolePolicy:RolePolicy": {
    create: ["iam:PutRolePolicy"],
    read: ["iam:GetRolePolicy"],
    update: ["iam:PutRolePolicy"],
    delete: ["iam:DeleteRolePolicy"],
    arns: role,
  },
  // iam/role_policy_attachment.go: every change makes another one
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    create: ["iam:AttachRolePolicy"],
    read: ["iam:ListAttachedRolePolicies"],
    update: [],
    delete: ["iam:DetachRolePolicy"],
    arns: role,
  },
  // lambda/function.go°
  "aws:lambda/function:Function": {
    create: ["lambda:CreateFunction", concurrency],
    read: ["lambda:GetFunction", "lambda:ListVersionsByFunction", "lambda:GetFunctionCodeSigningConfig"],
    update: [
      changed("lambda:UpdateFunctionCode", "code", "sourceCodeHash", "architectures"),
      changed(
        "lambda:UpdateFunctionConfiguration",
        "deadLetterConfig",
        "description",
        "environment",
        "ephemeralStorage",
        "handler",
        "kmsKeyArn",
        "layers",
        "loggingConfig",
        "memorySize",
        "role",
        "runtime",
        "timeout",
        "tracingConfig",
        "vpcConfig",
      ),
      { ...concurrency, now: "set" },
      { ...concurrency, action: "lambda:DeleteFunctionConcurrency", now: "unset" },
    ],
    delete: ["lambda:DeleteFunction"],
    tag: ["lambda:TagResource"],
    untag: ["lambda:UntagResource"],
    arns: own,
    // Lambda developer guide, "Giving Lambda functions access to resources in an Amazon VPC": what Lambda verifies as its caller.
    also: ({ inputs }) => {
      const seen = ["ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"];
      const network = inputs.vpcConfig === undefined ? [] : seen.map((action) => ({ action, resource: "*" }));
      return { create: network, update: network };
    },
    role: (inputs) => inputs.role,
    service: "lambda.amazonaws.com",
  },
  // lambda/function_event_invoke_config.go°
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {
    create: ["lambda:PutFunctionEventInvokeConfig"],
    read: ["lambda:GetFunctionEventInvokeConfig"],
    update: ["lambda:PutFunctionEventInvokeConfig"],
    delete: ["lambda:DeleteFunctionEventInvokeConfig"],
    arns: lambda,
  },
  // lambda/permission.go: every change makes another one
  "aws:lambda/permission:Permission": {
    create: ["lambda:AddPermission"],
    read: ["lambda:GetPolicy"],
    update: [],
    delete: ["lambda:RemovePermission", "lambda:GetPolicy"],
    arns: lambda,
  },
  // sfn/state_machine.go
  "aws:sfn/stateMachine:StateMachine": {
    plan: ["states:ValidateStateMachineDefinition"],
    create: ["states:CreateStateMachine"],
    read: ["states:DescribeStateMachine", "states:ListStateMachineVersions", "states:ListTagsForResource"],
    update: ["states:UpdateStateMachine"],
    delete: ["states:DeleteStateMachine"],
    tag: ["states:TagResource"],
    untag: ["states:UntagResource"],
    anywhere: ["states:ValidateStateMachineDefinition"],
    arns: own,
    role: (inputs) => inputs.roleArn,
    service: "states.amazonaws.com",
  },
  // scheduler/schedule.go
  "aws:scheduler/schedule:Schedule": {
    create: ["scheduler:CreateSchedule"],
    read: ["scheduler:GetSchedule"],
    update: ["scheduler:UpdateSchedule"],
    delete: ["scheduler:DeleteSchedule"],
    arns: own,
    role: ({ target }) => (target as Record<string, unknown> | undefined)?.roleArn,
    service: "scheduler.amazonaws.com",
  },
  // scheduler/schedule_group.go
  "aws:scheduler/scheduleGroup:ScheduleGroup": {
    create: ["scheduler:CreateScheduleGroup"],
    read: ["scheduler:GetScheduleGroup", "scheduler:ListTagsForResource"],
    update: [],
    delete: ["scheduler:DeleteScheduleGroup", "scheduler:GetScheduleGroup"],
    tag: ["scheduler:TagResource"],
    untag: ["scheduler:UntagResource"],
    arns: own,
  },
  // events/rule.go°
  "aws:cloudwatch/eventRule:EventRule": {
    create: ["events:PutRule"],
    read: ["events:DescribeRule", "events:ListTagsForResource"],
    update: ["events:PutRule"],
    delete: ["events:DeleteRule"],
    tag: ["events:TagResource"],
    untag: ["events:UntagResource"],
    arns: own,
  },
  // events/target.go°
  "aws:cloudwatch/eventTarget:EventTarget": {
    create: ["events:PutTargets"],
    read: ["events:ListTargetsByRule"],
    update: ["events:PutTargets"],
    delete: ["events:RemoveTargets"],
    arns: (resource, place) => [regional(place, "events", `rule/${input(resource, "rule")}`)],
    role: (inputs) => inputs.roleArn,
    service: "events.amazonaws.com",
  },
  // cloudtrail/trail.go°
  "aws:cloudtrail/trail:Trail": {
    create: [
      "cloudtrail:CreateTrail",
      logging,
      given("cloudtrail:PutEventSelectors", "eventSelectors", "advancedEventSelectors"),
      given("cloudtrail:PutInsightSelectors", "insightSelectors"),
    ],
    read: [
      "cloudtrail:DescribeTrails",
      given("cloudtrail:GetEventSelectors", "eventSelectors", "advancedEventSelectors"),
      given("cloudtrail:GetInsightSelectors", "insightSelectors"),
      "cloudtrail:GetTrailStatus",
      "cloudtrail:ListTags",
    ],
    update: [
      changed(
        "cloudtrail:UpdateTrail",
        "cloudWatchLogsGroupArn",
        "cloudWatchLogsRoleArn",
        "enableLogFileValidation",
        "includeGlobalServiceEvents",
        "isMultiRegionTrail",
        "isOrganizationTrail",
        "kmsKeyId",
        "s3BucketName",
        "s3KeyPrefix",
        "snsTopicName",
      ),
      { ...logging, now: "set" },
      { ...logging, action: "cloudtrail:StopLogging", now: "unset" },
      changed("cloudtrail:PutEventSelectors", "eventSelectors", "advancedEventSelectors"),
      changed("cloudtrail:PutInsightSelectors", "insightSelectors"),
    ],
    delete: ["cloudtrail:DeleteTrail"],
    tag: ["cloudtrail:AddTags"],
    untag: ["cloudtrail:RemoveTags"],
    anywhere: ["cloudtrail:DescribeTrails"],
    arns: own,
    role: ({ cloudWatchLogsRoleArn }) => cloudWatchLogsRoleArn,
    service: "cloudtrail.amazonaws.com",
  },
  // glue/catalog_database.go
  "aws:glue/catalogDatabase:CatalogDatabase": {
    create: ["glue:CreateDatabase"],
    read: ["glue:GetDatabase", "glue:GetTags"],
    update: ["glue:UpdateDatabase"],
    delete: ["glue:DeleteDatabase"],
    tag: ["glue:TagResource"],
    untag: ["glue:UntagResource"],
    arns: (resource, place) => [catalog(place), ...own(resource)],
    // Removing takes the permission on what is in it, too. Glue developer guide, "Specifying AWS Glue resource ARNs".
    also: (resource, place) => ({
      delete: ["table", "userDefinedFunction"].map((kind) => ({
        action: "glue:DeleteDatabase",
        resource: regional(place, "glue", `${kind}/${own(resource)[0].replace(/^.*\//, "")}/*`),
      })),
    }),
  },
  // glue/catalog_table.go
  "aws:glue/catalogTable:CatalogTable": {
    create: ["glue:CreateTable"],
    read: ["glue:GetTable", "glue:GetPartitionIndexes"],
    update: ["glue:GetTable", "glue:UpdateTable"],
    delete: ["glue:DeleteTable"],
    arns: (resource, place) => [
      catalog(place),
      regional(place, "glue", `database/${input(resource, "databaseName")}`),
      ...own(resource),
    ],
  },
  // glue/data_catalog_encryption_settings.go°
  "aws:glue/dataCatalogEncryptionSettings:DataCatalogEncryptionSettings": {
    create: ["glue:PutDataCatalogEncryptionSettings"],
    read: ["glue:GetDataCatalogEncryptionSettings"],
    update: ["glue:PutDataCatalogEncryptionSettings"],
    delete: ["glue:PutDataCatalogEncryptionSettings"],
    arns: (_resource, place) => [catalog(place)],
  },
  // athena/workgroup.go
  "aws:athena/workgroup:Workgroup": {
    create: [
      "athena:CreateWorkGroup",
      { action: "athena:UpdateWorkGroup", of: ["state"], counts: (state) => state === "DISABLED" },
    ],
    read: ["athena:GetWorkGroup", "athena:ListTagsForResource"],
    update: ["athena:UpdateWorkGroup"],
    delete: ["athena:DeleteWorkGroup"],
    tag: ["athena:TagResource"],
    untag: ["athena:UntagResource"],
    arns: own,
  },
  // logs/group.go
  "aws:cloudwatch/logGroup:LogGroup": {
    // A key goes along with the creation.
    create: ["logs:CreateLogGroup", given("logs:PutRetentionPolicy", "retentionInDays")],
    read: ["logs:DescribeLogGroups", "logs:ListTagsForResource"],
    update: [
      given("logs:PutRetentionPolicy", "retentionInDays"),
      gone("logs:DeleteRetentionPolicy", "retentionInDays"),
      given("logs:AssociateKmsKey", "kmsKeyId"),
      gone("logs:DisassociateKmsKey", "kmsKeyId"),
    ],
    delete: [{ action: "logs:DeleteLogGroup", of: ["skipDestroy"], counts: (isSkipped) => isSkipped !== true }],
    tag: ["logs:TagResource"],
    untag: ["logs:UntagResource"],
    anywhere: ["logs:DescribeLogGroups"],
    arns: (resource, place) => logGroup(resource.outputs.name ?? resource.id, place),
  },
  // logs/metric_filter.go
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": {
    create: ["logs:PutMetricFilter"],
    read: ["logs:DescribeMetricFilters"],
    update: ["logs:PutMetricFilter"],
    delete: ["logs:DeleteMetricFilter"],
    arns: ({ inputs }, place) => logGroup(inputs.logGroupName, place),
  },
  // cloudwatch/metric_alarm.go
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    create: ["cloudwatch:PutMetricAlarm"],
    read: ["cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource"],
    update: ["cloudwatch:PutMetricAlarm"],
    delete: ["cloudwatch:DeleteAlarms"],
    tag: ["cloudwatch:TagResource"],
    untag: ["cloudwatch:UntagResource"],
    arns: own,
  },
  // cloudwatch/dashboard.go
  "aws:cloudwatch/dashboard:Dashboard": {
    create: ["cloudwatch:PutDashboard"],
    read: ["cloudwatch:GetDashboard"],
    update: ["cloudwatch:PutDashboard"],
    delete: ["cloudwatch:DeleteDashboards"],
    arns: (resource, { account }) => [`arn:aws:cloudwatch::${account}:dashboard/${input(resource, "dashboardName")}`],
  },
  // kms/key.go°
  "aws:kms/key:Key": {
    create: [
      "kms:CreateKey",
      given("kms:EnableKeyRotation", "enableKeyRotation"),
      { action: "kms:DisableKey", of: ["isEnabled"], counts: (value) => value === false },
    ],
    read: ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags"],
    update: [
      changed("kms:PutKeyPolicy", "policy"),
      changed("kms:UpdateKeyDescription", "description"),
      given("kms:EnableKeyRotation", "enableKeyRotation", "rotationPeriodInDays"),
      gone("kms:DisableKeyRotation", "enableKeyRotation"),
      { action: "kms:EnableKey", of: ["isEnabled"], now: "set", counts: (value) => value !== false },
      { action: "kms:DisableKey", of: ["isEnabled"], now: "set", counts: (value) => value === false },
    ],
    delete: ["kms:ScheduleKeyDeletion", "kms:DescribeKey"],
    tag: ["kms:TagResource"],
    untag: ["kms:UntagResource"],
    anywhere: ["kms:CreateKey"],
    // A key's name is made when it is.
    arns: (_resource, place) => [regional(place, "kms", "key/*")],
  },
  // kms/alias.go°
  "aws:kms/alias:Alias": {
    create: ["kms:CreateAlias"],
    read: ["kms:ListAliases"],
    update: [changed("kms:UpdateAlias", "targetKeyId")],
    delete: ["kms:DeleteAlias"],
    anywhere: ["kms:ListAliases"],
    arns: ({ outputs }, place) => [regional(place, "kms", "key/*"), regional(place, "kms", String(outputs.name))],
  },
  // sns/topic.go°
  "aws:sns/topic:Topic": {
    create: [
      "sns:CreateTopic",
      given("sns:SetTopicAttributes", "deliveryPolicy", "displayName", "kmsMasterKeyId", "policy", "tracingConfig"),
    ],
    read: ["sns:GetTopicAttributes", "sns:ListTagsForResource"],
    update: ["sns:SetTopicAttributes"],
    delete: ["sns:DeleteTopic"],
    tag: ["sns:TagResource"],
    untag: ["sns:UntagResource"],
    arns: own,
  },
  // sns/topic_policy.go
  "aws:sns/topicPolicy:TopicPolicy": {
    create: ["sns:SetTopicAttributes"],
    read: ["sns:GetTopicAttributes"],
    update: ["sns:SetTopicAttributes"],
    delete: ["sns:SetTopicAttributes"],
    arns: (resource) => [input(resource, "arn")],
  },
  // sns/topic_subscription.go°
  "aws:sns/topicSubscription:TopicSubscription": {
    create: ["sns:Subscribe"],
    read: ["sns:GetSubscriptionAttributes"],
    update: ["sns:SetSubscriptionAttributes"],
    delete: ["sns:Unsubscribe", "sns:GetSubscriptionAttributes"],
    anywhere: ["sns:GetSubscriptionAttributes", "sns:SetSubscriptionAttributes", "sns:Unsubscribe"],
    arns: (resource) => [input(resource, "topic")],
  },
  // sqs/queue.go
  "aws:sqs/queue:Queue": {
    create: ["sqs:CreateQueue"],
    read: ["sqs:GetQueueAttributes", "sqs:ListQueueTags"],
    update: ["sqs:SetQueueAttributes"],
    delete: ["sqs:DeleteQueue", "sqs:GetQueueAttributes"],
    tag: ["sqs:TagQueue"],
    untag: ["sqs:UntagQueue"],
    arns: own,
  },
  // sqs/queue_policy.go, sqs/queue_attribute_handler.go°
  "aws:sqs/queuePolicy:QueuePolicy": {
    create: ["sqs:SetQueueAttributes"],
    read: ["sqs:GetQueueAttributes"],
    update: ["sqs:SetQueueAttributes"],
    delete: ["sqs:SetQueueAttributes", "sqs:GetQueueAttributes"],
    arns: (resource, place) => [regional(place, "sqs", input(resource, "queueUrl").replace(/^.*\//, ""))],
  },
  // ssm/parameter.go°
  "aws:ssm/parameter:Parameter": {
    create: ["ssm:PutParameter"],
    read: ["ssm:GetParameter", "ssm:DescribeParameters", "ssm:ListTagsForResource"],
    update: ["ssm:PutParameter"],
    delete: ["ssm:DeleteParameter"],
    tag: ["ssm:AddTagsToResource"],
    untag: ["ssm:RemoveTagsFromResource"],
    anywhere: ["ssm:DescribeParameters"],
    arns: own,
  },
};
