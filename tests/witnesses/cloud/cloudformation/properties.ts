/**
 * What each resource type of Pulumi's AWS provider is in CloudFormation: the type, and its properties from the inputs. Inputs that
 * a line does not name keep their name with a capital, so that one which CloudFormation does not have is found by its linter.
 * AWS CloudFormation, "Resource and property types reference".
 */

import { capitals, capitalized, json, list, only, type Inputs, type Properties } from "../inputs";
import { networkParts } from "./network";
import type { Part } from "./part";

/** A resource whose name stands in the property `property`. */
function named(type: string, property: string, name: unknown, inputs: Inputs, more: Properties = {}): Part {
  return { type, name: String(name), properties: { [property]: name, ...capitalized(inputs), ...more } };
}

/** A part of a bucket. */
function ofBucket(bucket: unknown, properties: Properties): Part {
  return { type: "AWS::S3::Bucket", name: String(bucket), properties };
}

/** CloudFormation's parts by Pulumi's type. */
export const parts: Readonly<Record<string, (inputs: Inputs, id: string) => Part>> = {
  ...networkParts,
  "aws:athena/workgroup:Workgroup": ({ name, forceDestroy, configuration, ...rest }) => {
    const { resultConfiguration, ...settings } = only(configuration);
    const { encryptionConfiguration, ...results } = only(resultConfiguration);
    const { kmsKeyArn, ...encryption } = only(encryptionConfiguration);
    return named("AWS::Athena::WorkGroup", "Name", name, rest, {
      RecursiveDeleteOption: forceDestroy,
      WorkGroupConfiguration: {
        ...capitalized(settings),
        // Names differ in the case of letters only.
        PublishCloudwatchMetricsEnabled: undefined,
        PublishCloudWatchMetricsEnabled: settings.publishCloudwatchMetricsEnabled,
        EnforceWorkgroupConfiguration: undefined,
        EnforceWorkGroupConfiguration: settings.enforceWorkgroupConfiguration,
        ResultConfiguration: {
          ...capitalized(results),
          EncryptionConfiguration: { ...capitalized(encryption), KmsKey: kmsKeyArn },
        },
      },
    });
  },
  "aws:cloudtrail/trail:Trail": ({ name, advancedEventSelectors, cloudWatchLogsGroupArn, ...rest }) =>
    named("AWS::CloudTrail::Trail", "TrailName", name, rest, {
      IsLogging: true,
      CloudWatchLogsLogGroupArn: cloudWatchLogsGroupArn,
      AdvancedEventSelectors: list(advancedEventSelectors).map(({ name: selector, fieldSelectors }) => ({
        Name: selector,
        FieldSelectors: list(fieldSelectors).map(({ startsWiths, ...field }) => ({
          ...capitalized(field),
          StartsWith: startsWiths,
        })),
      })),
    }),
  "aws:cloudwatch/dashboard:Dashboard": ({ dashboardName, ...rest }) =>
    named("AWS::CloudWatch::Dashboard", "DashboardName", dashboardName, rest),
  "aws:cloudwatch/eventRule:EventRule": ({ name, eventPattern, ...rest }) =>
    named("AWS::Events::Rule", "Name", name, rest, { EventPattern: json(eventPattern) }),
  "aws:cloudwatch/eventTarget:EventTarget": ({ rule, targetId, ...rest }) => ({
    type: "AWS::Events::Rule",
    name: String(rule),
    properties: { Targets: [{ Id: targetId ?? "generated", ...capitalized(rest) }] },
  }),
  "aws:cloudwatch/logGroup:LogGroup": ({ name, ...rest }) => named("AWS::Logs::LogGroup", "LogGroupName", name, rest),
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": ({ name, pattern, metricTransformation, ...rest }) => {
    const { name: metric, namespace, value, defaultValue, ...transformation } = only(metricTransformation);
    return named("AWS::Logs::MetricFilter", "FilterName", name, rest, {
      FilterPattern: pattern,
      MetricTransformations: [
        {
          ...capitalized(transformation),
          MetricName: metric,
          MetricNamespace: namespace,
          MetricValue: value,
          DefaultValue: defaultValue === undefined ? undefined : Number(defaultValue),
        },
      ],
    });
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": ({ name, dimensions, okActions, ...rest }) =>
    named("AWS::CloudWatch::Alarm", "AlarmName", name, rest, {
      OKActions: okActions,
      Dimensions: Object.entries(only(dimensions ?? {})).map(([Name, Value]) => ({ Name, Value })),
    }),
  "aws:glue/catalogDatabase:CatalogDatabase": ({ name, catalogId, ...rest }) => ({
    type: "AWS::Glue::Database",
    name: String(name),
    properties: {
      CatalogId: catalogId ?? { Ref: "AWS::AccountId" },
      DatabaseInput: { Name: name, ...capitalized(rest) },
    },
  }),
  "aws:glue/catalogTable:CatalogTable": ({ name, databaseName, catalogId, storageDescriptor, ...rest }) => {
    const { serDeInfo, ...descriptor } = only(storageDescriptor);
    return {
      type: "AWS::Glue::Table",
      name: `${String(databaseName)}.${String(name)}`,
      properties: {
        CatalogId: catalogId ?? { Ref: "AWS::AccountId" },
        DatabaseName: databaseName,
        TableInput: {
          Name: name,
          ...capitalized(rest),
          StorageDescriptor: {
            ...capitalized(descriptor),
            ...(serDeInfo === undefined ? {} : { SerdeInfo: capitals(serDeInfo) }),
          },
        },
      },
    };
  },
  "aws:glue/dataCatalogEncryptionSettings:DataCatalogEncryptionSettings": ({ dataCatalogEncryptionSettings }) => {
    const { connectionPasswordEncryption, encryptionAtRest } = only(dataCatalogEncryptionSettings);
    const { awsKmsKeyId, ...passwords } = only(connectionPasswordEncryption);
    return {
      type: "AWS::Glue::DataCatalogEncryptionSettings",
      name: "catalog",
      properties: {
        CatalogId: { Ref: "AWS::AccountId" },
        DataCatalogEncryptionSettings: {
          ConnectionPasswordEncryption: { ...capitalized(passwords), KmsKeyId: awsKmsKeyId },
          EncryptionAtRest: capitals(encryptionAtRest),
        },
      },
    };
  },
  "aws:iam/role:Role": ({ name, assumeRolePolicy, ...rest }) =>
    named("AWS::IAM::Role", "RoleName", name, rest, { AssumeRolePolicyDocument: json(assumeRolePolicy) }),
  "aws:iam/rolePolicy:RolePolicy": ({ name, role, policy }) => ({
    type: "AWS::IAM::Role",
    name: String(role),
    properties: { Policies: [{ PolicyName: name ?? "generated", PolicyDocument: json(policy) }] },
  }),
  "aws:kms/alias:Alias": ({ name, ...rest }) => named("AWS::KMS::Alias", "AliasName", name, rest),
  "aws:kms/key:Key": ({ policy, description, ...rest }) => ({
    type: "AWS::KMS::Key",
    name: String(description),
    properties: { Description: description, KeyPolicy: json(policy), ...capitalized(rest) },
  }),
  "aws:lambda/function:Function": ({ name, code: _archive, ...rest }) =>
    // The archive comes from somewhere: Pulumi uploads it with the call.
    named("AWS::Lambda::Function", "FunctionName", name, rest, {
      Code: { S3Bucket: "archives", S3Key: "archive.zip" },
    }),
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": ({ functionName, ...rest }) => ({
    type: "AWS::Lambda::EventInvokeConfig",
    name: String(functionName),
    properties: { FunctionName: functionName, Qualifier: "$LATEST", ...capitalized(rest) },
  }),
  "aws:lambda/permission:Permission": ({ function: target, statementId, ...rest }) => ({
    type: "AWS::Lambda::Permission",
    name: `${String(target)} ${String(statementId)}`,
    properties: { FunctionName: target, ...capitalized(rest) },
  }),
  "aws:s3/bucket:Bucket": ({ bucket, forceDestroy: _onDestroy, ...rest }) =>
    ofBucket(bucket, { BucketName: bucket, ...capitalized(rest) }),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": ({ bucket, rules, ...rest }) =>
    ofBucket(bucket, { ...capitalized(rest), LifecycleConfiguration: { Rules: list(rules).map(lifecycleRule) } }),
  "aws:s3/bucketLogging:BucketLogging": ({ bucket, targetBucket, targetPrefix, ...rest }) =>
    ofBucket(bucket, {
      ...capitalized(rest),
      LoggingConfiguration: { DestinationBucketName: targetBucket, LogFilePrefix: targetPrefix },
    }),
  "aws:s3/bucketNotification:BucketNotification": ({ bucket, eventbridge, ...rest }) =>
    ofBucket(bucket, {
      ...capitalized(rest),
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: eventbridge } },
    }),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": ({ bucket, rule, ...rest }) =>
    ofBucket(bucket, { ...capitalized(rest), OwnershipControls: { Rules: [capitals(rule)] } }),
  "aws:s3/bucketPolicy:BucketPolicy": ({ bucket, policy, ...rest }) =>
    named("AWS::S3::BucketPolicy", "Bucket", bucket, rest, { PolicyDocument: json(policy) }),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": ({ bucket, ...rest }) =>
    ofBucket(bucket, { PublicAccessBlockConfiguration: capitalized(rest) }),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": ({
    bucket,
    rules,
    ...rest
  }) =>
    ofBucket(bucket, {
      ...capitalized(rest),
      BucketEncryption: {
        ServerSideEncryptionConfiguration: list(rules).map(({ applyServerSideEncryptionByDefault, ...rule }) => {
          const { kmsMasterKeyId, sseAlgorithm } = only(applyServerSideEncryptionByDefault);
          return {
            ...capitalized(rule),
            ServerSideEncryptionByDefault: { SSEAlgorithm: sseAlgorithm, KMSMasterKeyID: kmsMasterKeyId },
          };
        }),
      },
    }),
  "aws:s3/bucketVersioning:BucketVersioning": ({ bucket, ...rest }) => ofBucket(bucket, capitalized(rest)),
  "aws:scheduler/schedule:Schedule": ({ name, ...rest }) => named("AWS::Scheduler::Schedule", "Name", name, rest),
  "aws:sfn/stateMachine:StateMachine": ({ name, type, definition, loggingConfiguration, ...rest }) => {
    const { logDestination, ...logging } = only(loggingConfiguration);
    return named("AWS::StepFunctions::StateMachine", "StateMachineName", name, rest, {
      StateMachineType: type,
      Definition: json(definition),
      LoggingConfiguration: {
        ...capitalized(logging),
        Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: logDestination } }],
      },
    });
  },
  "aws:sns/topic:Topic": ({ name, ...rest }) => named("AWS::SNS::Topic", "TopicName", name, rest),
  "aws:sns/topicPolicy:TopicPolicy": ({ arn, policy }) => ({
    type: "AWS::SNS::TopicPolicy",
    name: String(arn),
    properties: { Topics: [arn], PolicyDocument: json(policy) },
  }),
  "aws:sns/topicSubscription:TopicSubscription": ({ topic, ...rest }) => ({
    type: "AWS::SNS::Subscription",
    name: `${String(topic)} ${String(rest.endpoint)}`,
    properties: { TopicArn: topic, ...capitalized(rest) },
  }),
  "aws:sqs/queue:Queue": ({ name, messageRetentionSeconds, ...rest }) =>
    named("AWS::SQS::Queue", "QueueName", name, rest, { MessageRetentionPeriod: messageRetentionSeconds }),
  "aws:sqs/queuePolicy:QueuePolicy": ({ queueUrl, policy }) => ({
    type: "AWS::SQS::QueuePolicy",
    name: String(queueUrl),
    properties: { Queues: [queueUrl], PolicyDocument: json(policy) },
  }),
  "aws:ssm/parameter:Parameter": ({ name, ...rest }) => named("AWS::SSM::Parameter", "Name", name, rest),
};

