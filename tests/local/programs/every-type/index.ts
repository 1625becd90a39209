import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";

/** One resource at least of each type that the local runtime knows. */
const tags = { purpose: "test" };
const trust = (service: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: service } }],
  });
const document = JSON.stringify({ Version: "2012-10-17", Statement: [] });

const provider = new aws.Provider("here", { region: "us-east-1" });
const key = new aws.kms.Key("catalog", { enableKeyRotation: true, tags }, { provider });
new aws.kms.Alias("catalog", { targetKeyId: key.keyId });
const parameter = new aws.ssm.Parameter("key", { name: "/every/key", type: "String", value: key.arn });

const bucket = new aws.s3.Bucket("Data", { tags }, { retainOnDelete: true });
new aws.s3.BucketVersioning("data", { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } });
new aws.s3.BucketOwnershipControls("data", { bucket: bucket.id, rule: { objectOwnership: "BucketOwnerEnforced" } });
new aws.s3.BucketPublicAccessBlock("data", { bucket: bucket.id, blockPublicAcls: true });
new aws.s3.BucketServerSideEncryptionConfiguration("data", {
  bucket: bucket.id,
  rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
});
new aws.s3.BucketLifecycleConfiguration("data", {
  bucket: bucket.id,
  rules: [{ id: "results", status: "Enabled", expiration: { days: 30 } }],
});
new aws.s3.BucketIntelligentTieringConfiguration("data", {
  bucket: bucket.id,
  tierings: [{ accessTier: "ARCHIVE_ACCESS", days: 90 }],
});
const cloudTrail = { Service: "cloudtrail.amazonaws.com" };
const bucketPolicy = new aws.s3.BucketPolicy("data", {
  bucket: bucket.id,
  policy: bucket.arn.apply((arn) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: cloudTrail, Action: "s3:GetBucketAcl", Resource: arn },
        { Effect: "Allow", Principal: cloudTrail, Action: "s3:PutObject", Resource: `${arn}/AWSLogs/*` },
        {
          Effect: "Allow",
          Principal: { Service: "logging.s3.amazonaws.com" },
          Action: "s3:PutObject",
          Resource: `${arn}/logs/*`,
        },
      ],
    }),
  ),
});
const ownLogs = { bucket: bucket.id, targetBucket: bucket.id, targetPrefix: "logs/" };
new aws.s3.BucketLogging("data", ownLogs, { dependsOn: bucketPolicy });
new aws.s3.BucketNotification("data", { bucket: bucket.id, eventbridge: true });
new aws.s3.BucketObjectv2("model", {
  bucket: bucket.bucket,
  key: "models/one.sql",
  source: new pulumi.asset.StringAsset("SELECT 1"),
  contentType: "text/plain",
});
new aws.s3.BucketObject("older", { bucket: bucket.bucket, key: "models/two.sql", content: "SELECT 2" });

