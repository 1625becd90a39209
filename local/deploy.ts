/**
 * Brings the local services to the state that a resource graph describes, as `pulumi up` would bring AWS to it.
 */
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Document } from "./document";
import { admitPattern } from "./events/pattern-admission";
import { checkScheduleExpression, checkTimezone } from "./events/schedule-expression";
import type { Resource, ResourceGraph } from "./graph";
import { Authorizer } from "./iam/authorizer";
import { deployerFaults, type Deployer } from "./iam/deployer";
import type { ResourceChange } from "./iam/deployment-permissions";
import { loadPolicies } from "./iam/from-graph";
import { changedProperties } from "./provider/properties";
import { replacing } from "./provider/replacement";
import { resourceTypes } from "./resources";
import type { Checks, Services } from "./resources/services";
import { graphFaults, inputsOf } from "./resources/validate";
import { parseDefinition } from "./states/definition-rules";
import { unsupportedResource } from "./states/integrations";
import { definitionFaults } from "./states/invalid-definition";

/** How many resources a deployment touched; components, which exist only in the program, are not counted. */
export interface DeploymentCounts {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly deleted: number;
}

/** What is deployed, kept in a {@link Document}. */
export interface DeploymentState {
  readonly graph: ResourceGraph | null;
  /** False while a deployment is under way or was cut short: then `graph` holds what may be there, old and new. */
  readonly complete: boolean;
}

/** Reads a stored {@link DeploymentState}. */
export function readDeploymentState(stored: unknown): DeploymentState {
  const shape = z.object({
    graph: z.looseObject({ resources: z.array(z.looseObject({})) }).nullable(),
    complete: z.boolean(),
  });
  return shape.parse(stored) as unknown as DeploymentState;
}

/** The state before the first deployment. */
export const NOTHING_DEPLOYED: DeploymentState = { graph: null, complete: true };

