import { expect } from "chai";
import { evaluateAlarm, evaluationRange, type AlarmRule } from "../../../local/cloudwatch/alarm-rules";
import { recentPeriods, statisticOf, type MetricPoint } from "../../../local/cloudwatch/statistics";
import { pointOf } from "../../../local/cloudwatch/metrics";

/** `0 - X`, the oldest first, as the documentation's tables have it: good, missing, breaching. */
const periods = (text: string): (number | undefined)[] =>
  text
    .split(" ")
    .map((sign) => (sign === "X" ? 10 : sign === "0" ? 0 : undefined))
    .reverse();
const above = { comparisonOperator: "GreaterThanThreshold", threshold: 5 } as const;
const treatments = ["missing", "ignore", "breaching", "notBreaching"] as const;

describe("an alarm", () => {
  // CloudWatch documentation, "Configuring how CloudWatch alarms treat missing data": its two tables.
  const tables: [name: string, rule: Partial<AlarmRule>, rows: [string, ...string[]][]][] = [
    [
      "3 of 3",
      { evaluationPeriods: 3, datapointsToAlarm: 3 },
      [
        ["0 - X - X", "OK", "OK", "OK", "OK"],
        ["- - - - 0", "OK", "OK", "OK", "OK"],
        ["- - - - -", "INSUFFICIENT_DATA", "retain", "ALARM", "OK"],
        ["0 X X - X", "ALARM", "ALARM", "ALARM", "ALARM"],
        ["- - X - -", "ALARM", "retain", "ALARM", "OK"],
      ],
    ],
    [
      "2 of 3",
      { evaluationPeriods: 3, datapointsToAlarm: 2 },
      [
        ["0 - X - X", "ALARM", "ALARM", "ALARM", "ALARM"],
        ["0 0 X 0 X", "ALARM", "ALARM", "ALARM", "ALARM"],
        ["0 - X - -", "OK", "OK", "ALARM", "OK"],
        ["- - - - 0", "OK", "OK", "ALARM", "OK"],
        ["- - - X -", "ALARM", "retain", "ALARM", "OK"],
      ],
    ],
  ];
  for (const [name, more, rows] of tables) {
    for (const [text, ...expected] of rows) {
      it(`${name} with ${text}`, () => {
        for (const [index, treatMissingData] of treatments.entries()) {
          const rule = { ...above, evaluationPeriods: 3, ...more, treatMissingData };
          expect(periods(text)).to.have.length(evaluationRange(rule));
          for (const current of ["OK", "ALARM", "INSUFFICIENT_DATA"] as const) {
            const { state } = evaluateAlarm(rule, periods(text), current);
            expect(state, `${treatMissingData} from ${current}`).to.equal(
              expected[index] === "retain" ? current : expected[index],
            );
          }
        }
      });
    }
  }

  const operators: [AlarmRule["comparisonOperator"], below: string, at: string, over: string][] = [
    ["GreaterThanThreshold", "OK", "OK", "ALARM"],
    ["GreaterThanOrEqualToThreshold", "OK", "ALARM", "ALARM"],
    ["LessThanThreshold", "ALARM", "OK", "OK"],
    ["LessThanOrEqualToThreshold", "ALARM", "ALARM", "OK"],
  ];
  for (const [comparisonOperator, ...expected] of operators) {
    it(`compares: ${comparisonOperator}`, () => {
      const rule = { comparisonOperator, threshold: 5, evaluationPeriods: 1 };
      const states = [4, 5, 6].map((value) => evaluateAlarm(rule, [value, undefined, undefined], "OK").state);
      expect(states).to.deep.equal(expected);
    });
  }

  it("says which values it is based on", () => {
    const { evaluated } = evaluateAlarm({ ...above, evaluationPeriods: 2 }, [undefined, 10, 0, 7], "OK");
    expect(evaluated.map(({ value, age }) => [value, age])).to.deep.equal([
      [10, 1],
      [0, 2],
    ]);
  });
});

describe("statistics", () => {
  const points: MetricPoint[] = [
    pointOf(0, 1),
    {
      time: 30,
      count: 3,
      sum: 30,
      minimum: 5,
      maximum: 15,
      values: [
        [5, 1],
        [10, 1],
        [15, 1],
      ],
    },
    pointOf(99, 4),
  ];
  const cases: [Parameters<typeof statisticOf>[0], number][] = [
    ["SampleCount", 5],
    ["Sum", 35],
    ["Average", 7],
    ["Minimum", 1],
    ["Maximum", 15],
    ["p0", 1],
    ["p50", 5],
    ["p80", 10],
    ["p100", 15],
  ];
  for (const [statistic, expected] of cases) {
    it(statistic, () => expect(statisticOf(statistic, points)).to.equal(expected));
  }

  it("of nothing is nothing, and percentiles need values", () => {
    expect(statisticOf("Sum", [])).to.equal(undefined);
    expect(statisticOf("p50", [{ time: 0, count: 2, sum: 3, minimum: 1, maximum: 2 }])).to.equal(undefined);
  });

  it("of periods that end at a moment: what is measured at it belongs to the next", () => {
    const measured = [0, 99, 100, 199, 250].map((time) => pointOf(time, 1));
    const windows = { period: 100, periods: 3 };
    expect(recentPeriods("Sum", measured, { end: 200, ...windows })).to.deep.equal([2, 2, undefined]);
    expect(recentPeriods("Sum", measured, { end: 250, ...windows })).to.deep.equal([1, 2, 1]);
  });
});
