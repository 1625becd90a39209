/** What a pipeline does by the clock: it looks for complete dates every hour, and prunes superseded runs every night. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Closure } from "../closures";
import type { Lake } from "../lake/lake";
import { countLogLines } from "../observability";
import { createServiceRole } from "../service-role";

/** A function to be called by the clock. */
export interface Schedule {
  /** Physical name of the schedule. */
  readonly name: string;
  readonly description: string;
  /** EventBridge Scheduler documentation, "Schedule types". */
  readonly expression: string;
  /** IANA name. @default "UTC" */
  readonly timeZone?: string;
  /** Physical name of the function. */
  readonly functionName: string;
  readonly closure: Closure;
}

/** Creates schedules with one role, which may call their functions and keep what failed. */
export function createSchedules(
  { lake, pipeline, roleName }: { readonly lake: Lake; readonly pipeline: string; readonly roleName: string },
  schedules: readonly Schedule[],
  options: pulumi.CustomResourceOptions,
): void {
  const statements = [
    lake.grant.invoke(
      "InvokeFunctions",
      schedules.map(({ functionName }) => functionName),
    ),
    lake.grant.sendMessages("KeepFailedEvents", lake.deadLettersName),
  ];
  lake.checks.addRole(roleName, statements);
  for (const { name } of schedules) lake.checks.addName("schedule", name);
  const { role, policy } = createServiceRole(
    `${pipeline}-schedule`,
    {
      name: roleName,
      service: "scheduler.amazonaws.com",
      account: lake.place.account,
      statements,
      key: lake.keyInUse,
    },
    options,
  );
  for (const { name, description, expression, timeZone, closure } of schedules) {
    new aws.scheduler.Schedule(
      name,
      {
        name,
        description,
        scheduleExpression: expression,
        scheduleExpressionTimezone: timeZone,
        flexibleTimeWindow: { mode: "OFF" },
        target: {
          arn: closure.function.arn,
          roleArn: role.arn,
          // Without it, the target gets an event whose detail is text.
          input: "{}",
          deadLetterConfig: { arn: lake.deadLetters.arn },
        },
      },
      { ...options, dependsOn: [policy] },
    );
  }
}

/**
 * Raises an alarm when a watcher says that a date is late, and keeps it up until it no longer does. The watcher says so once an
 * hour, a little earlier or later, and an alarm of a shorter memory would ring each time anew. So one of the last two hours is
 * enough. CloudWatch documentation, "Alarm evaluation": datapoints to alarm, evaluation periods.
 */
export function alarmOnLateness(
  lake: Lake,
  pipeline: string,
  watcherName: string,
  { logGroup }: Closure,
  options: pulumi.CustomResourceOptions,
): void {
  const late = `${watcherName}-late`;
  lake.alarm(
    {
      name: late,
      description: `${pipeline} has no completed run for today's date, and it is past its hour.`,
      ...countLogLines(late, logGroup, "{ $.late IS TRUE }", options),
      statistic: "Maximum",
      period: 3600,
      periods: 2,
    },
    options,
  );
}
