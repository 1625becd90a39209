/**
 * This package as other projects have it: packed, installed from the registry's packages, and used as its guide says, in a
 * project that has nothing of this repository.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { ServedPack } from "../policy/served-pack";

const REPOSITORY = resolve(__dirname, "../..");

/** The files that the guide shows, by their names. */
function guideFiles(): [name: string, content: string][] {
  const guide = readFileSync(join(REPOSITORY, "docs/your-own-lake.md"), "utf8");
  return [...guide.matchAll(/^`([\w./-]+)`\n\n```\w+\n([\s\S]*?)^```$/gm)].map(([, name, content]) => [name, content]);
}

/** The explanation that the guide shows. */
function toldByGuide(): string {
  const guide = readFileSync(join(REPOSITORY, "docs/your-own-lake.md"), "utf8");
  return /^```\n(revenue 2024-11-09 against[\s\S]*?)^```$/m.exec(guide)?.[1] ?? "";
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

/** Without what is another one each time. */
const timeless = (story: string): string => story.replace(/, arrived \S+/g, "").trim();

describe("a project that installs this package", function () {
  let folder: string;

  const run = (command: string, ...args: string[]): string =>
    execFileSync(command, args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const tributary = (...args: string[]): string => run("npx", "--no-install", "tributary", ...args);

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "tributary-project-"));
    execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: REPOSITORY, stdio: "pipe" });
    const [packed] = readdirSync(folder);
    run("npm", "install", "--no-audit", "--no-fund", "--prefer-offline", packed);
    tributary("init");
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("is the one that the guide shows", () => {
    expect(guideFiles()).to.have.length(7);
    for (const [name, content] of guideFiles())
      expect(readFileSync(join(folder, name), "utf8"), name).to.equal(content);
  });

  it("passes its tests at once, its types against the package's declarations", () => {
    expect(run("npm", "test")).to.match(/1 passed, 0 failed/);
  });

  it("passes them as an ES module in a workspace, too", () => {
    const member = join(folder, "packages/member");
    mkdirSync(member, { recursive: true });
    writeFileSync(join(member, "package.json"), JSON.stringify({ name: "member", type: "module" }));
    const within = (command: string, ...args: string[]): string =>
      execFileSync(command, args, { cwd: member, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    within("npx", "--no-install", "tributary", "init");
    expect(within("npm", "test")).to.match(/1 passed, 0 failed/);
  });

  it("has nothing wrong, and hears what is, where it is", () => {
    tributary("check");
    const model = join(folder, "sql/revenue.sql");
    const good = readFileSync(model, "utf8");
    writeFileSync(model, good.replace("sum(amount)", "sum(amuont)"));
    expect(() => tributary("check")).to.throw(/sql\/revenue\.sql:4:9[\s\S]*amuont[\s\S]*did you mean 'amount'/);
    writeFileSync(model, good);
  });

  it("runs on one machine, and knows what moved and why", () => {
    for (const date of ["2024-11-08", "2024-11-09"])
      tributary("local", "run", "--land", `data/orders-${date}.csv@${date}`);
    const sql = "select * from processed_db_dev.revenue order by exec_date, country";
    expect(tributary("query", "--format", "csv", sql).trim().split("\r\n").slice(1)).to.deep.equal([
      "202410,DE,5.00,2024-11-08",
      "202410,FR,30.00,2024-11-08",
      "202410,DE,5.00,2024-11-09",
      "202410,FR,35.50,2024-11-09",
    ]);
    const story = tributary("explain", "--table", "revenue", "--date", "2024-11-09");
    expect(timeless(story)).to.equal(timeless(toldByGuide()));
  });

  it("gives its functions what they need of the package and its dependencies, and no more", () => {
    const archives = join(folder, ".tributary/dev/archives");
    const packages = new Set<string>();
    for (const name of readdirSync(archives)) {
      const archive = join(archives, name);
      expect(readdirSync(archive)).to.have.members(["__index.js", "node_modules"]);
      for (const packed of readdirSync(join(archive, "node_modules"))) packages.add(packed);
      expect(readdirSync(join(archive, "node_modules/tributary/dist"))).to.have.members([
        "athena-sql",
        "audit",
        "functions",
      ]);
      expect(sizeOf(archive), name).to.be.below(3 * 1024 * 1024);
      // As the guide says.
      expect(sizeOf(join(archive, "node_modules/tributary/dist")) / 1000).to.be.closeTo(820, 60);
    }
    expect([...packages]).to.have.members(["tributary", "hyparquet", "nunjucks", "a-sync-waterfall", "asap"]);
  });

  it("has the policy pack", async () => {
    const pack = await ServedPack.open(join(folder, "node_modules/tributary/dist/policy"));
    try {
      const bucket = { type: "aws:s3/bucket:Bucket", name: "open", properties: { bucket: "open" } };
      expect((await pack.violations([bucket])).join("\n")).to.contain("open");
    } finally {
      pack.close();
    }
  });
});
