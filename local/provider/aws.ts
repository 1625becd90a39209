/**
 * What Pulumi's engine asks of the AWS provider, resource by resource, answered by a local runtime.
 */
import { randomUUID } from "node:crypto";
import { unknownValue } from "@pulumi/pulumi/runtime";
import { z } from "zod";
import type { Place } from "../api";
import { CHECKS } from "../deploy";
import type { ResourceDeployment } from "../deploy-resource";
import { invoke } from "../evaluate/invokes";
import { plainObject } from "../evaluate/wire";
import type { Resource } from "../graph";
import { deployerFaults, type Deployer } from "../iam/deployer";
import type { ResourceChange } from "../iam/deployment-permissions";
import { resourceTypes } from "../resources";
import { physicalName, type ResourceType } from "../resources/resource-type";
import type { Runtime } from "../runtime";
import { changedProperties, DEFAULTS, hasUnknowns, isUnknownAt, withoutInternals, type Properties } from "./properties";
import { replacing, takenError } from "./replacement";

/** What the provider works on. */
export interface AwsProviderOptions {
  readonly runtime: Runtime;
  /** Folder of the program: files that it names are relative to it. */
  readonly program: string;
  /** Folder to write the code of functions to, once per content. */
  readonly archives: string;
  /** Who deploys, if not the account's owner. */
  readonly as?: Deployer;
}

/** A resource as the engine speaks of it. */
export interface Subject {
  readonly urn: string;
  readonly type: string;
  /** Logical name. */
  readonly name: string;
}

/** A property that cannot be as the program has it. */
export interface PropertyFault {
  /** Empty if it is about the resource as a whole. */
  readonly property: string;
  readonly reason: string;
}

/** What becomes of a resource when its properties change. */
export interface Difference {
  /** Names of the properties that differ. */
  readonly changed: readonly string[];
  /** Those of them for which the resource is replaced. */
  readonly replaces: readonly string[];
  /** Whether the old resource has to go before the new one comes, since both have one name. */
  readonly deleteBeforeReplace: boolean;
}

/** A resource as the provider knows it. */
export interface Known {
  /** Empty if there is none, or not yet. */
  readonly id: string;
  readonly outputs: Properties;
}

/** Provider settings, lists and objects as JSON text. */
const settingsShape = z.looseObject({
  region: z.string().default("us-east-1"),
  allowedAccountIds: z
    .string()
    .transform((text) => z.array(z.string()).parse(JSON.parse(text)))
    .optional(),
});

/** The provider of one runtime. Its methods throw errors whose messages are for the person who runs `pulumi`. */
export class AwsProvider {
  private place: Place | undefined;

  constructor(private readonly options: AwsProviderOptions) {}

  /** Takes the provider's settings. Throws if the runtime plays another account or region. */
  configure(settings: Properties): void {
    const { region, allowedAccountIds = [] } = settingsShape.parse(settings);
    const place = { account: allowedAccountIds[0] ?? "000000000000", region };
    const playing = this.options.runtime.place;
    if (playing && (playing.account !== place.account || playing.region !== place.region)) {
      throw new Error(
        `The local runtime plays account ${playing.account} in ${playing.region}; ` +
          `the stack is for account ${place.account} in ${place.region}.`,
      );
    }
    this.place = place;
  }

  /** Answers a provider function (data source). */
  invoke(token: string, args: Properties): Properties {
    return invoke(token, this.plain(args), this.configured);
  }

  /** The inputs that the resource is to have, with a generated name where it has none, and what is wrong with them. */
  check(
    { urn, type, name }: Subject,
    before: Properties,
    given: Properties,
    seed: string,
  ): { inputs: Properties; faults: PropertyFault[] } {
    const known = resourceTypes[type];
    if (!known) return { inputs: given, faults: [{ property: "", reason: `the local runtime has no ${type}.` }] };
    const property = known.naming?.property;
    if (!property || given[property] !== undefined) {
      const inputs = { ...given, [DEFAULTS]: [] };
      return { inputs, faults: [...this.faults(known, inputs), ...this.planFaults({ urn, type, name }, inputs)] };
    }
    const generated = isGenerated(before, property)
      ? before[property]
      : physicalName(known, this.plain(given), name, urn + seed);
    const inputs = { ...given, [property]: generated, [DEFAULTS]: [property] };
    return { inputs, faults: [...this.faults(known, inputs), ...this.planFaults({ urn, type, name }, inputs)] };
  }

  /** Compares the inputs of a resource with those that it is to have. */
  diff(type: string, before: Properties, after: Properties): Difference {
    const changed = changedProperties(before, after);
    const replaces = replacing(type, changed, before, after);
    const property = resourceTypes[type]?.naming?.property;
    const keepsName = property !== undefined && !changed.includes(property) && !isGenerated(after, property);
    return { changed, replaces, deleteBeforeReplace: replaces.length > 0 && keepsName };
  }

  /** What will be known of a resource that is yet to be created: its inputs, and that there will be more. */
  planned(subject: Subject, inputs: Properties): Known {
    const { id: _id, ...computed } = this.computed(subject, inputs);
    const unknown = Object.fromEntries(Object.keys(computed).map((name) => [name, unknownValue]));
    return { id: "", outputs: { ...unknown, ...withoutInternals(inputs) } };
  }

