import { expect } from "chai";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { attach, attachedProcesses, closeDoor } from "../../../cli/lake/attachments";

describe("a runtime that several commands use", () => {
  let state: string;
  beforeEach(() => (state = mkdtempSync(join(tmpdir(), "tributary-attached-"))));
  afterEach(() => rmSync(state, { recursive: true, force: true }));

  it("serves until the others are done, and lets none attach while it closes", async () => {
    const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    const gone = new Promise((resolve) => other.once("exit", resolve));
    const detach = attach(state);
    writeFileSync(join(state, "attached", String(other.pid)), "");
    let closing = false;
    const door = closeDoor(state).then((open) => {
      closing = true;
      return open;
    });
    expect(attachedProcesses(state)).to.deep.equal([other.pid]);
    expect(closing).to.equal(false);
    other.kill();
    await gone;
    const open = await door;
    expect(attach(state)).to.equal(undefined);
    open();
    expect(attach(state)).to.be.a("function");
    detach?.();
  });

  it("does not wait for a process that is gone, nor believe that one still closes", async () => {
    attach(state);
    writeFileSync(join(state, "attached", "999999999"), "");
    writeFileSync(join(state, "attached", "closing"), "999999999");
    expect(attach(state)).to.be.a("function");
    (await closeDoor(state))();
  });
});
