import { expect } from "chai";
import { accepted, afterWait, ageOf } from "../../../local/messaging/age";

const receivedAt = "2024-11-08T00:00:00.000Z";
const at = (seconds: number): number => Date.parse(receivedAt) + seconds * 1000;

describe("the age of accepted work", () => {
  it("counts waits at AWS's pace and all else as it is", () => {
    // Ten seconds of work, and an hour's wait that took six seconds here.
    expect(ageOf({ receivedAt, waited: 3_600_000 }, 600, at(16))).to.equal(3_610);
    expect(ageOf({ receivedAt, waited: 0 }, 600, at(16))).to.equal(16);
  });

  it("grows by each wait, which is kept", async () => {
    const pauses: number[] = [];
    const kept: unknown[] = [];
    const running = {
      pause: (milliseconds: number) => Promise.resolve(void pauses.push(milliseconds)),
      progress: (item: unknown) => void kept.push(item),
    };
    const item = { receivedAt, waited: 1000, key: "a" };
    const older = await afterWait(item, 60_000, 600, running);
    expect(older).to.deep.equal({ receivedAt, waited: 61_000, key: "a" });
    expect({ pauses, kept }).to.deep.equal({ pauses: [100], kept: [older] });
  });

  it("is known of work that an earlier version accepted", () => {
    expect(accepted.parse({ receivedAt })).to.deep.equal({ receivedAt, waited: 0 });
  });
});
