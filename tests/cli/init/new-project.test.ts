import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { writeProject } from "../../../cli/init/new-project";

const template = { folder: join(__dirname, "../../../examples/shop"), dependencies: { "@pulumi/pulumi": "^3.1.0" } };

describe("a new project", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "tributary-init-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const put = (name: string, content: string): void => writeFileSync(join(folder, name), content);
  const text = (name: string): string => readFileSync(join(folder, name), "utf8");
  const files = (): string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
      .sort();

  it("has every file of the template, and says which", () => {
    put("package.json", JSON.stringify({ dependencies: { tributary: "file:tributary.tgz" } }));
    const written = writeProject(folder, template);
    expect(written.sort()).to.deep.equal(files());
    const copied = readdirSync(template.folder, { recursive: true, withFileTypes: true }).filter((e) => e.isFile());
    expect(written).to.have.length(copied.length + 1);
    expect(text("index.ts")).to.equal(readFileSync(join(template.folder, "index.ts"), "utf8"));
    expect(text(".gitignore")).to.contain(".tributary/");
  });

  it("has a package.json with its test, its program and what the program imports", () => {
    put("package.json", JSON.stringify({ name: "mine", type: "module", dependencies: { tributary: "1.2.3" } }));
    writeProject(folder, template);
    expect(JSON.parse(text("package.json"))).to.deep.equal({
      name: "mine",
      type: "module",
      main: "index.ts",
      scripts: { test: "tsc -p . && tributary check && tributary test" },
      dependencies: { "@pulumi/pulumi": "^3.1.0", tributary: "1.2.3" },
    });
  });

  it("replaces what npm init says of a test and a program that are not there, and nothing that is", () => {
    const test = 'echo "Error: no test specified" && exit 1';
    put("package.json", JSON.stringify({ main: "index.js", scripts: { test, lint: "eslint" } }));
    writeProject(folder, template);
    const { main, scripts } = JSON.parse(text("package.json")) as { main: string; scripts: Record<string, string> };
    expect([main, scripts.lint, scripts.test]).to.deep.equal(["index.ts", "eslint", "tsc -p . && tributary check && tributary test"]); // prettier-ignore

    rmSync(folder, { recursive: true });
    folder = mkdtempSync(join(tmpdir(), "tributary-init-"));
    const own = { main: "program.ts", scripts: { test: "mocha" }, dependencies: { "@pulumi/pulumi": "3.0.0" } };
    const before = `${JSON.stringify(own, undefined, 4)}\n`;
    put("package.json", before);
    put("program.ts", "");
    put("README.md", "mine");
    const written = writeProject(folder, template);
    expect(written).not.to.include.members(["package.json"]).and.not.to.include.members(["README.md"]);
    expect([text("package.json"), text("README.md")]).to.deep.equal([before, "mine"]);
  });

  it("is not written over another, nor without a package.json, nor into one that is no JSON", () => {
    expect(() => writeProject(folder, template)).to.throw(/There is no package.json in .*npm install/);
    put("package.json", "{");
    expect(() => writeProject(folder, template)).to.throw(/package.json is not what npm writes/);
    put("package.json", "{}");
    put("index.ts", "mine");
    put("Pulumi.yaml", "mine");
    expect(() => writeProject(folder, template)).to.throw(/has index.ts, Pulumi.yaml already: nothing was written/);
    expect(files()).to.deep.equal(["Pulumi.yaml", "index.ts", "package.json"]);
  });
});
