import { expect } from "chai";
import { setTimeout as sleep } from "node:timers/promises";
import { atMost } from "../../../functions/invocation/concurrency";

describe("work on many things", () => {
  it("has so many under way at a time, begins them in order and answers in order", async () => {
    let running = 0;
    let most = 0;
    const begun: number[] = [];
    const answers = await atMost(3, [5, 1, 4, 1, 3, 2], async (pause, index) => {
      begun.push(index);
      most = Math.max(most, ++running);
      await sleep(pause);
      running -= 1;
      return pause * 10;
    });
    expect({ answers, most, begun }).to.deep.equal({
      answers: [50, 10, 40, 10, 30, 20],
      most: 3,
      begun: [0, 1, 2, 3, 4, 5],
    });
    expect(await atMost(3, [], () => Promise.reject(new Error("none")))).to.deep.equal([]);
  });

  it("begins nothing more after a failure, and waits for what is under way", async () => {
    const done: number[] = [];
    const work = atMost(2, [1, 20, 3, 4, 5], async (item) => {
      await sleep(item);
      if (item === 1) throw new Error("one");
      done.push(item);
    });
    expect(await work.catch((error: Error) => error.message)).to.equal("one");
    expect(done).to.deep.equal([20]);
  });
});
