/** All operations of CloudWatch. */
import type { Operations, Place } from "../api";
import { alarmOperations } from "./alarm-operations";
import type { Alarms } from "./alarms";
import { metricOperations } from "./metric-operations";
import type { Metrics } from "./metrics";

/** Operations to be registered with the Api as `monitoring`, which is CloudWatch's name in signatures. */
export function cloudwatchOperations(metrics: Metrics, alarms: Alarms, place: Place, now: () => Date): Operations {
  return { ...metricOperations(metrics, now), ...alarmOperations(alarms, place) };
}