  /** Creates a resource. Throws if its name is taken. */
  async create(subject: Subject, inputs: Properties): Promise<Known> {
    const { id, ...computed } = this.computed(subject, inputs);
    const outputs = { ...computed, ...withoutInternals(inputs) };
    await this.during(subject, async (deployment) => {
      const taken = takenError(subject.type);
      if (taken && deployment.find(subject.type, id)) {
        throw new Error(
          `${taken}: there is a ${subject.type} ${id} already. If the stack used to have it under another name, ` +
            "give the resource or its component that name as an alias; otherwise import it.",
        );
      }
      const resource = this.resource(subject, id, inputs, outputs);
      this.need({ kind: "create", resource });
      await deployment.put(resource);
    });
    return { id, outputs };
  }

  /** What a resource is, if it is there; `last` is what the engine knows of it. */
  async read(subject: Subject, id: string, last: Properties): Promise<Known> {
    const found = await this.during(subject, (deployment) => Promise.resolve(deployment.find(subject.type, id)));
    if (found) this.need({ kind: "read", resource: found });
    if (!found) return { id: "", outputs: {} };
    return { id, outputs: Object.keys(last).length > 0 ? last : withoutArchives(found.outputs) };
  }

  /** What will be known of a resource when its inputs have changed. */
  updated(subject: Subject, last: Properties, before: Properties, inputs: Properties): Properties {
    const { id: _id, ...computed } = this.computed(subject, inputs);
    const kept = Object.entries(last).filter(([name]) => !(name in before));
    return { ...computed, ...Object.fromEntries(kept), ...withoutInternals(inputs) };
  }

  /** Changes a resource; returns what {@link updated} says. */
  async update(
    subject: Subject,
    id: string,
    last: Properties,
    before: Properties,
    inputs: Properties,
  ): Promise<Properties> {
    const outputs = this.updated(subject, last, before, inputs);
    const resource = this.resource(subject, id, inputs, outputs);
    await this.during(subject, (deployment) => {
      this.need({ kind: "update", resource, before: deployment.find(subject.type, id)?.inputs });
      return deployment.put(resource);
    });
    return outputs;
  }

  /** Removes a resource; one that is gone is no error. */
  async delete(subject: Subject, id: string): Promise<void> {
    await this.during(subject, (deployment) => {
      const resource = deployment.find(subject.type, id);
      if (resource) this.need({ kind: "delete", resource });
      return deployment.remove(subject.type, id);
    });
  }

  private get configured(): Place {
    if (!this.place) throw new Error("The provider has not been configured.");
    return this.place;
  }

  /** Throws what the deployer is denied. */
  private need(change: ResourceChange): void {
    const denied = this.denied(change);
    if (denied.length > 0) throw new Error(denied.join("\n"));
  }

  private denied(change: ResourceChange): string[] {
    const { as, runtime } = this.options;
    return as === undefined ? [] : deployerFaults([change], as, this.configured, runtime.deployed);
  }

  /** What planning takes, while little of the resource is known. */
  private planFaults(subject: Subject, inputs: Properties): PropertyFault[] {
    const resource = this.resource(subject, "", inputs, inputs);
    return this.denied({ kind: "plan", resource }).map((reason) => ({ property: "", reason }));
  }

  private during<T>({ urn }: Subject, work: (deployment: ResourceDeployment) => Promise<T>): Promise<T> {
    const [, , stack = "", , project = ""] = urn.split(":");
    return this.options.runtime.deployResources({ stack, project, ...this.configured }, work);
  }

  private plain(properties: Properties): Properties {
    const { archives, program } = this.options;
    return plainObject(withoutInternals(properties), archives, program);
  }

  private computed({ type, name, urn }: Subject, given: Properties): { id: string } & Properties {
    const known = typeOf(type);
    const inputs = this.plain(given);
    // What AWS makes up is new each time, also for a resource that replaces another.
    const seed = `${urn} ${randomUUID()}`;
    return known.computed({ inputs, name: physicalName(known, inputs, name, seed), urn: seed, place: this.configured });
  }

  private resource({ urn, type, name }: Subject, id: string, inputs: Properties, outputs: Properties): Resource {
    return {
      urn,
      type,
      name,
      id,
      component: false,
      inputs: this.plain(inputs),
      outputs: this.plain(outputs),
      // The engine keeps what is protected or retained: it does not ask for it to be removed.
      options: {},
    };
  }

  /** What can be said of inputs before anything is deployed, also while some of them are not known. */
  private faults({ acting }: ResourceType, inputs: Properties): PropertyFault[] {
    if (!acting) return [];
    const parsed = acting.inputs.safeParse(this.plain(inputs));
    if (!parsed.success) {
      return parsed.error.issues
        .filter(({ path }) => !isUnknownAt(inputs, path))
        .map(({ path, message }) => ({ property: path.join("."), reason: message }));
    }
    if (hasUnknowns(inputs)) return [];
    try {
      acting.check?.(parsed.data, CHECKS);
      return [];
    } catch (error) {
      return [{ property: "", reason: (error as Error).message }];
    }
  }
}

function typeOf(type: string): ResourceType {
  const known = resourceTypes[type];
  if (!known) throw new Error(`The local runtime has no ${type}.`);
  return known;
}

/** Whether the provider, not the program, chose the value of a property. */
function isGenerated(inputs: Properties, property: string): boolean {
  const defaults = inputs[DEFAULTS];
  return Array.isArray(defaults) && defaults.includes(property);
}

/** Outputs that can be sent: the code of a function stays where it is. */
function withoutArchives(outputs: Properties): Properties {
  const isArchive = (value: unknown) => typeof value === "object" && value !== null && "kind" in value;
  return Object.fromEntries(Object.entries(outputs).filter(([, value]) => !isArchive(value)));
}
