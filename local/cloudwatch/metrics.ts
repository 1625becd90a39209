/**
 * CloudWatch's metrics: what services, log filters and programs measured. One JSON line a measurement, kept for 15 days.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import type { MetricPoint } from "./statistics";

/** Names and values that tell metrics of one name apart. */
export type Dimensions = Readonly<Record<string, string>>;

/** Which metric. Another set of dimensions is another metric. */
export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Dimensions;
}

/** A measurement of a metric. */
export interface Measurement extends MetricId {
  readonly point: MetricPoint;
}

/** How long measurements are kept, milliseconds. CloudWatch documentation, "Metrics retention": periods of a minute. */
const retention = 15 * 86_400_000;

const line = z.object({
  namespace: z.string(),
  name: z.string(),
  dimensions: z.record(z.string(), z.string()),
  point: z.object({
    time: z.number(),
    count: z.number(),
    sum: z.number(),
    minimum: z.number(),
    maximum: z.number(),
    values: z.array(z.tuple([z.number(), z.number()])).optional(),
    unit: z.string().optional(),
  }),
});

/** A point of one value. `time` is epoch milliseconds. */
export function pointOf(time: number, value: number, unit?: string): MetricPoint {
  return { time, count: 1, sum: value, minimum: value, maximum: value, values: [[value, 1]], unit };
}

/** All metrics of the account. */
export class Metrics {
  private readonly metrics = new Map<string, { id: MetricId; points: MetricPoint[] }>();

  constructor(
    private readonly path: string,
    private readonly now: () => Date = () => new Date(),
  ) {
    mkdirSync(dirname(path), { recursive: true });
    if (!existsSync(path)) return;
    const oldest = now().getTime() - retention;
    const lines = readFileSync(path, "utf8").split("\n");
    // The last line is empty, or was cut off when the process ended.
    const kept = lines.slice(0, -1).filter((text) => {
      const measurement = line.parse(JSON.parse(text));
      if (measurement.point.time < oldest) return false;
      this.remember(measurement);
      return true;
    });
    writeFileSync(path, kept.map((text) => `${text}\n`).join(""));
  }

  /** Adds measurements. */
  put(measurements: readonly Measurement[]): void {
    if (measurements.length === 0) return;
    for (const measurement of measurements) this.remember(measurement);
    appendFileSync(this.path, measurements.map((measurement) => `${JSON.stringify(measurement)}\n`).join(""));
  }

  /** Adds one value, measured now. */
  count(id: MetricId, value: number, unit?: string): void {
    this.put([{ ...id, point: pointOf(this.now().getTime(), value, unit) }]);
  }

  /** The measurements of a metric from `from` to before `to` (epoch milliseconds), of a unit if one is given. */
  points(id: MetricId, from: number, to: number, unit?: string): MetricPoint[] {
    const points = this.metrics.get(keyOf(id))?.points ?? [];
    return points.filter(
      (point) => point.time >= from && point.time < to && (unit === undefined || (point.unit ?? "None") === unit),
    );
  }

  /** All metrics that anything was measured of, from `since` (epoch milliseconds) on. */
  list(since = 0): MetricId[] {
    return [...this.metrics.values()]
      .filter(({ points }) => points.some(({ time }) => time >= since))
      .map(({ id }) => id);
  }

  private remember({ namespace, name, dimensions, point }: Measurement): void {
    const id = { namespace, name, dimensions };
    const metric = this.metrics.get(keyOf(id)) ?? { id, points: [] };
    metric.points.push(point);
    this.metrics.set(keyOf(id), metric);
  }
}

function keyOf({ namespace, name, dimensions }: MetricId): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
