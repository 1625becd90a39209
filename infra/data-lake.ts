/** A lake: buckets and databases by zone, a workgroup, the SQL templates, and what its pipelines share. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { auditColumns, auditPartitionKeys } from "../audit";
import { AuditedTable } from "./audited-table";
import { createBucket } from "./bucket";
import { Closures, type ClosureTransforms } from "./closures";
import { handlers } from "./handlers";
import { readTemplates } from "./models";
import { arns, bucketName, databaseName, type Arns, type BucketRole, type Place, type Zone } from "./names";
import { ProgramError } from "./fault";
import { grants, type Grants } from "./permissions";
import { transformed, type Transform } from "./transform";

/** Days that things are kept. */
export interface Retention {
  /** Logs of functions and state machines. @default 60 */
  readonly logDays?: number;
  /** Files under `incoming/`: landed data is a copy. @default 90 */
  readonly incomingDays?: number;
  /** Athena's query results. @default 30 */
  readonly resultDays?: number;
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
   * What happens when the stack is destroyed: `keep` leaves buckets with data alone, `delete` removes them with all objects.
   * @default "keep"
   */
  readonly dataOnDestroy?: "keep" | "delete";
  readonly retention?: Retention;
  /** Changes to child resources. */
  readonly transform?: ClosureTransforms & {
    readonly bucket?: Transform<aws.s3.BucketArgs>;
    readonly database?: Transform<aws.glue.CatalogDatabaseArgs>;
    readonly workgroup?: Transform<aws.athena.WorkgroupArgs>;
  };
}

/**
 * The place where tables and pipelines live.
 *
 * @example
 * const lake = new DataLake("emissions", {
 *   stage: "dev", account: "111122223333", region: "us-east-1", bucketPrefix: "acme-emissions",
 * });
 */
export class DataLake extends pulumi.ComponentResource {
  /** Where the lake lives. */
  readonly place: Place;
  /** ARNs of what it consists of. */
  readonly arn: Arns;
  /** Statements for roles within it. */
  readonly grant: Grants;
  /** Buckets by what they keep. */
  readonly buckets: Readonly<Record<BucketRole, aws.s3.Bucket>>;
  /** Databases by zone. */
  readonly databases: Readonly<Record<Zone, aws.glue.CatalogDatabase>>;
  /** Athena workgroup of all queries. */
  readonly workgroup: aws.athena.Workgroup;
  /** Its physical name. */
  readonly workgroupName: string;
  /** Queue of events that could not be handled. */
  readonly deadLetters: aws.sqs.Queue;
  /** Its physical name. */
  readonly deadLettersName: string;
  /** The table that records every change. */
  readonly auditTable: AuditedTable;
  /** Functions of this lake. */
  readonly closures: Closures;
  /** SQL templates by path. */
  readonly templates: Readonly<Record<string, string>>;
  /** Tables by name, as `table(…)` in models knows them. */
  readonly tables = new Map<string, AuditedTable>();
  readonly retention: Required<Retention>;

  constructor(
    readonly lakeName: string,
    private readonly args: DataLakeArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("tributary:index:DataLake", lakeName, {}, options);
    this.place = { account: args.account, region: args.region, stage: args.stage };
    this.arn = arns(this.place);
    this.grant = grants(this.arn);
    this.retention = { logDays: 60, incomingDays: 90, resultDays: 30, ...args.retention };
    this.templates = readTemplates(args.sql ?? "sql");
    this.workgroupName = `${lakeName}-${args.stage}`;
    this.deadLettersName = `${lakeName}-${args.stage}-dead-letters`;
    this.closures = new Closures({
      account: args.account,
      grant: this.grant,
      logRetention: this.retention.logDays,
    });

    this.buckets = this.createBuckets();
    this.databases = this.createDatabases();
    this.workgroup = this.createWorkgroup();
    this.deadLetters = this.createDeadLetters();
    this.uploadTemplates();
    this.auditTable = this.createAuditTable();
    this.rejectUnknownControlFiles();

    this.registerOutputs({ workgroup: this.workgroupName });
  }

  /** Physical name of one of the lake's buckets: known at preview. */
  bucketName(role: BucketRole): string {
    return bucketName(this.args.bucketPrefix, role, this.place);
  }

  /** Physical name of a zone's database. */
  databaseName(zone: Zone): string {
    return databaseName(zone, this.place);
  }

  /** Adds a table, so that models and pipelines find it by name. Throws if the name is taken. */
  register(table: AuditedTable): void {
    const present = this.tables.get(table.tableName);
    if (present) {
      throw new ProgramError([
        { place: table.tableName, message: `there are two tables of this name, in ${present.zone} and ${table.zone}.` },
      ]);
    }
    this.tables.set(table.tableName, table);
  }

  /** Settings that every function of the lake gets. */
  environment(): Record<string, string> {
    return {
      LANDING_BUCKET: this.bucketName("landing"),
      ASSETS_BUCKET: this.bucketName("glue-assets"),
    };
  }

