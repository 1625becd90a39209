import { expect } from "chai";
import { AwsError } from "../../../local/api";
import { checkScheduleExpression, nextTime } from "../../../local/events/schedule-expression";

type Case = readonly [expression: string, after: string, next: string | undefined, timezone?: string];

/** The times that follow one another. EventBridge pages: the name of each table. */
const tables: Record<string, readonly Case[]> = {
  "EventBridge Scheduler User Guide, Schedule types: cron-based schedules": [
    ["cron(15 12 * * ? *)", "2024-11-08T12:14:59Z", "2024-11-08T12:15:00Z"],
    ["cron(15 12 * * ? *)", "2024-11-08T12:15:00Z", "2024-11-09T12:15:00Z"],
    ["cron(0 10 * * ? *)", "2024-12-31T10:00:00Z", "2025-01-01T10:00:00Z"],
    ["cron(0 18 ? * MON-FRI *)", "2024-11-08T18:00:00Z", "2024-11-11T18:00:00Z"],
    ["cron(0 8 1 * ? *)", "2024-11-08T00:00:00Z", "2024-12-01T08:00:00Z"],
    ["cron(0/15 * * * ? *)", "2024-11-08T10:16:00Z", "2024-11-08T10:30:00Z"],
    ["cron(0/15 * * * ? *)", "2024-11-08T23:45:00Z", "2024-11-09T00:00:00Z"],
    ["cron(*/5 8-17 ? * MON-FRI *)", "2024-11-08T17:55:00Z", "2024-11-11T08:00:00Z"],
    ["cron(0/30 20-23 ? * MON-FRI *)", "2024-11-08T23:30:00Z", "2024-11-11T20:00:00Z"],
    ["cron(15 10 ? * 6L 2022-2023)", "2022-01-01T00:00:00Z", "2022-01-28T10:15:00Z"],
    ["cron(15 10 ? * 6L 2022-2023)", "2023-12-29T10:15:00Z", undefined],
    ["cron(0 0 L * ? *)", "2024-02-01T00:00:00Z", "2024-02-29T00:00:00Z"],
    ["cron(0 0 3W * ? *)", "2024-02-01T00:00:00Z", "2024-02-02T00:00:00Z"],
    ["cron(0 0 3W * ? *)", "2024-11-01T00:00:00Z", "2024-11-04T00:00:00Z"],
    ["cron(0 0 1W * ? *)", "2024-05-31T00:00:00Z", "2024-06-03T00:00:00Z"],
    ["cron(0 0 30W * ? *)", "2024-06-03T00:00:00Z", "2024-06-28T00:00:00Z"],
    ["cron(0 0 ? * 3#2 *)", "2024-11-01T00:00:00Z", "2024-11-12T00:00:00Z"],
    ["cron(0 0 ? * TUE#5 *)", "2024-11-01T00:00:00Z", "2024-12-31T00:00:00Z"],
    ["cron(0 0 ? * L *)", "2024-11-08T00:00:00Z", "2024-11-09T00:00:00Z"],
    ["cron(0 0 ? * SUN,WED *)", "2024-11-08T00:00:00Z", "2024-11-10T00:00:00Z"],
    ["cron(0 0 29 2 ? *)", "2024-03-01T00:00:00Z", "2028-02-29T00:00:00Z"],
    ["cron(0 0 31 FEB ? *)", "2024-03-01T00:00:00Z", undefined],
    ["cron(30 6 1,15 JAN,jul ? 2025/2)", "2024-11-08T00:00:00Z", "2025-01-01T06:30:00Z"],
    ["cron(30 6 1,15 JAN,jul ? 2025/2)", "2025-07-15T06:30:00Z", "2027-01-01T06:30:00Z"],
    ["cron(0 0 1 1 ? 2020)", "2024-11-08T00:00:00Z", undefined],
  ],
  "EventBridge Scheduler User Guide, Schedule types: time zones and daylight saving time": [
    ["cron(0 9 * * ? *)", "2024-11-08T07:59:00Z", "2024-11-08T08:00:00Z", "Europe/Berlin"],
    ["cron(0 9 * * ? *)", "2024-07-01T00:00:00Z", "2024-07-01T07:00:00Z", "Europe/Berlin"],
    ["cron(30 22 * * ? *)", "2024-11-08T00:00:00Z", "2024-11-08T03:30:00Z", "America/New_York"],
    // 2:30 does not exist on 10 March 2024 in New York: that day is left out.
    ["cron(30 2 * * ? *)", "2024-03-09T12:00:00Z", "2024-03-11T06:30:00Z", "America/New_York"],
    ["cron(0 * * * ? *)", "2024-03-10T06:00:00Z", "2024-03-10T07:00:00Z", "America/New_York"],
    // 1:30 exists twice on 3 November 2024: it counts once.
    ["cron(30 1 * * ? *)", "2024-11-03T00:00:00Z", "2024-11-03T05:30:00Z", "America/New_York"],
    ["cron(30 1 * * ? *)", "2024-11-03T05:30:00Z", "2024-11-04T06:30:00Z", "America/New_York"],
    ["cron(0 12 * * ? *)", "2024-11-08T00:00:00Z", "2024-11-08T06:15:00Z", "Asia/Kathmandu"],
    ["cron(0 0 1 1 ? *)", "2024-11-08T00:00:00Z", "2024-12-31T10:00:00Z", "Pacific/Kiritimati"],
  ],
  "EventBridge Scheduler User Guide, Schedule types: one-time schedules": [
    ["at(2024-11-20T13:00:00)", "2024-11-08T00:00:00Z", "2024-11-20T13:00:00Z"],
    ["at(2024-11-20T13:00:00)", "2024-11-20T13:00:00Z", undefined],
    ["at(2024-11-20T13:00:00)", "2024-11-08T00:00:00Z", "2024-11-20T21:00:00Z", "America/Los_Angeles"],
  ],
};

