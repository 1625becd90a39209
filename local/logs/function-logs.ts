/**
 * The logs of functions as CloudWatch Logs has them: a group for each function, a stream for each of its processes, an event for
 * each line. On disk a stream is a text file that a person can read.
 */
import { appendFileSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { AwsError } from "../api";

/** One event of a stream. */
export interface LogEvent {
  /** Epoch milliseconds. */
  readonly time: number;
  /** One line, without its end. */
  readonly message: string;
}

/** An event and where it stands. */
export interface FoundEvent extends LogEvent {
  readonly stream: string;
  /** Its place in the stream, from 0. */
  readonly index: number;
}

/** The group of a function's logs. */
function logGroupOf(functionName: string): string {
  return `${GROUPS}${functionName}`;
}

const GROUPS = "/aws/lambda/";

/** What a process's stream is called: AWS Lambda Developer Guide, "Sending Lambda function logs to CloudWatch Logs". */
export function logStreamName(start: Date, id: string): string {
  return `${start.toISOString().slice(0, 10).replaceAll("-", "/")}/[$LATEST]${id.replaceAll("-", "")}`;
}

/** All logs: `<folder>/<function>/<stream>.log`. */
export class FunctionLogs {
  constructor(
    private readonly folder: string,
    /** Told of new events, as metric filters are. */
    private readonly onEvents: (group: string, events: readonly LogEvent[]) => void = () => undefined,
  ) {}

  /** Folder with a function's logs. */
  folderOf(functionName: string): string {
    return join(this.folder, functionName);
  }

  /** Adds events to a stream of a function, which come into being with their first event. */
  append(functionName: string, stream: string, events: readonly LogEvent[]): void {
    if (events.length === 0) return;
    const folder = this.folderOf(functionName);
    mkdirSync(folder, { recursive: true });
    const lines = events.map(({ time, message }) => `${new Date(time).toISOString()} ${message}\n`);
    appendFileSync(join(folder, fileOf(stream)), lines.join(""));
    this.onEvents(logGroupOf(functionName), events);
  }

  /** Names of all groups, sorted. */
  groups(): string[] {
    return names(this.folder).map(logGroupOf).sort();
  }

  /** Names of a group's streams, sorted. Throws `ResourceNotFoundException`. */
  streams(group: string): string[] {
    const functionName = group.startsWith(GROUPS) ? group.slice(GROUPS.length) : "";
    if (!names(this.folder).includes(functionName)) {
      throw new AwsError("ResourceNotFoundException", "The specified log group does not exist.");
    }
    return names(this.folderOf(functionName)).map(streamOf).sort();
  }

  /** The events of a stream, the first first. Throws `ResourceNotFoundException`. */
  events(group: string, stream: string): FoundEvent[] {
    if (!this.streams(group).includes(stream)) {
      throw new AwsError("ResourceNotFoundException", "The specified log stream does not exist.");
    }
    const text = readFileSync(this.pathOf(group, stream), "utf8");
    return text.split("\n").flatMap((line, index) => {
      const [, time, message] = /^(\S+Z) (.*)$/.exec(line) ?? [];
      return time === undefined ? [] : [{ time: Date.parse(time), message, stream, index }];
    });
  }

  /** Bytes of a stream. */
  size(group: string, stream: string): number {
    return statSync(this.pathOf(group, stream)).size;
  }

  private pathOf(group: string, stream: string): string {
    return join(this.folderOf(group.slice(GROUPS.length)), fileOf(stream));
  }
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Nothing was logged yet.
    return [];
  }
}

/** Streams begin with a date, whose slashes would be folders. */
function fileOf(stream: string): string {
  return `${stream.replaceAll("/", "-")}.log`;
}

function streamOf(file: string): string {
  return file.replace(/\.log$/, "").replace(/^(\d{4})-(\d{2})-(\d{2})-/, "$1/$2/$3/");
}
