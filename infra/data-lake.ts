/** A lake: buckets and databases by zone, a workgroup, the SQL templates, and what its pipelines share. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { auditColumns, auditPartitionKeys } from "../audit/audit-table";
import { AuditedTable } from "./audited-table";
import { Closures } from "./closures";
import { columnsByName } from "./columns";
import { onControlFile } from "./control-files";
import type { DataLakeArgs, Retention } from "./data-lake-args";
import { handlers } from "./handlers";
import { createKeys, type LakeKeys } from "./keys";
import { readTemplates } from "./models";
import { arns, bucketName, databaseName, type Arns, type BucketRole, type Place, type Zone } from "./names";
import { ProgramError } from "./fault";
import { alarmUnlessZero, createAlarmTopic, dashboardBody, type ZeroAlarm } from "./observability";
import { grants, type Grants, type KeyInUse } from "./permissions";
import { createBuckets, createDatabases, dataBucketArns, mapBuckets } from "./storage";
import { createTrail } from "./trail";
import { transformed } from "./transform";

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
  /** Keys by purpose. */
  readonly keys: LakeKeys;
  /** Key that encrypts objects, if one does. */
  readonly objectsKey?: pulumi.Output<string>;
  /** What the key of data and catalog encrypts. */
  readonly keyInUse: pulumi.Output<KeyInUse>;
  /** Topic that hears of alarms. */
  readonly alarms: aws.sns.Topic;
  /** Functions of this lake. */
  readonly closures: Closures;
  /** SQL templates by path. */
  readonly templates: Readonly<Record<string, string>>;
  /** Tables by name, as `table(…)` in models knows them. */
  readonly tables = new Map<string, AuditedTable>();
  readonly retention: Required<Retention>;
  /** Options of what holds data, or the key to it: protected and kept unless the stage may be removed completely. */
  readonly dataOptions: { readonly protect: boolean; readonly retainOnDelete: boolean };

  constructor(
    readonly lakeName: string,
    private readonly args: DataLakeArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("tributary:index:DataLake", lakeName, {}, options);
    this.place = { account: args.account, region: args.region, stage: args.stage };
    const keep = args.dataOnDestroy !== "delete";
    this.dataOptions = { protect: keep, retainOnDelete: keep };
    this.arn = arns(this.place);
    this.grant = grants(this.arn);
    this.retention = {
      logDays: 60,
      incomingDays: 90,
      resultDays: 30,
      supersededDays: 30,
      accessDays: 365,
      ...args.retention,
    };
    this.templates = readTemplates(args.sql ?? "sql");
    this.workgroupName = `${lakeName}-${args.stage}`;
    this.deadLettersName = `${lakeName}-${args.stage}-dead-letters`;
    this.keys = createKeys(
      { lake: this.workgroupName, place: this.place, existing: args.existing?.keys, transform: args.transform?.key },
      { parent: this, ...this.dataOptions },
    );
    this.objectsKey = args.encryption === "s3" ? undefined : this.keys.catalog;
    this.keyInUse = this.keys.catalog.apply((arn) => ({
      arn,
      objects: args.encryption !== "s3",
      catalog: args.catalogEncryption === true,
    }));
    this.closures = new Closures({
      account: args.account,
      grant: this.grant,
      logRetention: this.retention.logDays,
      logsKey: this.keys.logs,
      key: this.keyInUse,
    });
    this.alarms = createAlarmTopic(
      {
        name: `${this.workgroupName}-alarms`,
        place: this.place,
        key: this.keys.logs,
        email: args.alarmEmail,
        transform: args.transform?.topic,
      },
      { parent: this },
    );

    const buckets = createBuckets(this, args, this.retention);
    this.buckets = mapBuckets(buckets, ({ bucket }) => bucket);
    this.databases = createDatabases(this, args);
    this.workgroup = this.createWorkgroup();
    this.deadLetters = this.createDeadLetters();
    this.uploadTemplates();
    this.auditTable = this.createAuditTable();
    this.rejectUnknownControlFiles();
    if (args.catalogEncryption) this.encryptCatalog();
    createTrail(
      {
        name: this.workgroupName,
        logBucket: this.bucketName("log"),
        buckets: dataBucketArns(this),
        key: this.keys.logs,
        logDays: this.retention.logDays,
      },
      // CloudTrail tries at once whether the bucket's policy lets it write.
      { parent: this, dependsOn: [buckets.log.policy ?? buckets.log.bucket] },
    );
    this.createDashboard();

    this.registerOutputs({ workgroup: this.workgroupName });
  }

  /** Physical name of one of the lake's buckets: known at preview. */
  bucketName(role: BucketRole): string {
    return this.args.existing?.buckets?.[role] ?? bucketName(this.args.bucketPrefix, role, this.place);
  }

  /** Physical name of a zone's database. */
  databaseName(zone: Zone): string {
    return this.args.existing?.databases?.[zone] ?? databaseName(zone, this.place);
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

  /** One setting for all catalogs of the account and region. Glue documentation, "Encrypting your Data Catalog". */
  private encryptCatalog(): void {
    new aws.glue.DataCatalogEncryptionSettings(
      this.lakeName,
      {
        dataCatalogEncryptionSettings: {
          encryptionAtRest: { catalogEncryptionMode: "SSE-KMS", sseAwsKmsKeyId: this.keys.catalog },
          connectionPasswordEncryption: {
            returnConnectionPasswordEncrypted: true,
            awsKmsKeyId: this.keys.catalog,
          },
        },
      },
      { parent: this },
    );
  }

  private createDashboard(): void {
    new aws.cloudwatch.Dashboard(
      this.lakeName,
      {
        dashboardName: this.workgroupName,
        dashboardBody: JSON.stringify(dashboardBody(this.place.region, this.workgroupName)),
      },
      { parent: this },
    );
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
            bytesScannedCutoffPerQuery: this.args.scanLimit ?? 1e12,
            resultConfiguration: {
              outputLocation: `s3://${this.bucketName("athena-results")}/`,
              encryptionConfiguration: this.objectsKey
                ? { encryptionOption: "SSE_KMS", kmsKeyArn: this.objectsKey }
                : { encryptionOption: "SSE_S3" },
            },
          },
        },
        { parent: this },
      ),
    );
  }

  private createDeadLetters(): aws.sqs.Queue {
    const queue = new aws.sqs.Queue(
      ...transformed(
        this.args.transform?.queue,
        `${this.lakeName}-dead-letters`,
        { name: this.deadLettersName, messageRetentionSeconds: 14 * 24 * 3600, sqsManagedSseEnabled: true },
        { parent: this },
      ),
    );
    alarmUnlessZero(
      this.alarms,
      {
        name: `${this.workgroupName}-dead-letters`,
        description: `Events of ${this.workgroupName} could not be handled: they wait in ${this.deadLettersName}.`,
        namespace: "AWS/SQS",
        metricName: "ApproximateNumberOfMessagesVisible",
        dimensions: { QueueName: queue.name },
        statistic: "Maximum",
      },
      { parent: queue },
      this.args.transform?.alarm,
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
      {
        lake: this,
        zone: "audit",
        columns: columnsByName(auditColumns),
        partitionKeys: columnsByName(auditPartitionKeys),
      },
      { parent: this },
    );
  }

  private rejectUnknownControlFiles(): void {
    const { grant } = this;
    const assets = this.bucketName("glue-assets");
    const name = `${this.lakeName}-unknown`;
    const closure = this.closures.deploy(
      name,
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
    );
    onControlFile(this, name, "incoming/*.done", closure, { parent: this });
  }

  /** Tells the alarms' topic when a metric leaves zero. */
  alarm(alarm: ZeroAlarm, options: pulumi.CustomResourceOptions): void {
    alarmUnlessZero(this.alarms, alarm, options, this.args.transform?.alarm);
  }
}
