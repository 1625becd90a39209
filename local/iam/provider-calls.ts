/**
 * How a row of the provider's table is written: which calls are always made, and which only for what the program sets.
 */
import { isDeepStrictEqual } from "node:util";
import type { Permission, Place } from "../api";
import type { Resource } from "../graph";

type Inputs = Resource["inputs"];

/** A call that is made for some inputs only. */
export interface Conditional {
  readonly action: string;
  /** The inputs that it is for. */
  readonly of: readonly string[];
  /** Of a change: made when one of them is there afterwards, or when one has gone; either, if left out. */
  readonly now?: "set" | "unset";
  /** When an input counts as set, where that is not by being there and not `false`. */
  readonly counts?: (value: unknown) => boolean;
}

/** An IAM action that is always asked for, or one that depends on inputs. */
export type Call = string | Conditional;

/** What happens to a resource; `plan` comes before a creation or a change, also if it stays a plan. */
export type ChangeKind = "plan" | "create" | "read" | "update" | "delete";

/** The calls for one type of resource. */
export interface ProviderActions {
  readonly create: readonly Call[];
  /** After each creation and change, and by `pulumi refresh`. */
  readonly read: readonly Call[];
  /** When anything but tags changes. */
  readonly update: readonly Call[];
  readonly delete: readonly Call[];
  /** When a creation or a change is planned: at preview, too. */
  readonly plan?: readonly Call[];
  /** With each creation, since the provider tags everything by `defaultTags`, which a graph does not show; and when tags change. */
  readonly tag?: readonly string[];
  /** When tags go. */
  readonly untag?: readonly string[];
  /** Those of all these that know no resource. */
  readonly anywhere?: readonly string[];
  /** ARNs of what the others are on. */
  arns(resource: Resource, place: Place): readonly string[];
  /** What a change takes of other resources. */
  also?(
    resource: Resource,
    place: Place,
  ): Partial<Readonly<Record<"create" | "read" | "update" | "delete", readonly Permission[]>>>;
  /** The role that the service is to assume, if there is one. */
  role?(inputs: Inputs): unknown;
  /** Who is to assume it. */
  readonly service?: string;
}

/** A call for inputs that are set: at a creation, a read and a removal if one is, at a change if one changes and still is. */
export const given = (action: string, ...of: string[]): Conditional => ({ action, of, now: "set" });

/** A call of a change that takes an input away. */
export const gone = (action: string, ...of: string[]): Conditional => ({ action, of, now: "unset" });

/** A call of a change of any of these inputs, whatever they become. */
export const changed = (action: string, ...of: string[]): Conditional => ({ action, of });

const isSet = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== false && !(Array.isArray(value) && value.length === 0);

/** Names of inputs that differ. */
function differing(before: Inputs, after: Inputs): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !isDeepStrictEqual(before[name], after[name]));
}

const OF_TAGS = ["tags", "tagsAll"];

/** Whether a change is of more than tags. It may be, if nobody knows what there was. */
export const isOfMoreThanTags = (inputs: Inputs, before: Inputs | undefined): boolean =>
  before === undefined || differing(before, inputs).some((name) => !OF_TAGS.includes(name));

/** The actions of those calls that are made. `before`: what a change starts from; without it, any input that is set may have changed. */
export function actionsOf(
  calls: readonly Call[] | undefined,
  kind: ChangeKind,
  inputs: Inputs,
  before?: Inputs,
): string[] {
  const isMade = ({ of, now, counts = isSet }: Conditional): boolean => {
    if (kind !== "update") return now !== "unset" && of.some((name) => counts(inputs[name]));
    // Nobody knows what changes: whatever the program sets may.
    if (before === undefined) return of.some((name) => inputs[name] !== undefined);
    const names = differing(before, inputs).filter((name) => of.includes(name));
    return names.some((name) => now === undefined || counts(inputs[name]) === (now === "set"));
  };
  return (calls ?? []).flatMap((call) => (typeof call === "string" ? [call] : isMade(call) ? [call.action] : []));
}

/** The actions that a change of tags takes. */
export function tagActions(
  { tag = [], untag = [] }: ProviderActions,
  kind: ChangeKind,
  inputs: Inputs,
  before?: Inputs,
): readonly string[] {
  if (kind === "create") return tag;
  if (kind !== "update") return [];
  if (before === undefined) return [...tag, ...untag];
  const [was, is] = [tagsOf(before), tagsOf(inputs)];
  return [
    ...(Object.keys(is).some((key) => is[key] !== was[key]) ? tag : []),
    ...(Object.keys(was).some((key) => !(key in is)) ? untag : []),
  ];
}

const tagsOf = ({ tags }: Inputs): Readonly<Record<string, unknown>> =>
  typeof tags === "object" && tags !== null ? (tags as Record<string, unknown>) : {};

/** A resource's own ARN. */
export const own = ({ outputs, id }: Resource): string[] => [typeof outputs.arn === "string" ? outputs.arn : id];
/** An input as text. */
export const input = ({ inputs }: Resource, property: string): string => String(inputs[property]);
/** An ARN in the place where the program deploys. */
export const regional = ({ region, account }: Place, service: string, resource: string): string =>
  `arn:aws:${service}:${region}:${account}:${resource}`;
