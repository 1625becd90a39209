/**
 * SSM parameters.
 */
import { z } from "zod";
import { ANY, arnOf, deployed, type ResourceTypes } from "./resource-type";

const parameterInputs = z.strictObject({
  ...ANY,
  name: z.string(),
  type: z.enum(["String", "StringList", "SecureString"]),
  value: z.string().optional(),
  insecureValue: z.string().optional(),
  allowedPattern: z.string().optional(),
  dataType: z.literal("text").optional(),
  keyId: z.string().optional(),
  overwrite: z.boolean().optional(),
  tier: z.enum(["Standard", "Advanced", "Intelligent-Tiering"]).optional(),
});

export const ssm: ResourceTypes = {
  "aws:ssm/parameter:Parameter": deployed({
    naming: { property: "name" },
    computed: ({ name, place }) => ({
      id: name,
      arn: arnOf(place, "ssm", `parameter${name.startsWith("/") ? "" : "/"}${name}`),
      version: 1,
    }),
    inputs: parameterInputs,
    deploy: ({ inputs }, { parameters }, previous) => {
      parameters.put({
        Name: inputs.name,
        Type: inputs.type,
        Value: inputs.value ?? inputs.insecureValue ?? "",
        Description: inputs.description,
        KeyId: inputs.keyId,
        Tier: inputs.tier,
        AllowedPattern: inputs.allowedPattern,
        Overwrite: inputs.overwrite ?? previous !== undefined,
      });
    },
    remove: ({ id }, { parameters }) => {
      if (parameters.find(id)) parameters.delete(id);
    },
  }),
};
