/**
 * Step Functions state machines.
 */
import { z } from "zod";
import { ANY, arnOf, deployed, type ResourceTypes } from "./resource-type";

const machineInputs = z.strictObject({
  ...ANY,
  name: z.string(),
  namePrefix: z.string().optional(),
  definition: z.string(),
  roleArn: z.string(),
  type: z.literal("STANDARD").optional(),
  publish: z.literal(false).optional(),
  encryptionConfiguration: z.unknown().optional(),
  loggingConfiguration: z
    .strictObject({
      level: z.string().optional(),
      includeExecutionData: z.boolean().optional(),
      logDestination: z.string().optional(),
    })
    .optional(),
  tracingConfiguration: z.strictObject({ enabled: z.boolean().optional() }).optional(),
});

export const sfn: ResourceTypes = {
  "aws:sfn/stateMachine:StateMachine": deployed({
    naming: { property: "name" },
    computed: ({ inputs, name, place }) => {
      const arn = arnOf(place, "states", `stateMachine:${name}`);
      return { id: arn, arn, status: "ACTIVE", type: inputs.type ?? "STANDARD" };
    },
    inputs: machineInputs,
    references: ({ roleArn }) => [{ property: "roleArn", value: roleArn, types: ["aws:iam/role:Role"] }],
    check: ({ definition }, { stateMachine }) => stateMachine(definition),
    deploy: ({ inputs }, { machines }) => {
      const { name, definition, roleArn, tags, loggingConfiguration, tracingConfiguration } = inputs;
      const { logDestination, ...logging } = loggingConfiguration ?? {};
      machines.putMachine({
        name,
        definition,
        roleArn,
        tags,
        loggingConfiguration: {
          ...logging,
          ...(logDestination && { destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: logDestination } }] }),
        },
        tracingEnabled: tracingConfiguration?.enabled,
      });
    },
    remove: async ({ id }, { machines }) => {
      if (machines.list().some((machine) => machines.arnOf(machine) === id)) await machines.deleteMachine(id);
    },
  }),
};
