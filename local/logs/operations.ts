/**
 * CloudWatch Logs' operations that read. CloudWatch Logs API Reference; permissions: Service Authorization Reference, "Actions,
 * resources, and condition keys for Amazon CloudWatch Logs".
 */
import { z } from "zod";
import { AwsError, operation, type Operations, type Permission, type Place } from "../api";
import { parseInput } from "../http/parse-input";
import { compileFilterPattern } from "./filter-pattern";
import type { FoundEvent, FunctionLogs } from "./function-logs";

const reads =
  <T>(schema: z.ZodType<T>) =>
  (input: unknown): T =>
    parseInput(schema, input, "InvalidParameterException");

/** A group by its name, or by its ARN as `logGroupIdentifier`. */
const group = { logGroupName: z.string().min(1).max(512).optional(), logGroupIdentifier: z.string().optional() };
const times = { startTime: z.number().int().min(0).optional(), endTime: z.number().int().min(0).optional() };
const nextToken = z.string().optional();

const groupsInput = z.object({
  logGroupNamePrefix: z.string().optional(),
  logGroupNamePattern: z.string().optional(),
  limit: z.number().int().min(1).max(50).default(50),
  nextToken,
});
const streamsInput = z.object({
  ...group,
  logStreamNamePrefix: z.string().optional(),
  orderBy: z.enum(["LogStreamName", "LastEventTime"]).default("LogStreamName"),
  descending: z.boolean().default(false),
  limit: z.number().int().min(1).max(50).default(50),
  nextToken,
});
const getInput = z.object({
  ...group,
  ...times,
  logStreamName: z.string().min(1),
  limit: z.number().int().min(1).max(10_000).default(10_000),
  startFromHead: z.boolean().default(false),
  nextToken: z
    .string()
    .regex(/^[fb]\/\d+$/, "is no token of GetLogEvents")
    .optional(),
});
const filterInput = z.object({
  ...group,
  ...times,
  logStreamNames: z.array(z.string()).min(1).max(100).optional(),
  logStreamNamePrefix: z.string().min(1).optional(),
  filterPattern: z.string().default(""),
  limit: z.number().int().min(1).max(10_000).default(10_000),
  nextToken,
});

