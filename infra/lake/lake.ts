/** What the parts of a lake know of it; the component `DataLake` is one. */
import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { DataCheck } from "../../audit/data-check";
import type { DeclaredTable } from "../checks/declared";
import type { Gate } from "../checks/gate";
import type { LakeChecks } from "../checks/lake-checks";
import type { DeadLetters } from "../closures";
import type { Retention } from "../data-lake-args";
import type { Arns, BucketRole, Place, Zone } from "../names";
import type { ZeroAlarm } from "../observability";
import type { Grants, KeyInUse, TablePlace } from "../permissions";
import type { LakeKeys } from "./keys";

/** A table of a lake, as the lake and its pipelines find it by name. */
export interface LakeTable extends DeclaredTable {
  /** `database.table`, as SQL names it. */
  readonly qualifiedName: string;
  readonly checks: readonly DataCheck[];
  /** Bucket and prefix below which its runs keep their data. */
  readonly location: TablePlace;
}

/** A lake, as its parts see it. */
export interface Lake extends pulumi.Resource {
  readonly lakeName: string;
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
  /** Physical name of the workgroup: begins whatever belongs to the lake. */
  readonly workgroupName: string;
  /** Queue of events that could not be handled. */
  readonly deadLetters: aws.sqs.Queue;
  /** Its physical name. */
  readonly deadLettersName: string;
  /** The same queue, as functions are told of it. */
  readonly failures: DeadLetters;
  /** Keys by purpose. */
  readonly keys: LakeKeys;
  /** Key that encrypts objects, if one does. */
  readonly objectsKey?: pulumi.Output<string>;
  /** What the key of data and catalog encrypts. */
  readonly keyInUse: pulumi.Output<KeyInUse>;
  /** What is wrong with the program, told all together before anything is created. */
  readonly checks: LakeChecks;
  /** What the lake's components wait for. */
  readonly gate: Gate;
  readonly retention: Required<Retention>;
  /** Whether Lake Formation governs the data. */
  readonly lakeFormation: boolean;
  /** Options of what holds data, or the key to it: protected and kept unless the stage may be removed completely. */
  readonly dataOptions: { readonly protect: boolean; readonly retainOnDelete: boolean };

  /** Physical name of one of the lake's buckets: known at preview. */
  bucketName(role: BucketRole): string;
  /** Physical name of a zone's database. */
  databaseName(zone: Zone): string;
  /** Adds a table, so that models and pipelines find it by name. */
  register(table: LakeTable): void;
  /** Settings that every function of the lake gets. */
  environment(): Record<string, string>;
  /** Tells the alarms' topic when a metric leaves zero. */
  alarm(alarm: ZeroAlarm, options: pulumi.CustomResourceOptions): void;
}
