/** What editors, GitHub and containers read of this repository: that it is well formed, and agrees with package.json. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { load } from "js-yaml";
import { z } from "zod";
import { house, links, page } from "./markdown";

const packageJson = z
  .object({
    version: z.string(),
    engines: z.object({ node: z.string() }),
    dependencies: z.record(z.string(), z.string()),
    devDependencies: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(page("package.json")));
const nvmrc = page(".nvmrc").trim();

describe("what surrounds the code", () => {
  it("dev container: the Node.js of .nvmrc, which package.json allows, and what the slow suites need", () => {
    // containers.dev, "Dev Container metadata reference".
    const { image, features, postCreateCommand } = z
      .object({ image: z.string(), features: z.record(z.string(), z.unknown()), postCreateCommand: z.string() })
      .parse(JSON.parse(page(".devcontainer/devcontainer.json")));
    expect(image).to.equal(`mcr.microsoft.com/devcontainers/typescript-node:${nvmrc}`);
    expect(Number(nvmrc)).to.be.at.least(Number(/^>=(\d+)$/.exec(packageJson.engines.node)?.[1]));
    expect(Object.keys(features).map((name) => /([a-z]+):\d+$/.exec(name)?.[1])).to.deep.equal(["go", "python"]);
    expect(postCreateCommand).to.equal("npm ci");
  });

  it("pages that tell which Node.js is needed agree", () => {
    const oldest = /\d+/.exec(packageJson.engines.node)?.[0] ?? "";
    const said = `Node.js ${oldest} or ${nvmrc}`;
    for (const path of ["README.md", "CONTRIBUTING.md"]) expect(page(path), path).to.contain(said);
  });

  it(".editorconfig says what Prettier does", () => {
    const config = page(".editorconfig");
    const { printWidth } = z.object({ printWidth: z.number() }).parse(JSON.parse(page(".prettierrc.json")));
    expect(config).to.match(/^root = true$/m);
    expect(Number(/^\[\*\]$[^[]*^max_line_length = (\d+)$/m.exec(config)?.[1])).to.equal(printWidth);
    expect(Number(/^\[\*\]$[^[]*^indent_size = (\d+)$/m.exec(config)?.[1])).to.equal(2);
  });

  it("Dependabot: packages, actions and the container, each release a week old, and groups that match something", () => {
    // GitHub documentation, "Dependabot options reference".
    const update = z.strictObject({
      "package-ecosystem": z.enum(["npm", "github-actions", "devcontainers"]),
      directory: z.literal("/"),
      schedule: z.strictObject({ interval: z.enum(["daily", "weekly", "monthly"]) }),
      cooldown: z.strictObject({ "default-days": z.number() }).optional(),
      groups: z
        .record(
          z.string(),
          z.strictObject({
            patterns: z.array(z.string()).optional(),
            "dependency-type": z.enum(["development", "production"]).optional(),
          }),
        )
        .default({}),
      ignore: z.array(z.strictObject({ "dependency-name": z.string() })).default([]),
    });
    const { updates } = z
      .strictObject({ version: z.literal(2), updates: z.array(update) })
      .parse(load(page(".github/dependabot.yml")));
    expect(updates.map((each) => each["package-ecosystem"])).to.deep.equal(["npm", "github-actions", "devcontainers"]);
    const [{ groups, ignore, cooldown }] = updates;
    expect(cooldown?.["default-days"]).to.be.at.least(7);
    const names = Object.keys({ ...packageJson.dependencies, ...packageJson.devDependencies });
    for (const pattern of Object.values(groups).flatMap(({ patterns = [] }) => patterns)) {
      expect(names.filter((name) => name.startsWith(pattern.replace("*", ""))).length, pattern).to.be.greaterThan(1);
    }
    for (const { "dependency-name": name } of ignore) {
      expect(packageJson.dependencies[name], `${name} is pinned`).to.match(/^\d/);
    }
  });

  it("issue forms have what GitHub asks of them", () => {
    // GitHub documentation, "Syntax for GitHub's form schema".
    const field = z.strictObject({
      type: z.enum(["textarea", "input", "dropdown"]),
      id: z.string().regex(/^[\w-]+$/),
      attributes: z.strictObject({
        label: z.string(),
        description: z.string().optional(),
        render: z.string().optional(),
        options: z.array(z.string()).optional(),
      }),
      validations: z.strictObject({ required: z.boolean() }).optional(),
    });
    const form = z.strictObject({
      name: z.string(),
      description: z.string(),
      labels: z.array(z.string()),
      body: z.array(field).min(1),
    });
    const files = readdirSync(join(house, ".github", "ISSUE_TEMPLATE")).filter((name) => name !== "config.yml");
    expect(files).to.have.members(["bug.yml", "differs-from-aws.yml", "feature.yml"]);
    for (const file of files) {
      const text = page(`.github/ISSUE_TEMPLATE/${file}`);
      const { body } = form.parse(load(text));
      expect(new Set(body.map(({ id }) => id)).size, file).to.equal(body.length);
      for (const [path] of text.matchAll(/\bdocs\/[\w-]+\.md/g)) expect(page(path)).to.not.equal("");
    }
    expect(page(".github/pull_request_template.md")).to.contain("CHANGELOG.md");
  });

  it("CHANGELOG.md has a part for the version of package.json", () => {
    const headings = [...page("CHANGELOG.md").matchAll(/^## (.+)$/gm)].map(([, heading = ""]) => heading);
    expect(headings.some((heading) => heading.includes(packageJson.version))).to.equal(true);
    expect(links(page("CHANGELOG.md"))).to.not.deep.equal([]);
  });
});
