/** Operations on metrics. */
import { z } from "zod";
import { AwsError, operation, type Operations } from "../api";
import { parseInput } from "../http/parse-input";
import type { Dimensions, MetricId, Metrics } from "./metrics";
import { parseSearch, searchReach } from "./search-expression";
import { byPeriod, isStatistic, simpleStatistics, statisticOf, type MetricPoint, type Statistic } from "./statistics";
import { pageOf, pageToken, wireBoolean, wireInteger, wireNumber, wireTime } from "./wire-values";

const invalid = "InvalidParameterValueException";

const dimensions = z
  .array(z.object({ Name: z.string().min(1), Value: z.string().min(1) }))
  .max(30)
  .default([])
  .transform((list): Dimensions => Object.fromEntries(list.map(({ Name, Value }) => [Name, Value])));

const statistic = z.string().transform((name, context): Statistic => {
  if (isStatistic(name)) return name;
  context.addIssue(`${name} is none of ${simpleStatistics.join(", ")} and percentiles such as p99`);
  return z.NEVER;
});

const period = wireInteger.pipe(
  z.number().refine((seconds) => [1, 5, 10, 20, 30].includes(seconds) || (seconds > 0 && seconds % 60 === 0), {
    error: "must be 1, 5, 10, 20, 30 or a multiple of 60",
  }),
);

const datum = z.object({
  MetricName: z.string().min(1).max(255),
  Dimensions: dimensions,
  Timestamp: wireTime.optional(),
  Value: wireNumber.optional(),
  StatisticValues: z
    .object({ SampleCount: wireNumber, Sum: wireNumber, Minimum: wireNumber, Maximum: wireNumber })
    .optional(),
  Values: z.array(wireNumber).max(150).optional(),
  Counts: z.array(wireNumber).max(150).optional(),
  Unit: z.string().optional(),
});

const putInput = z.object({
  // Names that begin with AWS/ are the services' own.
  Namespace: z
    .string()
    .regex(/^(?!AWS\/)[^:]/, "must not begin with AWS/ or a colon")
    .max(255),
  MetricData: z.array(datum).min(1).max(1000),
});

const statisticsInput = z.object({
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: dimensions,
  StartTime: wireTime,
  EndTime: wireTime,
  Period: period,
  Statistics: z.array(z.enum(simpleStatistics)).default([]),
  ExtendedStatistics: z.array(statistic).default([]),
  Unit: z.string().optional(),
});

const dataInput = z.object({
  StartTime: wireTime,
  EndTime: wireTime,
  ScanBy: z.enum(["TimestampDescending", "TimestampAscending"]).default("TimestampDescending"),
  MetricDataQueries: z
    .array(
      z.object({
        Id: z.string().regex(/^[a-z]\w*$/, "must begin with a lower-case letter"),
        Label: z.string().optional(),
        ReturnData: wireBoolean.default(true),
        Expression: z.string().optional(),
        /** Of an expression that has none of its own. */
        Period: period.optional(),
        MetricStat: z
          .object({
            Metric: z.object({ Namespace: z.string(), MetricName: z.string(), Dimensions: dimensions }),
            Period: period,
            Stat: statistic,
            Unit: z.string().optional(),
          })
          .optional(),
      }),
    )
    .min(1)
    .max(500),
});

const listInput = z.object({
  Namespace: z.string().optional(),
  MetricName: z.string().optional(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.string().optional() })).default([]),
  NextToken: pageToken,
});

