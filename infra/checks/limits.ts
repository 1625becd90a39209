/** What services take: lengths of names and sizes of settings. Each limit names the page of AWS's documentation that sets it. */
import { largestComplexity, patternComplexity } from "../../event-patterns/complexity";
import { longestQuery, queryBytes } from "../../functions/runs/query-size";
import type { FindingCode } from "./finding";

/** A fault of a name or a size. */
export interface LimitFault {
  readonly code: FindingCode;
  readonly message: string;
  readonly help?: string;
}

/** A named resource: most characters, and characters that may stand in it. */
interface NameLimit {
  readonly longest: number;
  readonly shortest?: number;
  readonly characters: RegExp;
  /** Page of the documentation. */
  readonly page: string;
}

/** Limits of physical names by what is named. */
export const nameLimits = {
  bucket: {
    longest: 63,
    shortest: 3,
    characters: /^[a-z0-9][a-z0-9-]*[a-z0-9]$/,
    page: 'S3 documentation, "General purpose bucket naming rules"',
  },
  database: {
    longest: 255,
    characters: /^[a-z0-9_]+$/,
    page: 'Athena documentation, "Name databases, tables, and columns"',
  },
  workgroup: { longest: 128, characters: /^[A-Za-z0-9._-]+$/, page: 'Athena API reference, "CreateWorkGroup"' },
  function: { longest: 64, characters: /^[A-Za-z0-9_-]+$/, page: 'Lambda API reference, "CreateFunction"' },
  role: { longest: 64, characters: /^[A-Za-z0-9+=,.@_-]+$/, page: 'IAM documentation, "IAM and AWS STS quotas"' },
  "state machine": {
    longest: 80,
    characters: /^[A-Za-z0-9_-]+$/,
    page: 'Step Functions API reference, "CreateStateMachine"',
  },
  rule: { longest: 64, characters: /^[A-Za-z0-9._-]+$/, page: 'EventBridge API reference, "PutRule"' },
  schedule: {
    longest: 64,
    characters: /^[A-Za-z0-9._-]+$/,
    page: 'EventBridge Scheduler API reference, "CreateSchedule"',
  },
  queue: {
    longest: 80,
    characters: /^[A-Za-z0-9_-]+$/,
    page: 'SQS documentation, "Amazon SQS message quotas": queue name',
  },
} as const satisfies Record<string, NameLimit>;

/** What has a physical name. */
export type NamedKind = keyof typeof nameLimits;

/** Faults of a physical name. */
export function nameFaults(kind: NamedKind, name: string): LimitFault[] {
  const { longest, characters, page, shortest = 1 }: NameLimit = nameLimits[kind];
  if (name.length > longest) {
    const message = `the ${kind}'s name '${name}' has ${name.length} characters; ${page} allows ${longest}`;
    return [{ code: "name-too-long", message, help: `shorten what it is made of by ${name.length - longest}.` }];
  }
  if (name.length >= shortest && characters.test(name)) return [];
  const message = `'${name}' is no name of a ${kind}: ${page} says which characters it may have`;
  return [{ code: "invalid-name", message }];
}

/** Most bytes of a function's environment. Lambda documentation, "Lambda quotas": environment variables. */
const largestEnvironment = 4096;

/** Faults of a function's environment. */
export function environmentFaults(name: string, environment: Readonly<Record<string, string>>): LimitFault[] {
  const size = Buffer.byteLength(JSON.stringify(environment));
  if (size <= largestEnvironment) return [];
  const message = `the environment of ${name} has ${size} bytes; Lambda takes ${largestEnvironment}`;
  return [{ code: "too-large", message, help: "keep it in an object of the assets bucket." }];
}

/** Most characters of an event pattern. EventBridge documentation, "Amazon EventBridge quotas": event pattern size. */
const longestPattern = 2048;

/** Faults of an event pattern. */
export function patternFaults(name: string, pattern: object): LimitFault[] {
  const { length } = JSON.stringify(pattern);
  if (length > longestPattern) {
    const message = `the event pattern of ${name} has ${length} characters; EventBridge takes ${longestPattern}`;
    return [{ code: "too-large", message, help: "match by fewer, shorter prefixes." }];
  }
  if (patternComplexity(pattern) <= largestComplexity) return [];
  const message = `the event pattern of ${name} is too complex for EventBridge: one key can match more than ${largestComplexity} beginnings of its wildcards`;
  return [{ code: "too-large", message, help: "use fewer wildcards, or a prefix." }];
}

/**
 * Faults of a rendered query. It travels through the state machine as JSON, whose limit is the same (Step Functions documentation,
 * "Service quotas": maximum input or output size for a task).
 */
export function queryLengthFaults(sql: string): LimitFault[] {
  const size = queryBytes(sql);
  if (size <= longestQuery) return [];
  const message = `the query has about ${size} bytes with what goes around it; Athena and Step Functions take ${longestQuery}`;
  return [{ code: "query-too-long", message, help: "make it two steps, the first into a table of its own." }];
}
