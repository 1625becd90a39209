/**
 * What must hold of a graph before any of it is deployed.
 */
import { z } from "zod";
import type { Resource, ResourceGraph } from "../graph";
import { resourceTypes } from ".";
import type { Reference } from "./resource-type";
import type { Checks } from "./services";

/** Everything that is wrong with a graph, one sentence each; empty if it can be deployed. */
export function graphFaults(graph: ResourceGraph, checks: Checks): string[] {
  const known = identifiers(graph);
  const taken = new Map<string, Resource>();
  return graph.resources.flatMap((resource) => {
    if (resource.component) return [];
    const twin = taken.get(`${resource.type} ${resource.id}`);
    taken.set(`${resource.type} ${resource.id}`, resource);
    const named = twin && resource.id && resourceTypes[resource.type];
    return [
      ...(named ? [`${about(resource)}: "${twin.name}" has the same physical name, ${resource.id}.`] : []),
      ...faultsOf(resource, graph, known, checks),
    ];
  });
}

/** Everything that is wrong with one resource of a graph, one sentence each; empty if it can be deployed. */
export function resourceFaults(resource: Resource, graph: ResourceGraph, checks: Checks): string[] {
  return faultsOf(resource, graph, identifiers(graph), checks);
}

function faultsOf(resource: Resource, graph: ResourceGraph, known: Identifiers, checks: Checks): string[] {
  const type = resourceTypes[resource.type];
  if (!type) return [`${about(resource)}: the local runtime has no ${resource.type}.`];
  if (!resource.id) {
    return [`${about(resource)}: its id is not known; a graph evaluated as a preview cannot be deployed.`];
  }
  const faults: string[] = [];
  const region = resource.inputs.region;
  if (typeof region === "string" && region !== graph.region) {
    faults.push(`it is in ${region}, but the local runtime plays one region, ${graph.region}.`);
  }
  if (type.acting) {
    const parsed = type.acting.inputs.safeParse(physicalInputs(resource));
    if (!parsed.success) faults.push(z.prettifyError(parsed.error).replace(/\s*\n\s*/g, " "));
    else {
      for (const reference of type.acting.references?.(parsed.data) ?? []) {
        if (!reference.types.some((provider) => known.get(provider)?.has(reference.value))) {
          faults.push(dangling(reference));
        }
      }
      try {
        type.acting.check?.(parsed.data, checks);
      } catch (error) {
        faults.push((error as Error).message);
      }
    }
  }
  return faults.map((fault) => `${about(resource)}: ${fault}`);
}

function about({ name, type }: Resource): string {
  return `"${name}" (${type})`;
}

/** A resource's inputs as its type's schema has them. The graph has been found free of faults. */
export function inputsOf(resource: Resource): unknown {
  return resourceTypes[resource.type]?.acting?.inputs.parse(physicalInputs(resource));
}

/** The inputs with the physical name, which may be generated. */
function physicalInputs(resource: Resource): Record<string, unknown> {
  const property = resourceTypes[resource.type]?.naming?.property;
  return { ...resource.inputs, ...(property ? { [property]: resource.outputs[property] } : {}) };
}

/** By type: all that its resources may be called by others. */
type Identifiers = ReadonlyMap<string, ReadonlySet<string>>;

function identifiers(graph: ResourceGraph): Identifiers {
  const known = new Map<string, Set<string>>();
  for (const { type, id, outputs } of graph.resources) {
    const values = known.get(type) ?? new Set();
    const property = resourceTypes[type]?.naming?.property;
    for (const value of [id, outputs.arn, property ? outputs[property] : undefined]) {
      if (typeof value === "string") values.add(value);
    }
    known.set(type, values);
  }
  return known;
}

function dangling({ property, value, types }: Reference): string {
  return `its ${property} ${value} is not in this program; it must be one of ${types.join(", ")}.`;
}
