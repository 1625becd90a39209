/**
 * What whoever deploys needs for a change of a resource: the provider's calls, and passing roles on. IAM user guide, "Grant a user
 * permissions to pass a role to an AWS service".
 */
import type { Permission, Place } from "../api";
import type { Resource } from "../graph";
import { providerActions } from "./provider-actions";
import { actionsOf, isOfMoreThanTags, tagActions, type ChangeKind } from "./provider-calls";

/** What happens to a resource. */
export interface ResourceChange {
  readonly kind: ChangeKind;
  readonly resource: Resource;
  /** The inputs that an update starts from; without them, the calls of changes of what is set are asked for. */
  readonly before?: Resource["inputs"];
}

/** The permissions that a change asks for; none for what exists in the program only. */
export function deploymentPermissions({ kind, resource, before }: ResourceChange, place: Place): Permission[] {
  const found = Object.hasOwn(providerActions, resource.type) ? providerActions[resource.type] : undefined;
  if (!found) return [];
  const { inputs } = resource;
  const arns = found.arns(resource, place);
  const changes = kind === "create" || kind === "update";
  // Nothing is done while it is planned, and by a change of tags only what tags take.
  const done = kind === "plan" || (kind === "update" && !isOfMoreThanTags(inputs, before)) ? undefined : kind;
  const actions = new Set([
    ...(kind === "plan" || changes ? actionsOf(found.plan, "plan", inputs) : []),
    ...(done ? actionsOf(found[done], done, inputs, before) : []),
    ...tagActions(found, kind, inputs, before),
    // It is looked at when it was made or changed.
    ...(changes ? actionsOf(found.read, "read", inputs) : []),
  ]);
  const also = found.also?.(resource, place);
  const role = changes ? found.role?.(inputs) : undefined;
  return [
    ...[...actions].flatMap((action) =>
      found.anywhere?.includes(action) ? [{ action, resource: "*" }] : arns.map((arn) => ({ action, resource: arn })),
    ),
    ...(done ? (also?.[done] ?? []) : []),
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
