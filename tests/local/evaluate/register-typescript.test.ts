import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";

const loader = require.resolve("../../../local/evaluate/register-typescript");

describe("loading TypeScript", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tributary-typescript-"));
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: { target: "ES2020" } }));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs a program, which says in its last line whether the compiler was loaded. */
  async function run(source: string): Promise<{ printed: string; compilerLoaded: boolean }> {
    const end = `console.log(Object.keys(require.cache).some((path) => path.endsWith("/lib/typescript.js")));`;
    writeFileSync(join(folder, "program.ts"), `${source}\n${end}`);
    const { stdout } = await promisify(execFile)(process.execPath, ["--require", loader, "program.ts"], {
      cwd: folder,
      env: { ...process.env, TS_NODE_PROJECT: join(folder, "tsconfig.json") },
    });
    const lines = stdout.trimEnd().split("\n");
    return { printed: lines.slice(0, -1).join("\n"), compilerLoaded: lines[lines.length - 1] === "true" };
  }

  it("compiles a file once, and again when its text or the settings change", async () => {
    mkdirSync(join(folder, "node_modules"));
    expect(await run("console.log(1 as number)")).to.deep.equal({ printed: "1", compilerLoaded: true });
    expect(await run("console.log(1 as number)")).to.deep.equal({ printed: "1", compilerLoaded: false });
    expect(await run("console.log(2 as number)")).to.deep.equal({ printed: "2", compilerLoaded: true });
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: { target: "ES2022" } }));
    expect((await run("console.log(2 as number)")).compilerLoaded).to.equal(true);
    expect(readdirSync(join(folder, "node_modules/.cache/tributary-compiled"))).to.have.length(3);
  });

  it("speaks of lines and columns as they are written, compiled or kept", async () => {
    mkdirSync(join(folder, "node_modules"));
    const source = `interface Unused {\n  a: number;\n}\nconsole.log(/program\\.ts:\\d+:\\d+/.exec(new Error("here").stack!)![0]);`;
    expect((await run(source)).printed).to.equal("program.ts:4:40");
    expect((await run(source)).printed).to.equal("program.ts:4:40");
  });

  it("keeps nothing where there is no node_modules", async () => {
    expect((await run("console.log(1 as number)")).compilerLoaded).to.equal(true);
    expect((await run("console.log(1 as number)")).compilerLoaded).to.equal(true);
    expect(readdirSync(folder).sort()).to.deep.equal(["program.ts", "tsconfig.json"]);
  });
});
