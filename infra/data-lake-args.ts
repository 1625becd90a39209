/** What a lake can be told. */
import type * as aws from "@pulumi/aws";
import type { ClosureTransforms } from "./closures";
import type { KeyPurpose } from "./lake/keys";
import type { BucketRole, Zone } from "./names";
import type { ObservabilityTransforms } from "./observability";
import type { Transform } from "./transform";

/** Subnets and security groups that exist. */
export interface ExistingNetwork {
  /** Ids of subnets, e.g. `subnet-0123456789abcdef0`, of one VPC: two zones at least, so that one may fail. */
  readonly subnetIds: readonly string[];
  /** Ids of security groups that let HTTPS out to the VPC's endpoints for S3, Glue and Step Functions. */
  readonly securityGroupIds: readonly string[];
}

/** Days that things are kept. */
export interface Retention {
  /** Logs of functions and state machines. @default 60 */
  readonly logDays?: number;
  /** Files under `incoming/`: landed data is a copy. @default 90 */
  readonly incomingDays?: number;
  /** Athena's query results. @default 30 */
  readonly resultDays?: number;
  /** Objects that were replaced or deleted, and the data of superseded runs. @default 30 */
  readonly supersededDays?: number;
  /** Superseded runs of each partition that stay however old they are, for a rollback: a number. @default 3 */
  readonly supersededRuns?: number;
  /** Access logs and trail in the log bucket. @default 365 */
  readonly accessDays?: number;
}

/** Arguments of {@link DataLake}. */
export interface DataLakeArgs {
  /** Stage, e.g. `dev`: ends each physical name. */
  readonly stage: string;
  /** Twelve-digit account id. */
  readonly account: string;
  /** Region, e.g. `us-east-1`. */
  readonly region: string;
  /** Start of bucket names, e.g. `acme-emissions`: bucket names are unique in all of AWS. */
  readonly bucketPrefix: string;
  /**
   * Folder of the SQL models and macros, relative to the program.
   * @default "sql"
   */
  readonly sql?: string;
  /**
   * What happens when the stack is destroyed: `keep` protects buckets and databases, `delete` removes them with all data.
   * @default "keep"
   */
  readonly dataOnDestroy?: "keep" | "delete";
  /**
   * What encrypts objects: S3's own keys, or the lake's KMS key, whose use costs a little and is logged.
   * @default "kms"
   */
  readonly encryption?: "s3" | "kms";
  /**
   * Encrypts the Glue catalog of the whole account and region with the lake's key. There is one setting per account: at most
   * one stage of an account may ask for it.
   * @default false
   */
  readonly catalogEncryption?: boolean;
  /**
   * Whether Lake Formation governs the lake's locations: then whoever queries takes credentials for the data from it, and needs
   * `lakeformation:GetDataAccess`, which knows no resources. Its grants on databases and tables are the account's to give. Athena
   * user guide, "Manage Lake Formation and Athena user permissions".
   * @default false
   */
  readonly lakeFormation?: boolean;
  /** @default see {@link Retention} */
  readonly retention?: Retention;
  /**
   * Bytes that one query may scan before Athena stops it; at least 10,000,000.
   * @default 1 TB
   */
  readonly scanLimit?: number;
  /**
   * What the trail records of objects: what changes them, or all. Reading is most of it, each event is billed, twice with its copy
   * in CloudWatch Logs (docs/cost.md), and the access logs have it already.
   * @default "writes"
   */
  readonly trailEvents?: "writes" | "all";
  /**
   * Where functions run: `"private"` in a network of the lake's own without a way out, with endpoints for S3, Glue and Step Functions
   * whose policies let pass only what the functions may do; or in subnets that exist, whose endpoints are then yours. Endpoints cost
   * money by the hour (docs/stages.md).
   * @default outside of any VPC: Lambda's own network
   * @example network: "private"
   * @example network: { subnetIds: ["subnet-0a1b2c3d", "subnet-4e5f6a7b"], securityGroupIds: ["sg-0a1b2c3d"] }
   */
  readonly network?: "private" | ExistingNetwork;
  /** Address that hears of alarms. AWS asks it to confirm. */
  readonly alarmEmail?: string;
  /** What exists already and is used as it is: nothing about it is changed. */
  readonly existing?: {
    /** Bucket names. */
    readonly buckets?: Partial<Record<BucketRole, string>>;
    /** Database names. */
    readonly databases?: Partial<Record<Zone, string>>;
    /** Key ARNs. */
    readonly keys?: Partial<Record<KeyPurpose, string>>;
  };
  /** Changes to child resources. */
  readonly transform?: ClosureTransforms &
    ObservabilityTransforms & {
      readonly bucket?: Transform<aws.s3.BucketArgs>;
      readonly database?: Transform<aws.glue.CatalogDatabaseArgs>;
      readonly key?: Transform<aws.kms.KeyArgs>;
      readonly queue?: Transform<aws.sqs.QueueArgs>;
      readonly workgroup?: Transform<aws.athena.WorkgroupArgs>;
    };
}
