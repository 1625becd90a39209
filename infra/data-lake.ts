/** A lake: buckets and databases by zone, a workgroup, the SQL templates, and what its pipelines share. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { auditColumns, auditPartitionKeys } from "../audit/audit-table";
import { explanationColumns, explanationPartitionKeys } from "../audit/explanation/edge-table";
import { AuditedTable } from "./audited-table";
import { Closures, type DeadLetters, type FunctionNetwork } from "./closures";
import { columnsByName } from "./columns";
import type { DataLakeArgs, Retention } from "./data-lake-args";
import { warnOfExampleAccount } from "./example-account";
import { createDeadLetters } from "./lake/dead-letters";
import { createLakeFunctions } from "./lake/functions";
import { createKeys, type LakeKeys } from "./lake/keys";
import type { Lake, LakeTable } from "./lake/lake";
import { readTemplates } from "./models";
import { arns, bucketName, databaseName, type Arns, type BucketRole, type Place, type Zone } from "./names";
import { Gate } from "./checks/gate";
import { LakeChecks } from "./checks/lake-checks";
import { callSite, readProgramFile } from "./checks/program-place";
import { alarmUnlessZero, createAlarmTopic, createDashboard, type ZeroAlarm } from "./observability";
import { createPrivateNetwork } from "./lake/network";
import { grants, type Grants, type KeyInUse, type Statement } from "./permissions";
import { createBuckets, createDatabases, dataBucketArns, encryptCatalog, mapBuckets } from "./lake/storage";
import { createTrail } from "./lake/trail";
import { createWorkgroup } from "./lake/workgroup";

/**
 * The place where tables and pipelines live.
 *
 * @example
 * const lake = new DataLake("emissions", {
 *   stage: "dev", account: "111122223333", region: "us-east-1", bucketPrefix: "acme-emissions",
 * });
 */
export class DataLake extends pulumi.ComponentResource implements Lake {
  /** Where the lake lives. */
  readonly place: Place;
  /** ARNs of what it consists of. */
  readonly arn: Arns;
  /** Statements for roles within it. */
  readonly grant: Grants;
  /** Buckets by what they keep. */
  readonly buckets: Readonly<Record<BucketRole, aws.s3.Bucket>>;
  /** What must be set before an object is put into the bucket of assets. */
  readonly assetsSettings: readonly pulumi.Resource[];
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
  /** The table that records where each change came from. */
  readonly explanationTable: AuditedTable;
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
  /** What is wrong with the program, told all together before anything is created. */
  readonly checks: LakeChecks;
  /** What the lake's components wait for. */
  readonly gate: Gate;
  /** SQL templates by path. */
  readonly templates: Readonly<Record<string, string>>;
  /** Tables by name, as `table(…)` in models knows them. */
  readonly tables: Map<string, LakeTable> = new Map();
  readonly retention: Required<Retention>;
  /** Whether Lake Formation governs the data. */
  readonly lakeFormation: boolean;
  /** Options of what holds data, or the key to it: protected and kept unless the stage may be removed completely. */
  readonly dataOptions: { readonly protect: boolean; readonly retainOnDelete: boolean };

