/**
 * What whoever deploys needs for a change of a resource: the provider's calls, and passing roles on. IAM user guide, "Grant a user
 * permissions to pass a role to an AWS service".
 */
import type { Permission, Place } from "../api";
import type { Resource } from "../graph";
import { providerActions } from "./provider-actions";

/** What happens to a resource; `plan` is what comes before a creation or a change, also if it stays a plan. */
export interface ResourceChange {
  readonly kind: "plan" | "create" | "read" | "update" | "delete";
  readonly resource: Resource;
}

/** The permissions that a change asks for; none for what exists in the program only. */
export function deploymentPermissions({ kind, resource }: ResourceChange, place: Place): Permission[] {
  const found = Object.hasOwn(providerActions, resource.type) ? providerActions[resource.type] : undefined;
  if (!found) return [];
  const arns = found.arns(resource, place);
  const changes = kind === "create" || kind === "update";
  const actions = [
    ...(kind === "plan" || changes ? (found.plan ?? []) : []),
    ...(kind === "plan" ? [] : found[kind]),
    ...(kind === "create" ? (found.tag ?? []) : []),
    // It is looked at when it was made or changed.
    ...(changes ? found.read : []),
  ];
  const also = found.also?.(resource, place);
  const role = changes ? found.role?.(resource.inputs) : undefined;
  return [
    ...actions.flatMap((action) =>
      found.anywhere?.includes(action) ? [{ action, resource: "*" }] : arns.map((arn) => ({ action, resource: arn })),
    ),
    ...(kind === "plan" ? [] : (also?.[kind] ?? [])),
    ...(changes ? (also?.read ?? []) : []),
    ...(typeof role === "string" && found.service
      ? [
          {
            action: "iam:PassRole",
            resource: role,
            context: { "iam:PassedToService": found.service, "iam:AssociatedResourceArn": arns[0] },
          },
        ]
      : []),
  ];
}
