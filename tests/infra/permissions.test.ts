import { expect } from "chai";
import { arns } from "../../infra/names";
import { grants, keyStatement, type Statement, type TablePlace } from "../../infra/permissions";
import { functionStatements } from "../../infra/pipeline/permissions";
import { queryStatements } from "../../infra/pipeline/query-permissions";
import { trust } from "../../infra/trust";

const grant = grants(arns({ account: "111122223333", region: "us-east-1", stage: "dev" }));
const table = (zone: string, name: string): TablePlace => ({
  database: `${zone}_db_dev`,
  table: name,
  bucket: `lake-${zone}`,
  prefix: `${zone}_db_dev/${name}/`,
});
const source = table("landing", "source");
const target = table("processed", "target");

const actionsOn = (statements: readonly Statement[], resource: string): string[] =>
  statements.flatMap(({ Action, Resource }) => (Resource.includes(resource) ? Action : [])).sort();

describe("permissions", () => {
  // Athena user guide, "Configure access to databases and tables in the AWS Glue Data Catalog" and "Control access to Amazon S3 from
  // Athena"; Step Functions developer guide, "IAM policies for Amazon Athena calls".
  describe("let a query read its sources and write its targets, nothing else", () => {
    const queries = { reads: [source], writes: [target], views: [], results: "lake-results" };
    const statements = queryStatements(grant, queries);
    const glue = (resource: string) => `arn:aws:glue:us-east-1:111122223333:${resource}`;
    const uploads = ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"];
    const expected: Readonly<Record<string, readonly string[]>> = {
      "arn:aws:athena:us-east-1:111122223333:datacatalog/AwsDataCatalog": ["athena:GetDataCatalog"],
      [glue("database/default")]: ["glue:GetDatabase"],
      [glue("database/landing_db_dev")]: [
        "glue:BatchGetPartition",
        "glue:GetDatabase",
        "glue:GetPartition",
        "glue:GetPartitions",
        "glue:GetTable",
      ],
      [glue("table/landing_db_dev/source")]: [
        "glue:BatchGetPartition",
        "glue:GetPartition",
        "glue:GetPartitions",
        "glue:GetTable",
      ],
      [glue("database/processed_db_dev")]: [],
      [glue("table/processed_db_dev/target")]: [],
      "arn:aws:s3:::lake-landing": ["s3:GetBucketLocation", "s3:ListBucket"],
      "arn:aws:s3:::lake-landing/landing_db_dev/source/*": ["s3:GetObject"],
      "arn:aws:s3:::lake-processed": ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
      "arn:aws:s3:::lake-processed/processed_db_dev/target/*": uploads,
      "arn:aws:s3:::lake-results": ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
      "arn:aws:s3:::lake-results/*": uploads,
    };
    for (const [resource, actions] of Object.entries(expected)) {
      it(`${resource}: ${actions.join(", ") || "nothing"}`, () =>
        expect(actionsOn(statements, resource)).to.deep.equal(actions));
    }
    it("and nothing on everything", () =>
      expect(statements.flatMap(({ Resource }) => Resource.filter((resource) => resource === "*"))).to.deep.equal([]));
  });

  it("give a pipeline only the functions it needs", () => {
    const places = {
      pipeline: "p",
      source: "s",
      after: [],
      latest: [],
      manifests: [],
      stateMachine: "m",
      landing: "lake-landing",
      assets: "lake-assets",
      landed: [],
      converted: [],
      published: [target],
      replaced: [],
      checked: [],
      compared: [],
      checkReads: [],
      renders: true,
      read: [source],
    };
    expect(Object.keys(functionStatements(grant, places)).sort()).to.deep.equal([
      "complete",
      "lineage",
      "pruner",
      "publish",
      "register",
      "render",
      "trigger",
      "watcher",
    ]);
    expect(Object.keys(functionStatements(grant, { ...places, landed: [source] }))).to.include("land");
    expect(Object.keys(functionStatements(grant, { ...places, checked: [target] }))).to.include("checker");
    const audit = { table: table("audit", "audit"), priorDateFrom: target, audited: [], comparedByRun: [] };
    expect(Object.keys(functionStatements(grant, { ...places, audit }))).to.include("auditor");
  });

  describe("need of a key what the other statements do with what it encrypts", () => {
    const read = grant.readObjects("R", "b", ["k"]);
    const write = grant.writeObjects("W", "b", ["k"]);
    const [look] = grant.readTables("T", [source]);
    const [publish] = grant.publishPartitions("P", [target]);
    const cases: { name: string; does: Statement[]; objects: boolean; catalog: boolean; actions: string[] }[] = [
      { name: "nothing", does: [], objects: true, catalog: true, actions: [] },
      { name: "reading objects", does: [read], objects: true, catalog: false, actions: ["kms:Decrypt"] },
      { name: "writing objects", does: [write], objects: true, catalog: false, actions: ["kms:GenerateDataKey"] },
      { name: "objects of another key", does: [read, write], objects: false, catalog: true, actions: [] },
      { name: "reading the catalog", does: [look], objects: false, catalog: true, actions: ["kms:Decrypt"] },
      { name: "a catalog of another key", does: [look, publish], objects: true, catalog: false, actions: [] },
      {
        name: "writing the catalog",
        does: [publish],
        objects: false,
        catalog: true,
        actions: ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"],
      },
    ];
    for (const { name, does, objects, catalog, actions } of cases) {
      it(`${name}: ${actions.join(", ") || "none"}`, () =>
        expect(keyStatement(does, { arn: "key", objects, catalog }).flatMap(({ Action }) => Action)).to.deep.equal(
          actions,
        ));
    }
  });

  // Pages beside the table in infra/trust.ts; what the services do is pinned in tests/local/iam/role-assumption.test.ts.
  it("let a service assume a role for this account only, if it tells for which account it does", () => {
    const condition = (service: Parameters<typeof trust>[0]) =>
      (trust(service, "111122223333").Statement[0] as { Condition?: unknown }).Condition;
    const ours = { StringEquals: { "aws:SourceAccount": "111122223333" } };
    expect(condition("states.amazonaws.com")).to.deep.equal(ours);
    expect(condition("scheduler.amazonaws.com")).to.deep.equal(ours);
    expect(condition("lambda.amazonaws.com")).to.equal(undefined);
    expect(condition("cloudtrail.amazonaws.com")).to.equal(undefined);
  });
});