describe("local/events schedule expressions", () => {
  for (const [page, cases] of Object.entries(tables)) {
    describe(page, () => {
      for (const [expression, after, next, timezone = "UTC"] of cases) {
        it(`${expression} in ${timezone} after ${after}: ${next ?? "never"}`, () => {
          const found = nextTime(expression, timezone, new Date(after));
          expect(found?.toISOString()).to.equal(next && new Date(next).toISOString());
        });
      }
    });
  }

  describe("rates count from their start", () => {
    const start = new Date("2024-11-08T10:07:00Z");
    const cases: [expression: string, after: string, next: string][] = [
      ["rate(1 hour)", "2024-11-08T10:07:00Z", "2024-11-08T11:07:00Z"],
      ["rate(1 hour)", "2024-11-08T12:00:00Z", "2024-11-08T12:07:00Z"],
      ["rate(5 minutes)", "2024-11-08T10:11:59Z", "2024-11-08T10:12:00Z"],
      ["rate(2 days)", "2024-11-09T00:00:00Z", "2024-11-10T10:07:00Z"],
      ["rate(1 hour)", "2024-11-01T00:00:00Z", "2024-11-08T10:07:00Z"],
    ];
    for (const [expression, after, next] of cases) {
      it(`${expression} after ${after}: ${next}`, () => {
        expect(nextTime(expression, "UTC", new Date(after), start)).to.deep.equal(new Date(next));
      });
    }
  });

  const refused = [
    "",
    "hourly",
    "rate(0 hours)",
    "rate(1 week)",
    "rate(1.5 hours)",
    "cron(* * * * *)",
    "cron(0 9 * * * *)",
    "cron(0 9 ? * ? *)",
    "cron(60 9 * * ? *)",
    "cron(0 24 * * ? *)",
    "cron(0 9 32 * ? *)",
    "cron(0 9 ? * 8 *)",
    "cron(0 9 ? * MON#6 *)",
    "cron(0 9 ? FOO MON *)",
    "cron(0 9 * * ? 1969)",
    "cron(0/0 9 * * ? *)",
    "cron(0 17-9 * * ? *)",
    "at(2024-02-30T00:00:00)",
    "at(2024-11-08)",
  ];
  for (const expression of refused) {
    it(`refuses ${expression}`, () => {
      const check = () => checkScheduleExpression(expression);
      expect(check)
        .to.throw(AwsError, /Invalid Schedule Expression/)
        .with.property("code", "ValidationException");
    });
  }

  it("refuses a time zone that is none", () => {
    expect(() => nextTime("cron(0 9 * * ? *)", "Mars/Olympus", new Date())).to.throw(AwsError, /time zone/);
  });
});
