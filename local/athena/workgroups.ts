/**
 * Athena's workgroups.
 */
import { join } from "node:path";
import { z } from "zod";
import { AwsError } from "../api";
import { Document } from "../document";

const workGroupConfiguration = z.looseObject({
  ResultConfiguration: z
    .looseObject({ OutputLocation: z.string().optional(), EncryptionConfiguration: z.unknown().optional() })
    .optional(),
  /** Whether the workgroup's settings stand against those of a query. */
  EnforceWorkGroupConfiguration: z.boolean().default(true),
  PublishCloudWatchMetricsEnabled: z.boolean().default(true),
  BytesScannedCutoffPerQuery: z.number().int().min(10_000_000).optional(),
  RequesterPaysEnabled: z.boolean().default(false),
  EngineVersion: z
    .object({ SelectedEngineVersion: z.string().optional(), EffectiveEngineVersion: z.string().optional() })
    .optional(),
});

export const workGroupInput = z.object({
  Name: z.string().regex(/^[a-zA-Z0-9._-]{1,128}$/),
  State: z.enum(["ENABLED", "DISABLED"]).default("ENABLED"),
  Description: z.string().optional(),
  Configuration: workGroupConfiguration.prefault({}),
});

/** Settings of a workgroup, as its definition gives them. */
export type WorkGroupInput = z.input<typeof workGroupInput>;

const stored = z.record(z.string(), workGroupInput.extend({ created: z.string() }));

/** A workgroup. `created` is ISO 8601. */
export type WorkGroup = Readonly<z.infer<typeof stored>[string]>;

/** The workgroups of an account; `primary` is always there. */
export class WorkGroups {
  private readonly document: Document<Record<string, WorkGroup>>;

  constructor(
    folder: string,
    private readonly now: () => Date,
  ) {
    this.document = new Document(join(folder, "workgroups.json"), (value) => stored.parse(value), {});
    if (!("primary" in this.document.value)) {
      this.put({ Name: "primary", Configuration: { EnforceWorkGroupConfiguration: false } });
    }
  }

  /** @throws AwsError InvalidRequestException if there is no such workgroup */
  get(name: string): WorkGroup {
    const found = this.document.value[name] as WorkGroup | undefined;
    if (!found) throw new AwsError("InvalidRequestException", `WorkGroup ${name} is not found.`);
    return found;
  }

  list(): WorkGroup[] {
    return Object.values(this.document.value).sort((a, b) => (a.Name < b.Name ? -1 : 1));
  }

  /** Creates a workgroup or replaces its settings. */
  put(input: WorkGroupInput): void {
    const group = workGroupInput.parse(input);
    this.document.update((all) => {
      const created = group.Name in all ? all[group.Name].created : this.now().toISOString();
      return { ...all, [group.Name]: { ...group, created } };
    });
  }

  delete(name: string): void {
    if (name === "primary") throw new AwsError("InvalidRequestException", "The primary workgroup cannot be deleted.");
    this.get(name);
    this.document.update((all) => Object.fromEntries(Object.entries(all).filter(([key]) => key !== name)));
  }
}