new aws.glue.DataCatalogEncryptionSettings("catalog", {
  dataCatalogEncryptionSettings: {
    connectionPasswordEncryption: { awsKmsKeyId: key.arn, returnConnectionPasswordEncrypted: true },
    encryptionAtRest: { catalogEncryptionMode: "SSE-KMS", sseAwsKmsKeyId: key.arn },
  },
});
const database = new aws.glue.CatalogDatabase("numbers", {
  name: "numbers_db",
  locationUri: pulumi.interpolate`s3://${bucket.bucket}/numbers/`,
});
const table = new aws.glue.CatalogTable("numbers", {
  databaseName: database.name,
  name: "numbers",
  tableType: "EXTERNAL_TABLE",
  parameters: { classification: "parquet" },
  partitionKeys: [{ name: "exec_date", type: "date" }],
  storageDescriptor: {
    location: pulumi.interpolate`s3://${bucket.bucket}/numbers/numbers/`,
    inputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    outputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    serDeInfo: { serializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe" },
    columns: [{ name: "n", type: "int", comment: "a number" }],
  },
});
const workgroup = new aws.athena.Workgroup("numbers", {
  forceDestroy: true,
  configuration: {
    enforceWorkgroupConfiguration: true,
    bytesScannedCutoffPerQuery: 10_485_760,
    resultConfiguration: { outputLocation: pulumi.interpolate`s3://${bucket.bucket}/results/` },
  },
});

const role = new aws.iam.Role("worker", { assumeRolePolicy: trust("lambda.amazonaws.com"), path: "/workers/" });
const policy = new aws.iam.Policy("worker", { policy: document });
new aws.iam.RolePolicy("worker", { role: role.id, policy: document });
new aws.iam.RolePolicyAttachment("worker", { role: role.name, policyArn: policy.arn });

const dead = new aws.sqs.Queue("dead", { messageRetentionSeconds: 1_209_600 });
new aws.sqs.QueuePolicy("dead", { queueUrl: dead.id, policy: document });
const logs = new aws.cloudwatch.LogGroup("worker", { retentionInDays: 60 });
const worker = new aws.lambda.Function("worker", {
  role: role.arn,
  runtime: "nodejs24.x",
  handler: "index.handler",
  timeout: 10,
  memorySize: 256,
  loggingConfig: { logFormat: "JSON", logGroup: logs.name },
  deadLetterConfig: { targetArn: dead.arn },
  environment: { variables: { DATABASE: database.name, TABLE: table.name, WORKGROUP: workgroup.name } },
  code: new pulumi.asset.AssetArchive({
    "index.js": new pulumi.asset.StringAsset("exports.handler = async (event) => event;"),
  }),
});
new aws.lambda.FunctionEventInvokeConfig("worker", { functionName: worker.name, maximumRetryAttempts: 1 });

const topic = new aws.sns.Topic("alarms");
new aws.sns.TopicPolicy("alarms", { arn: topic.arn, policy: document });
new aws.sns.TopicSubscription("alarms", { topic: topic.arn, protocol: "sqs", endpoint: dead.arn });

const machine = new aws.sfn.StateMachine("steps", {
  roleArn: role.arn,
  definition: JSON.stringify({ StartAt: "Done", States: { Done: { Type: "Succeed" } } }),
  loggingConfiguration: { level: "ALL", includeExecutionData: true, logDestination: pulumi.interpolate`${logs.arn}:*` },
});

const rule = new aws.cloudwatch.EventRule("arrived", {
  eventPattern: JSON.stringify({ source: ["aws.s3"], detail: { bucket: { name: ["data"] } } }),
});
new aws.cloudwatch.EventTarget("worker", {
  rule: rule.name,
  arn: worker.arn,
  retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: 3600 },
  deadLetterConfig: { arn: dead.arn },
});
new aws.lambda.Permission("arrived", {
  action: "lambda:InvokeFunction",
  function: worker.name,
  principal: "events.amazonaws.com",
  sourceArn: rule.arn,
});
const hourly = new aws.cloudwatch.EventRule("hourly", { scheduleExpression: "rate(1 hour)" });
new aws.cloudwatch.EventTarget("steps", {
  rule: hourly.name,
  arn: machine.arn,
  roleArn: role.arn,
  input: JSON.stringify({ swept: true }),
});

const group = new aws.scheduler.ScheduleGroup("sweeps");
new aws.scheduler.Schedule("nightly", {
  groupName: group.name,
  flexibleTimeWindow: { mode: "OFF" },
  scheduleExpression: "cron(0 3 * * ? *)",
  scheduleExpressionTimezone: "Europe/Berlin",
  target: { arn: worker.arn, roleArn: role.arn, input: "{}" },
});

new aws.cloudwatch.LogMetricFilter("failed", {
  logGroupName: logs.name,
  pattern: "ERROR",
  metricTransformation: { name: "failed", namespace: "every", value: "1" },
});
new aws.cloudwatch.MetricAlarm("failed", {
  namespace: "every",
  metricName: "failed",
  statistic: "Sum",
  period: 300,
  threshold: 0,
  comparisonOperator: "GreaterThanThreshold",
  evaluationPeriods: 1,
  alarmActions: [topic.arn],
});
new aws.cloudwatch.Dashboard("all", { dashboardName: "all", dashboardBody: "{}" });
new aws.cloudtrail.Trail("own", { s3BucketName: bucket.bucket }, { dependsOn: bucketPolicy });

const vpc = new awsx.ec2.Vpc("made", {
  numberOfAvailabilityZones: 2,
  natGateways: { strategy: "None" },
  subnetStrategy: "Auto",
  subnetSpecs: [{ type: "Isolated", cidrMask: 24 }],
  vpcEndpointStrategy: "Auto",
  vpcEndpointSpecs: [
    { serviceName: "com.amazonaws.us-east-1.s3" },
    { serviceName: "com.amazonaws.us-east-1.glue", vpcEndpointType: "Interface" },
  ],
  tags,
});

export const { vpcId, isolatedSubnetIds } = vpc;
export const keyParameter = parameter.arn;
export const dataBucket = bucket.bucket;