  private createBuckets(): Record<BucketRole, aws.s3.Bucket> {
    const forceDestroy = this.args.dataOnDestroy === "delete";
    const options = { parent: this, retainOnDelete: !forceDestroy, protect: !forceDestroy };
    const create = (
      role: BucketRole,
      more: { events?: boolean; expiry?: { prefix: string; days: number }[] } = {},
    ): aws.s3.Bucket =>
      createBucket(
        `${this.lakeName}-${role}`,
        { bucket: this.bucketName(role), forceDestroy, transform: this.args.transform?.bucket, ...more },
        options,
      );
    return {
      landing: create("landing", {
        events: true,
        expiry: [{ prefix: "incoming/", days: this.retention.incomingDays }],
      }),
      processed: create("processed"),
      audit: create("audit"),
      "glue-assets": create("glue-assets"),
      "athena-results": create("athena-results", { expiry: [{ prefix: "", days: this.retention.resultDays }] }),
      log: create("log"),
    };
  }

  private createDatabases(): Record<Zone, aws.glue.CatalogDatabase> {
    const create = (zone: Zone): aws.glue.CatalogDatabase => {
      const name = this.databaseName(zone);
      return new aws.glue.CatalogDatabase(
        ...transformed(
          this.args.transform?.database,
          `${this.lakeName}-${zone}`,
          { name, locationUri: `s3://${this.bucketName(zone)}/${name}/` },
          { parent: this, retainOnDelete: this.args.dataOnDestroy !== "delete" },
        ),
      );
    };
    return { landing: create("landing"), processed: create("processed"), audit: create("audit") };
  }

  private createWorkgroup(): aws.athena.Workgroup {
    return new aws.athena.Workgroup(
      ...transformed(
        this.args.transform?.workgroup,
        this.lakeName,
        {
          name: this.workgroupName,
          // A workgroup with a query history cannot be deleted otherwise; the history is no data.
          forceDestroy: true,
          configuration: {
            enforceWorkgroupConfiguration: true,
            publishCloudwatchMetricsEnabled: true,
            engineVersion: { selectedEngineVersion: "Athena engine version 3" },
            resultConfiguration: {
              outputLocation: `s3://${this.bucketName("athena-results")}/`,
              encryptionConfiguration: { encryptionOption: "SSE_S3" },
            },
          },
        },
        { parent: this },
      ),
    );
  }

  private createDeadLetters(): aws.sqs.Queue {
    const queue = new aws.sqs.Queue(
      `${this.lakeName}-dead-letters`,
      { name: this.deadLettersName, messageRetentionSeconds: 14 * 24 * 3600, sqsManagedSseEnabled: true },
      { parent: this },
    );
    new aws.sqs.QueuePolicy(
      `${this.lakeName}-dead-letters`,
      {
        queueUrl: queue.url,
        policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Sid: "UndeliveredEvents",
              Effect: "Allow",
              Principal: { Service: "events.amazonaws.com" },
              Action: "sqs:SendMessage",
              Resource: this.arn.queue(this.deadLettersName),
              Condition: { ArnLike: { "aws:SourceArn": this.arn.rule(`${this.workgroupName}-*`) } },
            },
          ],
        }),
      },
      { parent: queue },
    );
    return queue;
  }

  private uploadTemplates(): void {
    for (const [path, content] of Object.entries(this.templates)) {
      new aws.s3.BucketObjectv2(
        `${this.lakeName}-sql/${path}`,
        { bucket: this.buckets["glue-assets"].id, key: `sql/${path}`, content, contentType: "application/sql" },
        { parent: this },
      );
    }
  }

  private createAuditTable(): AuditedTable {
    return new AuditedTable(
      "audit",
      { lake: this, zone: "audit", columns: auditColumns, partitionKeys: auditPartitionKeys },
      { parent: this },
    );
  }

  private rejectUnknownControlFiles(): void {
    const { grant } = this;
    const assets = this.bucketName("glue-assets");
    onControlFile(
      this,
      `${this.lakeName}-unknown`,
      "incoming/*.done",
      this.closures.deploy(
        `${this.lakeName}-unknown`,
        {
          handler: handlers.unknown,
          functionName: `${this.workgroupName}-unknown`,
          environment: this.environment(),
          statements: [
            grant.listPrefixes("FindPipelines", assets, ["pipelines/"]),
            grant.writeObjects("RecordRejection", assets, ["pipeline_executions/*"]),
          ],
          deadLetters: this.deadLettersName,
        },
        { parent: this },
        this.args.transform,
      ),
      { parent: this },
    );
  }
}

/** Calls a function for each object of the landing bucket whose key matches; what fails goes to the dead letters. */
export function onControlFile(
  lake: DataLake,
  name: string,
  key: string,
  target: aws.lambda.Function,
  options: pulumi.CustomResourceOptions,
): void {
  const rule = new aws.cloudwatch.EventRule(
    name,
    {
      name: `${lake.workgroupName}-${name}`,
      description: `Control files ${key}`,
      eventPattern: JSON.stringify({
        source: ["aws.s3"],
        "detail-type": ["Object Created"],
        detail: { bucket: { name: [lake.bucketName("landing")] }, object: { key: [{ wildcard: key }] } },
      }),
    },
    options,
  );
  const permission = new aws.lambda.Permission(
    name,
    { action: "lambda:InvokeFunction", function: target.name, principal: "events.amazonaws.com", sourceArn: rule.arn },
    options,
  );
  new aws.cloudwatch.EventTarget(
    name,
    { rule: rule.name, arn: target.arn, deadLetterConfig: { arn: lake.deadLetters.arn } },
    { ...options, dependsOn: [permission] },
  );
  new aws.lambda.FunctionEventInvokeConfig(
    name,
    { functionName: target.name, destinationConfig: { onFailure: { destination: lake.deadLetters.arn } } },
    options,
  );
}
