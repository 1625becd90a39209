import { expect } from "chai";
import { dueOn } from "../../../functions/arrival/cadence";
import { parseExecDate } from "../../../functions/invocation/exec-date";
import type { CadenceRule } from "../../../functions/runs/pipeline";

const every = (rule: Partial<CadenceRule>): CadenceRule => ({
  every: "run",
  day: undefined,
  month: undefined,
  ...rule,
});

const cases: { rule: CadenceRule; date: string; due: boolean; monthly: boolean; yearly: boolean }[] = [
  { rule: every({}), date: "2024-11-08", due: true, monthly: true, yearly: true },
  { rule: every({ every: "month", day: 2 }), date: "2024-11-02", due: true, monthly: true, yearly: false },
  { rule: every({ every: "month", day: 2 }), date: "2024-11-03", due: false, monthly: false, yearly: false },
  { rule: every({ every: "year", month: 1, day: 2 }), date: "2024-01-02", due: true, monthly: true, yearly: true },
  { rule: every({ every: "year", month: 1, day: 2 }), date: "2024-02-02", due: false, monthly: true, yearly: false },
];

describe("cadence", () => {
  for (const { rule, date, ...expected } of cases) {
    it(`${JSON.stringify(rule)} on ${date}: ${expected.due ? "due" : "not due"}`, () => {
      const { reason, ...found } = dueOn(rule, parseExecDate(date, "test"));
      expect(found).to.deep.equal(expected);
      expect(reason === undefined).to.equal(expected.due);
    });
  }
});
