/** Operations on alarms; a program declares them as resources. */
import { z } from "zod";
import { AwsError, operation, type Operations, type Place } from "../api";
import { parseInput } from "../http/parse-input";
import type { Alarms } from "./alarms";
import { alarmState, type StoredAlarm } from "./stored-alarm";
import { pageOf, pageToken, wireInteger, wireTime } from "./wire-values";

const maxRecords = wireInteger.pipe(z.number().min(1).max(100)).default(100);

const describeInput = z.object({
  AlarmNames: z.array(z.string()).max(100).optional(),
  AlarmNamePrefix: z.string().optional(),
  StateValue: alarmState.optional(),
  ActionPrefix: z.string().optional(),
  MaxRecords: maxRecords,
  NextToken: pageToken,
});

const historyInput = z.object({
  AlarmName: z.string().optional(),
  HistoryItemType: z.enum(["ConfigurationUpdate", "StateUpdate", "Action"]).optional(),
  StartDate: wireTime.optional(),
  EndDate: wireTime.optional(),
  ScanBy: z.enum(["TimestampDescending", "TimestampAscending"]).default("TimestampDescending"),
  MaxRecords: maxRecords,
  NextToken: pageToken,
});

const stateInput = z.object({
  AlarmName: z.string(),
  StateValue: alarmState,
  StateReason: z.string().max(1023),
  StateReasonData: z.string().max(4000).optional(),
});

/** DescribeAlarms, DescribeAlarmHistory and SetAlarmState. */
export function alarmOperations(alarms: Alarms, { region, account }: Place): Operations {
  const everyAlarm = `arn:aws:cloudwatch:${region}:${account}:alarm:*`;

  return {
    DescribeAlarms: operation({
      parse: (input) => parseInput(describeInput, input, "ValidationError"),
      permissions: ({ AlarmNames }) =>
        (AlarmNames?.map((name) => alarms.arnOf(name)) ?? [everyAlarm]).map((resource) => ({
          action: "cloudwatch:DescribeAlarms",
          resource,
        })),
      run: async ({ AlarmNames, AlarmNamePrefix = "", StateValue, ActionPrefix, MaxRecords, NextToken = 0 }) => {
        const found = alarms
          .list()
          .filter(
            ({ settings, state }) =>
              (AlarmNames?.includes(settings.name) ?? true) &&
              settings.name.startsWith(AlarmNamePrefix) &&
              (StateValue === undefined || state === StateValue) &&
              (ActionPrefix === undefined || settings.alarmActions.some((action) => action.startsWith(ActionPrefix))),
          )
          .map((alarm) => shape(alarm, alarms.arnOf(alarm.settings.name)));
        const { page, ...next } = pageOf(found, NextToken, MaxRecords);
        return { MetricAlarms: page, CompositeAlarms: [], ...next };
      },
    }),

    DescribeAlarmHistory: operation({
      parse: (input) => parseInput(historyInput, input, "ValidationError"),
      permissions: ({ AlarmName }) => [
        {
          action: "cloudwatch:DescribeAlarmHistory",
          resource: AlarmName === undefined ? everyAlarm : alarms.arnOf(AlarmName),
        },
      ],
      run: async ({ AlarmName, HistoryItemType, StartDate, EndDate, ScanBy, MaxRecords, NextToken = 0 }) => {
        const found = alarms
          .history()
          .filter(
            ({ alarmName, type, time }) =>
              (AlarmName === undefined || alarmName === AlarmName) &&
              (HistoryItemType === undefined || type === HistoryItemType) &&
              (StartDate === undefined || new Date(time) >= StartDate) &&
              (EndDate === undefined || new Date(time) <= EndDate),
          )
          .map(({ alarmName, time, type, summary, data }) => ({
            AlarmName: alarmName,
            AlarmType: "MetricAlarm",
            Timestamp: new Date(time),
            HistoryItemType: type,
            HistorySummary: summary,
            HistoryData: data,
          }));
        if (ScanBy === "TimestampAscending") found.reverse();
        const { page, ...next } = pageOf(found, NextToken, MaxRecords);
        return { AlarmHistoryItems: page, ...next };
      },
    }),

    SetAlarmState: operation({
      parse: (input) => {
        const read = parseInput(stateInput, input, "ValidationError");
        if (read.StateReasonData !== undefined) checkJson(read.StateReasonData);
        return read;
      },
      permissions: ({ AlarmName }) => [{ action: "cloudwatch:SetAlarmState", resource: alarms.arnOf(AlarmName) }],
      run: async ({ AlarmName, StateValue, StateReason, StateReasonData }) => {
        await alarms.setState(AlarmName, StateValue, StateReason, StateReasonData);
        return {};
      },
    }),
  };
}

function checkJson(text: string): void {
  try {
    JSON.parse(text);
  } catch {
    throw new AwsError("InvalidFormat", "StateReasonData was not syntactically valid JSON.");
  }
}

function shape({ settings, state, reason, reasonData, since, configured }: StoredAlarm, arn: string) {
  const extended = settings.statistic.startsWith("p");
  return {
    AlarmName: settings.name,
    AlarmArn: arn,
    AlarmDescription: settings.description,
    AlarmConfigurationUpdatedTimestamp: new Date(configured),
    ActionsEnabled: settings.actionsEnabled,
    OKActions: settings.okActions,
    AlarmActions: settings.alarmActions,
    InsufficientDataActions: settings.insufficientDataActions,
    StateValue: state,
    StateReason: reason,
    StateReasonData: reasonData,
    StateUpdatedTimestamp: new Date(since),
    StateTransitionedTimestamp: new Date(since),
    MetricName: settings.metricName,
    Namespace: settings.namespace,
    ...(extended ? { ExtendedStatistic: settings.statistic } : { Statistic: settings.statistic }),
    Dimensions: Object.entries(settings.dimensions).map(([Name, Value]) => ({ Name, Value })),
    Period: settings.period,
    Unit: settings.unit,
    EvaluationPeriods: settings.evaluationPeriods,
    DatapointsToAlarm: settings.datapointsToAlarm,
    Threshold: settings.threshold,
    ComparisonOperator: settings.comparisonOperator,
    TreatMissingData: settings.treatMissingData,
  };
}
