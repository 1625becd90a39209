/**
 * EventBridge rules and their targets.
 */
import { z } from "zod";
import { ANY, arnOf, deployed, text, type ResourceTypes } from "./resource-type";

const RULE = "aws:cloudwatch/eventRule:EventRule";

/** What rules and schedules may bring their events to. */
export const TARGETS = [
  "aws:lambda/function:Function",
  "aws:sfn/stateMachine:StateMachine",
  "aws:sqs/queue:Queue",
  "aws:sns/topic:Topic",
];

const ruleInputs = z.strictObject({
  ...ANY,
  name: z.string(),
  eventBusName: z.literal("default").optional(),
  eventPattern: z.string().optional(),
  scheduleExpression: z.string().optional(),
  state: z.enum(["ENABLED", "DISABLED"]).optional(),
  isEnabled: z.boolean().optional(),
  roleArn: z.string().optional(),
  forceDestroy: z.boolean().optional(),
});

const targetInputs = z.strictObject({
  region: z.string().optional(),
  rule: z.string(),
  targetId: z.string(),
  arn: z.string(),
  eventBusName: z.literal("default").optional(),
  roleArn: z.string().optional(),
  input: z.string().optional(),
  inputPath: z.string().optional(),
  inputTransformer: z
    .strictObject({ inputPaths: z.record(z.string(), z.string()).optional(), inputTemplate: z.string() })
    .optional(),
  deadLetterConfig: z.strictObject({ arn: z.string().optional() }).optional(),
  retryPolicy: z
    .strictObject({ maximumRetryAttempts: z.number().optional(), maximumEventAgeInSeconds: z.number().optional() })
    .optional(),
  forceDestroy: z.boolean().optional(),
});

export const events: ResourceTypes = {
  [RULE]: deployed({
    naming: { property: "name" },
    computed: ({ inputs, name, place }) => {
      const bus = text(inputs, "eventBusName") || "default";
      const path = bus === "default" ? name : `${bus}/${name}`;
      return { id: path, eventBusName: bus, arn: arnOf(place, "events", `rule/${path}`) };
    },
    inputs: ruleInputs,
    check: ({ eventPattern: pattern, scheduleExpression }, { eventPattern, schedule }) => {
      if (pattern !== undefined) eventPattern(pattern);
      if (scheduleExpression !== undefined) schedule(scheduleExpression, "UTC");
    },
    deploy: ({ inputs }, { events: bus }) => {
      bus.putRule({
        Name: inputs.name,
        Description: inputs.description,
        EventPattern: inputs.eventPattern,
        ScheduleExpression: inputs.scheduleExpression,
        State: inputs.state ?? (inputs.isEnabled === false ? "DISABLED" : "ENABLED"),
        RoleArn: inputs.roleArn,
      });
    },
    remove: ({ id }, { events: bus }) => bus.deleteRule(id),
  }),
  "aws:cloudwatch/eventTarget:EventTarget": deployed({
    naming: { property: "targetId" },
    computed: ({ inputs, name }) => ({ id: `${text(inputs, "rule")}-${name}` }),
    inputs: targetInputs,
    references: ({ rule, arn }) => [
      { property: "rule", value: rule, types: [RULE] },
      { property: "arn", value: arn, types: TARGETS },
    ],
    deploy: ({ inputs }, { events: bus }) => {
      const { inputTransformer: transformer, deadLetterConfig, retryPolicy } = inputs;
      bus.putTargets({
        Rule: inputs.rule,
        Targets: [
          {
            Id: inputs.targetId,
            Arn: inputs.arn,
            RoleArn: inputs.roleArn,
            Input: inputs.input,
            InputPath: inputs.inputPath,
            InputTransformer: transformer && {
              InputPathsMap: transformer.inputPaths,
              InputTemplate: transformer.inputTemplate,
            },
            DeadLetterConfig: deadLetterConfig && { Arn: deadLetterConfig.arn },
            RetryPolicy: retryPolicy && {
              MaximumRetryAttempts: retryPolicy.maximumRetryAttempts,
              MaximumEventAgeInSeconds: retryPolicy.maximumEventAgeInSeconds,
            },
          },
        ],
      });
    },
    remove: ({ outputs }, { events: bus }) => {
      const rule = text(outputs, "rule");
      if (bus.list().some(({ Name }) => Name === rule)) {
        bus.removeTargets(rule, undefined, [text(outputs, "targetId")]);
      }
    },
  }),
};
