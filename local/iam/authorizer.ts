/**
 * Decides every call to the local runtime by the deployed policies, as IAM would.
 */
import {
  AwsError,
  ConnectionLost,
  type Authorize,
  type Caller,
  type Permission,
  type Place,
  type Reach,
  type ServiceName,
} from "../api";
import { denied } from "./denied";
import type { Network } from "../network/network";
import { evaluate, passes, type Decision } from "./evaluate";
import { nameOf, rootOf } from "./arns";
import { parsePolicy, type Policy } from "./policy";
import { requestContext } from "./request-context";
import { assumptionKeys, type AssumptionSource } from "./role-assumption";
import { withoutActions } from "./withdrawn-actions";
import { Use, wildcardResources, type GrantedUse, type Holding, type UnusedGrant, type WildcardResource } from "./use";

/** A role as it is created. */
export interface RoleDefinition {
  readonly arn: string;
  /** Who may assume it: JSON text or the object it stands for. */
  readonly trustPolicy: unknown;
  /** ARN of the managed policy that is its permissions boundary. */
  readonly boundary?: string;
}

interface Role {
  readonly arn: string;
  readonly trust: Policy;
  readonly boundary?: string;
  readonly inline: Map<string, Policy>;
  readonly attached: Set<string>;
  /** Actions taken away by {@link Authorizer.withoutAction}, in lower case. */
  readonly withdrawn: Set<string>;
}

/** The account's root may do everything that no policy of the resource forbids. */
const ROOT = parsePolicy({ Statement: { Effect: "Allow", Action: "*", Resource: "*" } }, "identity", "account root");

const TRUSTS_NOBODY = parsePolicy({ Statement: [] }, "trust", "trust policy");

/** The roles and resource policies of the account, and the decisions that follow from them. Kept in memory only. */
export class Authorizer {
  private readonly roles = new Map<string, Role>();
  private readonly managed = new Map<string, Policy>();
  private readonly resourcePolicies = new Map<string, Policy>();
  private readonly use = new Use();
  private network: Network | undefined;

