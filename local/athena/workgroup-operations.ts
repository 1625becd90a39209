/**
 * Athena's API for workgroups.
 */
import { z } from "zod";
import { AwsError, operation, type Operations, type Permission } from "../api";
import { parseInput } from "../http/parse-input";
import type { AthenaEngine } from "./engine";
import { ENGINE_VERSION } from "./query-shapes";
import { type WorkGroup, workGroupInput } from "./workgroups";

/** @internal part of `athenaOperations` */
export function workGroupOperations(engine: AthenaEngine): Operations {
  const { account, region } = engine.place;
  const on = (action: string, group: string): Permission[] => [
    { action: `athena:${action}`, resource: `arn:aws:athena:${region}:${account}:workgroup/${group}` },
  ];
  const reads =
    <T>(schema: z.ZodType<T>) =>
    (input: unknown): T =>
      parseInput(schema, input, "InvalidRequestException");
  return {
    GetWorkGroup: operation<{ WorkGroup: string }, object>({
      parse: reads(z.object({ WorkGroup: z.string() })),
      permissions: ({ WorkGroup: name }) => on("GetWorkGroup", name),
      run: async ({ WorkGroup: name }) => {
        const group = engine.workGroups.get(name);
        return {
          WorkGroup: { ...summary(group), Configuration: { ...group.Configuration, EngineVersion: ENGINE_VERSION } },
        };
      },
    }),
    ListWorkGroups: operation<{ MaxResults?: number; NextToken?: string }, object>({
      parse: reads(
        z.object({ MaxResults: z.number().int().min(1).max(50).optional(), NextToken: z.string().optional() }),
      ),
      permissions: () => [{ action: "athena:ListWorkGroups", resource: "*" }],
      run: async ({ MaxResults = 50, NextToken }) => {
        const groups = engine.workGroups.list();
        const from = NextToken === undefined ? 0 : Number(NextToken);
        const next = from + MaxResults < groups.length ? String(from + MaxResults) : undefined;
        const shown = groups.slice(from, from + MaxResults);
        return {
          WorkGroups: shown.map((group) => ({ ...summary(group), EngineVersion: ENGINE_VERSION })),
          NextToken: next,
        };
      },
    }),
    CreateWorkGroup: operation<z.infer<typeof createInput>, object>({
      parse: reads(createInput),
      permissions: ({ Name }) => on("CreateWorkGroup", Name),
      run: async (input) => {
        if (engine.workGroups.list().some((group) => group.Name === input.Name)) {
          throw new AwsError("InvalidRequestException", "WorkGroup is already created");
        }
        engine.putWorkGroup(input);
        return {};
      },
    }),
    DeleteWorkGroup: operation<{ WorkGroup: string; RecursiveDeleteOption?: boolean }, object>({
      parse: reads(z.object({ WorkGroup: z.string(), RecursiveDeleteOption: z.boolean().optional() })),
      permissions: ({ WorkGroup: name }) => on("DeleteWorkGroup", name),
      run: async ({ WorkGroup: name, RecursiveDeleteOption }) => {
        if (!RecursiveDeleteOption && engine.list(name).length > 0) {
          throw new AwsError("InvalidRequestException", `WorkGroup ${name} is not empty`);
        }
        engine.deleteWorkGroup(name);
        return {};
      },
    }),
  };
}

const createInput = workGroupInput.omit({ State: true }).extend({ Tags: z.unknown().optional() });

function summary(group: WorkGroup): object {
  return {
    Name: group.Name,
    State: group.State,
    Description: group.Description,
    CreationTime: new Date(group.created),
  };
}
