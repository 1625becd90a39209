/**
 * KMS keys: nothing is encrypted here, but policies and settings refer to them.
 */
import { arnOf, recorded, stableUuid, text, type ResourceTypes } from "./resource-type";

export const kms: ResourceTypes = {
  "aws:kms/key:Key": recorded("nothing is encrypted here; the authorizer reads key policies from the graph", {
    computed: ({ urn, place }) => {
      const keyId = stableUuid(`${place.account}/${place.region}/${urn}`);
      return { id: keyId, keyId, arn: arnOf(place, "kms", `key/${keyId}`) };
    },
  }),
  "aws:kms/alias:Alias": recorded("nothing is encrypted here", {
    naming: { property: "name", prefix: "alias/" },
    computed: ({ inputs, name, place }) => {
      const target = text(inputs, "targetKeyId");
      return {
        id: name,
        arn: arnOf(place, "kms", name),
        targetKeyArn: target.startsWith("arn:") ? target : arnOf(place, "kms", `key/${target}`),
      };
    },
  }),
};
