/**
 * The calls by which a resource of each type of Pulumi's AWS provider is created, as boto3 takes them. Inputs that a line does not
 * name keep their name in the service's spelling, so that one which the service does not know is refused by boto3.
 */
import { capitals, capitalized, json, list, only, type Inputs, type Properties } from "../inputs";
import { call, type Call } from "./call";
import { networkCalls } from "./network";

/** A zip file without entries, as text of base 64. */
const EMPTY_ZIP = "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==";

type Outputs = Inputs;

/** Calls by Pulumi's type; `outputs` are those of the graph. */
export const calls: Readonly<Record<string, (inputs: Inputs, outputs: Outputs, id: string) => Call[]>> = {
  ...networkCalls,
  "aws:athena/workgroup:Workgroup": ({ name, forceDestroy: _onDestroy, configuration, ...rest }) => {
    const { resultConfiguration, publishCloudwatchMetricsEnabled, enforceWorkgroupConfiguration, ...settings } =
      only(configuration);
    const { encryptionConfiguration, ...results } = only(resultConfiguration);
    const { kmsKeyArn, ...encryption } = only(encryptionConfiguration);
    return call("athena", "create_work_group", {
      Name: name,
      ...capitalized(rest),
      Configuration: {
        ...capitalized(settings),
        PublishCloudWatchMetricsEnabled: publishCloudwatchMetricsEnabled,
        EnforceWorkGroupConfiguration: enforceWorkgroupConfiguration,
        ResultConfiguration: {
          ...capitalized(results),
          EncryptionConfiguration: { ...capitalized(encryption), KmsKey: kmsKeyArn },
        },
      },
    });
  },
  "aws:cloudtrail/trail:Trail": ({ name, advancedEventSelectors, cloudWatchLogsGroupArn, ...rest }) => [
    ...call("cloudtrail", "create_trail", {
      Name: name,
      CloudWatchLogsLogGroupArn: cloudWatchLogsGroupArn,
      ...capitalized(rest),
    }),
    ...call("cloudtrail", "put_event_selectors", {
      TrailName: name,
      AdvancedEventSelectors: list(advancedEventSelectors).map(({ name: selector, fieldSelectors }) => ({
        Name: selector,
        FieldSelectors: list(fieldSelectors).map(({ startsWiths, ...field }) => ({
          ...capitalized(field),
          StartsWith: startsWiths,
        })),
      })),
    }),
    ...call("cloudtrail", "start_logging", { Name: name }),
  ],
  "aws:cloudwatch/dashboard:Dashboard": (inputs) => call("cloudwatch", "put_dashboard", capitalized(inputs)),
  "aws:cloudwatch/eventRule:EventRule": (inputs) => call("events", "put_rule", capitalized(inputs)),
  "aws:cloudwatch/eventTarget:EventTarget": ({ rule, targetId, ...rest }) =>
    call("events", "put_targets", { Rule: rule, Targets: [{ Id: targetId ?? "generated", ...capitalized(rest) }] }),
  "aws:cloudwatch/logGroup:LogGroup": ({ name, retentionInDays, ...rest }) => [
    ...call("logs", "create_log_group", { logGroupName: name, ...rest }),
    ...call("logs", "put_retention_policy", { logGroupName: name, retentionInDays }),
  ],
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": ({ name, pattern, metricTransformation, ...rest }) => {
    const { name: metric, namespace, value, defaultValue, ...transformation } = only(metricTransformation);
    const given = { metricName: metric, metricNamespace: namespace, metricValue: value, ...transformation };
    return call("logs", "put_metric_filter", {
      filterName: name,
      filterPattern: pattern,
      ...rest,
      metricTransformations: [
        { ...given, ...(defaultValue === undefined ? {} : { defaultValue: Number(defaultValue) }) },
      ],
    });
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": ({ name, dimensions, okActions, ...rest }) =>
    call("cloudwatch", "put_metric_alarm", {
      AlarmName: name,
      ...capitalized(rest),
      ...(okActions === undefined ? {} : { OKActions: okActions }),
      Dimensions: Object.entries(only(dimensions ?? {})).map(([Name, Value]) => ({ Name, Value })),
    }),
  "aws:glue/catalogDatabase:CatalogDatabase": (inputs) =>
    call("glue", "create_database", { DatabaseInput: capitalized(inputs) }),
  "aws:glue/catalogTable:CatalogTable": ({ databaseName, storageDescriptor, ...rest }) => {
    const { serDeInfo, ...descriptor } = only(storageDescriptor);
    return call("glue", "create_table", {
      DatabaseName: databaseName,
      TableInput: {
        ...capitalized(rest),
        StorageDescriptor: {
          ...capitalized(descriptor),
          ...(serDeInfo === undefined ? {} : { SerdeInfo: capitals(serDeInfo) }),
        },
      },
    });
  },
  "aws:glue/dataCatalogEncryptionSettings:DataCatalogEncryptionSettings": ({ dataCatalogEncryptionSettings }) =>
    call("glue", "put_data_catalog_encryption_settings", {
      DataCatalogEncryptionSettings: capitals(dataCatalogEncryptionSettings),
    }),
  "aws:iam/role:Role": ({ name, assumeRolePolicy, ...rest }) =>
    call("iam", "create_role", { RoleName: name, AssumeRolePolicyDocument: assumeRolePolicy, ...capitalized(rest) }),
  "aws:iam/rolePolicy:RolePolicy": ({ name, role, policy }) =>
    call("iam", "put_role_policy", { RoleName: role, PolicyName: name ?? "generated", PolicyDocument: policy }),
  "aws:kms/alias:Alias": ({ name, ...rest }) => call("kms", "create_alias", { AliasName: name, ...capitalized(rest) }),
  "aws:kms/key:Key": ({ enableKeyRotation, ...rest }, { arn, keyId }) => [
    ...call("kms", "create_key", capitalized(rest), { "KeyMetadata.Arn": arn, "KeyMetadata.KeyId": keyId }),
    ...(enableKeyRotation === true ? call("kms", "enable_key_rotation", { KeyId: keyId }) : []),
  ],
  "aws:lambda/function:Function": ({ name, code: _archive, ...rest }) =>
    call("lambda", "create_function", { FunctionName: name, Code: { ZipFile: EMPTY_ZIP }, ...capitalized(rest) }),
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": (inputs) =>
    call("lambda", "put_function_event_invoke_config", capitalized(inputs)),
  "aws:lambda/permission:Permission": ({ function: target, statementId, ...rest }) =>
    call("lambda", "add_permission", {
      FunctionName: target,
      StatementId: statementId ?? "generated",
      ...capitalized(rest),
    }),
  "aws:s3/bucket:Bucket": ({ bucket, forceDestroy: _onDestroy, ...rest }) =>
    call("s3", "create_bucket", { Bucket: bucket, ...capitalized(rest) }),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": ({ bucket, rules, ...rest }) =>
    call("s3", "put_bucket_lifecycle_configuration", {
      Bucket: bucket,
      ...capitalized(rest),
      LifecycleConfiguration: { Rules: list(rules).map(({ id, ...rule }) => ({ ID: id, ...capitalized(rule) })) },
    }),
  "aws:s3/bucketLogging:BucketLogging": ({ bucket, ...rest }) =>
    call("s3", "put_bucket_logging", { Bucket: bucket, BucketLoggingStatus: { LoggingEnabled: capitalized(rest) } }),
  "aws:s3/bucketNotification:BucketNotification": ({ bucket, eventbridge, ...rest }) =>
    call("s3", "put_bucket_notification_configuration", {
      Bucket: bucket,
      NotificationConfiguration: {
        ...(eventbridge === true && { EventBridgeConfiguration: {} }),
        ...capitalized(rest),
      },
    }),
  "aws:s3/bucketObjectv2:BucketObjectv2": ({ bucket, key, content, ...rest }) =>
    call("s3", "put_object", { Bucket: bucket, Key: key, Body: content, ...capitalized(rest) }),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": ({ bucket, rule }) =>
    call("s3", "put_bucket_ownership_controls", { Bucket: bucket, OwnershipControls: { Rules: [capitals(rule)] } }),
  "aws:s3/bucketPolicy:BucketPolicy": (inputs) => call("s3", "put_bucket_policy", capitalized(inputs)),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": ({ bucket, ...rest }) =>
    call("s3", "put_public_access_block", { Bucket: bucket, PublicAccessBlockConfiguration: capitalized(rest) }),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": ({ bucket, rules }) =>
    call("s3", "put_bucket_encryption", {
      Bucket: bucket,
      ServerSideEncryptionConfiguration: {
        Rules: list(rules).map(({ applyServerSideEncryptionByDefault, ...rule }) => {
          const { kmsMasterKeyId, sseAlgorithm } = only(applyServerSideEncryptionByDefault);
          return {
            ...capitalized(rule),
            ApplyServerSideEncryptionByDefault: {
              SSEAlgorithm: sseAlgorithm,
              ...(kmsMasterKeyId === undefined ? {} : { KMSMasterKeyID: kmsMasterKeyId }),
            },
          };
        }),
      },
    }),
  "aws:s3/bucketVersioning:BucketVersioning": (inputs) => call("s3", "put_bucket_versioning", capitalized(inputs)),
  "aws:scheduler/schedule:Schedule": (inputs) => call("scheduler", "create_schedule", capitalized(inputs)),
  "aws:sfn/stateMachine:StateMachine": ({ loggingConfiguration, ...rest }) => {
    const { logDestination, ...logging } = only(loggingConfiguration);
    return call("stepfunctions", "create_state_machine", {
      ...rest,
      loggingConfiguration: { ...logging, destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: logDestination } }] },
    });
  },
  "aws:sns/topic:Topic": ({ name, ...attributes }) =>
    call("sns", "create_topic", { Name: name, Attributes: texts(capitalized(attributes)) }),
  "aws:sns/topicPolicy:TopicPolicy": ({ arn, policy }) =>
    call("sns", "set_topic_attributes", { TopicArn: arn, AttributeName: "Policy", AttributeValue: policy }),
  "aws:sns/topicSubscription:TopicSubscription": ({ topic, ...rest }) =>
    call("sns", "subscribe", { TopicArn: topic, ...capitalized(rest) }),
  "aws:sqs/queue:Queue": ({ name, messageRetentionSeconds, ...attributes }) =>
    call("sqs", "create_queue", {
      QueueName: name,
      Attributes: texts({ MessageRetentionPeriod: messageRetentionSeconds, ...capitalized(attributes) }),
    }),
  "aws:sqs/queuePolicy:QueuePolicy": ({ queueUrl, policy }) =>
    call("sqs", "set_queue_attributes", { QueueUrl: queueUrl, Attributes: { Policy: JSON.stringify(json(policy)) } }),
  "aws:ssm/parameter:Parameter": (inputs) => call("ssm", "put_parameter", capitalized(inputs)),
};

/** Attributes as services take them that want text. */
function texts(attributes: Properties): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, String(value)]),
  );
}
