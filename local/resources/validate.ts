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
  const faults: string[] = [];
  const known = identifiers(graph);
  const taken = new Map<string, Resource>();
  for (const resource of graph.resources) {
    const type = resourceTypes[resource.type];
    const about = `"${resource.name}" (${resource.type})`;
    if (resource.component) continue;
    if (!type) {
      faults.push(`${about}: the local runtime has no ${resource.type}.`);
      continue;
    }
    if (!resource.id) {
      faults.push(`${about}: its id is not known; a graph evaluated as a preview cannot be deployed.`);
      continue;
    }
    const region = resource.inputs.region;
    if (typeof region === "string" && region !== graph.region) {
      faults.push(`${about}: it is in ${region}, but the local runtime plays one region, ${graph.region}.`);
    }
    const twin = taken.get(`${resource.type} ${resource.id}`);
    if (twin) faults.push(`${about}: "${twin.name}" has the same physical name, ${resource.id}.`);
    taken.set(`${resource.type} ${resource.id}`, resource);
    if (!type.acting) continue;
    const parsed = type.acting.inputs.safeParse(physicalInputs(resource));
    if (!parsed.success) {
      faults.push(`${about}: ${z.prettifyError(parsed.error).replace(/\s*\n\s*/g, " ")}`);
      continue;
    }
    for (const reference of type.acting.references?.(parsed.data) ?? []) {
      if (!reference.types.some((provider) => known.get(provider)?.has(reference.value))) {
        faults.push(`${about}: ${dangling(reference)}`);
      }
    }
    try {
      type.acting.check?.(parsed.data, checks);
    } catch (error) {
      faults.push(`${about}: ${(error as Error).message}`);
    }
  }
  return faults;
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
function identifiers(graph: ResourceGraph): Map<string, Set<string>> {
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