/** PutMetricData, GetMetricData, GetMetricStatistics and ListMetrics. */
export function metricOperations(metrics: Metrics, now: () => Date): Operations {
  const everywhere = (action: string) => () => [{ action: `cloudwatch:${action}`, resource: "*" }];

  return {
    PutMetricData: operation({
      parse: (input) => parseInput(putInput, input, invalid),
      permissions: ({ Namespace }) => [
        { action: "cloudwatch:PutMetricData", resource: "*", context: { "cloudwatch:namespace": Namespace } },
      ],
      async run({ Namespace, MetricData }) {
        const measurements = MetricData.map((given) => ({
          namespace: Namespace,
          name: given.MetricName,
          dimensions: given.Dimensions,
          point: readDatum(given, now()),
        }));
        metrics.put(measurements);
        return {};
      },
    }),

    GetMetricStatistics: operation({
      parse: (input) => {
        const read = parseInput(statisticsInput, input, invalid);
        if (read.Statistics.length + read.ExtendedStatistics.length === 0) {
          throw new AwsError(
            "MissingRequiredParameterException",
            "Must specify either Statistics or ExtendedStatistics.",
          );
        }
        checkRange(read);
        return read;
      },
      permissions: everywhere("GetMetricStatistics"),
      run: async (input) => {
        const id = { namespace: input.Namespace, name: input.MetricName, dimensions: input.Dimensions };
        const points = metrics.points(id, input.StartTime.getTime(), input.EndTime.getTime(), input.Unit);
        return {
          Label: input.MetricName,
          Datapoints: byPeriod(points, input.Period * 1000).map(({ start, points: measured }) => ({
            Timestamp: new Date(start),
            Unit: measured[0].unit ?? "None",
            ...Object.fromEntries(input.Statistics.map((name) => [name, statisticOf(name, measured)])),
            ...(input.ExtendedStatistics.length > 0 && {
              ExtendedStatistics: Object.fromEntries(
                input.ExtendedStatistics.map((name) => [name, statisticOf(name, measured)]),
              ),
            }),
          })),
        };
      },
    }),

    GetMetricData: operation({
      parse: (input) => {
        const read = parseInput(dataInput, input, invalid);
        checkRange(read);
        return read;
      },
      permissions: everywhere("GetMetricData"),
      run: async ({ StartTime, EndTime, ScanBy, MetricDataQueries }) => ({
        Messages: [],
        MetricDataResults: MetricDataQueries.filter(({ ReturnData }) => ReturnData).flatMap((query) =>
          seriesOf(query, metrics, now()).map(({ id, label, period: seconds, statistic: stat, unit }) => {
            const points = metrics.points(id, StartTime.getTime(), EndTime.getTime(), unit);
            const measured = byPeriod(points, seconds * 1000).flatMap(({ start, points: within }) => {
              const value = statisticOf(stat, within);
              return value === undefined ? [] : [{ start, value }];
            });
            if (ScanBy === "TimestampDescending") measured.reverse();
            return {
              Id: query.Id,
              Label: label,
              Timestamps: measured.map(({ start }) => new Date(start)),
              Values: measured.map(({ value }) => value),
              StatusCode: "Complete",
            };
          }),
        ),
      }),
    }),

    ListMetrics: operation({
      parse: (input) => parseInput(listInput, input, invalid),
      permissions: everywhere("ListMetrics"),
      run: async ({ Namespace, MetricName, Dimensions: wanted, NextToken = 0 }) => {
        const found = metrics
          .list()
          .filter(
            ({ namespace, name, dimensions: own }) =>
              (Namespace === undefined || namespace === Namespace) &&
              (MetricName === undefined || name === MetricName) &&
              wanted.every(({ Name, Value }) => Name in own && (Value === undefined || own[Name] === Value)),
          )
          .map(({ namespace, name, dimensions: own }) => ({
            Namespace: namespace,
            MetricName: name,
            Dimensions: Object.entries(own).map(([Name, Value]) => ({ Name, Value })),
          }));
        const { page, ...next } = pageOf(found, NextToken, 500);
        return { Metrics: page, ...next };
      },
    }),
  };
}

/** One line of an answer: a metric, and what of it is asked. */
interface Series {
  readonly id: MetricId;
  readonly label: string;
  /** Seconds. */
  readonly period: number;
  readonly statistic: Statistic;
  readonly unit?: string;
}

/** What a query is about: the metric that it names, or all that its search finds. */
function seriesOf(
  { Id, Label, MetricStat, Expression, Period }: z.output<typeof dataInput>["MetricDataQueries"][number],
  metrics: Metrics,
  now: Date,
): Series[] {
  if ((MetricStat === undefined) === (Expression === undefined)) {
    throw new AwsError("ValidationError", `The query ${Id} needs one of MetricStat and Expression.`);
  }
  if (MetricStat) {
    const { Metric, Stat, Unit } = MetricStat;
    const id = { namespace: Metric.Namespace, name: Metric.MetricName, dimensions: Metric.Dimensions };
    return [{ id, label: Label ?? id.name, period: MetricStat.Period, statistic: Stat, unit: Unit }];
  }
  const search = parseSearch(Expression ?? "");
  const seconds = search.period ?? Period;
  if (seconds === undefined) throw new AwsError("ValidationError", `The search of ${Id} needs a Period.`);
  return metrics
    .list(now.getTime() - searchReach)
    .filter((id) => search.finds(id))
    .map((id) => ({
      id,
      label: [...(Label ? [Label] : []), ...Object.values(id.dimensions), id.name].join(" "),
      period: seconds,
      statistic: search.statistic,
    }));
}

function checkRange({ StartTime, EndTime }: { StartTime: Date; EndTime: Date }): void {
  if (StartTime < EndTime) return;
  throw new AwsError(invalid, "The parameter StartTime must be less than the parameter EndTime.");
}

function readDatum(given: z.output<typeof datum>, now: Date): MetricPoint {
  const { Value, StatisticValues, Values, Counts = Values?.map(() => 1) ?? [], Unit: unit } = given;
  const time = (given.Timestamp ?? now).getTime();
  const forms = [Value, StatisticValues, Values].filter((form) => form !== undefined).length;
  if (forms !== 1) {
    const message = `${given.MetricName} needs one of Value, StatisticValues and Values.`;
    throw new AwsError("InvalidParameterCombinationException", message);
  }
  if (StatisticValues) {
    const { SampleCount, Sum, Minimum, Maximum } = StatisticValues;
    return { time, count: SampleCount, sum: Sum, minimum: Minimum, maximum: Maximum, unit };
  }
  const values = Values ?? [Value ?? 0];
  const counts = Values ? Counts : [1];
  if (values.length === 0 || counts.length !== values.length) {
    throw new AwsError(invalid, `${given.MetricName} needs as many Counts as Values.`);
  }
  const pairs = values.map((value, index) => [value, counts[index]] as const);
  return {
    time,
    count: pairs.reduce((sum, [, count]) => sum + count, 0),
    sum: pairs.reduce((sum, [value, count]) => sum + value * count, 0),
    minimum: Math.min(...values),
    maximum: Math.max(...values),
    values: pairs,
    unit,
  };
}