  constructor(
    readonly lakeName: string,
    private readonly args: DataLakeArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    const gate = new Gate();
    super("tributary:index:DataLake", lakeName, {}, gate.guard(options));
    this.gate = gate;
    warnOfExampleAccount(args.account, args.stage);
    this.place = { account: args.account, region: args.region, stage: args.stage };
    const keep = args.dataOnDestroy !== "delete";
    this.dataOptions = { protect: keep, retainOnDelete: keep };
    this.arn = arns(this.place);
    this.grant = grants(this.arn);
    this.lakeFormation = args.lakeFormation === true;
    this.retention = {
      logDays: 60,
      incomingDays: 90,
      resultDays: 30,
      supersededDays: 30,
      supersededRuns: 3,
      accessDays: 365,
      ...args.retention,
    };
    const folder = args.sql ?? "sql";
    this.templates = readTemplates(folder);
    const basics = { templates: this.templates, folder, auditTable: () => this.auditTable, read: readProgramFile };
    this.checks = new LakeChecks(basics, callSite(new.target));
    gate.ask(() => this.checks.findings());
    this.workgroupName = `${lakeName}-${args.stage}`;
    this.deadLettersName = `${lakeName}-${args.stage}-dead-letters`;
    this.checks.addName("workgroup", this.workgroupName);
    this.checks.addName("queue", this.deadLettersName);
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
    const granted: Statement[] = [];
    this.closures = new Closures({
      network: this.createNetwork(granted),
      granted,
      checks: this.checks,
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
    this.assetsSettings = buckets["glue-assets"].settings;
    this.databases = createDatabases(this, args);
    this.workgroup = createWorkgroup(this, args);
    this.deadLetters = createDeadLetters(this, args.transform?.queue);
    this.uploadTemplates();
    this.auditTable = this.createAuditTable();
    this.explanationTable = this.createExplanationTable();
    createLakeFunctions(this, this.closures, args.transform);
    if (args.catalogEncryption) encryptCatalog(this);
    createTrail(
      {
        name: this.workgroupName,
        account: args.account,
        grant: this.grant,
        logBucket: this.bucketName("log"),
        delivery: buckets.log.policy ?? buckets.log.bucket,
        buckets: dataBucketArns(this),
        reads: args.trailEvents === "all",
        logsKey: this.keys.logs,
        key: this.keyInUse,
        logDays: this.retention.logDays,
      },
      this,
    );
    createDashboard(this.lakeName, this.place.region, this.workgroupName, { parent: this });

    // For commands that ask what a change would touch; text, so that Pulumi keeps it as it is.
    const summary = gate.passed().then(() => JSON.stringify(this.checks.summary()));
    // A program that is wrong is told once, by the components that wait.
    summary.catch(() => undefined);
    this.registerOutputs({ workgroup: this.workgroupName, summary });
  }

  /** Physical name of one of the lake's buckets: known at preview. */
  bucketName(role: BucketRole): string {
    return this.args.existing?.buckets?.[role] ?? bucketName(this.args.bucketPrefix, role, this.place);
  }

  /** Physical name of a zone's database. */
  databaseName(zone: Zone): string {
    return this.args.existing?.databases?.[zone] ?? databaseName(zone, this.place);
  }

  /** Where events go that functions could not handle. */
  get failures(): DeadLetters {
    return { name: this.deadLettersName, arn: this.deadLetters.arn };
  }

  /** Adds a table, so that models and pipelines find it by name. */
  register(table: LakeTable): void {
    this.checks.addTable(table);
    if (!this.tables.has(table.tableName)) this.tables.set(table.tableName, table);
  }

  /** Settings that every function of the lake gets. */
  environment(): Record<string, string> {
    return {
      LANDING_BUCKET: this.bucketName("landing"),
      ASSETS_BUCKET: this.bucketName("glue-assets"),
      LAKE: this.workgroupName,
    };
  }

  /** What functions are attached to, if to any network. */
  private createNetwork(granted: readonly Statement[]): FunctionNetwork | undefined {
    const { network } = this.args;
    if (network === "private") return createPrivateNetwork(this, () => granted);
    return network && { subnetIds: [...network.subnetIds], securityGroupIds: [...network.securityGroupIds] };
  }

  private uploadTemplates(): void {
    for (const [path, content] of Object.entries(this.templates)) {
      new aws.s3.BucketObjectv2(
        `${this.lakeName}-sql/${path}`,
        { bucket: this.buckets["glue-assets"].id, key: `sql/${path}`, content, contentType: "application/sql" },
        { parent: this, dependsOn: [...this.assetsSettings] },
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

  private createExplanationTable(): AuditedTable {
    return new AuditedTable(
      "explanation",
      {
        lake: this,
        zone: "audit",
        columns: columnsByName(explanationColumns),
        partitionKeys: columnsByName(explanationPartitionKeys),
      },
      { parent: this },
    );
  }

  /** Tells the alarms' topic when a metric leaves zero. */
  alarm(alarm: ZeroAlarm, options: pulumi.CustomResourceOptions): void {
    alarmUnlessZero(this.alarms, alarm, options, this.args.transform?.alarm);
  }
}
