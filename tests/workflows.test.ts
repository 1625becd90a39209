/** The workflows of the repository: what they may do, what they run, and whose code. */
import { expect } from "chai";
import { load } from "js-yaml";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";

const house = resolve(__dirname, "..");
const folder = join(house, ".github", "workflows");

const permissions = z.record(z.string(), z.enum(["read", "write", "none"]));
const step = z.object({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).default({}),
  env: z.record(z.string(), z.string()).default({}),
});
const workflow = z.object({
  name: z.string(),
  on: z.record(z.string(), z.unknown()),
  permissions,
  jobs: z.record(
    z.string(),
    z.object({
      if: z.string().optional(),
      permissions: permissions.optional(),
      "timeout-minutes": z.number(),
      strategy: z.object({ matrix: z.record(z.string(), z.unknown()) }).optional(),
      steps: z.array(step),
    }),
  ),
});

const files = Object.fromEntries(
  readdirSync(folder).map((file) => {
    const text = readFileSync(join(folder, file), "utf8");
    return [file, { text, parsed: workflow.parse(load(text)) }];
  }),
);

/** Every step with the file and job that it is in. */
const steps = Object.entries(files).flatMap(([file, { parsed }]) =>
  Object.entries(parsed.jobs).flatMap(([name, job]) =>
    job.steps.map((each) => ({ place: `${file} ${name}`, file, job, ...each })),
  ),
);

/** Stages of AWS: the local one has the account of zeros. */
const stages = readdirSync(house).flatMap((file) => {
  const stage = /^Pulumi\.(\w+)\.yaml$/.exec(file)?.[1];
  if (stage === undefined) return [];
  const settings = z.object({
    config: z.object({ "aws:region": z.string(), "aws:allowedAccountIds": z.tuple([z.string()]) }),
  });
  const { config } = settings.parse(load(readFileSync(join(house, file), "utf8")));
  const [account] = config["aws:allowedAccountIds"];
  return /^0+$/.test(account) ? [] : [{ stage, account, region: config["aws:region"] }];
});

