/**
 * Roles and their policies: all of them are read from the deployed graph by the authorizer.
 */
import { digits, recorded, text, type ResourceTypes } from "./resource-type";

const READ_FROM_GRAPH = "the authorizer reads roles and policies from the graph";

export const iam: ResourceTypes = {
  "aws:iam/policy:Policy": recorded(READ_FROM_GRAPH, {
    naming: { property: "name" },
    computed: ({ inputs, name, place }) => {
      const arn = `arn:aws:iam::${place.account}:policy${text(inputs, "path") || "/"}${name}`;
      return { id: arn, arn, policyId: `ANPA${digits(arn, 17).toUpperCase()}` };
    },
  }),
  "aws:iam/role:Role": recorded(READ_FROM_GRAPH, {
    naming: { property: "name" },
    computed: ({ inputs, name, place }) => {
      const arn = `arn:aws:iam::${place.account}:role${text(inputs, "path") || "/"}${name}`;
      return { id: name, arn, uniqueId: `AROA${digits(arn, 17).toUpperCase()}` };
    },
  }),
  "aws:iam/rolePolicy:RolePolicy": recorded(READ_FROM_GRAPH, {
    naming: { property: "name" },
    computed: ({ inputs, name }) => ({ id: `${text(inputs, "role")}:${name}` }),
  }),
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": recorded(READ_FROM_GRAPH, {
    computed: ({ inputs }) => ({ id: `${text(inputs, "role")}/${text(inputs, "policyArn")}` }),
  }),
};
