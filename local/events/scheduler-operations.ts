/**
 * EventBridge Scheduler's operations.
 */
import { z } from "zod";
import { AwsError, operation, type Operations, type Permission } from "../api";
import { parseInput } from "../http/parse-input";
import { schedule, type Schedule, type Scheduler } from "./scheduler";

const named = z.object({ Name: z.string(), GroupName: z.string().default("default") });
const list = z.object({
  GroupName: z.string().optional(),
  NamePrefix: z.string().default(""),
  State: z.enum(["ENABLED", "DISABLED"]).optional(),
  // Numbers of a query string are text.
  MaxResults: z.coerce.number().int().min(1).max(100).default(100),
  /** Name of the last schedule of the page before. */
  NextToken: z.string().optional(),
});

/** `CreateSchedule`, `UpdateSchedule`, `DeleteSchedule`, `GetSchedule` and `ListSchedules`. */
export function schedulerOperations(scheduler: Scheduler): Operations {
  const onSchedule = (action: string, { Name, GroupName }: { Name: string; GroupName: string }): Permission => ({
    action: `scheduler:${action}`,
    resource: scheduler.arnOf(Name, GroupName),
  });
  const put = (action: "CreateSchedule" | "UpdateSchedule") =>
    operation({
      parse: (input) => parseInput(schedule, input),
      permissions: (input) => [
        onSchedule(action, input),
        {
          action: "iam:PassRole",
          resource: input.Target.RoleArn,
          context: { "iam:PassedToService": "scheduler.amazonaws.com" },
        },
      ],
      run: async (input) => {
        if (action === "UpdateSchedule") scheduler.get(input.Name, input.GroupName);
        else if (scheduler.has(input.Name, input.GroupName)) {
          throw new AwsError("ConflictException", `Schedule ${input.Name} already exists.`, 409);
        }
        return { ScheduleArn: scheduler.putSchedule(input) };
      },
    });

  return {
    CreateSchedule: put("CreateSchedule"),
    UpdateSchedule: put("UpdateSchedule"),
    DeleteSchedule: operation({
      parse: (input) => parseInput(named, input),
      permissions: (input) => [onSchedule("DeleteSchedule", input)],
      run: async ({ Name, GroupName }) => {
        scheduler.deleteSchedule(Name, GroupName);
        return {};
      },
    }),
    GetSchedule: operation({
      parse: (input) => parseInput(named, input),
      permissions: (input) => [onSchedule("GetSchedule", input)],
      run: async ({ Name, GroupName }) => ({
        ...scheduler.get(Name, GroupName),
        Arn: scheduler.arnOf(Name, GroupName),
      }),
    }),
    ListSchedules: operation({
      parse: (input) => parseInput(list, input),
      permissions: () => [{ action: "scheduler:ListSchedules", resource: "*" }],
      run: async ({ GroupName, NamePrefix, State, MaxResults, NextToken }) => {
        const found = scheduler
          .list()
          .filter((item) => GroupName === undefined || item.GroupName === GroupName)
          .filter((item) => item.Name.startsWith(NamePrefix) && (State === undefined || item.State === State))
          .filter((item) => NextToken === undefined || item.Name > NextToken);
        const page = found.slice(0, MaxResults);
        return {
          Schedules: page.map((item) => summary(item, scheduler)),
          ...(found.length > page.length && { NextToken: page[page.length - 1].Name }),
        };
      },
    }),
  };
}

function summary(
  { Name, GroupName, State, Target, CreationDate, LastModificationDate }: Schedule,
  scheduler: Scheduler,
) {
  const Arn = scheduler.arnOf(Name, GroupName);
  return { Arn, Name, GroupName, State, Target: { Arn: Target.Arn }, CreationDate, LastModificationDate };
}
