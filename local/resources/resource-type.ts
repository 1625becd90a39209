/**
 * What a resource type means to the local runtime: how its instances are named, what AWS would compute for them, and what
 * deploying one does.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { Place } from "../api";
import type { Resource } from "../graph";
import type { Checks, Services } from "./services";

/** A resource about to be created, as the provider sees it. */
export interface Registration {
  /** Known input properties; in preview those that depend on other resources are absent. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The physical name: the program's, or a generated one. */
  readonly name: string;
  /** Unique in the graph, also where names are not. */
  readonly urn: string;
  readonly place: Place;
}

/** What AWS computes: `id` as the provider has it, and output properties by name. */
export type Computed = { readonly id: string } & Readonly<Record<string, unknown>>;

/** How instances of a type get their physical name. */
export interface Naming {
  /** The input property that holds it; when the program leaves it out, the generated name appears there. */
  readonly property: string;
  /** Generated names are lower case, as for buckets. */
  readonly lowerCase?: true;
  /** What each generated name must begin with, e.g. `alias/`. */
  readonly prefix?: string;
}

/** A resource as its type's `deploy` gets it: inputs parsed by the type's schema. */
export interface Deployable<Inputs> {
  readonly resource: Resource;
  readonly inputs: Inputs;
}

/** Something another resource must provide, e.g. the function that a rule invokes. */
export interface Reference {
  /** What is referred to, for the error message, e.g. `target`. */
  readonly property: string;
  /** An ARN, name or id that a resource of the graph has. */
  readonly value: string;
  /** Type tokens that may provide it. */
  readonly types: readonly string[];
}

/** A type that the local runtime acts on. */
export interface Acting<Inputs> {
  /** The properties understood; any other is an error before anything is deployed. */
  readonly inputs: z.ZodType<Inputs>;
  /** What must be in the same graph. */
  references?(inputs: Inputs): readonly Reference[];
  /** Looks at what only the service can judge, e.g. a state machine's definition. Throws an error that says what is wrong. */
  check?(inputs: Inputs, checks: Checks): void;
  /** Creates or updates; called again with the same inputs it must change nothing. `previous`: as last deployed, if it was. */
  deploy(item: Deployable<Inputs>, services: Services, previous: Resource | undefined): Promise<void> | void;
  /** Whether what was deployed is still there, for what a client can remove. @default it is */
  isThere?(resource: Resource, services: Services): Promise<boolean>;
  /**
   * Why it must not be removed now, e.g. that a bucket holds objects; asked before anything is changed. `leaving`: all that
   * is to be removed.
   */
  obstacle?(resource: Resource, services: Services, leaving: readonly Resource[]): string | undefined;
  /** Undoes `deploy`. A resource that is already gone is no error. */
  remove(resource: Resource, services: Services): Promise<void> | void;
}

/** One resource type. */
export interface ResourceType {
  readonly naming?: Naming;
  /** Output properties; in preview not called, since nothing of it is known then. */
  computed(registration: Registration): Computed;
  /** Absent for a type that is recorded only. */
  readonly acting?: Acting<unknown>;
  /** Why a type without `acting` needs nothing done. */
  readonly recorded?: string;
}

/** The types of one service by token, in the order in which they are deployed. */
export type ResourceTypes = Readonly<Record<string, ResourceType>>;

/** A type that only has to be known: `reason` says why nothing is done for it. */
export function recorded(reason: string, type: Pick<ResourceType, "naming" | "computed">): ResourceType {
  return { ...type, recorded: reason };
}

/** A type that is deployed, with the types of its inputs inferred from their schema. */
export function deployed<Inputs>(type: Pick<ResourceType, "naming" | "computed"> & Acting<Inputs>): ResourceType {
  const { naming, computed, ...acting } = type;
  return { naming, computed, acting: acting as unknown as Acting<unknown> };
}

/** Input properties that any resource may have and that change nothing here. */
export const ANY = {
  tags: z.record(z.string(), z.string()).optional(),
  tagsAll: z.record(z.string(), z.string()).optional(),
  region: z.string().optional(),
  description: z.string().optional(),
};

/** Code of a function in a graph. */
export const archiveFolder = z.strictObject({ kind: z.literal("archive-folder"), path: z.string() });

/** `arn:aws:<service>:<region>:<account>:<resource>`. */
export function arnOf(place: Place, service: string, resource: string): string {
  return `arn:aws:${service}:${place.region}:${place.account}:${resource}`;
}

/** The property's text, or the empty string: identifiers are built from what is known. */
export function text(inputs: Readonly<Record<string, unknown>>, property: string): string {
  const value = inputs[property];
  return typeof value === "string" ? value : "";
}

/** `length` hex digits that depend on `seed` alone: the same program gets the same names on every machine. */
export function digits(seed: string, length: number): string {
  return createHash("sha256").update(seed).digest("hex").slice(0, length);
}

/** A UUID that depends on `seed` alone. */
export function stableUuid(seed: string): string {
  const hex = digits(seed, 32);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** The physical name of a resource: its own, or one made of its logical name and seven hex digits, as Pulumi does it. */
export function physicalName(
  type: ResourceType,
  inputs: Readonly<Record<string, unknown>>,
  logicalName: string,
  urn: string,
): string {
  const naming = type.naming;
  if (!naming) return logicalName;
  const given = text(inputs, naming.property);
  if (given) return given;
  const prefix = text(inputs, `${naming.property}Prefix`);
  const suffix = inputs.fifoQueue === true || inputs.fifoTopic === true ? ".fifo" : "";
  const generated = `${naming.prefix ?? ""}${prefix || `${logicalName}-`}${digits(urn, 7)}${suffix}`;
  return naming.lowerCase ? generated.toLowerCase() : generated;
}
