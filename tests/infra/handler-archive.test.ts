import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { OWN_MODULES } from "../../infra/handler-archive";
import { importedModules } from "../modules";

const house = resolve(__dirname, "..", "..");

/** A program with one handler, in a folder of its own: the module under test, and a function that its handler uses. */
class Program {
  private readonly folder = mkdtempSync(join(tmpdir(), "tributary-archive-"));

  constructor() {
    for (const room of ["infra", "functions", "audit", "athena-sql", "node_modules"])
      mkdirSync(join(this.folder, room));
    copyFileSync(join(house, "infra/handler-archive.ts"), join(this.folder, "infra/handler-archive.ts"));
    for (const library of ["@pulumi", "zod"])
      symlinkSync(join(house, "node_modules", library), join(this.folder, "node_modules", library));
    this.write("package.json", JSON.stringify({ name: "one", dependencies: { words: "*", others: "*" } }));
    for (const name of ["words", "others"]) {
      mkdirSync(join(this.folder, "node_modules", name));
      this.write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: "1.0.0" }));
    }
    this.write("pnpm-lock.yaml", "lockfileVersion: 9");
    this.write("functions/greet.ts", "export const greet = (name: unknown): string => `hello ${String(name)}`;\n");
    this.write(
      "print.ts",
      `import { handlerArchive } from "./infra/handler-archive";
       import { greet } from "./functions/greet";
       const handler = { factory: () => (event: unknown) => Promise.resolve(greet(event)), packages: ["words"] };
       void (async () => {
         const archive = await handlerArchive(handler);
         if (archive !== (await handlerArchive(handler))) throw new Error("made twice");
         const assets = await archive.assets;
         const text = await (assets["__index.js"] as unknown as { text: Promise<string> }).text;
         console.log(JSON.stringify({ text, names: Object.keys(assets) }));
       })();\n`,
    );
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.folder, path), text);
  }

  /** Takes another program's packages, by a link. */
  link(other: Program): void {
    rmSync(join(this.folder, "node_modules"), { recursive: true });
    symlinkSync(join(other.folder, "node_modules"), join(this.folder, "node_modules"));
  }

  /** What a process of its own packs. */
  pack(): { readonly text: string; readonly names: string[] } {
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ["--require", join(house, "local/evaluate/register-typescript.js"), "print.ts"],
      { cwd: this.folder, env: { ...process.env, TS_NODE_PROJECT: join(house, "tsconfig.json") }, encoding: "utf8" },
    );
    expect(status, stderr).to.equal(0);
    return JSON.parse(stdout) as { text: string; names: string[] };
  }

  /** Paths of what was kept. */
  kept(): string[] {
    const folder = join(this.folder, "node_modules/.cache/tributary-closures");
    return readdirSync(folder).map((name) => join(folder, name));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

describe("the archive of a handler", () => {
  let program: Program;
  beforeEach(() => (program = new Program()));
  afterEach(() => program.remove());

  it("holds the serialized closure and the packages it requires", () => {
    const { text, names } = program.pack();
    expect(text).to.contain("hello ${String(name)}").and.to.contain("exports.handler");
    expect(names).to.include.members(["__index.js", "node_modules/words"]).and.not.to.include("node_modules/others");
  });

  it("is kept, and read by the next evaluation", () => {
    const made = program.pack();
    const [path] = program.kept();
    expect(JSON.parse(readFileSync(path, "utf8"))).to.have.property("text", made.text);
    writeFileSync(path, JSON.stringify({ text: "// as it was kept", paths: [] }));
    expect(program.pack()).to.deep.equal({ text: "// as it was kept", names: ["__index.js"] });
  });

  it("is made again when what the handler uses has changed, or a package has", () => {
    const before = program.pack();
    program.write(
      "functions/greet.ts",
      "export const greet = (name: unknown): string => `good evening ${String(name)}`;\n",
    );
    expect(program.pack().text).to.equal(before.text.replace("hello", "good evening"));
    program.write("pnpm-lock.yaml", "lockfileVersion: 9.1");
    program.pack();
    expect(program.kept()).to.have.length(3);
  });

  it("is made from every room that handlers reach", () => {
    const reached = new Set<string>();
    const reach = (module: string): void => {
      if (reached.has(module)) return;
      reached.add(module);
      importedModules(module).forEach(reach);
    };
    importedModules("infra/handlers.ts")
      .filter((module) => !module.startsWith("infra/"))
      .forEach(reach);
    expect([...new Set([...reached].map((module) => module.split("/")[0]))]).to.have.members(OWN_MODULES);
  });

  it("is another one for a program that takes these packages by a link: they may be called differently there", () => {
    program.pack();
    const other = new Program();
    other.link(program);
    other.pack();
    other.remove();
    expect(program.kept()).to.have.length(2);
  });

  it("is made again where what was kept is cut off or speaks of packages that are gone", () => {
    const made = program.pack();
    const [path] = program.kept();
    for (const damaged of ['{"text":"// cut', JSON.stringify({ text: "// old", paths: ["node_modules/gone"] })]) {
      writeFileSync(path, damaged);
      expect(program.pack()).to.deep.equal(made);
    }
  });
});
