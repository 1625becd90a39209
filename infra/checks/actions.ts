/**
 * The actions that a lake may grant, by service, as AWS's "Service Authorization Reference" lists them: which exist, and which
 * know resources. A new grant needs its action here, with a look at that service's page: "Actions, resources, and condition keys
 * for …".
 */
const actions: Readonly<Record<string, { readonly resource: string; readonly none?: string }>> = {
  // Amazon S3
  s3: {
    resource:
      "GetObject GetObjectVersion GetObjectTagging PutObject PutObjectTagging DeleteObject DeleteObjectVersion " +
      "AbortMultipartUpload ListMultipartUploadParts ListBucket ListBucketVersions ListBucketMultipartUploads GetBucketLocation",
  },
  // AWS Glue
  glue: {
    resource:
      "GetDatabase GetDatabases GetTable GetTables GetTableVersions GetPartition GetPartitions BatchGetPartition " +
      "CreateTable UpdateTable DeleteTable CreatePartition UpdatePartition DeletePartition BatchCreatePartition " +
      "BatchUpdatePartition BatchDeletePartition",
  },
  // Amazon Athena
  athena: {
    resource:
      "StartQueryExecution GetQueryExecution GetQueryResults StopQueryExecution BatchGetQueryExecution GetWorkGroup GetDataCatalog",
    none: "ListWorkGroups",
  },
  // AWS Step Functions
  states: {
    resource:
      "StartExecution StartSyncExecution StopExecution DescribeExecution GetExecutionHistory ListExecutions DescribeStateMachine " +
      "SendTaskSuccess SendTaskFailure SendTaskHeartbeat RedriveExecution",
    none: "ListStateMachines ValidateStateMachineDefinition",
  },
  // AWS Lambda
  lambda: { resource: "InvokeFunction GetFunction" },
  // Amazon SQS
  sqs: { resource: "SendMessage ReceiveMessage DeleteMessage GetQueueAttributes GetQueueUrl ChangeMessageVisibility" },
  // Amazon SNS
  sns: { resource: "Publish" },
  // AWS Key Management Service
  kms: {
    resource: "Decrypt Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext DescribeKey ReEncryptFrom ReEncryptTo",
  },
  // AWS Systems Manager
  ssm: { resource: "GetParameter GetParameters GetParametersByPath" },
  // Amazon EventBridge
  events: { resource: "PutEvents" },
  // Amazon CloudWatch
  cloudwatch: { resource: "", none: "PutMetricData GetMetricData" },
  // Amazon CloudWatch Logs
  logs: {
    resource: "CreateLogGroup CreateLogStream PutLogEvents FilterLogEvents GetLogEvents DescribeLogStreams",
    none:
      "CreateLogDelivery DeleteLogDelivery DescribeLogGroups DescribeResourcePolicies GetLogDelivery ListLogDeliveries " +
      "PutResourcePolicy UpdateLogDelivery",
  },
  // Amazon EC2
  ec2: {
    resource: "AssignPrivateIpAddresses CreateNetworkInterface DeleteNetworkInterface UnassignPrivateIpAddresses",
    none: "DescribeNetworkInterfaces DescribeSubnets",
  },
  // AWS Lake Formation
  lakeformation: { resource: "", none: "GetDataAccess" },
  // AWS X-Ray
  xray: { resource: "", none: "GetSamplingRules GetSamplingTargets PutTelemetryRecords PutTraceSegments" },
};

const words = (list = ""): string[] => list.split(" ").filter((word) => word !== "");

/** All of them, as `service:Action`. */
export const knownActions: readonly string[] = Object.entries(actions).flatMap(([service, { resource, none }]) =>
  [...words(resource), ...words(none)].map((action) => `${service}:${action}`),
);

/** Whether an action is about resources, or knows `none`; `undefined` if it is not known. */
export function actionKind(name: string): "resource" | "none" | undefined {
  const [service, action] = name.split(":");
  const known = actions[service];
  if (known === undefined) return undefined;
  if (words(known.resource).includes(action)) return "resource";
  return words(known.none).includes(action) ? "none" : undefined;
}
