import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const BIN = resolve(__dirname, "../../../cli/tributary.js");

describe("the tributary command", () => {
  let project: string;
  before(() => {
    project = mkdtempSync(join(tmpdir(), "tributary-project-"));
    writeFileSync(join(project, "Pulumi.yaml"), "name: nothing\nruntime: nodejs\n");
  });
  after(() => rmSync(project, { recursive: true, force: true }));

  const run = (cwd: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, [BIN, ...args], { cwd, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } });

  // Arguments, exit code, what standard error says; `outside` is a folder without a project.
  const cases: { args: string[]; outside?: true; status: number; says: string | RegExp }[] = [
    { args: [], status: 2, says: "Usage: tributary" },
    { args: ["strat"], status: 2, says: "unknown command 'strat'" },
    { args: ["query"], status: 2, says: "missing required argument 'sql'" },
    { args: ["query", "insert into a.b select 1"], status: 2, says: "adds rows to a.b: give --write" },
    { args: ["query", "selct 1"], status: 2, says: "begins with selct, which is not known to only read" },
    { args: ["query", "select 1", "--format", "xml"], status: 2, says: "Allowed choices are table, json, csv" },
    { args: ["query", "select 1"], outside: true, status: 1, says: "There is no Pulumi.yaml in" },
    { args: ["query", "select 1"], status: 1, says: "Nothing is deployed for the stack dev yet" },
    { args: ["--stack", "../x", "query", "select 1"], status: 2, says: "'../x' is no stack name" },
    { args: ["--stack", "dev", "--stage", "prod", "query", "select 1"], status: 2, says: "give one of them" },
    { args: ["query", "select 1", "--stage", "prod"], status: 2, says: "has no Pulumi.prod.yaml" },
    { args: ["local", "down", "--stage", "prod"], status: 2, says: "works on this machine: use --stack" },
    { args: ["test", "--record", "2024-11-09", "--where", "x"], status: 2, says: "expected <table>=<condition>" },
    { args: ["compile", "x.sql"], status: 2, says: "required option '--date" },
    { args: ["lineage", "--format", "xml"], status: 2, says: "Allowed choices are text, json, mermaid" },
    { args: ["start"], status: 2, says: "story of the emissions lake, and this project is another" },
    { args: ["diff", "main", ".", "--land", "x.parquet"], status: 2, says: "expected <file>@<date>" },
    { args: ["diff", "main", ".", "--land", "x.parquet@2024-11-08"], status: 1, says: "There is no file x.parquet" },
    { args: ["start", "--stage", "prod"], status: 2, says: "works on this machine: use --stack" },
    { args: ["status", "--from", "2024-02-30"], status: 2, says: "expected a date that exists" },
    { args: ["rerun", "--date", "2024-11-08"], status: 2, says: "required option '--pipeline" },
    { args: ["backfill", "--from", "2024-11-08"], status: 2, says: "Give --from and --to, or --resume <id>" },
    {
      args: ["backfill", "--resume", "x", "--from", "2024-11-08"],
      status: 2,
      says: "takes up a backfill as it was begun",
    },
    { args: ["backfill", "--from", "2024-11-08", "--to", "2024-11-07"], status: 2, says: "is after --to" },
    {
      args: ["backfill", "--from", "2024-11-08", "--to", "2024-11-09", "--parallel", "0"],
      status: 2,
      says: "1 to 1000",
    },
    { args: ["rollback", "--table", "x"], status: 2, says: "required option '--date" },
    { args: ["logs", "x"], status: 1, says: "Nothing is deployed for the stack dev yet" },
    { args: ["local", "run"], status: 2, says: "give --land <file>@<date>" },
    { args: ["local", "run", "--land", "x.parquet"], status: 2, says: "expected <file>@<date>" },
    { args: ["local", "run", "--control", "x@2024-11-08"], status: 2, says: "expected <name>.done@<date>" },
    {
      args: ["local", "run", "--land", "a.parquet@1", "b.parquet@1"],
      status: 1,
      says: "no file a.parquet and no file b",
    },
    { args: ["local", "up", "--port", "99999"], status: 2, says: "expected 0 to 65535" },
    { args: ["--state", ".", "local", "reset"], status: 1, says: "Pulumi.yaml. Nothing was removed" },
    {
      args: ["sample", "download", "--from", "http://127.0.0.1:9/x"],
      status: 1,
      says: /cannot be read.*generated data/,
    },
  ];
  for (const { args, outside, status, says } of cases) {
    it(`tributary ${args.join(" ")}${outside ? " (no project)" : ""} → ${status}`, () => {
      const { status: found, stdout, stderr } = run(outside ? tmpdir() : project, ...args);
      expect(stderr).to.match(says instanceof RegExp ? says : new RegExp(says.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")));
      expect(stderr).not.to.match(/^\s+at /m);
      expect(stdout).to.equal("");
      expect(found).to.equal(status);
    });
  }

  it("shows its version", () => {
    const { version } = JSON.parse(readFileSync(resolve(BIN, "../../package.json"), "utf8")) as { version: string };
    expect(run(tmpdir(), "--version")).to.deep.include({ status: 0, stdout: `${version}\n`, stderr: "" });
  });

  it("shows its commands", () => {
    const { status, stdout } = run(tmpdir(), "--help");
    expect(status).to.equal(0);
    for (const command of ["start", "query", "status", "rerun", "backfill", "rollback", "logs", "local", "sample"])
      expect(stdout).to.include(command);
  });

  it("shows where an error happened only if asked", () => {
    const { status, stderr } = run(project, "--verbose", "query", "select 1");
    expect(status).to.equal(1);
    expect(stderr).to.match(/^\s+at /m);
  });

  it("asks before it forgets a lake, and removes nothing where nobody can answer", () => {
    const state = join(project, ".tributary/dev");
    mkdirSync(state, { recursive: true });
    writeFileSync(join(state, "deployed.json"), "{}");
    expect(run(project, "local", "reset")).to.deep.include({
      status: 2,
      stderr: `Remove the data, catalog and history in ${state}? Nobody is there to be asked: give --yes.\n`,
    });
    expect(readFileSync(join(state, "deployed.json"), "utf8")).to.equal("{}");
    expect(run(project, "local", "reset", "--yes").status).to.equal(0);
    expect(existsSync(state)).to.equal(false);
  });

  it("finds nothing to stop or to remove without complaint", () => {
    expect(run(project, "local", "down")).to.include({ status: 0, stdout: "Nothing serves the stack dev.\n" });
    expect(run(project, "local", "reset")).to.include({ status: 0 });
  });
});
