/** Statistics over metric data: pure. CloudWatch documentation, "Metrics concepts" and "Statistics definitions". */

/** What was measured at one time. */
export interface MetricPoint {
  /** Epoch milliseconds. */
  readonly time: number;
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
  /** Values with how often each was measured; absent where only the statistics above are known. */
  readonly values?: readonly (readonly [value: number, count: number])[];
  /** Default: `None`. */
  readonly unit?: string;
}

/** Statistics that need no values. */
export const simpleStatistics = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"] as const;

/** A statistic's name: one of {@link simpleStatistics}, or a percentile such as `p99.9`. */
export type Statistic = (typeof simpleStatistics)[number] | `p${string}`;

/** Whether a text names a statistic that {@link statisticOf} knows. */
export function isStatistic(name: string): name is Statistic {
  return (simpleStatistics as readonly string[]).includes(name) || percentileOf(name) !== undefined;
}

/** A statistic over points; undefined without any, and for percentiles of points whose values are not known. */
export function statisticOf(statistic: Statistic, points: readonly MetricPoint[]): number | undefined {
  if (points.length === 0) return undefined;
  const total = (of: (point: MetricPoint) => number): number => points.reduce((sum, point) => sum + of(point), 0);
  const count = total((point) => point.count);
  switch (statistic) {
    case "SampleCount":
      return count;
    case "Sum":
      return total(({ sum }) => sum);
    case "Average":
      return total(({ sum }) => sum) / count;
    case "Minimum":
      return Math.min(...points.map(({ minimum }) => minimum));
    case "Maximum":
      return Math.max(...points.map(({ maximum }) => maximum));
    default:
      return percentile(percentileOf(statistic) ?? 0, points, count);
  }
}

/**
 * A statistic for each of `periods` periods that end at `end`, the newest first; undefined where nothing was measured.
 *
 * @param end epoch milliseconds
 * @param period milliseconds
 */
export function recentPeriods(
  statistic: Statistic,
  points: readonly MetricPoint[],
  { end, period, periods }: { end: number; period: number; periods: number },
): (number | undefined)[] {
  const buckets: MetricPoint[][] = Array.from({ length: periods }, () => []);
  for (const point of points) {
    const age = Math.floor((end - 1 - point.time) / period);
    if (point.time < end && age < periods) buckets[age].push(point);
  }
  return buckets.map((bucket) => statisticOf(statistic, bucket));
}

/** The points by the period that each falls into, the oldest first; periods without points are left out. */
export function byPeriod(points: readonly MetricPoint[], period: number): { start: number; points: MetricPoint[] }[] {
  const found = new Map<number, MetricPoint[]>();
  for (const point of points) {
    const start = Math.floor(point.time / period) * period;
    found.set(start, [...(found.get(start) ?? []), point]);
  }
  return [...found].sort(([a], [b]) => a - b).map(([start, inPeriod]) => ({ start, points: inPeriod }));
}

function percentileOf(name: string): number | undefined {
  const found = /^p(\d{1,3}(?:\.\d{1,10})?)$/.exec(name)?.[1];
  return found !== undefined && Number(found) <= 100 ? Number(found) : undefined;
}

/** The value below which that share of all values lies. */
function percentile(percent: number, points: readonly MetricPoint[], count: number): number | undefined {
  const values: (readonly [number, number])[] = [];
  for (const point of points) {
    if (!point.values) return undefined;
    values.push(...point.values);
  }
  values.sort(([a], [b]) => a - b);
  let seen = 0;
  for (const [value, times] of values) {
    seen += times;
    if (seen >= (percent / 100) * count) return value;
  }
  return undefined;
}
