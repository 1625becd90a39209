/**
 * A state machine as it is kept and described.
 */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { AwsError, type Place } from "../api";

/** What of an execution is logged, and where. */
export interface LoggingConfiguration {
  /** Default OFF. */
  readonly level?: string;
  readonly includeExecutionData?: boolean;
  readonly destinations?: readonly { readonly cloudWatchLogsLogGroup?: { readonly logGroupArn?: string } }[];
}

/** What a state machine is made of. */
export interface StateMachineSettings {
  readonly name: string;
  /** Amazon States Language, as JSON text. */
  readonly definition: string;
  /** The role that its Tasks call services with. */
  readonly roleArn: string;
  /** Only STANDARD, the default, can run here. */
  readonly type?: string;
  /** As `DescribeStateMachine` returns it; default: off. */
  readonly loggingConfiguration?: LoggingConfiguration;
  /** Default false. */
  readonly tracingEnabled?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
}

/** What is kept of a state machine. */
export const storedMachine = z.object({
  name: z.string(),
  definition: z.string(),
  roleArn: z.string(),
  loggingConfiguration: z.record(z.string(), z.unknown()),
  tracingEnabled: z.boolean(),
  tags: z.record(z.string(), z.string()),
  /** ISO 8601. */
  creationDate: z.string(),
  updateDate: z.string(),
  revisionId: z.string(),
});

export type StoredMachine = z.output<typeof storedMachine>;

/** The machine that settings give; `before` is the one they replace. */
export function machineFrom(
  settings: StateMachineSettings,
  before: StoredMachine | undefined,
  now: Date,
): StoredMachine {
  const { name, definition, roleArn, loggingConfiguration, tracingEnabled, tags } = settings;
  const unchanged = before && before.definition === definition && before.roleArn === roleArn;
  return {
    name,
    definition,
    roleArn,
    loggingConfiguration: { level: "OFF", includeExecutionData: false, ...loggingConfiguration },
    tracingEnabled: tracingEnabled ?? false,
    tags: { ...tags },
    creationDate: before?.creationDate ?? now.toISOString(),
    updateDate: unchanged ? before.updateDate : now.toISOString(),
    revisionId: unchanged ? before.revisionId : randomUUID(),
  };
}

export function stateMachineArn({ region, account }: Place, name: string): string {
  return `arn:aws:states:${region}:${account}:stateMachine:${name}`;
}

export function executionArn({ region, account }: Place, machine: string, name: string): string {
  return `arn:aws:states:${region}:${account}:execution:${machine}:${name}`;
}

/** Checks a logging configuration; throws `InvalidLoggingConfiguration` (API reference, LoggingConfiguration: destinations). */
export function checkLogging({ level = "OFF", destinations = [] }: LoggingConfiguration): void {
  if (level !== "OFF" && destinations.length !== 1)
    throw new AwsError(
      "InvalidLoggingConfiguration",
      "Invalid Logging Configuration: Must specify exactly one Log Destination.",
    );
}

/** Whitespace, brackets, wildcards, other special characters, control characters (API reference, StartExecution: name). */
const FORBIDDEN = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]/u;

/** Checks the name of a machine or an execution; throws `InvalidName`. */
export function checkName(name: string): void {
  if (name.length < 1 || name.length > 80 || FORBIDDEN.test(name))
    throw new AwsError("InvalidName", `Invalid Name: '${name}'`);
}
