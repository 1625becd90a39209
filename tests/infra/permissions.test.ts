import { expect } from "chai";
import { arns } from "../../infra/names";
import { grants, keyStatement, queryStatements, trust, type Statement, type TablePlace } from "../../infra/permissions";
import { functionStatements } from "../../infra/pipeline-permissions";

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
  it("let a query read its sources and write its targets, nothing else", () => {
    const statements = queryStatements(grant, { reads: [source], writes: [target], results: "lake-results" });
    expect(actionsOn(statements, "arn:aws:s3:::lake-landing/landing_db_dev/source/*")).to.deep.equal(["s3:GetObject"]);
    expect(actionsOn(statements, "arn:aws:s3:::lake-processed/processed_db_dev/target/*")).to.deep.equal([
      "s3:PutObject",
    ]);
    expect(actionsOn(statements, "arn:aws:glue:us-east-1:111122223333:table/landing_db_dev/source")).to.deep.equal([
      "glue:GetPartitions",
      "glue:GetTable",
    ]);
    expect(actionsOn(statements, "arn:aws:glue:us-east-1:111122223333:table/processed_db_dev/target")).to.deep.equal(
      [],
    );
  });

  it("give a pipeline only the functions it needs", () => {
    const places = {
      pipeline: "p",
      source: "s",
      after: [],
      stateMachine: "m",
      landing: "lake-landing",
      assets: "lake-assets",
      landed: [],
      published: [target],
      replaced: [],
      checked: [],
      compared: [],
      runs: [],
      renders: true,
      read: [source],
    };
    expect(Object.keys(functionStatements(grant, places)).sort()).to.deep.equal([
      "complete",
      "lineage",
      "pruner",
      "publish",
      "render",
      "trigger",
      "watcher",
    ]);
    expect(Object.keys(functionStatements(grant, { ...places, landed: [source] }))).to.include("land");
    expect(Object.keys(functionStatements(grant, { ...places, checked: [target] }))).to.include("checker");
    const audit = { table: table("audit", "audit"), priorDateFrom: target, comparedByRun: [] };
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

  // Pages beside the table in infra/permissions.ts; what the services do is pinned in tests/local/iam-role-assumption.test.ts.
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
