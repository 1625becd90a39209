/**
 * What clients that strangers wrote can do with the local runtime: boto3, awswrangler, PyAthena, SQLAlchemy, the AWS CLI, a dbt
 * project that is built, tested, and built again for another day, and a SQLMesh project that is planned, extended and restated.
 */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Runtime } from "../../../local/runtime";
import { requirePython } from "../python";

interface Outcome {
  readonly client: string;
  readonly operation: string;
  /** `ok`, or what the client raised. */
  readonly outcome: string;
}

describe("clients against the local runtime", function () {
  this.timeout(900_000);
  let commands: string;
  let runtime: Runtime;
  let folder: string;
  const outcomes: Outcome[] = [];
  const began = performance.now();

  before(async function () {
    commands = await requirePython(this, join(__dirname, "requirements.txt"));
    folder = mkdtempSync(join(tmpdir(), "tributary-clients-"));
    const place = { account: "111122223333", region: "us-east-1" };
    runtime = await Runtime.open({ folder: join(folder, "runtime"), place });
    for (const bucket of ["lake", "results"]) runtime.services.s3.createBucket(bucket);
  });

  after(async () => {
    await (runtime as Runtime | undefined)?.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
    const width = Math.max(0, ...outcomes.map(({ client }) => client.length));
    for (const { client, operation, outcome } of outcomes) {
      process.stdout.write(`    ${client.padEnd(width)}  ${outcome === "ok" ? "ok     " : "differs"}  ${operation}\n`);
    }
    process.stdout.write(`    ${Math.round((performance.now() - began) / 1000)} s\n`);
  });

  /** Runs Python as a client of the runtime; answers what it printed. */
  const python = (
    args: readonly string[],
    cwd: string,
    from = commands,
  ): Promise<{ code: number | null; output: string }> =>
    new Promise((resolve, reject) => {
      const env = { ...process.env, ...runtime.environment(), DBT_SEND_ANONYMOUS_USAGE_STATS: "false" };
      const child = spawn(join(from, "python"), args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
      let output = "";
      child.stdout.on("data", (part: Buffer) => (output += part.toString()));
      child.stderr.on("data", (part: Buffer) => (output += part.toString()));
      child.once("error", reject);
      child.once("close", (code) => resolve({ code, output }));
    });

  it("boto3, awswrangler, PyAthena, SQLAlchemy and the AWS CLI do what they do on AWS", async () => {
    const { output } = await python([join(__dirname, "operations.py")], folder);
    const lines = output.split("\n").filter((line) => line.startsWith("{"));
    outcomes.push(...lines.map((line) => JSON.parse(line) as Outcome));
    expect(outcomes, output).to.have.length.greaterThan(30);
    expect(outcomes.filter(({ outcome }) => outcome !== "ok")).to.deep.equal([]);
  });

  it("dbt-athena builds and tests a project: a seed, a table, a view, an incremental table", async () => {
    const project = join(folder, "dbt");
    cpSync(join(__dirname, "dbt"), project, { recursive: true });
    const dbt = "import sys; from dbt.cli.main import cli; cli(sys.argv[1:])";
    for (const day of ["2024-01-01", "2024-01-02"]) {
      const vars = `{day: "${day}"}`;
      const args = ["-c", dbt, "--no-use-colors", "build", "--profiles-dir", ".", "--vars", vars];
      const { code, output } = await python(args, project);
      outcomes.push({ client: "dbt-athena", operation: `build ${day}`, outcome: code === 0 ? "ok" : output });
      expect(output).to.match(/Done\. PASS=9 WARN=0 ERROR=0 SKIP=0/);
    }
  });

  it("SQLMesh applies a plan, a longer one and a restatement: a seed, a table, a view, an incremental table", async function () {
    const project = join(folder, "sqlmesh");
    cpSync(join(__dirname, "sqlmesh"), project, { recursive: true });
    // An environment of its own: SQLMesh and dbt ask for different versions of what both use.
    const environment = await requirePython(this, join(project, "requirements.txt"));
    const sqlmesh = async (operation: string, ...args: string[]): Promise<string> => {
      const main = "import sys; from sqlmesh.cli.main import cli; cli(sys.argv[1:])";
      const { code, output } = await python(["-c", main, ...args], project, environment);
      outcomes.push({ client: "SQLMesh", operation, outcome: code === 0 ? "ok" : output });
      expect(code, output).to.equal(0);
      return output;
    };
    const plan = (first: string, last: string, ...more: string[]): string[] => {
      return ["plan", "dev", "--auto-apply", "--no-prompts", "--start", first, "--end", last, ...more];
    };
    const applied = await sqlmesh("plan", ...plan("2024-01-01", "2024-01-03"));
    expect(applied)
      .to.match(/audits passed 2/)
      .and.match(/insert 2024-01-01 - 2024-01-03 \(9 rows\)/);
    await sqlmesh("longer plan", ...plan("2024-01-01", "2024-01-05"));
    await sqlmesh("restatement", ...plan("2024-01-02", "2024-01-02", "--restate-model", "shop.days"));
    const days = await sqlmesh(
      "fetchdf",
      ...["fetchdf", "select day, count(*) n, min(first_day) f from shop__dev.days group by day order by day"],
    );
    expect(days.match(/2024-01-\d\d +3 +2024-01-\d\d/g)).to.deep.equal([
      "2024-01-01  3  2024-01-01",
      "2024-01-02  3  2024-01-02",
      "2024-01-03  3  2024-01-01",
      "2024-01-04  3  2024-01-04",
      "2024-01-05  3  2024-01-04",
    ]);
  });
});
