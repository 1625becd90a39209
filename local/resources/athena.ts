/**
 * Athena workgroups.
 */
import { z } from "zod";
import { ANY, arnOf, deployed, type ResourceTypes } from "./resource-type";

const encryption = z.strictObject({ encryptionOption: z.string().optional(), kmsKeyArn: z.string().optional() });

const workgroupInputs = z.strictObject({
  ...ANY,
  name: z.string(),
  state: z.enum(["ENABLED", "DISABLED"]).optional(),
  forceDestroy: z.boolean().optional(),
  configuration: z
    .strictObject({
      bytesScannedCutoffPerQuery: z.number().optional(),
      enforceWorkgroupConfiguration: z.boolean().optional(),
      engineVersion: z
        .strictObject({
          selectedEngineVersion: z
            .enum(["AUTO", "Athena engine version 3"], "the local runtime has version 3")
            .optional(),
        })
        .optional(),
      publishCloudwatchMetricsEnabled: z.boolean().optional(),
      requesterPaysEnabled: z.boolean().optional(),
      resultConfiguration: z
        .strictObject({
          outputLocation: z.string().optional(),
          encryptionConfiguration: encryption.optional(),
          expectedBucketOwner: z.string().optional(),
        })
        .optional(),
    })
    .optional(),
});

export const athena: ResourceTypes = {
  "aws:athena/workgroup:Workgroup": deployed({
    naming: { property: "name" },
    computed: ({ name, place }) => ({ id: name, arn: arnOf(place, "athena", `workgroup/${name}`) }),
    inputs: workgroupInputs,
    deploy: ({ inputs }, { athena: engine }) => {
      const { name, state, description, configuration = {} } = inputs;
      const { resultConfiguration: results } = configuration;
      engine.putWorkGroup({
        Name: name,
        State: state,
        Description: description,
        Configuration: {
          BytesScannedCutoffPerQuery: configuration.bytesScannedCutoffPerQuery,
          EnforceWorkGroupConfiguration: configuration.enforceWorkgroupConfiguration,
          PublishCloudWatchMetricsEnabled: configuration.publishCloudwatchMetricsEnabled,
          RequesterPaysEnabled: configuration.requesterPaysEnabled,
          ResultConfiguration: results && {
            OutputLocation: results.outputLocation,
            EncryptionConfiguration: results.encryptionConfiguration && {
              EncryptionOption: results.encryptionConfiguration.encryptionOption,
              KmsKey: results.encryptionConfiguration.kmsKeyArn,
            },
          },
        },
      });
    },
    obstacle: ({ id, inputs }, { athena: engine }) => {
      const queries = inputs.forceDestroy === true ? 0 : engine.list(id).length;
      return queries > 0 ? `the workgroup ${id} has ${queries} queries; deploy it with forceDestroy first.` : undefined;
    },
    remove: ({ id }, { athena: engine }) => {
      if (engine.workGroups.list().some(({ Name }) => Name === id)) engine.deleteWorkGroup(id);
    },
  }),
};
