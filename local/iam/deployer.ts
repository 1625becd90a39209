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
 * The policy that lets somebody deploy, change and remove a graph: one statement for each service, one for each service that roles
 * are passed to, and one for the actions that know no resource. Resources are those of the graph; where several begin alike up to
 * the stack's name, what begins so.
 */
export function deployerPolicy(graph: ResourceGraph): { Version: "2012-10-17"; Statement: DeployerStatement[] } {
  const place: Place = graph;
  const needed = graph.resources
    .filter(({ component }) => !component)
    .flatMap((resource) =>
      (["create", "read", "update", "delete"] as const).flatMap((kind) =>
        deploymentPermissions({ kind, resource }, place),
      ),
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
      .map(([Sid, permissions]) => statementOf(Sid, permissions, graph.stack)),
  };
}

function statementOf(Sid: string, permissions: readonly Permission[], stack: string): DeployerStatement {
  const condition = conditionOf(permissions[0]);
  return {
    Sid,
    Effect: "Allow",
    Action: [...new Set(permissions.map(({ action }) => action))].sort(),
    Resource: patterns([...new Set(permissions.map(({ resource }) => resource))], stack),
    ...(condition && { Condition: { StringEquals: { [condition.key]: condition.service } } }),
  };
}

/** `DeployLambda`, `PassRolesToLambda` or `UseKeysThroughS3`. */
function statementName(permission: Permission): string {
  if (permission.resource === "*") return "DeployAnything";
  const condition = conditionOf(permission);
  const short = condition?.service.split(".")[0] ?? permission.action.split(":")[0];
  const named = short.charAt(0).toUpperCase() + short.slice(1);
  return `${condition?.prefix ?? "Deploy"}${named}`;
}

/** Permissions for one service only, by the condition key that says which. */
const forServices = [
  { key: "iam:PassedToService", prefix: "PassRolesTo" },
  { key: "kms:ViaService", prefix: "UseKeysThrough" },
];

function conditionOf({ context = {} }: Permission): { key: string; prefix: string; service: string } | undefined {
  for (const { key, prefix } of forServices) {
    const service = context[key];
    if (typeof service === "string") return { key, prefix, service };
  }
  return undefined;
}

/** ARNs that begin alike up to the stack's name, as one pattern; the others as they are. */
function patterns(arns: readonly string[], stack: string): string[] {
  const byPattern = new Map<string, string[]>();
  for (const arn of arns) {
    const name = `[-_/]${stack.replace(/[^\w-]/g, "\\$&")}`;
    const upToStack = new RegExp(`^.*?${name}[-_/:](?=.)`).exec(arn)?.[0];
    const pattern = upToStack === undefined ? arn : `${upToStack}*`;
    byPattern.set(pattern, [...(byPattern.get(pattern) ?? []), arn]);
  }
  return [...byPattern].map(([pattern, alike]) => (alike.length === 1 ? alike[0] : pattern)).sort();
}
