import { expect } from "chai";
import { execFileSync, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { diff, type DiffOptions } from "../../../cli/commands/diff";
import type { LakeDifference } from "../../../cli/diff/compare";
import { Progress } from "../../../cli/presentation/progress";

const house = resolve(__dirname, "../../..");
const DAILY = "sql/usghgemission/utility_emissions_daily.sql";
const MONTHLY = "sql/usghgemission/utility_emissions_monthly.sql";

/** A repository with the program, and a branch for each change. The real commands work on it. */
describe("tributary diff", function () {
  let project: string;
  /** Folder for temporary ones, so that others' don't count. */
  let temporary: string;
  const { TMPDIR } = process.env;

  const git = (...args: string[]): string =>
    execFileSync("git", ["-C", project, "-c", "user.name=test", "-c", "user.email=test@example.com", ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  const edit = (file: string, from: string, to: string): void => {
    const text = readFileSync(join(project, file), "utf8");
    expect(text, file).to.contain(from);
    writeFileSync(join(project, file), text.replace(from, to));
  };
  const branch = (name: string, change: () => void): void => {
    git("checkout", "--quiet", "-b", name, "main");
    change();
    git("commit", "--quiet", "--all", "--message", name);
    git("checkout", "--quiet", "main");
  };

  before(() => {
    project = mkdtempSync(join(tmpdir(), "tributary-versions-"));
    const program = [
      "index.ts",
      "package.json",
      "package-lock.json",
      "tsconfig.json",
      "Pulumi.yaml",
      "Pulumi.dev.yaml",
    ];
    for (const name of [
      ...program,
      "stacks",
      "infra",
      "functions",
      "audit",
      "athena-sql",
      "event-patterns",
      "rows",
      "sql",
    ]) {
      cpSync(join(house, name), join(project, name), { recursive: true });
    }
    symlinkSync(join(house, "node_modules"), join(project, "node_modules"));
    writeFileSync(join(project, ".gitignore"), "node_modules\n.tributary\n");
    git("init", "--quiet", "--initial-branch", "main");
    git("add", "--all");
    git("commit", "--quiet", "--message", "The program");
    branch("reworded", () => edit(DAILY, "-- CO2 tons per calendar day", "-- Carbon dioxide, tons per day"));
    branch("changed", () => {
      edit(
        DAILY,
        "+ coalesce(indiana.co2_ton, cast(0 as real)) as",
        "- coalesce(indiana.co2_ton, cast(0 as real)) * cast(0 as real) as",
      );
      edit(MONTHLY, "as co2_ton_total", "as co2_ton_total,\n    cast(2 as integer) as states");
      edit(
        "stacks/emissions.ts",
        'record_month: "string", ...co2Columns',
        'record_month: "string", ...co2Columns, states: "int"',
      );
    });
    temporary = mkdtempSync(join(tmpdir(), "tributary-scratch-"));
    process.env.TMPDIR = temporary;
  });
  after(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
    for (const folder of [project, temporary]) rmSync(folder, { recursive: true, force: true });
  });
  afterEach("nothing is left behind", () => {
    expect(git("worktree", "list").trim().split("\n")).to.have.length(1);
    expect(readdirSync(temporary).filter((name) => name.startsWith("tributary-diff-"))).to.deep.equal([]);
  });

  async function run(
    base: string,
    head: string,
    format: DiffOptions["format"],
  ): Promise<{ printed: string; failure?: string }> {
    let printed = "";
    const session = {
      project: { folder: project, stack: "dev", state: join(project, ".tributary", "dev") },
      progress: new Progress({ write: () => undefined }),
      look: { unicode: false, colour: false },
      print: (text: string) => void (printed += text),
      warn: () => undefined,
    };
    try {
      await diff(session, base, head, { format, rows: 3000, land: [], keep: false });
      return { printed };
    } catch (error) {
      return { printed, failure: (error as Error).message };
    } finally {
      session.progress.close();
    }
  }

  it("tells which rows of which columns a changed model changes, and a column that is new", async () => {
    const { printed, failure } = await run("main", "changed", "json");
    expect(failure).to.equal(undefined);
    const found = JSON.parse(printed) as LakeDifference & { different: boolean };
    expect(found.different).to.equal(true);
    expect(found.runs).to.deep.equal([]);
    expect(found.only).to.deep.equal([]);
    expect(found.audits.total).to.equal(0);
    const daily = found.tables.find(({ table }) => table === "processed_db_dev.utility_emissions_daily");
    expect(daily?.schema).to.deep.equal([]);
    expect(daily?.rows?.key).to.deep.equal(["record_date"]);
    expect(daily?.rows?.columns.map(({ column }) => column)).to.deep.equal(["co2_ton_total"]);
    expect(daily?.rows?.dates.map(({ date, added, removed }) => [date, added, removed])).to.deep.equal([
      ["2024-11-08", 0, 0],
      ["2024-11-09", 0, 0],
    ]);
    for (const { changed, base, head } of daily?.rows?.dates ?? []) {
      expect(base).to.equal(head);
      expect(changed).to.be.within(1, base);
    }
    const deltas = daily?.rows?.largest.map(({ delta = 0 }) => delta) ?? [];
    expect(deltas).to.have.length(5);
    expect(deltas).to.deep.equal([...deltas].sort((a, b) => a - b));
    expect(deltas[0]).to.be.lessThan(0);
    const monthly = found.tables.find(({ table }) => table === "processed_db_dev.utility_emissions_monthly");
    expect(monthly).to.deep.equal({
      table: "processed_db_dev.utility_emissions_monthly",
      schema: [{ column: "states", head: "int" }],
    });
    expect(found.cost.base.queries).to.be.greaterThan(5);
  });

  it("finds no difference where there is none, and prints it for a request", async () => {
    const { printed, failure } = await run("main", "reworded", "markdown");
    expect(failure).to.equal(undefined);
    expect(printed).to.match(
      /^### Data diff: `main \([0-9a-f]{7}\)` → `reworded \([0-9a-f]{7}\)`\n\n\*\*No difference\.\*\* /,
    );
  });

  it("fails with the findings of a version that does not evaluate, also of files that are not committed", async () => {
    edit(MONTHLY, "ohio.co2_ton as co2_ton_oh", "ohio.co2_tom as co2_ton_oh");
    try {
      const { printed, failure } = await run("main", ".", "markdown");
      expect(failure)
        .to.match(/working tree: .*failed:/)
        .and.contain(`${MONTHLY}:12:5`)
        .and.contain("co2_tom");
      expect(printed).to.contain("nothing to compare").and.contain("co2_tom");
    } finally {
      git("checkout", "--quiet", "--", ".");
    }
  });

  it("names a version that is not there", async () => {
    const { failure } = await run("main", "nowhere", "table");
    expect(failure).to.contain("There is no version 'nowhere' to compare");
  });

  it("cleans up when it is interrupted", async () => {
    const bin = join(house, "cli", "tributary.js");
    const child = spawn(process.execPath, [bin, "diff", "main", "changed"], { cwd: project, stdio: "ignore" });
    const ended = new Promise((settle) => child.once("exit", settle));
    const isEvaluating = (): boolean =>
      readdirSync(temporary).some((name) => existsSync(join(temporary, name, "sample", "misreported")));
    while (!isEvaluating() && child.exitCode === null) await new Promise((settle) => setTimeout(settle, 20));
    child.kill("SIGINT");
    expect(await ended).to.equal(130);
  });
});
