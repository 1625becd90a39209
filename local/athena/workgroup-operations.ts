/**
 * Athena's API for workgroups.
 */
import { z } from "zod";
import { AwsError, operation, type Operations, type Permission } from "../api";
import type { AthenaEngine } from "./engine";
import { onWorkGroup, reads } from "./operation-parts";
import { pageOf } from "./pages";
import { ENGINE_VERSION } from "./query-schema";
import { type WorkGroup, workGroupInput } from "./workgroups";

/** @internal part of `athenaOperations` */
export function workGroupOperations(engine: AthenaEngine): Operations {
  const on = (action: string, group: string): Permission[] => [onWorkGroup(engine.place, action, group)];
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
      run: async (page) => {
        const { items, NextToken } = pageOf(engine.workGroups.list(), page);
        return { WorkGroups: items.map((group) => ({ ...summary(group), EngineVersion: ENGINE_VERSION })), NextToken };
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
    UpdateWorkGroup: operation<z.infer<typeof updateInput>, object>({
      parse: reads(updateInput),
      permissions: ({ WorkGroup: name }) => on("UpdateWorkGroup", name),
      run: async ({ WorkGroup: name, ConfigurationUpdates: updates = {}, ...given }) => {
        const group = engine.workGroups.get(name);
        engine.putWorkGroup({
          ...group,
          ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
          Configuration: updated(group.Configuration, updates),
        });
        return {};
      },
    }),
    DeleteWorkGroup: operation<{ WorkGroup: string; RecursiveDeleteOption?: boolean }, object>({
      parse: reads(z.object({ WorkGroup: z.string(), RecursiveDeleteOption: z.boolean().optional() })),
      permissions: ({ WorkGroup: name }) => on("DeleteWorkGroup", name),
      run: async ({ WorkGroup: name, RecursiveDeleteOption }) => {
        const kept = [engine.list(name), engine.named.list(name), engine.prepared.list(name)];
        if (!RecursiveDeleteOption && kept.some(({ length }) => length > 0)) {
          throw new AwsError("InvalidRequestException", `WorkGroup ${name} is not empty`);
        }
        engine.deleteWorkGroup(name);
        return {};
      },
    }),
  };
}

const createInput = workGroupInput.omit({ State: true }).extend({ Tags: z.unknown().optional() });

// API reference, UpdateWorkGroup, ConfigurationUpdates: what is not given stays; `Remove…` takes a setting away.
const updateInput = z.strictObject({
  WorkGroup: z.string(),
  Description: z.string().optional(),
  State: z.enum(["ENABLED", "DISABLED"]).optional(),
  ConfigurationUpdates: z
    .strictObject({
      EnforceWorkGroupConfiguration: z.boolean().optional(),
      PublishCloudWatchMetricsEnabled: z.boolean().optional(),
      BytesScannedCutoffPerQuery: z.number().int().min(10_000_000).optional(),
      RemoveBytesScannedCutoffPerQuery: z.boolean().optional(),
      RequesterPaysEnabled: z.boolean().optional(),
      EngineVersion: z.looseObject({ SelectedEngineVersion: z.string().optional() }).optional(),
      ResultConfigurationUpdates: z
        .strictObject({
          OutputLocation: z.string().optional(),
          RemoveOutputLocation: z.boolean().optional(),
          EncryptionConfiguration: z.unknown().optional(),
          RemoveEncryptionConfiguration: z.boolean().optional(),
        })
        .optional(),
    })
    .optional(),
});

type Settings = WorkGroup["Configuration"];

function updated(settings: Settings, updates: object): Settings {
  const { ResultConfigurationUpdates: result, ...own } = updates as { ResultConfigurationUpdates?: object };
  return {
    ...settings,
    ...changed(settings, own),
    ResultConfiguration: changed(settings.ResultConfiguration ?? {}, result ?? {}),
  } as Settings;
}

function changed(before: object, updates: object): object {
  const removed = Object.entries(updates).flatMap(([name, value]) =>
    name.startsWith("Remove") && value === true ? [name.slice("Remove".length)] : [],
  );
  const given = Object.entries(updates).filter(([name, value]) => !name.startsWith("Remove") && value !== undefined);
  const after = Object.entries({ ...before, ...Object.fromEntries(given) });
  return Object.fromEntries(after.map(([name, value]) => [name, removed.includes(name) ? undefined : value]));
}

function summary(group: WorkGroup): object {
  return {
    Name: group.Name,
    State: group.State,
    Description: group.Description,
    CreationTime: new Date(group.created),
  };
}
