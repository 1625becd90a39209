/**
 * What each role of a lake may do: pure. A function's or a state machine's policy is the sum of what it does, by exact action
 * and resource. Actions and resource types are those of AWS's "Service Authorization Reference".
 */
import type { Arns } from "./names";

/** One statement of an identity policy. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** A policy document. */
export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly object[];
}

/** A table and where its data lives. */
export interface TablePlace {
  readonly database: string;
  readonly table: string;
  readonly bucket: string;
  /** Ends with `/`. */
  readonly prefix: string;
}

/** Wraps statements as a document. */
export function policy(statements: readonly Statement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}

/** A key of the lake, and what it encrypts. */
export interface KeyInUse {
  readonly arn: string;
  /** Objects of the lake's buckets. */
  readonly objects: boolean;
  /** The Glue catalog. */
  readonly catalog: boolean;
}

/**
 * What a role needs of the lake's key: it follows from its other statements. S3 documentation, "Using server-side encryption
 * with AWS KMS keys": GenerateDataKey to write, Decrypt to read. Glue documentation, "Encrypting your Data Catalog": the
 * caller decrypts what it reads, and encrypts what it writes.
 */
export function keyStatement(statements: readonly Statement[], key: KeyInUse): Statement[] {
  const does = (pattern: RegExp): boolean =>
    statements.some(({ Action }) => Action.some((action) => pattern.test(action)));
  const writesCatalog = key.catalog && does(/^glue:(Create|Update)/);
  const decrypts = (key.objects && does(/^s3:GetObject$/)) || (key.catalog && does(/^glue:/));
  const generates = (key.objects && does(/^s3:PutObject$/)) || writesCatalog;
  const actions = [
    ...(decrypts ? ["kms:Decrypt"] : []),
    ...(writesCatalog ? ["kms:Encrypt"] : []),
    ...(generates ? ["kms:GenerateDataKey"] : []),
  ];
  return actions.length === 0 ? [] : [{ Sid: "UseKey", Effect: "Allow", Action: actions, Resource: [key.arn] }];
}

