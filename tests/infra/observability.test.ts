import { expect } from "chai";
import { evaluateAlarm, evaluationRange, type AlarmState } from "../../local/cloudwatch/alarm-rules";
import { pointOf } from "../../local/cloudwatch/metrics";
import { recentPeriods } from "../../local/cloudwatch/statistics";
import { evaluated } from "../evaluated";

/** An alarm as the provider takes it. */
interface Settings {
  readonly name: string;
  readonly statistic: "Sum" | "Maximum";
  readonly period: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm?: number;
  readonly threshold: number;
  readonly comparisonOperator: "GreaterThanThreshold";
  readonly treatMissingData: "notBreaching";
}

const minute = 60_000;

// CloudWatch documentation, "Alarm evaluation": an alarm is looked at each minute, over periods that end then.
describe("the alarm that tells of lateness", () => {
  it("rings once for a date that is late all day, though the watcher says so once an hour", async () => {
    const { resources } = await evaluated("dev");
    const alarm = resources
      .filter(({ type }) => type === "aws:cloudwatch/metricAlarm:MetricAlarm")
      .map(({ inputs }) => inputs as unknown as Settings)
      .find(({ name }) => name === "emissions-dev-state_emission_daily-watcher-late");
    if (!alarm) throw new Error("there is no such alarm");
    // The hourly looks come a little earlier or later; files that arrive in between say nothing of lateness, which counts 0.
    const looks = Array.from({ length: 48 }, (_, hour) =>
      pointOf((hour * 60 + 7 + (hour % 3)) * minute, hour >= 12 && hour < 24 ? 1 : 0),
    );
    const arrivals = Array.from({ length: 48 * 6 }, (_, index) => pointOf((index * 10 + 3) * minute, 0));
    const points = [...looks, ...arrivals];
    const periods = { period: alarm.period * 1000, periods: evaluationRange(alarm) };
    const states: AlarmState[] = [];
    for (let end = 6 * 60 * minute; end <= 48 * 60 * minute; end += minute) {
      const before = states.at(-1) ?? "INSUFFICIENT_DATA";
      const values = recentPeriods(alarm.statistic, points, { end, ...periods });
      const { state } = evaluateAlarm(alarm, values, before);
      if (state !== before) states.push(state);
    }
    expect(states).to.deep.equal(["OK", "ALARM", "OK"]);
  });
});
