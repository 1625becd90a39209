/**
 * When an alarm rings: pure. CloudWatch documentation, "Alarm evaluation" and "Configuring how CloudWatch alarms treat missing
 * data".
 */

/** States of an alarm. */
export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

/** How values are compared with the threshold. */
export const comparisons = {
  GreaterThanOrEqualToThreshold: (value: number, threshold: number): boolean => value >= threshold,
  GreaterThanThreshold: (value: number, threshold: number): boolean => value > threshold,
  LessThanThreshold: (value: number, threshold: number): boolean => value < threshold,
  LessThanOrEqualToThreshold: (value: number, threshold: number): boolean => value <= threshold,
} as const;

/** What is asked of a metric. */
export interface AlarmRule {
  readonly comparisonOperator: keyof typeof comparisons;
  readonly threshold: number;
  readonly evaluationPeriods: number;
  /** How many of the evaluated periods must breach. Default: all. */
  readonly datapointsToAlarm?: number;
  /** Default: `missing`. */
  readonly treatMissingData?: "missing" | "ignore" | "breaching" | "notBreaching";
}

/** A measured period. */
interface Datapoint {
  readonly value: number;
  /** 0 for the newest period. */
  readonly age: number;
  readonly breaching: boolean;
}

/** What an evaluation comes to. */
export interface Evaluation {
  readonly state: AlarmState;
  /** The values that it is based on, the newest first. */
  readonly evaluated: readonly { readonly value: number; readonly age: number }[];
}

/** How many periods are looked at, in case that some are missing: two more than are evaluated, as in the documentation's tables. */
export function evaluationRange({ evaluationPeriods }: AlarmRule): number {
  return evaluationPeriods + 2;
}

/**
 * The state that follows from the periods of the {@link evaluationRange}.
 *
 * @param periods one value each, the newest first; undefined where nothing was measured
 */
export function evaluateAlarm(
  rule: AlarmRule,
  periods: readonly (number | undefined)[],
  current: AlarmState,
): Evaluation {
  const { evaluationPeriods, datapointsToAlarm = evaluationPeriods, treatMissingData = "missing", threshold } = rule;
  const compare = comparisons[rule.comparisonOperator];
  const measured = periods.flatMap((value, age): Datapoint[] =>
    value === undefined ? [] : [{ value, age, breaching: compare(value, threshold) }],
  );
  const evaluated = measured.slice(0, evaluationPeriods);
  const missing = evaluationPeriods - evaluated.length;
  const breaching = evaluated.filter((point) => point.breaching).length;
  const filled = treatMissingData === "breaching" ? missing : 0;
  const decided = (state: AlarmState): Evaluation => ({ state, evaluated });

  if (breaching + filled >= datapointsToAlarm) return decided("ALARM");
  if (missing === 0 || treatMissingData === "breaching" || treatMissingData === "notBreaching") return decided("OK");
  if (evaluated.length === 0) return decided(treatMissingData === "ignore" ? current : "INSUFFICIENT_DATA");
  if (isPremature(evaluated, datapointsToAlarm)) return decided(treatMissingData === "ignore" ? current : "ALARM");
  return decided("OK");
}

/** All that is known is bad, and has been for long enough: "Avoiding premature transitions to alarm state". */
function isPremature(evaluated: readonly Datapoint[], datapointsToAlarm: number): boolean {
  return evaluated.every((point) => point.breaching) && evaluated[evaluated.length - 1].age + 1 >= datapointsToAlarm;
}
