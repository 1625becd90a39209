/**
 * The decision on one request within one account. User guide: "Policy evaluation logic"; for keys, the KMS developer
 * guide's "Key policies in AWS KMS".
 */
import { holds } from "./conditions";
import {
  exempted,
  inclusionOf,
  matchesAction,
  matchesResource,
  type Context,
  type Inclusion,
  type Principal,
} from "./match";
import type { Policy, Statement } from "./policy";

/** What is asked. */
export interface Request {
  readonly principal: Principal;
  readonly action: string;
  /** ARN, or `*` for an action that is about no resource. */
  readonly resource: string;
  readonly context: Context;
}

/** The policies that bear on a request. */
export interface PolicySet {
  /** Those of the caller's role; a service calling on its own behalf has none, and they are not looked at. */
  readonly identity: readonly Policy[];
  /** That of the resource: bucket, key, function, queue or topic policy, or the trust policy of a role to be assumed. */
  readonly resource?: Policy;
  /** The role's permissions boundary: it limits and grants nothing. */
  readonly boundary?: readonly Policy[];
}

/** A statement that settled a request. */
export interface DecidingStatement {
  readonly source: "identity" | "resource" | "boundary";
  readonly policy: Policy;
  readonly statement: Statement;
}

/** The outcome. */
export interface Decision {
  readonly decision: "allowed" | "explicitDeny" | "implicitDeny";
  /** The statement that allows or explicitly denies; of several that allow, the first, identity policies before others. */
  readonly by?: DecidingStatement;
  /** How AWS ends its message on a denial: `because no identity-based policy allows the s3:GetObject action`. */
  readonly reason: string;
}

/** Decides a request by the policies. */
export function evaluate(request: Request, policies: PolicySet): Decision {
  const { principal } = request;
  const isService = principal.service !== undefined;
  const boundary = isService ? undefined : policies.boundary;
  const layers: Layers = {
    identity: isService ? [] : policies.identity,
    boundary: boundary ?? [],
    resource: policies.resource ? [policies.resource] : [],
  };
  return denial(request, layers, boundary !== undefined) ?? grant(request, layers, boundary !== undefined);
}

/**
 * Whether a VPC endpoint's policy lets a request pass: it grants nothing, and limits what passes. AWS PrivateLink, "Control access to
 * VPC endpoints using endpoint policies".
 */
export function passes(request: Request, policy: Policy): Decision {
  const layers: Layers = { identity: [], boundary: [], resource: [policy] };
  if (denial(request, layers, false)) {
    return { decision: "explicitDeny", reason: "with an explicit deny in a VPC endpoint policy" };
  }
  const by = find(
    "resource",
    layers,
    (statement) =>
      statement.effect === "Allow" &&
      concerns(policy, statement, request) &&
      statement.principals !== undefined &&
      inclusionOf(statement.principals, request.principal) !== undefined,
  );
  if (by) return { decision: "allowed", by, reason: "by a VPC endpoint policy" };
  return { decision: "implicitDeny", reason: `because no VPC endpoint policy allows the ${request.action} action` };
}

type Layers = Readonly<Record<DecidingStatement["source"], readonly Policy[]>>;

/** An explicit deny wins, wherever it stands. */
function denial(request: Request, layers: Layers, hasBoundary: boolean): Decision | undefined {
  for (const source of ["identity", "boundary", "resource"] as const) {
    const by = find(source, layers, (statement, policy) => {
      if (statement.effect !== "Deny" || !concerns(policy, statement, request)) return false;
      const { principals } = statement;
      if (!principals) return true;
      if (principals.except) return !exempted(principals, request.principal, hasBoundary);
      return inclusionOf(principals, request.principal) !== undefined;
    });
    if (by) return { decision: "explicitDeny", by, reason: `with an explicit deny in ${layerName(source, by.policy)}` };
  }
  return undefined;
}

function grant(request: Request, layers: Layers, hasBoundary: boolean): Decision {
  const allows = (source: DecidingStatement["source"], inclusion?: Inclusion) =>
    find(source, layers, (statement, policy) => {
      if (statement.effect !== "Allow" || !concerns(policy, statement, request)) return false;
      const { principals } = statement;
      return inclusion === undefined || (principals && inclusionOf(principals, request.principal)) === inclusion;
    });
  const byIdentity = allows("identity");
  const byName = allows("resource", "named");
  const toEveryone = allows("resource", "everyone");
  const withinBoundary = !hasBoundary || allows("boundary") !== undefined;
  // A key or a role is open to the identity policies of its account only if its own policy says so; all else always is.
  const opened = !ownPolicyRules(request, layers) || allows("resource", "account") !== undefined;

  // A boundary limits what is granted to a role's ARN, but not what is granted to everyone ("Permissions boundaries for
  // IAM entities").
  const by = (opened && withinBoundary && byIdentity) || (withinBoundary && byName) || toEveryone;
  if (by) return { decision: "allowed", by, reason: `by ${layerName(by.source, by.policy)}` };

  let missing = "identity-based policy";
  if (byName || (byIdentity && opened)) missing = "permissions boundary";
  else if (byIdentity || request.principal.service !== undefined) missing = resourceLayerName(layers.resource[0]);
  return { decision: "implicitDeny", reason: `because no ${missing} allows the ${request.action} action` };
}

/** KMS developer guide, "Key policies": without a policy of its own, a key has the default one, which opens it. */
function ownPolicyRules({ action }: Request, { resource }: Layers): boolean {
  return resource.length > 0 && (resource[0].kind === "trust" || action.toLowerCase().startsWith("kms:"));
}

/** Whether a statement is about this action on this resource under these conditions, whoever asks. */
function concerns(policy: Policy, { actions, resources, conditions }: Statement, request: Request): boolean {
  const variables = policy.variables ? request.context : undefined;
  return (
    matchesAction(actions, request.action) &&
    (!resources || matchesResource(resources, request.resource, variables)) &&
    conditions.every((condition) => holds(condition, request.context, variables))
  );
}

function find(
  source: DecidingStatement["source"],
  layers: Layers,
  decides: (statement: Statement, policy: Policy) => boolean | undefined,
): DecidingStatement | undefined {
  for (const policy of layers[source]) {
    const statement = policy.statements.find((each) => decides(each, policy));
    if (statement) return { source, policy, statement };
  }
  return undefined;
}

function layerName(source: DecidingStatement["source"], policy: Policy): string {
  if (source === "identity") return "an identity-based policy";
  if (source === "boundary") return "a permissions boundary";
  return policy.kind === "trust" ? "the role trust policy" : "a resource-based policy";
}

function resourceLayerName(policy: Policy | undefined): string {
  return policy?.kind === "trust" ? "role trust policy" : "resource-based policy";
}
