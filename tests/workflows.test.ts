import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { load } from "js-yaml";
import { z } from "zod";

const house = resolve(__dirname, "..");
const folder = join(house, ".github/workflows");

const permissions = z.record(z.string(), z.enum(["read", "write", "none"]));
const workflow = z.object({
  on: z.record(z.string(), z.unknown()),
  permissions,
  jobs: z.record(
    z.string(),
    z.object({
      if: z.string().optional(),
      "timeout-minutes": z.number(),
      permissions: permissions.optional(),
      strategy: z.object({ matrix: z.record(z.string(), z.unknown()) }).optional(),
      steps: z.array(z.object({ uses: z.string().optional(), run: z.string().optional() })),
    }),
  ),
});

describe("the workflows", () => {
  const scripts = (JSON.parse(readFileSync(join(house, "package.json"), "utf8")) as { scripts: object }).scripts;

  for (const name of readdirSync(folder)) {
    const text = readFileSync(join(folder, name), "utf8");
    const { on, jobs, ...rest } = workflow.parse(load(text));

    it(`${name}: runs what there is`, () => {
      for (const { steps } of Object.values(jobs)) {
        for (const { run } of steps) {
          const script = /^npm (?:run )?(\w[\w:]*)$/.exec(run ?? "")?.[1];
          if (script && script !== "ci") expect(scripts).to.have.property(script);
          const file = /^bash (\S+)$/.exec(run ?? "")?.[1];
          if (file) expect(existsSync(join(house, file)), file).to.equal(true);
        }
      }
    });

    it(`${name}: reads only, unless a job says otherwise; stores no key; ends in time`, () => {
      expect(rest.permissions).to.deep.equal({ contents: "read" });
      expect(text).to.not.match(/secrets\.|pull_request_target/);
      for (const [job, { permissions: own = {}, "timeout-minutes": minutes, if: condition = "" }] of Object.entries(
        jobs,
      )) {
        expect(minutes, job).to.be.most(90);
        // Who may write gives nothing to a fork.
        if (Object.values(own).includes("write"))
          expect(condition, job).to.include("head.repo.full_name == github.repository");
      }
      expect(Object.keys(on)).to.include("pull_request");
    });

    it(`${name}: takes actions at exact versions`, () => {
      for (const { steps } of Object.values(jobs)) {
        for (const { uses } of steps) if (uses) expect(uses).to.match(/@(v\d+\.\d+\.\d+|[0-9a-f]{40})$/);
      }
    });
  }

  it("preview every stage that is on AWS", () => {
    const stages = readdirSync(house).flatMap((name) => /^Pulumi\.(\w+)\.yaml$/.exec(name)?.[1] ?? []);
    const { jobs } = workflow.parse(load(readFileSync(join(folder, "preview.yml"), "utf8")));
    const { include } = z
      .object({ include: z.array(z.object({ stage: z.string() })) })
      .parse(jobs.preview.strategy?.matrix);
    expect(include.map(({ stage }) => stage).sort()).to.deep.equal(stages.filter((stage) => stage !== "local").sort());
  });
});
