/**
 * Deploys single resources, as a resource provider is asked to: one after another, each against what is deployed already.
 */
import { CHECKS, type DeploymentState } from "./deploy";
import type { Document } from "./document";
import type { Resource, ResourceGraph } from "./graph";
import { Authorizer } from "./iam/authorizer";
import { loadPolicies } from "./iam/from-graph";
import { resourceTypes } from "./resources";
import type { Services } from "./resources/services";
import { inputsOf, resourceFaults } from "./resources/validate";

/** A resource that cannot be created, changed or removed; nothing has been. */
class ResourceError extends Error {
  override readonly name = "ResourceError";
}

/** The resources of a runtime, one at a time. Its methods are not to be called side by side. */
export class ResourceDeployment {
  constructor(
    /** What is deployed before the first resource is. */
    private readonly empty: ResourceGraph,
    private readonly services: Services,
    private readonly state: Document<DeploymentState>,
  ) {}

  /** The deployed resource of that type and id. */
  find(type: string, id: string): Resource | undefined {
    return this.graph.resources.find((resource) => resource.type === type && resource.id === id);
  }

  /** Creates or updates a resource. Throws {@link ResourceError} with all that is wrong with it. */
  async put(resource: Resource): Promise<void> {
    const { graph, services } = this;
    const previous = this.find(resource.type, resource.id);
    const resources = [...graph.resources.filter((other) => other !== previous), resource];
    const faults = resourceFaults(resource, { ...graph, resources }, CHECKS);
    if (faults.length > 0) throw new ResourceError(faults.join("\n"));
    await this.during({ ...graph, resources }, async () => {
      const item = { resource, inputs: inputsOf(resource) };
      await resourceTypes[resource.type]?.acting?.deploy(item, services, previous);
    });
  }

  /** Removes a resource; one that is gone is no error. Throws {@link ResourceError} where AWS would refuse, e.g. a full bucket. */
  async remove(type: string, id: string): Promise<void> {
    const { graph, services } = this;
    const resource = this.find(type, id);
    if (!resource) return;
    const acting = resourceTypes[type]?.acting;
    const obstacle = acting?.obstacle?.(resource, services, [resource]);
    if (obstacle) throw new ResourceError(`"${resource.name}" (${type}) cannot be removed: ${obstacle}`);
    await this.during({ ...graph, resources: graph.resources.filter((other) => other !== resource) }, async () => {
      await acting?.remove(resource, services);
    });
  }

  private get graph(): ResourceGraph {
    return this.state.value.graph ?? this.empty;
  }

  /** Makes `graph` what is deployed while `work` is done; if it fails, what was deployed before is again. */
  private async during(graph: ResourceGraph, work: () => Promise<void>): Promise<void> {
    const before = this.graph;
    this.load(graph);
    this.state.update(() => ({ graph, complete: false }));
    try {
      await work();
    } catch (error) {
      loadPolicies(this.services.authorizer, before);
      this.state.update(() => ({ graph: before, complete: true }));
      throw error;
    }
    this.state.update(() => ({ graph, complete: true }));
  }

  /** Takes the policies of `graph`, unless one of them is malformed: then those in force stay. */
  private load(graph: ResourceGraph): void {
    const { account, region } = graph;
    loadPolicies(new Authorizer({ account, region }), graph);
    loadPolicies(this.services.authorizer, graph);
  }
}