  constructor(
    private readonly place: Place,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** The region that is played. */
  get region(): string {
    return this.place.region;
  }

  /** Forgets all roles and policies, but not what was used. */
  clear(): void {
    this.roles.clear();
    this.managed.clear();
    this.resourcePolicies.clear();
    this.network = undefined;
  }

  /** Takes the networks that functions may be attached to. */
  putNetwork(network: Network): void {
    this.network = network;
  }

  /** Throws {@link ConnectionLost} if a caller's network has no way to a service. */
  readonly reach: Reach = ({ attachment, calledVia }, service) => {
    // What a service does in a caller's name does not leave from the caller's network.
    if (!attachment || calledVia?.length) return;
    const way = this.network?.wayTo(service, attachment) ?? { obstacle: "there is no network" };
    if ("obstacle" in way) throw new ConnectionLost(`No way from the VPC to ${service}: ${way.obstacle}.`);
  };

  /** Creates a role, or changes its trust policy and boundary. Throws `MalformedPolicyDocument`, `NoSuchEntity`. */
  putRole({ arn, trustPolicy, boundary }: RoleDefinition): void {
    const name = nameOf(arn);
    if (boundary !== undefined) this.managedPolicy(boundary);
    const { inline, attached, withdrawn } = this.roles.get(name) ?? {
      inline: new Map<string, Policy>(),
      attached: new Set<string>(),
      withdrawn: new Set<string>(),
    };
    const trust = parsePolicy(trustPolicy, "trust", `trust policy of ${name}`);
    this.roles.set(name, { arn, trust, boundary, inline, attached, withdrawn });
  }

  /** Removes a role with its inline policies; one that does not exist is no error. */
  deleteRole(name: string): void {
    this.roles.delete(name);
  }

  /** Creates or replaces an inline policy. Throws `NoSuchEntity`, `MalformedPolicyDocument`. */
  putRolePolicy(role: string, name: string, document: unknown): void {
    this.role(role).inline.set(name, parsePolicy(document, "identity", name));
  }

  /** Removes an inline policy; one that does not exist is no error. */
  deleteRolePolicy(role: string, name: string): void {
    this.roles.get(role)?.inline.delete(name);
  }

  /** Creates or replaces a managed policy. Throws `MalformedPolicyDocument`. */
  putManagedPolicy(arn: string, document: unknown): void {
    this.managed.set(arn, parsePolicy(document, "identity", nameOf(arn)));
  }

  /** Attaches a managed policy. Throws `NoSuchEntity` if role or policy is unknown. */
  attachRolePolicy(role: string, policyArn: string): void {
    this.managedPolicy(policyArn);
    this.role(role).attached.add(policyArn);
  }

  /** Creates or replaces the policy of a bucket, key, function, queue or topic. Throws `MalformedPolicyDocument`. */
  putResourcePolicy(arn: string, document: unknown): void {
    this.resourcePolicies.set(arn, parsePolicy(document, "resource", `policy of ${arn}`));
  }

  /** Removes a resource's policy; one that does not exist is no error. */
  deleteResourcePolicy(arn: string): void {
    this.resourcePolicies.delete(arn);
  }

  /** Throws an {@link AwsError} with the service's own code unless the caller has the permission. */
  readonly authorize: Authorize = (caller, permission, { service }) => {
    const decision = this.decide(caller, permission);
    if (decision.decision !== "allowed") throw denied(service, caller, permission, decision.reason);
    const passage = this.passage(caller, permission, service);
    if (passage.decision !== "allowed") throw denied(service, caller, permission, passage.reason);
  };

  /**
   * Checks that a service such as `states.amazonaws.com` may assume a role on its own behalf.
   * Throws `AccessDenied` if there is no such role or its trust policy does not let it.
   */
  assumeRole(service: string, roleArn: string, source: AssumptionSource): void {
    const context = assumptionKeys(service, source, this.place.account);
    const permission = { action: "sts:AssumeRole", resource: roleArn, context };
    this.authorize({ principalArn: source.arn, service }, permission, { service: "sts" });
  }

  /** Which statements allowed what, since the start or {@link resetUsage}. */
  usage(): readonly GrantedUse[] {
    return this.use.all();
  }

  /** What is granted and was never used. */
  unused(): readonly UnusedGrant[] {
    return this.use.unused(this.holdings());
  }

  /** What is granted on patterns of resources. */
  wildcardResources(): readonly WildcardResource[] {
    return wildcardResources(this.holdings());
  }

  /** Forgets what was used. */
  resetUsage(): void {
    this.use.reset();
  }

  /**
   * Takes an action away from a role until the returned function is called, so that a test can show that it is needed.
   * Throws if no policy of the role allows exactly this action.
   */
  withoutAction(roleName: string, action: string): () => void {
    const role = this.role(roleName);
    const name = action.toLowerCase();
    const allows = (policy: Policy) => withoutActions(policy, new Set([name])) !== policy;
    if (!this.policiesOf(role).some(allows)) {
      throw new Error(`No policy of the role ${roleName} allows ${action} by exactly that name.`);
    }
    role.withdrawn.add(name);
    return () => void role.withdrawn.delete(name);
  }

  private decide(caller: Caller, permission: Permission): Decision {
    const { principalArn, service } = caller;
    const { action, resource } = permission;
    const account = principalArn.split(":")[4] ?? "";
    const role = this.roles.get(nameOf(principalArn));
    const own = role?.arn === principalArn ? role : undefined;
    const governing = this.governing(permission);
    const decision = evaluate(
      {
        principal: { arn: principalArn, account, service },
        action,
        resource,
        context: requestContext(caller, permission, this.place, this.now()),
      },
      {
        identity: principalArn === rootOf(account) ? [ROOT] : own ? this.policiesOf(own) : [],
        resource: governing?.policy,
        boundary: own?.boundary === undefined ? undefined : [this.managedPolicy(own.boundary)],
      },
    );
    const { by } = decision;
    if (decision.decision === "allowed" && by && by.policy !== ROOT) {
      const holder = by.source === "resource" ? governing?.holder : own && nameOf(own.arn);
      this.use.record(holder ?? principalArn, by.policy, by.statement, action, resource);
    }
    return decision;
  }

  /** What the policy of the endpoint says through which a caller's network sends the call. */
  private passage(caller: Caller, permission: Permission, service: ServiceName): Pick<Decision, "decision" | "reason"> {
    const { attachment, calledVia, principalArn } = caller;
    const open = { decision: "allowed", reason: "by default" } as const;
    if (!attachment || calledVia?.length) return open;
    const way = this.network?.wayTo(service, attachment);
    if (!way || !("endpoint" in way) || way.endpoint.policy === undefined) return open;
    const principal = { arn: principalArn, account: principalArn.split(":")[4] ?? "", service: caller.service };
    const { action, resource } = permission;
    const policy = parsePolicy(way.endpoint.policy, "resource", `policy of ${way.endpoint.id}`);
    return passes(
      { principal, action, resource, context: requestContext(caller, permission, this.place, this.now()) },
      policy,
    );
  }

  /** The policy of the resource itself, if it has one. A bucket's also covers its objects, a function's its versions. */
  private governing({ action, resource }: Permission): Holding | undefined {
    if (action.toLowerCase() === "sts:assumerole") {
      const role = this.roles.get(nameOf(resource));
      // A role that does not exist trusts nobody.
      return { holder: nameOf(resource), policy: role?.arn === resource ? role.trust : TRUSTS_NOBODY };
    }
    const bucket = /^(arn:aws:s3:::[^/]+)\//.exec(resource)?.[1];
    const unqualified = /^(arn:aws:lambda:[^:]*:[^:]*:function:[^:]+):/.exec(resource)?.[1];
    for (const holder of [resource, bucket, unqualified]) {
      const policy = holder === undefined ? undefined : this.resourcePolicies.get(holder);
      if (holder !== undefined && policy) return { holder, policy };
    }
    return undefined;
  }

  private policiesOf(role: Role): readonly Policy[] {
    const policies = [...role.inline.values(), ...[...role.attached].map((arn) => this.managedPolicy(arn))];
    return role.withdrawn.size === 0 ? policies : policies.map((policy) => withoutActions(policy, role.withdrawn));
  }

  private holdings(): readonly Holding[] {
    return [
      ...[...this.roles].flatMap(([holder, role]) =>
        [role.trust, ...this.policiesOf(role)].map((policy) => ({ holder, policy })),
      ),
      ...[...this.resourcePolicies].map(([holder, policy]) => ({ holder, policy })),
    ];
  }

  private role(name: string): Role {
    const role = this.roles.get(name);
    if (!role) throw new AwsError("NoSuchEntity", `The role with name ${name} cannot be found.`, 404);
    return role;
  }

  private managedPolicy(arn: string): Policy {
    const policy = this.managed.get(arn);
    if (policy) return policy;
    const hint = arn.startsWith("arn:aws:iam::aws:")
      ? " Policies that AWS manages are not known to the local runtime: write out the permissions the role needs."
      : "";
    throw new AwsError("NoSuchEntity", `The policy ${arn} does not exist.${hint}`, 404);
  }
}
