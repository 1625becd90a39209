/** What an alarm tells when its state changes. */
import type { Place } from "../api";
import type { AlarmState } from "./alarm-rules";
import type { StoredAlarm } from "./stored-alarm";

/** A change of state. */
export interface AlarmChange {
  readonly alarm: StoredAlarm;
  readonly arn: string;
  readonly before: { readonly state: AlarmState; readonly reason: string; readonly since: string };
  readonly place: Place;
}

/** Longest subject of a message. SNS API reference, "Publish". */
const longestSubject = 100;

/** The message to a topic. CloudWatch documentation, "Notify users on alarm changes"; there Region is the region's long name. */
export function notification({ alarm, arn, before, place }: AlarmChange): { subject: string; message: string } {
  const { settings, state, reason, since } = alarm;
  const message = {
    AlarmName: settings.name,
    AlarmDescription: settings.description ?? null,
    AWSAccountId: place.account,
    AlarmConfigurationUpdatedTimestamp: wireTime(alarm.configured),
    NewStateValue: state,
    NewStateReason: reason,
    StateChangeTime: wireTime(since),
    Region: place.region,
    AlarmArn: arn,
    OldStateValue: before.state,
    OKActions: settings.okActions,
    AlarmActions: settings.alarmActions,
    InsufficientDataActions: settings.insufficientDataActions,
    Trigger: {
      MetricName: settings.metricName,
      Namespace: settings.namespace,
      StatisticType: settings.statistic.startsWith("p") ? "ExtendedStatistic" : "Statistic",
      Statistic: settings.statistic.startsWith("p") ? settings.statistic : settings.statistic.toUpperCase(),
      Unit: settings.unit ?? null,
      Dimensions: Object.entries(settings.dimensions).map(([name, value]) => ({ value, name })),
      Period: settings.period,
      EvaluationPeriods: settings.evaluationPeriods,
      DatapointsToAlarm: settings.datapointsToAlarm ?? settings.evaluationPeriods,
      ComparisonOperator: settings.comparisonOperator,
      Threshold: settings.threshold,
      TreatMissingData: settings.treatMissingData ?? "missing",
      EvaluateLowSampleCountPercentile: "",
    },
  };
  const subject = `${state}: "${settings.name}" in ${place.region}`;
  return { subject: subject.slice(0, longestSubject), message: JSON.stringify(message) };
}

/** The `detail` of the event. CloudWatch documentation, "Alarm events and EventBridge". */
export function changeDetail({ alarm, before }: AlarmChange): Record<string, unknown> {
  const { settings, state, reason, reasonData, since } = alarm;
  return {
    alarmName: settings.name,
    state: { value: state, reason, reasonData, timestamp: wireTime(since) },
    previousState: { value: before.state, reason: before.reason, timestamp: wireTime(before.since) },
    configuration: {
      description: settings.description,
      metrics: [
        {
          id: "m1",
          metricStat: {
            metric: { namespace: settings.namespace, name: settings.metricName, dimensions: settings.dimensions },
            period: settings.period,
            stat: settings.statistic,
          },
          returnData: true,
        },
      ],
    },
  };
}

/** `2024-01-01T00:00:00.000+0000`. */
function wireTime(time: string): string {
  return time.replace(/Z$/, "+0000");
}
