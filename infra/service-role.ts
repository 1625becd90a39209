/** A role that one AWS service assumes for one resource, with one inline policy. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { keyStatement, policy, type KeyInUse, type Statement } from "./permissions";
import { transformed, type Transform } from "./transform";
import { trust, type RoleService } from "./trust";

/** Arguments of {@link createServiceRole}. */
export interface ServiceRoleArgs {
  /** Physical name. */
  readonly name: string;
  /** Service that assumes it. */
  readonly service: RoleService;
  readonly account: string;
  readonly statements: pulumi.Input<readonly Statement[]>;
  /** The lake's key, and what it encrypts. */
  readonly key: pulumi.Input<KeyInUse>;
  readonly transform?: Transform<aws.iam.RoleArgs>;
}

/** A role and its policy: what uses the role depends on the policy too, or it would start without permissions. */
export interface ServiceRole {
  readonly role: aws.iam.Role;
  readonly policy: aws.iam.RolePolicy;
}

/** Creates a role with exactly the given statements. */
export function createServiceRole(
  resource: string,
  { name, service, account, statements, key, transform }: ServiceRoleArgs,
  options: pulumi.CustomResourceOptions,
): ServiceRole {
  const role = new aws.iam.Role(
    ...transformed(transform, resource, { name, assumeRolePolicy: JSON.stringify(trust(service, account)) }, options),
  );
  const document = pulumi
    .all([statements, key])
    .apply(([own, used]) => JSON.stringify(policy([...own, ...keyStatement(own, used)])));
  return { role, policy: new aws.iam.RolePolicy(resource, { role: role.name, policy: document }, { parent: role }) };
}
