import { GetObjectCommand, ListBucketsCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { generateSample } from "../../../cli/sample/generate";
import { sampleFileName } from "../../../cli/sample/schema";
import { ServedLake, type Ended } from "../served-lake";

/**
 * The commands that look after runs, on a runtime that another process serves. With `--stage` they know nothing of it but
 * AWS_ENDPOINT_URL, which SDK clients take for AWS: AWS SDKs and Tools Reference Guide, "Service-specific endpoints".
 */
describe("commands on a served lake", function () {
  const lake = new ServedLake();
  const ohio = lake.file(sampleFileName("OH"));
  const corrected = lake.file("corrected", sampleFileName("OH"));
  const indiana = lake.file(sampleFileName("IN"));
  const stage = (...args: string[]): Ended => lake.runOnStage("dev", lake.environment, ...args);

  before(async () => {
    await generateSample({ state: "OH", file: ohio, rows: 48 });
    await generateSample({ state: "OH", file: corrected, rows: 72 });
    await generateSample({ state: "IN", file: indiana, rows: 48 });
    await lake.serve();
    const files = [`${ohio}@2024-11-08`, `${indiana}@2024-11-08`, `${ohio}@2024-11-09`];
    const { status, stderr } = lake.run("local", "run", "--land", ...files);
    expect(status, stderr).to.equal(0);
  });
  after(() => lake.close());

  /** Rows of Ohio that readers see. */
  const rows = (): unknown =>
    lake.json("query", "select count(*) as n from landing_db_dev.utility_data_oh where exec_date = date '2024-11-08'");
  const statuses = (): Record<string, unknown>[] => lake.json("status") as Record<string, unknown>[];

  it("status shows dates × pipelines, and what waits for what", () => {
    const { status, stdout, stderr } = lake.run("status");
    expect(status, stderr).to.equal(0);
    expect(stdout.replace(/[ -]+/g, " ")).to.equal(
      [
        "date state_emission_daily state_emission_monthly",
        " ",
        "2024 11 08 succeeded succeeded",
        "2024 11 09 waiting waiting",
        "",
        "Waiting",
        " state_emission_daily 2024 11 09 waits for incoming/all_ef_files/2024 11 09/epacems 1996 IN*",
        " state_emission_monthly 2024 11 09 waits for incoming/all_ef_files/2024 11 09/state_emission_daily.completed",
        "",
      ].join("\n"),
    );
    expect(stderr).not.to.include("could not be handled");
    expect(
      statuses().map(({ exec_date, pipeline, state, rows: written }) => [exec_date, pipeline, state, written]),
    ).to.deep.equal([
      ["2024-11-08", "state_emission_daily", "succeeded", 48 + 48 + 6],
      ["2024-11-08", "state_emission_monthly", "succeeded", 3],
      ["2024-11-09", "state_emission_daily", "waiting", null],
      ["2024-11-09", "state_emission_monthly", "waiting", null],
    ]);
  });

  it("rerun refuses a date without its files", () => {
    const { status, stderr } = lake.run("rerun", "--pipeline", "state_emission_daily", "--date", "2024-11-09");
    expect(stderr).to.include(
      "state_emission_daily 2024-11-09 cannot run: it waits for incoming/all_ef_files/2024-11-09/epacems-1996-IN*.",
    );
    expect(status).to.equal(1);
    expect(lake.run("rerun", "--pipeline", "nobody", "--date", "2024-11-08").stderr).to.include(
      "There is no pipeline nobody in this lake; there are state_emission_daily, state_emission_monthly.",
    );
  });

  it("rerun --stage runs a date again on what SDK clients take for AWS, and waits for what follows", async () => {
    const before = statuses().slice(0, 2);
    // Somebody deployed another version of a model.
    const { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region } = lake.environment;
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    const s3 = new S3Client({ endpoint, region, credentials });
    const [assets] = ((await s3.send(new ListBucketsCommand({}))).Buckets ?? []).filter(({ Name }) =>
      Name?.includes("glue-assets"),
    );
    const model = { Bucket: assets?.Name, Key: "sql/usghgemission/utility_emissions_daily.sql" };
    const text = (await (await s3.send(new GetObjectCommand(model))).Body?.transformToString()) ?? "";
    await s3.send(new PutObjectCommand({ ...model, Body: `-- Another version\n${text}` }));
    const { status, stdout, stderr } = stage(
      ...["rerun", "--pipeline", "state_emission_daily", "--date", "2024-11-08", "--downstream", "--format", "json"],
    );
    expect(status, stderr).to.equal(0);
    expect(stderr).to.match(/done +Check the account +111122223333/);
    expect(stderr).to.include(
      "Runs take what is deployed, and the program differs from it: sql/usghgemission/utility_emissions_daily.sql was " +
        "changed. `pulumi up --stack dev` deploys it.",
    );
    await s3.send(new PutObjectCommand({ ...model, Body: text }));
    s3.destroy();
    const runs = JSON.parse(stdout) as { pipeline: string; run: string }[];
    expect(runs.map(({ pipeline }) => pipeline)).to.deep.equal(["state_emission_daily", "state_emission_monthly"]);
    const after = statuses().slice(0, 2);
    expect(after.map(({ run }) => run)).to.deep.equal(runs.map(({ run }) => run));
    expect(after.map(({ run }) => run)).not.to.deep.equal(before.map(({ run }) => run));
  });

  it("logs tells of a run by a part of its id: states, functions, record", () => {
    const [{ run = "" } = {}] = statuses() as { run?: string }[];
    const { status, stdout, stderr } = stage("logs", run.slice(-6));
    expect(status, stderr).to.equal(0);
    const told = [
      "Execution started",
      "Land file",
      "Register utility_emissions_daily",
      "Publish",
      "Execution succeeded",
    ];
    let place = -1;
    for (const text of told) {
      expect(stdout.indexOf(text), `${text} in its order in\n${stdout}`).to.be.greaterThan(place);
      place = stdout.indexOf(text);
    }
    expect(stdout).to.match(/ trigger +Run started {2}.*files=2/);
    expect(stdout).to.include(`-${run}/manifest.json`);
    expect(lake.run("logs", "--pipeline", "state_emission_monthly").stdout).to.include("Create view");
    expect(lake.run("logs", "zz").stderr).to.include("There is no run zz");
    expect(lake.run("logs", "0").stderr).to.include("4 runs are called 0");
  });

  it("rollback shows an earlier run's data again: of all its tables, or of one, which status tells", () => {
    const landed = lake.run("local", "run", "--land", `${corrected}@2024-11-08`);
    expect(landed.status, landed.stderr).to.equal(0);
    expect(rows()).to.deep.equal([{ n: 72 }]);
    const date = ["--date", "2024-11-08"];
    const one = ["rollback", "--table", "utility_data_oh", ...date];
    const all = ["rollback", "--pipeline", "state_emission_daily", ...date];
    const versions = (...place: string[]): unknown[] =>
      (lake.json(...place, "--list") as { rows: number; data: string }[]).map(({ rows: written, data }) => [
        written,
        data,
      ]);
    const [newest, before] = (lake.json(...one, "--list") as { run: string }[]).map(({ run }) => run);
    expect(versions(...one).slice(0, 2)).to.deep.equal([
      [72, "published"],
      [48, "kept"],
    ]);
    const { status, stderr } = lake.run(...one);
    expect(status, stderr).to.equal(0);
    const contradiction =
      `state_emission_daily 2024-11-08 shows utility_data_in, utility_emissions_daily of run ${newest} beside ` +
      `utility_data_oh of run ${before}: \`tributary rollback`;
    expect(stderr).to.include(contradiction);
    expect(lake.run("status").stderr).to.include(contradiction);
    expect(rows()).to.deep.equal([{ n: 48 }]);
    expect(lake.run(...one, "--run", before ?? "").stderr).to.include("is published already");
    expect(lake.run(...one, "--run", "zz").stderr).to.include("has no run zz");
    expect(lake.run(...all).stderr).to.include("shows several runs");
    const whole = stage(...all, "--run", before ?? "");
    expect(whole.status, whole.stderr).to.equal(0);
    expect(whole.stderr).not.to.include("beside");
    expect(whole.stderr).to.match(
      new RegExp(
        `state_emission_monthly 2024-11-08 still rests on state_emission_daily's run ${newest} \\(its run \\w+\\): ` +
          "`tributary rollback --pipeline state_emission_monthly --date 2024-11-08 --run \\w+` shows what was made of this one",
      ),
    );
    expect(whole.stderr).to.include(
      "`tributary rerun --pipeline state_emission_daily --date 2024-11-08` makes the newest files",
    );
    expect(versions(...all).slice(0, 2)).to.deep.equal([
      [72 + 48 + 7, "kept"],
      [48 + 48 + 6, "published"],
    ]);
    const again = lake.run(...all, "--run", newest ?? "");
    expect(again.status, again.stderr).to.equal(0);
    expect(again.stderr).not.to.include("still rests on");
    expect(rows()).to.deep.equal([{ n: 72 }]);
    expect(lake.run("rollback", ...date).status).to.equal(2);
  });

  it("backfill lists what fails, goes on with the others, and tries only that again", () => {
    const range = ["backfill", "--from", "2024-11-01", "--to", "2024-11-30"];
    const plan = stage(...range, "--dry-run");
    expect(plan.status, plan.stderr).to.equal(0);
    expect(plan.stdout).to.include("cannot run: waits for incoming/all_ef_files/2024-11-09/epacems-1996-IN*");
    const { status, stderr } = lake.run(...range);
    expect(status).to.equal(1);
    expect(stderr).to.match(/done +2024-11-08 +. of 2 dates/);
    expect(stderr).to.include("state_emission_daily 2024-11-09 failed: state_emission_daily 2024-11-09 cannot run");
    expect(stderr).to.include(
      "state_emission_monthly 2024-11-09 failed: not started, because state_emission_daily failed",
    );
    const before = statuses().slice(0, 2);
    const landed = lake.run("local", "run", "--land", `${indiana}@2024-11-09`);
    expect(landed.status, landed.stderr).to.equal(0);
    const again = lake.run("backfill", "--resume", "all-2024-11-01-2024-11-30", "--format", "json");
    expect(again.status, again.stderr).to.equal(0);
    const results = JSON.parse(again.stdout) as { status: string }[];
    expect(results.map(({ status: ended }) => ended)).to.deep.equal(Array(4).fill("SUCCEEDED"));
    expect(statuses().slice(0, 2)).to.deep.equal(before);
    const other = lake.run(...range, "--pipeline", "state_emission_daily", "--id", "all-2024-11-01-2024-11-30");
    expect(other.stderr).to.include("give another --id, or --resume to take it up");
  });

  it("--stage refuses credentials of another account, and none", () => {
    const { status, stderr } = lake.runOnStage("prod", lake.environment, "status");
    expect(status).to.equal(1);
    expect(stderr).to.include("The stage prod lives in account 444455556666, but the credentials are of 111122223333");
    const { AWS_ENDPOINT_URL = "" } = lake.environment;
    const nobody = lake.runOnStage("dev", { AWS_ENDPOINT_URL, HOME: lake.folder }, "status");
    expect(nobody.status).to.equal(1);
    expect(nobody.stderr).to.include("There are no AWS credentials for the stage dev (account 111122223333)");
  });
});