/** The statements that a lake's roles are made of. */
export function grants(arn: Arns) {
  const allow = (
    Sid: string,
    Action: readonly string[],
    Resource: readonly string[],
    Condition?: Statement["Condition"],
  ): Statement => ({
    Sid,
    Effect: "Allow",
    Action,
    Resource,
    ...(Condition ? { Condition } : {}),
  });
  const upload = ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"];
  const unique = (items: readonly string[]): string[] => [...new Set(items)];
  const onTables = (sid: string, actions: readonly string[], tables: readonly TablePlace[]): Statement[] => {
    if (tables.length === 0) return [];
    const databases = unique(tables.map(({ database }) => arn.database(database)));
    const names = unique(tables.map(({ database, table }) => arn.table(database, table)));
    // Glue checks a table's catalog and database too. Glue documentation, "Specifying AWS Glue resource ARNs".
    return [allow(sid, actions, [arn.catalog(), ...databases, ...names])];
  };
  const onData = (sid: string, actions: readonly string[], tables: readonly TablePlace[]): Statement[] =>
    tables.length === 0
      ? []
      : [allow(sid, actions, unique(tables.map(({ bucket, prefix }) => arn.objects(bucket, `${prefix}*`))))];

  return {
    /** Reads objects whose keys match `keys` (wildcards allowed). */
    readObjects: (sid: string, bucket: string, keys: readonly string[]) =>
      allow(
        sid,
        ["s3:GetObject"],
        keys.map((key) => arn.objects(bucket, key)),
      ),

    /** Writes objects whose keys match `keys`. */
    writeObjects: (sid: string, bucket: string, keys: readonly string[]) =>
      allow(
        sid,
        ["s3:PutObject"],
        keys.map((key) => arn.objects(bucket, key)),
      ),

    /** Asks where buckets are. */
    locateBuckets: (sid: string, buckets: readonly string[]) =>
      allow(sid, ["s3:GetBucketLocation"], unique(buckets.map(arn.bucket))),

    /** Lists the whole of a bucket. */
    listBucket: (sid: string, bucket: string) => allow(sid, ["s3:ListBucket"], [arn.bucket(bucket)]),

    /** Lists uploads in parts that are under way to buckets. */
    listUploads: (sid: string, buckets: readonly string[]) =>
      allow(sid, ["s3:ListBucketMultipartUploads"], unique(buckets.map(arn.bucket))),

    /** Lists a bucket below the given prefixes. */
    listPrefixes: (sid: string, bucket: string, prefixes: readonly string[]) =>
      allow(sid, ["s3:ListBucket"], [arn.bucket(bucket)], { StringLike: { "s3:prefix": unique(prefixes) } }),

    /** Reads the definitions of tables. */
    readTables: (sid: string, tables: readonly TablePlace[]) => onTables(sid, ["glue:GetTable"], tables),

    /** Reads which partitions tables have. */
    readPartitions: (sid: string, tables: readonly TablePlace[]) => onTables(sid, ["glue:GetPartitions"], tables),

    /** Reads which partitions tables have, and one by one. */
    findPartitions: (sid: string, tables: readonly TablePlace[]) =>
      onTables(sid, ["glue:GetPartitions", "glue:GetPartition"], tables),

    /** Reads the partitions of tables in each way there is. */
    scanPartitions: (sid: string, tables: readonly TablePlace[]) =>
      onTables(sid, ["glue:GetPartitions", "glue:GetPartition", "glue:BatchGetPartition"], tables),

    /** Reads databases. */
    readDatabases: (sid: string, databases: readonly string[]) =>
      allow(sid, ["glue:GetDatabase"], [arn.catalog(), ...unique(databases).map(arn.database)]),

    /** Reads that there is a data catalog, Glue's. */
    readDataCatalog: (sid: string) => allow(sid, ["athena:GetDataCatalog"], [arn.dataCatalog("AwsDataCatalog")]),

    /**
     * Takes credentials for data from Lake Formation, which decides itself on which. The action knows no resources: Service
     * Authorization Reference, "Actions, resources, and condition keys for AWS Lake Formation".
     */
    accessGovernedData: (sid: string) => allow(sid, ["lakeformation:GetDataAccess"], ["*"]),

    /** Reads partitions of tables one by one. */
    findPartition: (sid: string, tables: readonly TablePlace[]) => onTables(sid, ["glue:GetPartition"], tables),

    /** Points partitions of tables at new data. */
    publishPartitions: (sid: string, tables: readonly TablePlace[]) =>
      onTables(sid, ["glue:GetPartition", "glue:CreatePartition", "glue:UpdatePartition"], tables),

    /** Makes views, or makes them anew. */
    makeViews: (sid: string, views: readonly TablePlace[]) =>
      onTables(sid, ["glue:CreateTable", "glue:UpdateTable"], views),

    /** Shows data of runs in tables of runs. */
    registerRuns: (sid: string, tables: readonly TablePlace[]) =>
      onTables(sid, ["glue:CreatePartition", "glue:UpdatePartition"], tables),

    /** Takes data of runs out of tables of runs. */
    unregisterRuns: (sid: string, tables: readonly TablePlace[]) => onTables(sid, ["glue:DeletePartition"], tables),

    /** Points unpartitioned tables at new data. */
    publishTables: (sid: string, tables: readonly TablePlace[]) => onTables(sid, ["glue:UpdateTable"], tables),

    /** Reads the data of tables. */
    readBelow: (sid: string, tables: readonly TablePlace[]) => onData(sid, ["s3:GetObject"], tables),

    /** Writes the data of tables. */
    writeBelow: (sid: string, tables: readonly TablePlace[]) => onData(sid, ["s3:PutObject"], tables),

    /** Writes the data of tables, also in parts. */
    uploadBelow: (sid: string, tables: readonly TablePlace[]) => onData(sid, upload, tables),

    /** Writes objects whose keys match `keys`, also in parts. */
    uploadObjects: (sid: string, bucket: string, keys: readonly string[]) =>
      allow(
        sid,
        upload,
        keys.map((key) => arn.objects(bucket, key)),
      ),

    /** Gives up copies by parts into the data of tables. */
    abortBelow: (sid: string, tables: readonly TablePlace[]) => onData(sid, ["s3:AbortMultipartUpload"], tables),

    /** Deletes data of tables. */
    deleteBelow: (sid: string, tables: readonly TablePlace[]) => onData(sid, ["s3:DeleteObject"], tables),

    /** Lists the data of tables: one statement per bucket, each with the prefixes of its tables. */
    listBelow: (sid: string, tables: readonly TablePlace[]): Statement[] =>
      unique(tables.map(({ bucket }) => bucket)).map((bucket, index) => {
        const prefixes = tables.filter((table) => table.bucket === bucket).map(({ prefix }) => `${prefix}*`);
        return allow(`${sid}${index}`, ["s3:ListBucket"], [arn.bucket(bucket)], {
          StringLike: { "s3:prefix": unique(prefixes) },
        });
      }),

    /** Starts, polls and stops queries in a workgroup. */
    runQueries: (sid: string, workgroup: string) =>
      allow(
        sid,
        ["athena:StartQueryExecution", "athena:GetQueryExecution", "athena:StopQueryExecution"],
        [arn.workgroup(workgroup)],
      ),

    /** Reads results of queries in a workgroup. */
    readQueryResults: (sid: string, workgroup: string) =>
      allow(sid, ["athena:GetQueryResults"], [arn.workgroup(workgroup)]),

    /** Starts executions of a state machine. */
    startExecutions: (sid: string, stateMachine: string) =>
      allow(sid, ["states:StartExecution"], [arn.stateMachine(stateMachine)]),

    /** Invokes functions. */
    invoke: (sid: string, functions: readonly string[]) =>
      allow(
        sid,
        ["lambda:InvokeFunction"],
        functions.map((name) => arn.function(name)),
      ),

    /** Sends messages to a queue. */
    sendMessages: (sid: string, queue: string) => allow(sid, ["sqs:SendMessage"], [arn.queue(queue)]),

    /**
     * Lets Lambda make a function's network interfaces: before there are any nobody knows their ids. Nothing in a lake's network reaches
     * EC2, so the function's own code cannot use this. An interface's creation is about its subnet and security groups, too. Lambda
     * developer guide, "Giving Lambda functions access to resources in an Amazon VPC", "Required IAM permissions"; Service
     * Authorization Reference, "Actions, resources, and condition keys for Amazon EC2".
     */
    attachToNetwork: (sid: string) => [
      allow(
        sid,
        ["ec2:AssignPrivateIpAddresses", "ec2:DeleteNetworkInterface", "ec2:UnassignPrivateIpAddresses"],
        [arn.network("network-interface")],
      ),
      allow(
        `${sid}Create`,
        ["ec2:CreateNetworkInterface"],
        [arn.network("network-interface"), arn.network("security-group"), arn.network("subnet")],
      ),
      allow(`${sid}Look`, ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"], ["*"]),
    ],

    /**
     * Lets a state machine log. These actions know no resources: Step Functions documentation, "IAM policies for logging to
     * CloudWatch Logs".
     */
    deliverLogs: (sid: string) =>
      allow(
        sid,
        [
          "logs:CreateLogDelivery",
          "logs:DeleteLogDelivery",
          "logs:DescribeLogGroups",
          "logs:DescribeResourcePolicies",
          "logs:GetLogDelivery",
          "logs:ListLogDeliveries",
          "logs:PutResourcePolicy",
          "logs:UpdateLogDelivery",
        ],
        ["*"],
      ),

    /** Lets X-Ray take traces. These actions know no resources: X-Ray documentation, "Identity-based policy examples". */
    trace: (sid: string) =>
      allow(
        sid,
        ["xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments"],
        ["*"],
      ),

    /** Writes to a log group that exists. */
    writeLogs: (sid: string, logGroup: string) =>
      allow(sid, ["logs:CreateLogStream", "logs:PutLogEvents"], [`${arn.logGroup(logGroup)}:*`]),
  };
}

/** The statement builders of one place. */
export type Grants = ReturnType<typeof grants>;
