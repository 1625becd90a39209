import { expect } from "chai";
import { Progress } from "../../../cli/presentation/progress";
import { formatBytes, formatCount, formatDuration } from "../../../report/amounts";

/** A stream that keeps what is written. */
function stream(isTTY: boolean): { isTTY: boolean; columns: number; text: string; write(text: string): void } {
  return {
    isTTY,
    columns: 40,
    text: "",
    write(text) {
      this.text += text;
    },
  };
}

describe("progress", () => {
  it("is one line per finished step where nobody watches", async () => {
    const out = stream(false);
    let now = 0;
    const progress = new Progress(out, () => now);
    const deploy = progress.step("Deploy");
    const load = progress.step("Load");
    deploy.at("half");
    now = 1234;
    load.done("3 files");
    now = 61_000;
    deploy.fail("no room");
    deploy.done("ended once already");
    await progress.during("Count", () => Promise.resolve(7), String);
    expect(out.text.split("\n")).to.deep.equal([
      "done    Load  3 files  1.2 s",
      "failed  Deploy  no room  1 min 01 s",
      "done    Count  7  0.0 s",
      "",
    ]);
  });

  it("passes a failure of a step's work on", async () => {
    const out = stream(false);
    const work = new Progress(out, () => 0).during("Count", () => Promise.reject(new Error("no")));
    expect(await work.catch((error: Error) => error.message)).to.equal("no");
    expect(out.text).to.equal("failed  Count  0.0 s\n");
  });

  it("keeps a live line per running step in a terminal, none longer than its width", () => {
    const out = stream(true);
    const progress = new Progress(out, () => 0);
    const first = progress.step("First");
    progress.step("Second with a name that is longer than the terminal is wide");
    first.done();
    progress.close();
    const lines = out.text.replace(/\p{Cc}\[\d+(;\d+)*[A-Za-z]/gu, "").split("\n");
    expect(lines.every((line) => [...line].length < 40)).to.equal(true);
    expect(out.text).to.include("\u001b[2A\u001b[0J").and.to.include("✓");
  });

  const durations: [number, string][] = [
    [0, "0.0 s"],
    [-5, "0.0 s"],
    [449, "0.4 s"],
    [9_949, "9.9 s"],
    [9_951, "10 s"],
    [59_499, "59 s"],
    [59_500, "1 min 00 s"],
    [185_000, "3 min 05 s"],
  ];
  for (const [milliseconds, text] of durations) {
    it(`${milliseconds} ms is ${text}`, () => expect(formatDuration(milliseconds)).to.equal(text));
  }

  it("writes counts and bytes for people", () => {
    expect([0, 999, 647_808].map(formatCount)).to.deep.equal(["0", "999", "647,808"]);
    expect([0, 999, 1_000, 9_765_812, 2e9].map(formatBytes)).to.deep.equal([
      "0 B",
      "999 B",
      "1.0 kB",
      "9.8 MB",
      "2.0 GB",
    ]);
  });
});