describe("the workflows", () => {
  it("are those that docs/pull-requests.md describes", () => {
    const docs = readFileSync(join(house, "docs", "pull-requests.md"), "utf8");
    expect(Object.keys(files).sort()).to.deep.equal([
      "checks.yml",
      "data-diff-comment.yml",
      "data-diff.yml",
      "preview.yml",
    ]);
    for (const file of Object.keys(files)) expect(docs).to.contain(file);
  });

  // GitHub documentation, "Permissions for the GITHUB_TOKEN": what is not named is none.
  const granted: Record<string, Record<string, string>> = {
    "checks.yml test": { contents: "read" },
    "checks.yml audit": { contents: "read" },
    "checks.yml findings": { contents: "read" },
    "checks.yml everything": { contents: "read" },
    "preview.yml preview": { contents: "read", "id-token": "write", "pull-requests": "write" },
    "data-diff.yml diff": { contents: "read" },
    "data-diff-comment.yml comment": { actions: "read", "pull-requests": "write" },
  };
  it("have the permissions that they need, and no others", () => {
    const found = Object.entries(files).flatMap(([file, { parsed }]) =>
      Object.entries(parsed.jobs).map(([name, job]) => [`${file} ${name}`, job.permissions ?? parsed.permissions]),
    );
    expect(Object.fromEntries(found)).to.deep.equal(granted);
  });

  it("use no stored key", () => {
    for (const [file, { text }] of Object.entries(files)) {
      expect(text, file).not.to.match(
        /\bsecrets\b|aws-(access-key-id|secret-access-key)|AWS_SECRET|PULUMI_ACCESS_TOKEN/,
      );
    }
  });

  it("pin every action to a commit and say which release that is", () => {
    const used = Object.entries(files).flatMap(([file, { text }]) =>
      [...text.matchAll(/uses:(.*)$/gm)].map(([, action = ""]) => `${file}:${action}`),
    );
    expect(used.length).to.be.greaterThan(10);
    for (const line of used) expect(line).to.match(/^\S+: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    const pins = new Set(used.map((line) => line.replace(/^\S+: /, "")));
    expect(new Set([...pins].map((pin) => pin.split("@")[0])).size).to.equal(pins.size);
  });

  it("never run a request's code with rights: no pull_request_target, nothing checked out after workflow_run", () => {
    for (const [file, { parsed }] of Object.entries(files)) {
      expect(parsed.on, file).not.to.have.property("pull_request_target");
      if (!("workflow_run" in parsed.on)) continue;
      const here = steps.filter((each) => each.file === file);
      expect(here.filter(({ uses = "" }) => /checkout|cache|setup-/.test(uses))).to.deep.equal([]);
      expect(here.filter(({ run = "" }) => /\b(npm|npx|node|bash|sh|source|eval|chmod)\b/.test(run))).to.deep.equal([]);
    }
  });

  it("give a role of AWS to requests of the repository itself only", () => {
    const withToken = Object.values(files).flatMap(({ parsed }) =>
      Object.values(parsed.jobs).filter((job) => (job.permissions ?? parsed.permissions)["id-token"] === "write"),
    );
    expect(withToken).to.have.length(1);
    for (const job of withToken) {
      expect(job.if).to.contain("github.event.pull_request.head.repo.full_name == github.repository &&");
      expect(job.if).not.to.contain("||");
    }
  });

  it("leave no credentials in the checkout", () => {
    const checkouts = steps.filter(({ uses = "" }) => uses.startsWith("actions/checkout@"));
    expect(checkouts).not.to.deep.equal([]);
    for (const { place, with: given } of checkouts) expect(given["persist-credentials"], place).to.equal(false);
  });

  it("preview each stage that has an account on AWS, in its account and region", () => {
    const job = files["preview.yml"]?.parsed.jobs.preview;
    const include = z
      .array(z.object({ stage: z.string(), account: z.string(), region: z.string(), role: z.string() }))
      .parse(job?.strategy?.matrix.include);
    expect(stages).not.to.deep.equal([]);
    expect(include).to.have.deep.members(
      stages.map((each) => ({ ...each, role: `AWS_PREVIEW_ROLE_${each.stage.toUpperCase()}` })),
    );
  });

  it("check each stage that has an account on AWS", () => {
    const matrix = files["checks.yml"]?.parsed.jobs.findings?.strategy?.matrix;
    expect(matrix?.stage).to.have.members(stages.map(({ stage }) => stage));
  });

  it("test the oldest Node.js that is promised, and the one that is used here", () => {
    const oldest = Number(/\d+/.exec(packageJson().engines.node)?.[0]);
    const used = Number(readFileSync(join(house, ".nvmrc"), "utf8"));
    expect(files["checks.yml"]?.parsed.jobs.test?.strategy?.matrix.node).to.deep.equal([oldest, used]);
    const others = steps.flatMap(({ with: given }) => given["node-version"] ?? []);
    expect(new Set(others)).to.deep.equal(new Set(["${{ matrix.node }}", used]));
  });

  it("ask whether what the package installs has known vulnerabilities, without blaming a request", () => {
    const job = files["checks.yml"]?.parsed.jobs.audit;
    expect(job?.steps.map(({ run }) => run)).to.include("npm audit --package-lock-only --omit=dev --audit-level=high");
    expect(files["checks.yml"]?.parsed.on).to.have.property("schedule");
    expect(job?.if).to.equal("github.event_name != 'pull_request'");
  });

  describe("run commands", () => {
    const runs = steps.flatMap(({ place, run }) => (run === undefined ? [] : [{ place, run }]));

    for (const { place, run } of runs) {
      it(`${place}: ${run.split("\n")[0] ?? ""}`, () => {
        // What others write (titles, branch names) reaches a script by its environment, never as its text.
        expect(run).not.to.contain("${{");
        expect(spawnSync("bash", ["-n"], { input: run }).status).to.equal(0);
        for (const [, script = ""] of run.matchAll(/\bnpm (?:run )?([\w:-]+)/g)) {
          expect(["ci", "audit", ...Object.keys(packageJson().scripts)]).to.include(script);
        }
        for (const [command] of run.matchAll(/^\.[\w./-]+/gm)) expect(existsSync(join(house, command))).to.equal(true);
        for (const [, command = "", rest = ""] of run.matchAll(/\bnpx tributary ([\w-]+)([^\n]*)/g)) {
          const bin = join(house, "cli", "tributary.js");
          const { status, stdout } = spawnSync(process.execPath, [bin, command, "--help"], { encoding: "utf8" });
          expect(status, command).to.equal(0);
          expect(stdout).to.contain(`Usage: tributary ${command}`);
          for (const [option] of rest.matchAll(/--[\w-]+/g)) expect(stdout).to.contain(`${option} `);
          const format = /--format (\w+)/.exec(rest)?.[1];
          if (format !== undefined) expect(stdout).to.contain(`"${format}"`);
        }
      });
    }

    it("nothing but what is on a runner or in the project", () => {
      const known = ["npm", "npx", "git", "cat", "set", "if", "fi", "else", "echo", "gh", "jq", ".ci/run"];
      for (const { place, run } of runs) {
        const first = run
          // Continued lines are one, strings and assignments are no commands.
          .replace(/\\\n|\|\n/g, " ")
          .replace(/^(\s*)\w+=\$\(/gm, "$1")
          .split("\n")
          .map((line) => line.trim().split(/\s+/)[0] ?? "")
          .filter((word) => word !== "" && !word.startsWith("#") && !/^\w+=/.test(word));
        for (const word of first) expect(known, `${place}: ${word}`).to.include(word);
      }
    });
  });
});

function packageJson(): { scripts: Record<string, string>; engines: { node: string } } {
  return z
    .object({ scripts: z.record(z.string(), z.string()), engines: z.object({ node: z.string() }) })
    .parse(JSON.parse(readFileSync(join(house, "package.json"), "utf8")));
}
