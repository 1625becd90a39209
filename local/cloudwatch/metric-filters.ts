/**
 * Metric filters: they make metrics of log lines. CloudWatch Logs documentation, "Creating metrics from log events using
 * filters".
 */
import { join } from "node:path";
import { z } from "zod";
import { Document } from "../document";
import { compileFilterPattern, type FilterPattern } from "../logs/filter-pattern";
import type { LogEvent } from "../logs/function-logs";
import { jsonField } from "../logs/json-pattern";
import { parseInput } from "../http/parse-input";
import { pointOf, type Dimensions, type Measurement, type Metrics } from "./metrics";

const filterSettings = z.object({
  name: z.string().min(1).max(512),
  logGroupName: z.string().min(1),
  pattern: z.string(),
  transformation: z.object({
    namespace: z.string().min(1),
    name: z.string().min(1),
    /** A number, or `$.field`. */
    value: z.string().min(1),
    /** Reported for log events that do not match. */
    defaultValue: z.number().optional(),
    /** Values are `$.field`. */
    dimensions: z.record(z.string(), z.string().startsWith("$.", "must be a field such as $.name")).optional(),
    unit: z.string().optional(),
  }),
});

/** A filter of one log group. */
export type MetricFilter = z.output<typeof filterSettings>;

/** All metric filters of the account. */
export class MetricFilters {
  private readonly filters: Document<Record<string, MetricFilter>>;
  private readonly patterns = new Map<string, FilterPattern>();

  constructor(
    folder: string,
    private readonly metrics: Metrics,
  ) {
    const read = (value: unknown) => z.record(z.string(), filterSettings).parse(value);
    this.filters = new Document(join(folder, "metric-filters.json"), read, {});
  }

  /** Creates or replaces a filter. Throws `InvalidParameterException`, also for a pattern that cannot be read. */
  put(input: z.input<typeof filterSettings>): void {
    const filter = parseInput(filterSettings, input, "InvalidParameterException");
    compileFilterPattern(filter.pattern);
    this.filters.update((all) => ({ ...all, [keyOf(filter)]: filter }));
  }

  /** Deletes a filter; one that does not exist is no error. */
  delete(logGroupName: string, name: string): void {
    this.filters.update(({ [keyOf({ logGroupName, name })]: _, ...others }) => others);
  }

  /** All filters. */
  list(): MetricFilter[] {
    return Object.values(this.filters.value);
  }

  /** Makes measurements of new log events of a group. */
  take(logGroupName: string, events: readonly LogEvent[]): void {
    const measurements = this.list()
      .filter((filter) => filter.logGroupName === logGroupName)
      .flatMap((filter) => events.flatMap((event) => this.measure(filter, event)));
    this.metrics.put(measurements);
  }

  private measure({ pattern, transformation }: MetricFilter, { message, time }: LogEvent): Measurement[] {
    const { namespace, name, value, defaultValue, unit } = transformation;
    const matches = this.patternOf(pattern)(message);
    const measured = matches ? Number(value.startsWith("$") ? jsonField(message, value) : value) : defaultValue;
    // A field that is no number is no measurement.
    if (measured === undefined || !Number.isFinite(measured)) return [];
    const dimensions = matches ? dimensionsOf(transformation.dimensions, message) : {};
    return dimensions ? [{ namespace, name, dimensions, point: pointOf(time, measured, unit) }] : [];
  }

  private patternOf(text: string): FilterPattern {
    const pattern = this.patterns.get(text) ?? compileFilterPattern(text);
    this.patterns.set(text, pattern);
    return pattern;
  }
}

/** The dimensions of a log event; undefined if it lacks one of them. */
function dimensionsOf(fields: Readonly<Record<string, string>> = {}, message: string): Dimensions | undefined {
  const found: [string, string][] = [];
  for (const [name, selector] of Object.entries(fields)) {
    const value = jsonField(message, selector);
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return undefined;
    found.push([name, String(value)]);
  }
  return Object.fromEntries(found);
}

function keyOf({ logGroupName, name }: Pick<MetricFilter, "logGroupName" | "name">): string {
  return `${logGroupName} ${name}`;
}
