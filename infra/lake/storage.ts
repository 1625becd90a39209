/** Where a lake keeps things: its buckets and its databases. */
import * as aws from "@pulumi/aws";
import type { DataLakeArgs, Retention } from "../data-lake-args";
import { createBucket, type LakeBucket, type LakeBucketArgs } from "./bucket";
import type { BucketRole, Zone } from "../names";
import type { Lake } from "./lake";
import { accessLogDelivery, trailDelivery } from "./trail";
import { transformed } from "../transform";

/** ARNs of the buckets whose objects are watched and whose access is logged. */
export function dataBucketArns(lake: Lake): string[] {
  const roles = ["landing", "processed", "audit", "glue-assets", "athena-results"] as const;
  return roles.map((role) => lake.arn.bucket(lake.bucketName(role)));
}

/** Creates the buckets of a lake, or takes those that exist. */
export function createBuckets(
  lake: Lake,
  args: DataLakeArgs,
  { incomingDays, resultDays, supersededDays, accessDays }: Required<Retention>,
): Record<BucketRole, LakeBucket> {
  const create = (role: BucketRole, own: Partial<LakeBucketArgs>): LakeBucket => {
    const name = `${lake.lakeName}-${role}`;
    const existing = args.existing?.buckets?.[role];
    if (existing) return { bucket: aws.s3.Bucket.get(name, existing, undefined, { parent: lake }), settings: [] };
    lake.checks.addName("bucket", lake.bucketName(role));
    const shared = {
      bucket: lake.bucketName(role),
      key: lake.objectsKey,
      forceDestroy: args.dataOnDestroy === "delete",
      transform: args.transform?.bucket,
    };
    return createBucket(name, { ...shared, ...own }, { parent: lake, ...lake.dataOptions });
  };
  const logName = lake.bucketName("log");
  const { account } = lake.place;
  const log = create("log", {
    // S3 delivers access logs to no bucket that encrypts with a KMS key by default. S3 documentation, "Logging requests".
    key: undefined,
    expiry: [{ prefix: "", days: accessDays }],
    policy: [
      ...accessLogDelivery(logName, dataBucketArns(lake), account),
      ...trailDelivery(logName, lake.arn.trail(lake.workgroupName), account),
    ],
  });
  const data = { accessLogs: log, versionDays: supersededDays };
  return {
    landing: create("landing", { ...data, events: true, expiry: [{ prefix: "incoming/", days: incomingDays }] }),
    processed: create("processed", data),
    audit: create("audit", data),
    "glue-assets": create("glue-assets", data),
    "athena-results": create("athena-results", { accessLogs: log, expiry: [{ prefix: "", days: resultDays }] }),
    log,
  };
}

/** Makes a value of each bucket's value. */
export function mapBuckets<T, U>(values: Record<BucketRole, T>, map: (value: T) => U): Record<BucketRole, U> {
  return Object.fromEntries(Object.entries(values).map(([role, value]) => [role, map(value)])) as Record<BucketRole, U>;
}

/** Creates the databases of a lake, or takes those that exist. */
export function createDatabases(lake: Lake, args: DataLakeArgs): Record<Zone, aws.glue.CatalogDatabase> {
  const create = (zone: Zone): aws.glue.CatalogDatabase => {
    const resource = `${lake.lakeName}-${zone}`;
    const name = lake.databaseName(zone);
    if (args.existing?.databases?.[zone]) {
      return aws.glue.CatalogDatabase.get(resource, `${lake.place.account}:${name}`, undefined, { parent: lake });
    }
    lake.checks.addName("database", name);
    return new aws.glue.CatalogDatabase(
      ...transformed(
        args.transform?.database,
        resource,
        { name, locationUri: `s3://${lake.bucketName(zone)}/${name}/` },
        { parent: lake, ...lake.dataOptions },
      ),
    );
  };
  return { landing: create("landing"), processed: create("processed"), audit: create("audit") };
}

/** One setting for all catalogs of the account and region. Glue documentation, "Encrypting your Data Catalog". */
export function encryptCatalog(lake: Lake): void {
  const key = lake.keys.catalog;
  new aws.glue.DataCatalogEncryptionSettings(
    lake.lakeName,
    {
      dataCatalogEncryptionSettings: {
        encryptionAtRest: { catalogEncryptionMode: "SSE-KMS", sseAwsKmsKeyId: key },
        connectionPasswordEncryption: { returnConnectionPasswordEncrypted: true, awsKmsKeyId: key },
      },
    },
    { parent: lake },
  );
}