/** A graph that cannot be deployed: each fault with the resource it is about. Nothing has been changed. */
export class DeploymentError extends Error {
  override readonly name = "DeploymentError";
  constructor(readonly faults: readonly string[]) {
    super(`Nothing was deployed:\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
  }
}

/**
 * Creates, updates and removes resources until the services hold what `graph` says; what is as it was is left alone, and so
 * is data: objects of buckets and partitions of tables. A table that a client dropped is made again. Everything that can be known beforehand is checked first, so a
 * {@link DeploymentError} means that nothing has been touched. `as`: who deploys, if not the account's owner; what is denied
 * is found beforehand, too.
 */
export async function deploy(
  graph: ResourceGraph,
  services: Services,
  state: Document<DeploymentState>,
  as?: Deployer,
): Promise<DeploymentCounts> {
  const before = state.value;
  const deployedBefore = byUrn(before.graph);
  const wanted = byUrn(graph);
  const leaving = [...deployedBefore.values()].filter((resource) => wanted.get(resource.urn)?.id !== resource.id);
  const isUnchanged = (resource: Resource): boolean =>
    before.complete && isDeepStrictEqual(deployedBefore.get(resource.urn)?.outputs, resource.outputs);
  const changes: ResourceChange[] = [
    ...[...wanted.values()]
      .filter((resource) => !isUnchanged(resource))
      .flatMap((resource) => changesTo(resource, deployedBefore.get(resource.urn))),
    ...leaving
      .filter(({ options }) => !options.retainOnDelete)
      .map((resource) => ({ kind: "delete" as const, resource })),
  ];
  const faults = [
    ...placeFaults(graph, before.graph),
    ...graphFaults(graph, CHECKS),
    ...policyFaults(graph),
    ...removalFaults(leaving, services),
    ...(as === undefined ? [] : deployerFaults(changes, as, graph, before.graph)),
  ];
  if (faults.length > 0) throw new DeploymentError(faults);

  // Should the process end halfway, the next deployment still knows what may have to be removed.
  state.update(() => ({ graph: { ...graph, resources: [...leaving, ...graph.resources] }, complete: false }));
  loadPolicies(services.authorizer, graph);
  const counts = { created: 0, updated: 0, unchanged: 0, deleted: 0 };
  for (const resource of inOrder(wanted)) {
    const previous = deployedBefore.get(resource.urn);
    const replaced = previous !== undefined && previous.id !== resource.id;
    const acting = resourceTypes[resource.type]?.acting;
    if (isUnchanged(resource) && ((await acting?.isThere?.(resource, services)) ?? true)) {
      counts.unchanged += 1;
      continue;
    }
    await acting?.deploy({ resource, inputs: inputsOf(resource) }, services, replaced ? undefined : previous);
    counts[previous ? "updated" : "created"] += 1;
  }
  for (const resource of inOrder(new Map(leaving.map((resource) => [resource.urn, resource]))).reverse()) {
    if (!resource.options.retainOnDelete) await resourceTypes[resource.type]?.acting?.remove(resource, services);
    if (!wanted.has(resource.urn)) counts.deleted += 1;
  }
  state.update(() => ({ graph, complete: true }));
  return counts;
}

/** What the provider does to have a resource as it is wanted. */
function changesTo(resource: Resource, previous: Resource | undefined): ResourceChange[] {
  if (previous?.id !== resource.id) return [{ kind: "create", resource }];
  const [before, after] = [previous.inputs, resource.inputs];
  const isReplaced = replacing(resource.type, changedProperties(before, after), before, after).length > 0;
  return isReplaced
    ? [
        ...(previous.options.retainOnDelete ? [] : [{ kind: "delete" as const, resource: previous }]),
        { kind: "create", resource },
      ]
    : [{ kind: "update", resource, before }];
}

/** The graph's resources that AWS would know, by URN. */
function byUrn(graph: ResourceGraph | null): Map<string, Resource> {
  return new Map(
    (graph?.resources ?? []).filter(({ component }) => !component).map((resource) => [resource.urn, resource]),
  );
}

/** What the services themselves say of definitions, patterns and schedules. */
export const CHECKS: Checks = {
  stateMachine: (definition) => {
    const { diagnostics } = parseDefinition(definition, unsupportedResource);
    if (diagnostics.length > 0) throw new Error(definitionFaults(diagnostics).join("; "));
  },
  eventPattern: admitPattern,
  schedule: (expression, timezone) => {
    checkScheduleExpression(expression);
    checkTimezone(timezone);
  },
};

const POSITIONS = new Map(Object.keys(resourceTypes).map((type, position) => [type, position]));

/** In the order of the table of types: what others need comes first. */
function inOrder(resources: ReadonlyMap<string, Resource>): Resource[] {
  const position = ({ type }: Resource) => POSITIONS.get(type) ?? 0;
  return [...resources.values()].sort((a, b) => position(a) - position(b));
}

function placeFaults(graph: ResourceGraph, before: ResourceGraph | null): string[] {
  if (!before || before.resources.length === 0) return [];
  if (before.account === graph.account && before.region === graph.region) return [];
  return [
    `This folder holds resources of account ${before.account} in ${before.region}; the program is for account ` +
      `${graph.account} in ${graph.region}. Remove them first, or use another folder.`,
  ];
}

function policyFaults(graph: ResourceGraph): string[] {
  try {
    loadPolicies(new Authorizer({ account: graph.account, region: graph.region }), graph);
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

function removalFaults(leaving: readonly Resource[], services: Services): string[] {
  const faults: string[] = [];
  for (const resource of leaving) {
    if (resource.options.protect) {
      faults.push(
        `${label(resource)} is protected and would be removed: remove \`protect\` first, in a deployment of its own.`,
      );
    } else if (!resource.options.retainOnDelete) {
      const obstacle = resourceTypes[resource.type]?.acting?.obstacle?.(resource, services, leaving);
      if (obstacle) faults.push(`${label(resource)} cannot be removed: ${obstacle}`);
    }
  }
  return faults;
}

function label(resource: Resource): string {
  return `"${resource.name}" (${resource.type})`;
}
