/** An alarm as it is kept. */
import { z } from "zod";
import { comparisons, type AlarmState } from "./alarm-rules";
import { isStatistic, type Statistic } from "./statistics";

const topicArns = z
  .array(z.string().startsWith("arn:aws:sns:", "must be the ARN of a topic: the local runtime has no other actions"))
  .max(5)
  .default([]);

/** What an alarm watches and whom it tells. Times are seconds. CloudWatch API reference, "PutMetricAlarm". */
export const alarmSettings = z
  .object({
    name: z.string().min(1).max(255),
    description: z.string().optional(),
    namespace: z.string().min(1),
    metricName: z.string().min(1),
    dimensions: z.record(z.string(), z.string()).default({}),
    statistic: z.string().transform((name, context): Statistic => {
      if (isStatistic(name)) return name;
      context.addIssue(`${name} is no statistic that the local runtime knows`);
      return z.NEVER;
    }),
    unit: z.string().optional(),
    period: z
      .number()
      .int()
      .refine((seconds) => [10, 20, 30].includes(seconds) || (seconds > 0 && seconds % 60 === 0), {
        error: "must be 10, 20, 30 or a multiple of 60 seconds",
      }),
    evaluationPeriods: z.number().int().min(1),
    datapointsToAlarm: z.number().int().min(1).optional(),
    threshold: z.number(),
    comparisonOperator: z.enum(Object.keys(comparisons) as [keyof typeof comparisons]),
    treatMissingData: z.enum(["missing", "ignore", "breaching", "notBreaching"]).optional(),
    actionsEnabled: z.boolean().default(true),
    alarmActions: topicArns,
    okActions: topicArns,
    insufficientDataActions: topicArns,
  })
  .refine(({ datapointsToAlarm = 1, evaluationPeriods }) => datapointsToAlarm <= evaluationPeriods, {
    error: "must not be more than evaluationPeriods",
    path: ["datapointsToAlarm"],
  })
  .refine(({ period, evaluationPeriods }) => period * evaluationPeriods <= (period >= 3600 ? 7 : 1) * 86_400, {
    error: "evaluationPeriods × period must not be more than a day, or seven days with periods of an hour and more",
    path: ["evaluationPeriods"],
  });

/** Settings of an alarm. */
export type AlarmSettings = z.output<typeof alarmSettings>;

const states: readonly [AlarmState, ...AlarmState[]] = ["OK", "ALARM", "INSUFFICIENT_DATA"];

/** State names, for parsers. */
export const alarmState = z.enum(states);

/** Schema of {@link StoredAlarm}. */
export const storedAlarm = z.object({
  settings: alarmSettings,
  state: alarmState,
  reason: z.string(),
  /** JSON text. */
  reasonData: z.string().optional(),
  /** When the state was last looked at and found different, or set; ISO 8601, as all times here. */
  since: z.string(),
  configured: z.string(),
});

/** An alarm with its state. */
export type StoredAlarm = z.output<typeof storedAlarm>;

/** Schema of {@link AlarmHistoryItem}. */
export const alarmHistoryItem = z.object({
  alarmName: z.string(),
  time: z.string(),
  type: z.enum(["ConfigurationUpdate", "StateUpdate", "Action"]),
  summary: z.string(),
  /** JSON text. */
  data: z.string(),
});

/** Something that happened to an alarm. */
export type AlarmHistoryItem = z.output<typeof alarmHistoryItem>;
