import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";

const REPOSITORY = resolve(__dirname, "../../..");

/** The guide's first step to a stage on this machine (docs/local-stage.md): nothing is deployed yet, that is for pulumi to do. */
describe("tributary local up --pulumi", () => {
  let state: string;
  before(() => (state = mkdtempSync(join(tmpdir(), "tributary-serve-"))));
  after(() => rmSync(state, { recursive: true, force: true }));

  it("serves an empty machine, with providers for pulumi, until it is told to stop", async () => {
    const args = ["cli/tributary.js", "--stack", "local", "--state", state, "local", "up", "--pulumi"];
    const server = spawn(process.execPath, args, { cwd: REPOSITORY, stdio: ["ignore", "pipe", "pipe"] });
    const ended = once(server, "exit");
    let [environment, said] = ["", ""];
    server.stdout.on("data", (text: Buffer) => (environment += text.toString()));
    await new Promise<void>((serving) => {
      server.stderr.on("data", (text: Buffer) => {
        said += text.toString();
        if (said.includes("Serving.")) serving();
      });
      void ended.then(() => serving());
    });
    server.kill("SIGTERM");
    expect(await ended, said).to.deep.equal([0, null]);
    expect(said).to.contain("`pulumi up --stack local` deploys to this machine");
    expect(environment).to.match(/^export AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:\d+$/m);
    expect(environment).to.match(/^export PULUMI_DEBUG_PROVIDERS=aws:\d+,awsx:\d+$/m);
  });
});
