import { expect } from "chai";
import { auditsAround } from "../../../functions/runs/repeat-audits";

const day = (number: number) => `2024-01-${String(number).padStart(2, "0")}`;
const published = (...days: number[]) => days.map((number) => ({ date: day(number), run: `0${number}` }));
const [own] = published(10);

/** Which dates are audited again, and against which. */
const told = (before: ReturnType<typeof published>, after: ReturnType<typeof published>, isBaseline: boolean) => {
  const { again, left } = auditsAround({ own, before, after }, isBaseline);
  return { again: again.map(({ audited, prior }) => `${audited.date} against ${prior.date}`), left };
};

describe("audits after a rollback", () => {
  it("are made again of the date and of the next one", () => {
    expect(told(published(9, 7), published(12, 11), false)).to.deep.equal({
      again: [`${day(10)} against ${day(9)}`, `${day(11)} against ${day(10)}`],
      left: [],
    });
    expect(told([], [], false)).to.deep.equal({ again: [], left: [] });
  });

  it("are made again of all later dates where audits compare with the one rolled back, whichever their own is", () => {
    expect(told(published(9), published(14, 11, 12), true).again).to.deep.equal([
      `${day(10)} against ${day(9)}`,
      `${day(11)} against ${day(10)}`,
      `${day(12)} against ${day(10)}`,
      `${day(14)} against ${day(10)}`,
    ]);
  });

  it("are said to be left where a fixed date has more dates after it than are audited at once: the oldest", () => {
    const months = Array.from({ length: 40 }, (_, index) => ({ date: `20${25 + index}-01-01`, run: `0${index}` }));
    const { again, left } = told([], months, true);
    expect(again).to.have.length(32);
    expect(left).to.deep.equal(months.slice(1, 9).map(({ date }) => date));
    expect(again[0]).to.equal(`2025-01-01 against ${day(10)}`);
  });
});
