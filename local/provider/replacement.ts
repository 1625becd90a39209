/**
 * Which changes the AWS provider makes by replacing the resource, and which names it finds taken.
 *
 * The properties are those that the provider's documentation marks "Forces new resource" (Terraform AWS provider 6, which
 * Pulumi's AWS provider 7 wraps), in Pulumi's spelling, compared with `ForceNew` and `RequiresReplace` in the schemas of
 * hashicorp/terraform-provider-aws, internal/service.
 */
import type { Properties } from "./properties";

/** What AWS allows of a resource type. */
interface Lifecycle {
  /** Properties of which any change replaces the resource. */
  readonly replaces: readonly string[];
  /** Properties of which some changes do. */
  readonly replacesIf?: Readonly<Record<string, (before: unknown, after: unknown) => boolean>>;
  /**
   * What the service calls it when a resource of that name is there already; without it, creating one overwrites, as calls named
   * Put do.
   */
  readonly taken?: string;
}

const OF_BUCKET: Lifecycle = { replaces: ["bucket", "expectedBucketOwner"] };
const named = (taken: string, ...further: string[]): Lifecycle => ({
  replaces: ["name", "namePrefix", ...further],
  taken,
});

const lifecycles: Readonly<Record<string, Lifecycle>> = {
  "aws:athena/workgroup:Workgroup": { replaces: ["name"], taken: "InvalidRequestException" },
  "aws:cloudtrail/trail:Trail": { replaces: ["name"], taken: "TrailAlreadyExistsException" },
  "aws:cloudwatch/dashboard:Dashboard": { replaces: ["dashboardName"] },
  "aws:cloudwatch/eventRule:EventRule": { replaces: ["name", "namePrefix", "eventBusName"] },
  "aws:cloudwatch/eventTarget:EventTarget": { replaces: ["rule", "targetId", "eventBusName"] },
  "aws:cloudwatch/logGroup:LogGroup": named("ResourceAlreadyExistsException", "logGroupClass"),
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": { replaces: ["name", "logGroupName"] },
  "aws:cloudwatch/metricAlarm:MetricAlarm": { replaces: ["name"] },
  "aws:ec2/internetGateway:InternetGateway": { replaces: [] },
  "aws:ec2/routeTable:RouteTable": { replaces: ["vpcId"] },
  "aws:ec2/routeTableAssociation:RouteTableAssociation": { replaces: ["subnetId", "gatewayId"] },
  "aws:ec2/securityGroup:SecurityGroup": { replaces: ["name", "namePrefix", "description", "vpcId"] },
  "aws:ec2/securityGroupRule:SecurityGroupRule": {
    replaces: [
      "cidrBlocks",
      "fromPort",
      "ipv6CidrBlocks",
      "prefixListIds",
      "protocol",
      "securityGroupId",
      "self",
      "sourceSecurityGroupId",
      "toPort",
      "type",
    ],
  },
  "aws:ec2/subnet:Subnet": {
    replaces: ["availabilityZone", "availabilityZoneId", "cidrBlock", "ipv6Native", "outpostArn", "vpcId"],
  },
  "aws:ec2/vpc:Vpc": { replaces: ["cidrBlock", "ipv4IpamPoolId", "ipv4NetmaskLength"] },
  "aws:ec2/vpcEndpoint:VpcEndpoint": {
    replaces: [
      "resourceConfigurationArn",
      "serviceName",
      "serviceNetworkArn",
      "serviceRegion",
      "vpcEndpointType",
      "vpcId",
    ],
  },
  "aws:glue/catalogDatabase:CatalogDatabase": {
    replaces: ["name", "catalogId", "targetDatabase"],
    taken: "AlreadyExistsException",
  },
  "aws:glue/catalogTable:CatalogTable": {
    replaces: ["name", "databaseName", "catalogId", "openTableFormatInput", "partitionIndices", "targetTable"],
    taken: "AlreadyExistsException",
  },
  "aws:glue/dataCatalogEncryptionSettings:DataCatalogEncryptionSettings": { replaces: ["catalogId"] },
  "aws:iam/policy:Policy": named("EntityAlreadyExists", "path", "description"),
  "aws:iam/role:Role": named("EntityAlreadyExists", "path"),
  "aws:iam/rolePolicy:RolePolicy": { replaces: ["name", "namePrefix", "role"] },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": { replaces: ["role", "policyArn"] },
  "aws:kms/alias:Alias": named("AlreadyExistsException"),
  "aws:kms/key:Key": { replaces: ["customKeyStoreId", "customerMasterKeySpec", "keyUsage", "multiRegion", "xksKeyId"] },
  "aws:lambda/function:Function": {
    replaces: ["name", "packageType", "tenancyConfig"],
    taken: "ResourceConflictException",
  },
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": { replaces: ["functionName", "qualifier"] },
  "aws:lambda/permission:Permission": {
    replaces: [
      "action",
      "eventSourceToken",
      "function",
      "functionUrlAuthType",
      "invokedViaFunctionUrl",
      "principal",
      "principalOrgId",
      "qualifier",
      "sourceAccount",
      "sourceArn",
      "statementId",
      "statementIdPrefix",
    ],
    taken: "ResourceConflictException",
  },
  "aws:s3/bucket:Bucket": {
    replaces: ["bucket", "bucketNamespace", "bucketPrefix", "objectLockEnabled"],
    taken: "BucketAlreadyOwnedByYou",
  },
  "aws:s3/bucketIntelligentTieringConfiguration:BucketIntelligentTieringConfiguration": {
    replaces: ["bucket", "name"],
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": OF_BUCKET,
  "aws:s3/bucketLogging:BucketLogging": OF_BUCKET,
  "aws:s3/bucketNotification:BucketNotification": OF_BUCKET,
  "aws:s3/bucketObject:BucketObject": { replaces: ["bucket", "key"] },
  "aws:s3/bucketObjectv2:BucketObjectv2": { replaces: ["bucket", "key"] },
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": OF_BUCKET,
  "aws:s3/bucketPolicy:BucketPolicy": OF_BUCKET,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": OF_BUCKET,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": OF_BUCKET,
  "aws:s3/bucketVersioning:BucketVersioning": OF_BUCKET,
  "aws:scheduler/schedule:Schedule": named("ConflictException", "groupName"),
  "aws:scheduler/scheduleGroup:ScheduleGroup": named("ConflictException"),
  "aws:sfn/stateMachine:StateMachine": named("StateMachineAlreadyExists", "type"),
  "aws:sns/topic:Topic": { replaces: ["name", "namePrefix", "fifoTopic"] },
  "aws:sns/topicPolicy:TopicPolicy": { replaces: ["arn"] },
  "aws:sns/topicSubscription:TopicSubscription": { replaces: ["topic", "protocol", "endpoint"] },
  "aws:sqs/queue:Queue": { replaces: ["name", "namePrefix", "fifoQueue"] },
  "aws:sqs/queuePolicy:QueuePolicy": { replaces: ["queueUrl"] },
  "aws:ssm/parameter:Parameter": {
    replaces: ["name", "dataType"],
    replacesIf: { tier: (before, after) => before === "Advanced" && after === "Standard" },
    taken: "ParameterAlreadyExists",
  },
};

/** The properties among `changed` for which a resource of that type is replaced. */
export function replacing(type: string, changed: readonly string[], before: Properties, after: Properties): string[] {
  const { replaces = [], replacesIf = {} }: Partial<Lifecycle> = lifecycles[type] ?? {};
  // Every resource has a region, and none can move. Pulumi AWS provider 7, "Enhanced region support".
  const always = ["region", ...replaces];
  return changed.filter((name) => always.includes(name) || replacesIf[name]?.(before[name], after[name]));
}

/** The error code with which AWS refuses to create a second resource of the same name; undefined if it overwrites the first. */
export function takenError(type: string): string | undefined {
  return lifecycles[type]?.taken;
}

/** The types whose lifecycle is known. */
export const knownLifecycles: readonly string[] = Object.keys(lifecycles);
