/**
 * What a lake costs in a month in which nothing arrives: pure. Its data is not counted, whatever it is, nor are free tiers.
 */
import type { Resource, ResourceGraph } from "../../local/graph";
import { PRICES } from "./prices";

/** Requests of one invocation of a function. */
export interface Requests {
  readonly s3Writes: number;
  readonly s3Lists: number;
  readonly s3Reads: number;
  readonly glue: number;
  /** Bytes that it logs, with what Lambda logs of each invocation. */
  readonly logBytes: number;
}

/** What the clock lets each pipeline do. */
export interface ClockWork {
  /** The watcher's hour. */
  readonly hourly: Requests;
  /** The pruner's night. */
  readonly nightly: Requests;
}

/** One line of a bill: dollars a month for the lake itself, and for each of its pipelines. */
export interface IdleCost {
  readonly item: string;
  readonly lake: number;
  readonly pipeline: number;
}

/** Hours and nights of a month, as AWS's calculator counts. */
const hours = 730;
const nights = hours / 24;

/** Seconds that an invocation takes, and its gigabytes: a cold start and a handful of requests. */
const seconds = 1;
const gigabytes = 0.25;

/** The bill of an evaluated lake. */
export function idleCost({ resources }: Pick<ResourceGraph, "resources">, { hourly, nightly }: ClockWork): IdleCost[] {
  const pipelines = resources.filter(({ type }) => type === "tributary:index:DataPipeline").length;
  const owners = new Map(resources.map((resource) => [resource.urn, resource]));
  const isOfPipeline = (resource: Resource): boolean =>
    resource.type === "tributary:index:DataPipeline" ||
    (resource.parent !== undefined && isOfPipeline(owners.get(resource.parent) ?? { ...resource, parent: undefined }));
  const counted = (item: string, type: string, price: number): IdleCost => {
    const all = resources.filter((resource) => resource.type === type);
    const ofPipelines = all.filter(isOfPipeline).length;
    return { item, lake: (all.length - ofPipelines) * price, pipeline: (ofPipelines / pipelines) * price };
  };
  const { s3, glue, lambda, scheduler, kms, cloudwatch, cloudtrail } = PRICES;
  const monthly = (of: (requests: Requests) => number): number => hours * of(hourly) + nights * of(nightly);
  const byClock = (item: string, of: (requests: Requests) => number): IdleCost => {
    return { item, lake: 0, pipeline: monthly(of) };
  };
  return [
    counted("Alarms", "aws:cloudwatch/metricAlarm:MetricAlarm", cloudwatch.alarm),
    counted("Metrics of log lines", "aws:cloudwatch/logMetricFilter:LogMetricFilter", cloudwatch.metric),
    counted("Keys", "aws:kms/key:Key", kms.key),
    counted("Dashboards", "aws:cloudwatch/dashboard:Dashboard", cloudwatch.dashboard),
    byClock("Requests to S3 and Glue", ({ s3Writes, s3Lists, s3Reads, glue: catalog }) => {
      return s3Writes * s3.write + s3Lists * s3.list + s3Reads * s3.read + catalog * glue.request;
    }),
    byClock("Functions and schedules", () => {
      return lambda.request + seconds * gigabytes * lambda.gigabyteSecond + scheduler.invocation;
    }),
    byClock("Logs", ({ logBytes }) => (logBytes / 1e9) * cloudwatch.ingestedGigabyte),
    // Only what changes objects is recorded.
    byClock("Trail", ({ s3Writes }) => s3Writes * cloudtrail.dataEvent),
  ];
}

/** Dollars a month for a lake of so many pipelines. */
export function idleTotal(costs: readonly IdleCost[], pipelines: number): number {
  return costs.reduce((sum, { lake, pipeline }) => sum + lake + pipelines * pipeline, 0);
}
