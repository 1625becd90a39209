/** Who deploys, when it is not the account's owner: what is denied, and the policy that would let it deploy a graph. */
import type { Permission, Place } from "../api";
import type { ResourceGraph } from "../graph";
import { Authorizer } from "./authorizer";
import { deploymentPermissions, type ResourceChange } from "./deployment-permissions";
import { loadPolicies } from "./from-graph";

/** A role by its ARN, with the policies that are deployed; or policies, as JSON text or the objects that it stands for. */
export type Deployer = string | readonly (string | object)[];

/** The role that deploys when only its policies are given. */
const deployer = "deployer";

/**
 * What the deployer is not allowed to do, one sentence for each denial; empty if the changes may be made.
 *
 * @param before what is deployed: a role that is given by its ARN is one of its roles
 */
export function deployerFaults(
  changes: readonly ResourceChange[],
  as: Deployer,
  place: Place,
  before: ResourceGraph | null,
): string[] {
  const authorizer = new Authorizer(place);
  if (before) loadPolicies(authorizer, before);
  const principalArn = typeof as === "string" ? as : `arn:aws:iam::${place.account}:role/${deployer}`;
  if (typeof as !== "string") {
    authorizer.putRole({ arn: principalArn, trustPolicy: { Version: "2012-10-17", Statement: [] } });
    for (const [index, document] of as.entries()) authorizer.putRolePolicy(deployer, `policy-${index}`, document);
  }
  return changes.flatMap((change) => {
    const { name, type } = change.resource;
    return deploymentPermissions(change, place).flatMap((permission) => {
      try {
        authorizer.authorize({ principalArn }, permission, { service: "sts" });
        return [];
      } catch (error) {
        return [`"${name}" (${type}): ${(error as Error).message}`];
      }
    });
  });
}

/** A statement of the deployer's policy. */
export interface DeployerStatement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: { readonly StringEquals: Readonly<Record<string, string>> };
}

/**
 * The policy that lets somebody create, change and remove a graph's roles and what takes them: one statement for each kind of
 * resource, and one for each service that roles are passed to. Resources are those of the graph, by what their names have in
 * common.
 */
export function deployerPolicy(graph: ResourceGraph): { Version: "2012-10-17"; Statement: DeployerStatement[] } {
  const place: Place = graph;
  const needed = graph.resources
    .filter(({ component }) => !component)
    .flatMap((resource) =>
      (["create", "update", "delete"] as const).flatMap((kind) => deploymentPermissions({ kind, resource }, place)),
    );
  const groups = new Map<string, Permission[]>();
  for (const permission of needed) {
    const name = statementName(permission);
    groups.set(name, [...(groups.get(name) ?? []), permission]);
  }
  return {
    Version: "2012-10-17",
    Statement: [...groups]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([Sid, permissions]) => statementOf(Sid, permissions)),
  };
}

function statementOf(Sid: string, permissions: readonly Permission[]): DeployerStatement {
  const service = passedTo(permissions[0]);
  return {
    Sid,
    Effect: "Allow",
    Action: [...new Set(permissions.map(({ action }) => action))].sort(),
    Resource: [commonPattern([...new Set(permissions.map(({ resource }) => resource))])],
    ...(service && { Condition: { StringEquals: { "iam:PassedToService": service } } }),
  };
}

/** `DeployLambda`, or `PassRolesToLambda`. */
function statementName(permission: Permission): string {
  const service = passedTo(permission);
  const short = service?.split(".")[0] ?? permission.action.split(":")[0];
  const named = short.charAt(0).toUpperCase() + short.slice(1);
  return service ? `PassRolesTo${named}` : `Deploy${named}`;
}

function passedTo({ action, context }: Permission): string | undefined {
  const service = action === "iam:PassRole" ? context?.["iam:PassedToService"] : undefined;
  return typeof service === "string" ? service : undefined;
}

/** What all ARNs begin with, up to a separator, and `*`; the ARN itself if there is one only. */
function commonPattern(arns: readonly string[]): string {
  const [first] = arns;
  if (arns.length === 1) return first;
  let length = 0;
  while (length < first.length && arns.every((arn) => arn[length] === first[length])) length += 1;
  return `${first.slice(0, length).replace(/[^-/:]*$/, "")}*`;
}
