/** Physical names and ARNs: pure, so that all of them are known at preview and no two places can disagree. */

/** Where a lake lives. */
export interface Place {
  /** Twelve-digit AWS account id. */
  readonly account: string;
  /** AWS region, e.g. `us-east-1`. */
  readonly region: string;
  /** Stage, e.g. `dev`; ends each physical name. */
  readonly stage: string;
}

/** A zone of a lake: it has a bucket and a database. */
export type Zone = "landing" | "processed" | "audit";

/** What a lake keeps in a bucket of its own. */
export type BucketRole = Zone | "glue-assets" | "athena-results" | "log";

/** Bucket name `<prefix>-<role>-<account>-<stage>`. */
export function bucketName(prefix: string, role: BucketRole, { account, stage }: Place): string {
  return `${prefix}-${role}-${account}-${stage}`;
}

/** Database name `<zone>_db_<stage>`. */
export function databaseName(zone: Zone, { stage }: Place): string {
  return `${zone}_db_${stage}`;
}

/** ARN builder for one place. */
export function arns({ account, region }: Place) {
  const regional = (service: string, resource: string): string => `arn:aws:${service}:${region}:${account}:${resource}`;
  return {
    bucket: (bucket: string): string => `arn:aws:s3:::${bucket}`,
    objects: (bucket: string, keys: string): string => `arn:aws:s3:::${bucket}/${keys}`,
    catalog: (): string => regional("glue", "catalog"),
    database: (database: string): string => regional("glue", `database/${database}`),
    table: (database: string, table: string): string => regional("glue", `table/${database}/${table}`),
    workgroup: (workgroup: string): string => regional("athena", `workgroup/${workgroup}`),
    dataCatalog: (catalog: string): string => regional("athena", `datacatalog/${catalog}`),
    stateMachine: (name: string): string => regional("states", `stateMachine:${name}`),
    function: (name: string): string => regional("lambda", `function:${name}`),
    role: (name: string): string => `arn:aws:iam::${account}:role/${name}`,
    queue: (name: string): string => regional("sqs", name),
    rule: (name: string): string => regional("events", `rule/${name}`),
    schedule: (group: string, name: string): string => regional("scheduler", `schedule/${group}/${name}`),
    /** All of a region's of a type. */
    network: (type: "network-interface" | "subnet" | "security-group"): string => regional("ec2", `${type}/*`),
    trail: (name: string): string => regional("cloudtrail", `trail/${name}`),
    logGroup: (name: string): string => regional("logs", `log-group:${name}`),
  };
}

/** The ARNs of one place. */
export type Arns = ReturnType<typeof arns>;