/** `DescribeLogGroups`, `DescribeLogStreams`, `GetLogEvents` and `FilterLogEvents` on the logs of functions. */
export function logsOperations(logs: FunctionLogs, { account, region }: Place): Operations {
  const arnOf = (name: string) => `arn:aws:logs:${region}:${account}:log-group:${name}`;
  const on = (action: string, name: string, stream = ""): Permission[] => [
    { action: `logs:${action}`, resource: `${arnOf(name)}:log-stream:${stream}` },
  ];

  return {
    DescribeLogGroups: operation({
      parse: reads(groupsInput),
      permissions: () => on("DescribeLogGroups", ""),
      run: async ({ logGroupNamePrefix = "", logGroupNamePattern = "", limit, nextToken: token }) => {
        const named = logs.groups().filter((name) => {
          const searched = name.toLowerCase().includes(logGroupNamePattern.toLowerCase());
          return name.startsWith(logGroupNamePrefix) && searched;
        });
        const { items, ...more } = page(named, (name) => name, limit, token);
        return { logGroups: items.map(describeGroup), ...more };
      },
    }),
    DescribeLogStreams: operation({
      parse: (input) => withGroup(reads(streamsInput)(input)),
      permissions: ({ name }) => on("DescribeLogStreams", name),
      run: async ({ name, logStreamNamePrefix, orderBy, descending, limit, nextToken: token }) => {
        if (logStreamNamePrefix !== undefined && orderBy === "LastEventTime") {
          // API reference, DescribeLogStreams, orderBy.
          throw invalid("Cannot order by LastEventTime with a logStreamNamePrefix.");
        }
        const found = logs
          .streams(name)
          .filter((stream) => stream.startsWith(logStreamNamePrefix ?? ""))
          .map((stream) => describeStream(name, stream));
        if (orderBy === "LastEventTime") found.sort((a, b) => a.lastEventTimestamp - b.lastEventTimestamp);
        if (descending) found.reverse();
        const { items, ...more } = page(found, ({ logStreamName }) => logStreamName, limit, token);
        return { logStreams: items, ...more };
      },
    }),
    GetLogEvents: operation({
      parse: (input) => withGroup(reads(getInput)(input)),
      permissions: ({ name, logStreamName }) => on("GetLogEvents", name, logStreamName),
      run: async ({ name, logStreamName, startTime = 0, endTime = Infinity, ...how }) => {
        const wanted = logs.events(name, logStreamName).filter(({ time }) => time >= startTime && time < endTime);
        const { limit, startFromHead, nextToken: token } = how;
        // A token is a place between two events and the direction to read in.
        const [direction, at] = token?.split("/") ?? [
          startFromHead ? "f" : "b",
          String(startFromHead ? 0 : wanted.length),
        ];
        const from = direction === "f" ? Number(at) : Math.max(0, Number(at) - limit);
        const to = direction === "f" ? Math.min(wanted.length, from + limit) : Math.min(Number(at), wanted.length);
        return {
          events: wanted
            .slice(from, to)
            .map(({ time, message }) => ({ timestamp: time, message, ingestionTime: time })),
          nextForwardToken: `f/${Math.max(to, from)}`,
          nextBackwardToken: `b/${from}`,
        };
      },
    }),
    FilterLogEvents: operation({
      parse: (input) => {
        const { filterPattern, ...parsed } = withGroup(reads(filterInput)(input));
        if (parsed.logStreamNames && parsed.logStreamNamePrefix !== undefined) {
          throw invalid("logStreamNames and logStreamNamePrefix cannot be given together.");
        }
        return { ...parsed, matches: compileFilterPattern(filterPattern) };
      },
      permissions: ({ name }) => on("FilterLogEvents", name),
      run: async ({ name, logStreamNames, logStreamNamePrefix = "", matches, limit, nextToken: token, ...between }) => {
        const { startTime = 0, endTime = Infinity } = between;
        const streams = logStreamNames ?? logs.streams(name).filter((stream) => stream.startsWith(logStreamNamePrefix));
        const found = streams
          .flatMap((stream) => logs.events(name, stream))
          .filter(({ time, message }) => time >= startTime && time <= endTime && matches(message))
          .sort((a, b) => (eventId(a) < eventId(b) ? -1 : 1));
        const { items, ...more } = page(found, eventId, limit, token);
        return {
          events: items.map((event) => ({
            logStreamName: event.stream,
            timestamp: event.time,
            message: event.message,
            ingestionTime: event.time,
            eventId: eventId(event),
          })),
          // Deprecated, and always empty since 2019: API reference, FilterLogEvents.
          searchedLogStreams: [],
          ...more,
        };
      },
    }),
  };

  function describeGroup(name: string) {
    const streams = logs.streams(name);
    const first =
      streams.length === 0 ? 0 : Math.min(...streams.map((stream) => logs.events(name, stream)[0]?.time ?? 0));
    return {
      logGroupName: name,
      creationTime: first,
      metricFilterCount: 0,
      arn: `${arnOf(name)}:*`,
      logGroupArn: arnOf(name),
      storedBytes: streams.reduce((sum, stream) => sum + logs.size(name, stream), 0),
      logGroupClass: "STANDARD",
    };
  }

  function describeStream(name: string, stream: string) {
    const events = logs.events(name, stream);
    const first = events[0]?.time ?? 0;
    const last = events[events.length - 1]?.time ?? 0;
    return {
      logStreamName: stream,
      creationTime: first,
      firstEventTimestamp: first,
      lastEventTimestamp: last,
      lastIngestionTime: last,
      arn: `${arnOf(name)}:log-stream:${stream}`,
      storedBytes: 0,
    };
  }
}

/** Sorts events by time, stream and place, and tells each from all others. */
function eventId({ time, stream, index }: FoundEvent): string {
  return `${String(time).padStart(15, "0")}/${stream}/${String(index).padStart(9, "0")}`;
}

/** The items after the one that the token names. */
function page<T>(items: readonly T[], nameOf: (item: T) => string, limit: number, token: string | undefined) {
  const after = token === undefined ? -1 : items.findIndex((item) => nameOf(item) === token);
  if (token !== undefined && after < 0) throw invalid("The specified nextToken is invalid.");
  const shown = items.slice(after + 1, after + 1 + limit);
  const more = after + 1 + limit < items.length;
  return { items: shown, ...(more && { nextToken: nameOf(shown[shown.length - 1]) }) };
}

/** The input with the group's name, however the group is given. */
function withGroup<T extends { logGroupName?: string; logGroupIdentifier?: string }>(input: T): T & { name: string } {
  const { logGroupName, logGroupIdentifier } = input;
  if ((logGroupName === undefined) === (logGroupIdentifier === undefined)) {
    throw invalid("Give either logGroupName or logGroupIdentifier.");
  }
  const name = logGroupName ?? /(?:^|:log-group:)([^:]+)(?::\*)?$/.exec(logGroupIdentifier ?? "")?.[1];
  if (name === undefined) throw invalid(`${logGroupIdentifier ?? ""} is no name or ARN of a log group.`);
  return { ...input, name };
}

function invalid(message: string): AwsError {
  return new AwsError("InvalidParameterException", message);
}
