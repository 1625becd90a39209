import { readdirSync, readFileSync } from "node:fs";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { deflateRawSync } from "node:zlib";
import { expect } from "chai";
import { Api } from "../../local/api";
import type { ArchiveFolder, Resource, ResourceGraph } from "../../local/graph";
import { Journal } from "../../local/journal";
import { Functions } from "../../local/lambda/functions";
import { evaluated } from "../evaluated";

const program = resolve(__dirname, "../..");

/** Resources whose loss would lose data, or the key to it. */
const dataBearing = [
  "aws:s3/bucket:Bucket",
  "aws:glue/catalogDatabase:CatalogDatabase",
  "aws:glue/catalogTable:CatalogTable",
  "aws:kms/key:Key",
];

describe("the emissions lake as a program", function () {
  const graphs: Record<string, ResourceGraph> = {};

  before(async () => {
    for (const stack of ["dev", "prod"] as const) {
      graphs[stack] = await evaluated(stack);
      graphs[`${stack} preview`] = await evaluated(stack, { preview: true });
    }
  });

  const of = (stack: string, type: string): Resource[] =>
    graphs[stack].resources.filter((resource) => resource.type === type);
  const childrenOf = (stack: string, component: string): string[] => {
    const urns = new Set(
      graphs[stack].resources.filter(({ type, name }) => `${type} ${name}` === component).map(({ urn }) => urn),
    );
    const found: string[] = [];
    for (const { urn, parent, type, component: isComponent } of graphs[stack].resources) {
      if (parent !== undefined && urns.has(parent)) {
        if (!isComponent) urns.add(urn);
        if (!isComponent) found.push(type.split(":").pop() ?? "");
      }
    }
    return found;
  };
  const count = (types: string[]): Record<string, number> =>
    Object.fromEntries(
      [...new Set(types)].sort().map((type) => [type, types.filter((other) => other === type).length]),
    );

  it("evaluates in preview too, where nothing that AWS computes is known, with the same resources", () => {
    for (const stack of ["dev", "prod"]) {
      const names = (graph: ResourceGraph): string[] =>
        graph.resources.map(({ type, name }) => `${type} ${name}`).sort();
      expect(names(graphs[`${stack} preview`])).to.deep.equal(names(graphs[stack]));
      const [bucket] = of(`${stack} preview`, "aws:s3/bucket:Bucket");
      expect(bucket.outputs.arn).to.equal(undefined);
      expect(bucket.inputs.bucket).to.be.a("string");
    }
  });

  it("DataLake: buckets, databases, keys, workgroup, alarms", () => {
    const found = count(childrenOf("dev", "tributary:index:DataLake emissions"));
    expect(found).to.include({
      Bucket: 6,
      BucketPolicy: 6,
      BucketPublicAccessBlock: 6,
      BucketOwnershipControls: 6,
      BucketServerSideEncryptionConfiguration: 6,
      BucketLifecycleConfiguration: 6,
      BucketLogging: 5,
      BucketVersioning: 4,
      BucketNotification: 1,
      CatalogDatabase: 3,
      Key: 2,
      Alias: 2,
      Workgroup: 1,
      Queue: 1,
      Topic: 1,
      Dashboard: 1,
      Function: 2,
      EventRule: 2,
    });
  });

  it("AuditedTable: REFERENCE's five tables with their columns and partition keys", () => {
    const tables = Object.fromEntries(
      of("dev", "aws:glue/catalogTable:CatalogTable").map(({ inputs }) => {
        const { columns } = inputs.storageDescriptor as { columns: { name: string; type: string }[] };
        const keys = inputs.partitionKeys as { name: string; type: string }[];
        const list = (all: { name: string; type: string }[]): string =>
          all.map(({ name, type }) => `${name} ${type}`).join(", ");
        return [`${String(inputs.databaseName)}.${String(inputs.name)}`, `${list(columns)} | ${list(keys)}`];
      }),
    );
    const utilityData =
      "plant_id_eia int, plant_id_epa int, emissions_unit_id_epa string, operating_datetime_utc timestamp, year int, " +
      "state string, operating_time_hours float, gross_load_mw float, heat_content_mmbtu float, steam_load_1000_lbs float, " +
      "so2_mass_lbs float, so2_mass_measurement_code string, nox_mass_lbs float, nox_mass_measurement_code string, " +
      "co2_mass_tons float, co2_mass_measurement_code string | exec_date date";
    const keyed = [1, 2, 3, 4, 5];
    const shown = Object.keys(tables).filter((name) => !name.endsWith("__runs"));
    expect(Object.keys(tables).filter((name) => name.endsWith("__runs"))).to.have.members(
      shown.map((name) => `${name}__runs`),
    );
    expect(tables).to.include({
      "landing_db_dev.utility_data_in": utilityData,
      "landing_db_dev.utility_data_oh": utilityData,
      "processed_db_dev.utility_emissions_daily":
        "record_date date, co2_ton_oh float, co2_ton_in float, co2_ton_total float | exec_date date",
      "processed_db_dev.utility_emissions_monthly":
        "record_month string, co2_ton_oh float, co2_ton_in float, co2_ton_total float | exec_date date",
      "audit_db_dev.audit":
        "layer varchar(50), attribute varchar(100), " +
        keyed.map((n) => `grain_key_${n} varchar(100), `).join("") +
        keyed.map((n) => `grain_value_${n} varchar(100), `).join("") +
        "period date, curr_value varchar(100), prev_value varchar(100), " +
        "change_type varchar(20), delta double, prev_exec_date date | " +
        "pipeline string, exec_date date, table_name string, time_grain string",
    });
  });

  it("DataPipeline: functions, state machine, rule, schedule, each with a role of its own", () => {
    expect(count(childrenOf("dev", "tributary:index:DataPipeline state_emission_daily"))).to.include({
      Function: 10,
      StateMachine: 1,
      EventRule: 2,
      EventTarget: 2,
      Permission: 2,
      Schedule: 2,
      Parameter: 1,
      Role: 12,
      RolePolicy: 12,
    });
    const roles = of("dev", "aws:iam/role:Role").map(({ inputs }) => inputs.name);
    expect(new Set(roles).size).to.equal(roles.length);
    const used = of("dev", "aws:lambda/function:Function").map(({ inputs }) => inputs.role);
    expect(new Set(used).size).to.equal(used.length);
  });

  it("publishes the names of the state machines under their known names, in a folder of lake and stage", () => {
    const parameters = Object.fromEntries(
      of("dev", "aws:ssm/parameter:Parameter").map(({ inputs }) => [inputs.name, inputs.value]),
    );
    expect(parameters).to.include({
      "/pipeline/emissions-dev/sm-usghg-emission-factor-daily": "emissions-dev-state_emission_daily",
      "/pipeline/emissions-dev/sm-usghg-emission-factor-monthly": "emissions-dev-state_emission_monthly",
    });
  });

  it("gives no two stages a parameter of the same name: an account has each once", () => {
    const names = (stage: string) => of(stage, "aws:ssm/parameter:Parameter").map(({ inputs }) => inputs.name);
    expect(names("dev").filter((name) => names("prod").includes(name))).to.deep.equal([]);
  });

  // S3 documentation, "Setting default server-side encryption behavior" and "Using versioning": both are for what comes after.
  it("uploads no object before its bucket says how it is encrypted and whether its versions are kept", () => {
    const objects = of("dev", "aws:s3/bucketObjectv2:BucketObjectv2");
    expect(objects).to.not.deep.equal([]);
    for (const { name, inputs, dependencies = [] } of objects) {
      for (const type of [
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "aws:s3/bucketVersioning:BucketVersioning",
      ]) {
        const settings = of("dev", type).filter((setting) => setting.inputs.bucket === inputs.bucket);
        expect(settings, name).to.have.length(1);
        expect(dependencies, name).to.include(settings[0].urn);
      }
    }
  });

  // S3 documentation, "Removing expired object delete markers", and "Amazon S3 pricing", lifecycle transitions.
  it("lets delete markers go with what they hide, and moves no object to a tier that soon expires", () => {
    const lifecycles = of("dev", "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration");
    const rules = (bucket: string) =>
      (lifecycles.find(({ inputs }) => String(inputs.bucket).includes(bucket))?.inputs.rules ?? []) as {
        id: string;
        expiration?: object;
      }[];
    for (const bucket of ["landing", "processed", "audit", "glue-assets"]) {
      const markers = rules(bucket).find(({ id }) => id === "markers");
      expect(markers?.expiration, bucket).to.deep.equal({ expiredObjectDeleteMarker: true });
      expect(rules(bucket).map(({ id }) => id)).to.include("tiering");
    }
    expect(rules("athena-results").map(({ id }) => id)).to.deep.equal(["abandoned-uploads", "expire-all"]);
  });

  it("names buckets <prefix>-<zone>-<account>-<stage>", () => {
    expect(
      of("prod", "aws:s3/bucket:Bucket")
        .map(({ inputs }) => inputs.bucket)
        .sort(),
    ).to.deep.equal(
      ["athena-results", "audit", "glue-assets", "landing", "log", "processed"].map(
        (zone) => `tributary-emissions-${zone}-444455556666-prod`,
      ),
    );
  });

  it("keeps the data of prod when the stack is destroyed, and lets dev go completely", () => {
    for (const type of dataBearing) {
      for (const { name, options } of of("prod", type))
        expect(options, name).to.include({ protect: true, retainOnDelete: true });
      for (const { name, options } of of("dev", type)) expect(options.protect ?? false, name).to.equal(false);
    }
    expect(of("dev", "aws:s3/bucket:Bucket").every(({ inputs }) => inputs.forceDestroy === true)).to.equal(true);
    expect(of("prod", "aws:s3/bucket:Bucket").some(({ inputs }) => inputs.forceDestroy === true)).to.equal(false);
  });

  it("has every resource of docs/resources.md, made where it says", () => {
    const rows = readFileSync(join(program, "docs/resources.md"), "utf8")
      .split("\n")
      .map((line) => line.split("|").map((cell) => cell.trim()))
      .filter((cells) => /^`\w+:/.test(cells[3] ?? ""));
    expect(rows.length).to.be.greaterThan(20);
    for (const [, what, , type, where, stages] of rows) {
      const token = type.replace(/`/g, "");
      for (const stack of ["dev", "prod"]) {
        const there = of(stack, token).length > 0;
        expect(there, `${what} in ${stack}`).to.equal(stages === "all" || stages === stack);
      }
      const file = /\((.+)\)/.exec(where)![1];
      const [, module, resource] = /^\w+:(?:(\w+)\/)?.*?(\w+)$/.exec(token)!;
      const made = new RegExp(`new awsx?\\.(${module ?? "\\w+"})\\.${resource}\\b`);
      expect(readFileSync(join(program, "docs", file), "utf8"), `${what}: ${file}`).to.match(made);
    }
  });

  describe("its functions", () => {
    /** Packages that each handler ships: all others come with Lambda's runtime, or are not needed. */
    const shipped: Record<string, string[]> = {
      trigger: [],
      unknown: [],
      watcher: [],
      land: ["hyparquet"],
      render: ["a-sync-waterfall", "asap", "nunjucks"],
      register: ["hyparquet"],
      publish: [],
      auditor: [],
      checker: [],
      complete: [],
      ended: [],
      explainer: [],
      lineage: [],
      pruner: [],
    };
    const codeOf = (handler: string): ArchiveFolder[] =>
      of("dev", "aws:lambda/function:Function")
        .filter(({ inputs }) => String(inputs.name).endsWith(`-${handler}`))
        .map(({ inputs }) => inputs.code as ArchiveFolder);

    it("are these handlers, each serialized once however many pipelines use it", () => {
      const all = of("dev", "aws:lambda/function:Function");
      expect(all.map(({ inputs }) => String(inputs.name).split("-").pop())).to.have.members([
        ...["unknown", "ended"],
        ...["trigger", "watcher", "land", "render", "register", "checker", "publish"],
        ...["complete", "lineage", "pruner"],
        ...[
          "trigger",
          "watcher",
          "render",
          "register",
          "checker",
          "publish",
          "auditor",
          "explainer",
          "complete",
          "lineage",
          "pruner",
        ],
      ]);
      for (const handler of Object.keys(shipped)) {
        expect(new Set(codeOf(handler).map(({ path }) => path)).size, handler).to.equal(1);
      }
    });

    for (const [handler, packages] of Object.entries(shipped)) {
      // The template engine is a package; the parser of SQL is our own and weighs little.
      const most = packages.length > 0 ? 1024 * 1024 : 250_000;
      it(`${handler}: ships ${packages.join(", ") || "no package"}, no AWS SDK, under ${most.toLocaleString("en-US")} bytes`, () => {
        const [{ path }] = codeOf(handler);
        const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
        const names = files.map((file) => join(file.parentPath, file.name).slice(path.length + 1));
        const found = names.filter((name) => name.startsWith("node_modules/")).map((name) => name.split("/")[1]);
        expect([...new Set(found)].sort()).to.deep.equal(packages);
        expect(names.filter((name) => /aws-sdk|smithy|pulumi/.test(name))).to.deep.equal([]);
        const compressed = files.map((file) => deflateRawSync(readFileSync(join(file.parentPath, file.name))).length);
        const size = compressed.reduce((sum, bytes) => sum + bytes, 0);
        console.log(`          ${size.toLocaleString("en-US")} bytes compressed`);
        expect(size).to.be.below(most);
      });
    }

    describe("run from their archives, in their own processes", () => {
      let functions: Functions;
      let folder: string;
      before(() => {
        folder = mkdtempSync(join(tmpdir(), "tributary-functions-"));
        functions = new Functions({
          folder,
          place: { account: "111122223333", region: "us-east-1" },
          api: new Api(() => undefined),
          journal: new Journal(),
          endpoint: () => "http://127.0.0.1:9",
          credentialsFor: () => ({
            accessKeyId: "local",
            secretAccessKey: "local",
            sessionToken: "local",
            expiration: new Date(Date.now() + 3_600_000),
          }),
        });
      });
      after(() => {
        functions.close();
        rmSync(folder, { recursive: true, force: true });
      });

      /** Called by the clock: any event is as good as another, so these lack their settings. */
      const byTheClock = ["watcher", "pruner"];

      for (const handler of Object.keys(shipped)) {
        it(`${handler}: says what is wrong with an event that is none`, async () => {
          functions.putFunction({
            name: handler,
            codeFolder: codeOf(handler)[0].path,
            handler: "__index.handler",
            runtime: "nodejs24.x",
            roleArn: "arn:aws:iam::111122223333:role/x",
            timeout: 20,
            memorySize: 256,
            environment: byTheClock.includes(handler)
              ? {}
              : { LANDING_BUCKET: "landing", ASSETS_BUCKET: "assets", PIPELINE: "p", LAKE: "l", MACHINE_PREFIX: "m-" },
          });
          const { payload } = await functions.invoke(handler, "{}");
          expect(JSON.parse(payload))
            .to.include({ errorType: "ConfigurationInvalid" })
            .and.property("errorMessage")
            .match(
              byTheClock.includes(handler)
                ? /variable LANDING_BUCKET is not set/
                : /^(event|run|time|config).*expected/,
            );
        });
      }
    });
  });
});