/** Types that have no counterpart, and why that does not matter. */
export const without: Readonly<Record<string, string>> = {
  "aws:s3/bucketObjectv2:BucketObjectv2": "CloudFormation has no type for an object",
};

function lifecycleRule({ id, filter, expiration, transitions, ...rest }: Inputs): Properties {
  const { prefix } = only(filter);
  const { abortIncompleteMultipartUpload: abort, noncurrentVersionExpiration: noncurrent, ...others } = rest;
  const { days, ...expires } = only(expiration ?? {});
  return {
    Id: id,
    ...capitalized(others),
    // An empty prefix is one that holds everything.
    ...(prefix === "" ? {} : { Prefix: prefix }),
    ...(expiration === undefined ? {} : { ExpirationInDays: days, ...capitalized(expires) }),
    ...(transitions === undefined
      ? {}
      : {
          Transitions: list(transitions).map(({ days: after, storageClass }) => ({
            TransitionInDays: after,
            StorageClass: storageClass,
          })),
        }),
    ...(abort === undefined
      ? {}
      : { AbortIncompleteMultipartUpload: { DaysAfterInitiation: only(abort).daysAfterInitiation } }),
    ...(noncurrent === undefined
      ? {}
      : { NoncurrentVersionExpiration: { NoncurrentDays: only(noncurrent).noncurrentDays } }),
  };
}
