/**
 * EventBridge Scheduler.
 */
import { z } from "zod";
import { TARGETS } from "./events";
import { ANY, arnOf, deployed, recorded, text, type ResourceTypes } from "./resource-type";

const GROUP = "aws:scheduler/scheduleGroup:ScheduleGroup";

const scheduleInputs = z.strictObject({
  ...ANY,
  name: z.string(),
  namePrefix: z.string().optional(),
  groupName: z.string().optional(),
  scheduleExpression: z.string(),
  scheduleExpressionTimezone: z.string().optional(),
  startDate: z.iso.datetime().optional(),
  endDate: z.iso.datetime().optional(),
  state: z.enum(["ENABLED", "DISABLED"]).optional(),
  actionAfterCompletion: z.enum(["NONE", "DELETE"]).optional(),
  kmsKeyArn: z.string().optional(),
  flexibleTimeWindow: z.strictObject({
    mode: z.enum(["OFF", "FLEXIBLE"]),
    maximumWindowInMinutes: z.number().optional(),
  }),
  target: z.strictObject({
    arn: z.string(),
    roleArn: z.string(),
    input: z.string().optional(),
    deadLetterConfig: z.strictObject({ arn: z.string().optional() }).optional(),
    eventbridgeParameters: z.strictObject({ detailType: z.string(), source: z.string() }).optional(),
    retryPolicy: z
      .strictObject({ maximumRetryAttempts: z.number().optional(), maximumEventAgeInSeconds: z.number().optional() })
      .optional(),
  }),
});

export const scheduler: ResourceTypes = {
  [GROUP]: recorded("a group is a part of its schedules' names", {
    naming: { property: "name" },
    computed: ({ name, place }) => ({
      id: name,
      arn: arnOf(place, "scheduler", `schedule-group/${name}`),
      state: "ACTIVE",
    }),
  }),
  "aws:scheduler/schedule:Schedule": deployed({
    naming: { property: "name" },
    computed: ({ inputs, name, place }) => {
      const groupName = text(inputs, "groupName") || "default";
      return { id: `${groupName}/${name}`, groupName, arn: arnOf(place, "scheduler", `schedule/${groupName}/${name}`) };
    },
    inputs: scheduleInputs,
    references: ({ groupName, target }) => [
      ...(groupName && groupName !== "default" ? [{ property: "groupName", value: groupName, types: [GROUP] }] : []),
      ...(target.arn.startsWith("arn:aws:scheduler:::aws-sdk:")
        ? []
        : [{ property: "target.arn", value: target.arn, types: TARGETS }]),
      { property: "target.roleArn", value: target.roleArn, types: ["aws:iam/role:Role"] },
    ],
    check: (inputs, { schedule }) => schedule(inputs.scheduleExpression, inputs.scheduleExpressionTimezone ?? "UTC"),
    deploy: ({ inputs }, { schedules }) => {
      const { target, flexibleTimeWindow: window } = inputs;
      schedules.putSchedule({
        Name: inputs.name,
        GroupName: inputs.groupName,
        Description: inputs.description,
        ScheduleExpression: inputs.scheduleExpression,
        ScheduleExpressionTimezone: inputs.scheduleExpressionTimezone,
        StartDate: inputs.startDate,
        EndDate: inputs.endDate,
        State: inputs.state,
        ActionAfterCompletion: inputs.actionAfterCompletion,
        FlexibleTimeWindow:
          window.mode === "OFF"
            ? { Mode: "OFF" }
            : { Mode: "FLEXIBLE", MaximumWindowInMinutes: window.maximumWindowInMinutes ?? 1 },
        Target: {
          Arn: target.arn,
          RoleArn: target.roleArn,
          Input: target.input,
          DeadLetterConfig: target.deadLetterConfig && { Arn: target.deadLetterConfig.arn },
          EventBridgeParameters: target.eventbridgeParameters && {
            DetailType: target.eventbridgeParameters.detailType,
            Source: target.eventbridgeParameters.source,
          },
          RetryPolicy: target.retryPolicy && {
            MaximumRetryAttempts: target.retryPolicy.maximumRetryAttempts,
            MaximumEventAgeInSeconds: target.retryPolicy.maximumEventAgeInSeconds,
          },
        },
      });
    },
    remove: ({ outputs }, { schedules }) => {
      const name = text(outputs, "name");
      const group = text(outputs, "groupName");
      if (schedules.has(name, group)) schedules.deleteSchedule(name, group);
    },
  }),
};
