/** The hourly sweep of a pipeline: a schedule that invokes its watcher. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Closure } from "./closures";
import type { DataLake } from "./data-lake";
import { countLogLines } from "./observability";
import { createServiceRole } from "./service-role";

/** Arguments of {@link sweepHourly}. */
export interface WatcherScheduleArgs {
  readonly lake: DataLake;
  readonly pipeline: string;
  /** Physical names of role, schedule and function. */
  readonly roleName: string;
  readonly scheduleName: string;
  readonly watcherName: string;
  readonly watcher: Closure;
}

/** Invokes the watcher every hour, and raises an alarm when it says that a date is late. */
export function sweepHourly(args: WatcherScheduleArgs, options: pulumi.CustomResourceOptions): void {
  const { lake, pipeline, roleName, scheduleName, watcherName, watcher } = args;
  const { role, policy } = createServiceRole(
    `${pipeline}-schedule`,
    {
      name: roleName,
      service: "scheduler.amazonaws.com",
      account: lake.place.account,
      statements: [
        lake.grant.invoke("InvokeWatcher", [watcherName]),
        lake.grant.sendMessages("KeepFailedEvents", lake.deadLettersName),
      ],
      key: lake.keyInUse,
    },
    options,
  );
  new aws.scheduler.Schedule(
    pipeline,
    {
      name: scheduleName,
      description: `Looks for dates of ${pipeline} whose files are all there`,
      scheduleExpression: "rate(1 hour)",
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: watcher.function.arn,
        roleArn: role.arn,
        deadLetterConfig: { arn: lake.deadLetters.arn },
      },
    },
    { ...options, dependsOn: [policy] },
  );
  const late = `${watcherName}-late`;
  lake.alarm(
    {
      name: late,
      description: `${pipeline} has no completed run for today's date, and it is past its hour.`,
      ...countLogLines(late, watcher.logGroup, "{ $.late IS TRUE }", options),
    },
    options,
  );
}
