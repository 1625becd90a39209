/**
 * Athena's API for named queries.
 */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { operation, type Operations, type Permission } from "../api";
import type { AthenaEngine } from "./engine";
import { namedQueryContent, type NamedQuery } from "./named-queries";
import { onWorkGroup, reads } from "./operation-parts";
import { pageOf, pages } from "./pages";

const createInput = z.object({
  ...namedQueryContent,
  Database: z.string().min(1).max(255),
  WorkGroup: z.string().default("primary"),
  ClientRequestToken: z.string().min(32).max(128).optional(),
});
const id = z.object({ NamedQueryId: z.string().min(1) });
const updateInput = z.object({ ...namedQueryContent, ...id.shape });
const batchInput = z.object({ NamedQueryIds: z.array(z.string().min(1)).min(1).max(50) });
const listInput = z.object({ WorkGroup: z.string().default("primary"), ...pages });

/** @internal part of `athenaOperations` */
export function namedQueryOperations({ place, named, workGroups }: AthenaEngine): Operations {
  const on = (action: string, group: string): Permission => onWorkGroup(place, action, group);
  // Whoever asks for one that does not exist needs a permission first.
  const groupOf = (one: string): string => named.find(one)?.WorkGroup ?? "primary";
  const onQuery = (action: string) => (input: z.infer<typeof id>) => [on(action, groupOf(input.NamedQueryId))];
  return {
    CreateNamedQuery: operation<z.infer<typeof createInput>, object>({
      parse: reads(createInput),
      permissions: ({ WorkGroup }) => [on("CreateNamedQuery", WorkGroup)],
      run: async ({ ClientRequestToken: token, ...given }) => {
        workGroups.get(given.WorkGroup);
        const earlier =
          token === undefined ? undefined : named.list(given.WorkGroup).find((one) => one.token === token);
        const NamedQueryId = earlier?.NamedQueryId ?? randomUUID();
        if (!earlier) named.put({ ...given, NamedQueryId, token });
        return { NamedQueryId };
      },
    }),
    GetNamedQuery: operation<z.infer<typeof id>, object>({
      parse: reads(id),
      permissions: onQuery("GetNamedQuery"),
      run: async ({ NamedQueryId }) => ({ NamedQuery: described(named.get(NamedQueryId)) }),
    }),
    BatchGetNamedQuery: operation<z.infer<typeof batchInput>, object>({
      parse: reads(batchInput),
      permissions: ({ NamedQueryIds }) =>
        [...new Set(NamedQueryIds.map(groupOf))].map((group) => on("BatchGetNamedQuery", group)),
      run: async ({ NamedQueryIds }) => {
        const found = NamedQueryIds.map((one) => named.find(one));
        return {
          NamedQueries: found.filter((one) => one !== undefined).map(described),
          UnprocessedNamedQueryIds: NamedQueryIds.filter((_, index) => !found[index]).map((NamedQueryId) => ({
            NamedQueryId,
            ErrorCode: "INVALID_INPUT",
            ErrorMessage: `NamedQuery ${NamedQueryId} was not found`,
          })),
        };
      },
    }),
    ListNamedQueries: operation<z.infer<typeof listInput>, object>({
      parse: reads(listInput),
      permissions: ({ WorkGroup }) => [on("ListNamedQueries", WorkGroup)],
      run: async (given) => {
        workGroups.get(given.WorkGroup);
        const { items, NextToken } = pageOf(named.list(given.WorkGroup), given);
        return { NamedQueryIds: items.map(({ NamedQueryId }) => NamedQueryId), NextToken };
      },
    }),
    UpdateNamedQuery: operation<z.infer<typeof updateInput>, object>({
      parse: reads(updateInput),
      permissions: onQuery("UpdateNamedQuery"),
      run: async (given) => {
        named.put({ ...named.get(given.NamedQueryId), ...given });
        return {};
      },
    }),
    DeleteNamedQuery: operation<z.infer<typeof id>, object>({
      parse: reads(id),
      permissions: onQuery("DeleteNamedQuery"),
      run: async ({ NamedQueryId }) => {
        named.delete(NamedQueryId);
        return {};
      },
    }),
  };
}

function described(one: NamedQuery): object {
  return Object.fromEntries(Object.entries(one).filter(([member]) => member !== "token"));
}
