import { expect } from "chai";
import { graphOf } from "../resources/declared";
import { AlarmWorld, watched } from "./alarm-world";

describe("the local CloudWatch", () => {
  let world: AlarmWorld;
  beforeEach(async () => {
    world = await AlarmWorld.open();
  });
  afterEach(() => world.close());

  describe("answers", () => {
    const range = { StartTime: new Date("2024-01-01T09:00:00Z"), EndTime: new Date("2024-01-01T11:00:00Z") };
    const metric = { Namespace: "Own", MetricName: "errors" };

    it("GetMetricStatistics and GetMetricData", async () => {
      await world.runtime.deploy(graphOf(...watched()));
      await world.measure(1);
      await world.measure(3, { Unit: "Count" });
      world.pass(120);
      await world.call("PutMetricData", {
        Namespace: "Own",
        MetricData: [
          { MetricName: "errors", Values: [10, 20], Counts: [2, 1] },
          { MetricName: "errors", StatisticValues: { SampleCount: 2, Sum: 7, Minimum: 3, Maximum: 4 } },
        ],
      });
      const statistics = { ...metric, ...range, Period: 60, Statistics: ["Sum", "Maximum", "SampleCount"] };
      const { Datapoints } = await world.call<{ Datapoints: unknown[] }>("GetMetricStatistics", statistics);
      expect(Datapoints).to.deep.equal([
        { Timestamp: new Date("2024-01-01T10:00:00Z"), Unit: "None", Sum: 4, Maximum: 3, SampleCount: 2 },
        { Timestamp: new Date("2024-01-01T10:02:00Z"), Unit: "None", Sum: 47, Maximum: 20, SampleCount: 5 },
      ]);
      const { MetricDataResults } = await world.call<{ MetricDataResults: unknown[] }>("GetMetricData", {
        ...range,
        MetricDataQueries: [{ Id: "m1", MetricStat: { Metric: metric, Period: 60, Stat: "Average" } }],
      });
      expect(MetricDataResults).to.deep.equal([
        {
          Id: "m1",
          Label: "errors",
          Timestamps: [new Date("2024-01-01T10:02:00Z"), new Date("2024-01-01T10:00:00Z")],
          Values: [9.4, 2],
          StatusCode: "Complete",
        },
      ]);
      expect(await world.call("ListMetrics", { Namespace: "Own" })).to.deep.equal({
        Metrics: [{ Namespace: "Own", MetricName: "errors", Dimensions: [] }],
      });
    });

    it("DescribeAlarms by state, name and prefix", async () => {
      await world.runtime.deploy(graphOf(...watched()));
      for (const [input, found] of [
        [{}, 1],
        [{ AlarmNames: ["other"] }, 0],
        [{ AlarmNamePrefix: "err" }, 1],
        [{ StateValue: "ALARM" }, 0],
        [{ ActionPrefix: "arn:aws:sns:" }, 1],
      ] as const) {
        const { MetricAlarms } = await world.call<{ MetricAlarms: unknown[] }>("DescribeAlarms", input);
        expect(MetricAlarms, JSON.stringify(input)).to.have.length(found);
      }
    });

    const refused: [string, string, object, string][] = [
      [
        "a namespace of AWS",
        "PutMetricData",
        { Namespace: "AWS/S3", MetricData: [{ MetricName: "m", Value: 1 }] },
        "InvalidParameterValueException",
      ],
      [
        "a datum of two forms",
        "PutMetricData",
        { Namespace: "N", MetricData: [{ MetricName: "m", Value: 1, Values: [1] }] },
        "InvalidParameterCombinationException",
      ],
      [
        "a period of 45 s",
        "GetMetricStatistics",
        { ...metric, ...range, Period: 45, Statistics: ["Sum"] },
        "InvalidParameterValueException",
      ],
      ["no statistic", "GetMetricStatistics", { ...metric, ...range, Period: 60 }, "MissingRequiredParameterException"],
      [
        "metric math",
        "GetMetricData",
        { ...range, MetricDataQueries: [{ Id: "e", Expression: "m1 * 2" }] },
        "ValidationError",
      ],
      [
        "an alarm that is none",
        "SetAlarmState",
        { AlarmName: "none", StateValue: "OK", StateReason: "" },
        "ResourceNotFound",
      ],
      [
        "a reason that is no JSON",
        "SetAlarmState",
        { AlarmName: "errors", StateValue: "OK", StateReason: "", StateReasonData: "{" },
        "InvalidFormat",
      ],
    ];
    for (const [name, operation, input, code] of refused) {
      it(`${code} for ${name}`, async () => {
        await world.runtime.deploy(graphOf(...watched()));
        const error = await world.call(operation, input).catch((thrown: unknown) => thrown);
        expect(error).to.have.property("code", code);
      });
    }
  });
});
