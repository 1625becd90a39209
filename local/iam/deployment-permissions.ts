/**
 * What whoever deploys needs for roles and for what takes a role: creating it, and passing it on. Service Authorization
 * Reference, "Actions, resources, and condition keys" of each service; IAM user guide, "Grant a user permissions to pass a role".
 */
import type { Permission, Place } from "../api";
import type { Resource } from "../graph";

/** What happens to a resource. */
export interface ResourceChange {
  readonly kind: "create" | "update" | "delete";
  readonly resource: Resource;
}

/** Actions by what happens. */
type Actions = Readonly<Record<ResourceChange["kind"], readonly string[]>>;

interface Kind {
  readonly actions: Actions;
  /** ARN of what the actions are on. */
  arn(resource: Resource, place: Place): string;
  /** Asked for when it is created: a provider may tag everything (`defaultTags`), which a graph does not show. */
  readonly tagging?: string;
  /** The role that the service is to assume, if there is one. */
  role?(inputs: Resource["inputs"]): unknown;
  /** Who is to assume it. */
  readonly service?: string;
}

const own = ({ outputs, id }: Resource): string => (typeof outputs.arn === "string" ? outputs.arn : id);
const roleArn = ({ inputs }: Resource, { account }: Place): string =>
  `arn:aws:iam::${account}:role/${String(inputs.role).replace(/^.*\//, "")}`;

const kinds: Readonly<Record<string, Kind>> = {
  "aws:iam/role:Role": {
    actions: {
      create: ["iam:CreateRole"],
      update: ["iam:UpdateAssumeRolePolicy", "iam:UpdateRole"],
      delete: ["iam:DeleteRole"],
    },
    tagging: "iam:TagRole",
    arn: own,
  },
  "aws:iam/policy:Policy": {
    actions: { create: ["iam:CreatePolicy"], update: ["iam:CreatePolicyVersion"], delete: ["iam:DeletePolicy"] },
    tagging: "iam:TagPolicy",
    arn: own,
  },
  "aws:iam/rolePolicy:RolePolicy": {
    actions: { create: ["iam:PutRolePolicy"], update: ["iam:PutRolePolicy"], delete: ["iam:DeleteRolePolicy"] },
    arn: roleArn,
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    actions: { create: ["iam:AttachRolePolicy"], update: ["iam:AttachRolePolicy"], delete: ["iam:DetachRolePolicy"] },
    arn: roleArn,
  },
  "aws:lambda/function:Function": {
    actions: {
      create: ["lambda:CreateFunction"],
      update: ["lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration"],
      delete: ["lambda:DeleteFunction"],
    },
    tagging: "lambda:TagResource",
    arn: own,
    role: ({ role }) => role,
    service: "lambda.amazonaws.com",
  },
  "aws:sfn/stateMachine:StateMachine": {
    actions: {
      create: ["states:CreateStateMachine"],
      update: ["states:UpdateStateMachine"],
      delete: ["states:DeleteStateMachine"],
    },
    tagging: "states:TagResource",
    arn: own,
    role: (inputs) => inputs.roleArn,
    service: "states.amazonaws.com",
  },
  "aws:scheduler/schedule:Schedule": {
    actions: {
      create: ["scheduler:CreateSchedule"],
      update: ["scheduler:UpdateSchedule"],
      delete: ["scheduler:DeleteSchedule"],
    },
    arn: own,
    role: ({ target }) => (target as Record<string, unknown> | undefined)?.roleArn,
    service: "scheduler.amazonaws.com",
  },
  "aws:cloudwatch/eventTarget:EventTarget": {
    actions: { create: ["events:PutTargets"], update: ["events:PutTargets"], delete: ["events:RemoveTargets"] },
    arn: ({ inputs }, { region, account }) => `arn:aws:events:${region}:${account}:rule/${String(inputs.rule)}`,
    role: (inputs) => inputs.roleArn,
    service: "events.amazonaws.com",
  },
  "aws:cloudtrail/trail:Trail": {
    actions: {
      create: ["cloudtrail:CreateTrail", "cloudtrail:PutEventSelectors", "cloudtrail:StartLogging"],
      update: ["cloudtrail:UpdateTrail", "cloudtrail:PutEventSelectors"],
      delete: ["cloudtrail:DeleteTrail"],
    },
    tagging: "cloudtrail:AddTags",
    arn: own,
    role: ({ cloudWatchLogsRoleArn }) => cloudWatchLogsRoleArn,
    service: "cloudtrail.amazonaws.com",
  },
};

/** The permissions that a change asks for; none for resources that neither are nor take a role. */
export function deploymentPermissions({ kind, resource }: ResourceChange, place: Place): Permission[] {
  const found = Object.hasOwn(kinds, resource.type) ? kinds[resource.type] : undefined;
  if (!found) return [];
  const arn = found.arn(resource, place);
  const actions = [...found.actions[kind], ...(kind === "create" && found.tagging ? [found.tagging] : [])];
  const role = kind === "delete" ? undefined : found.role?.(resource.inputs);
  return [
    ...actions.map((action) => ({ action, resource: arn })),
    ...(typeof role === "string" && found.service
      ? [
          {
            action: "iam:PassRole",
            resource: role,
            context: { "iam:PassedToService": found.service, "iam:AssociatedResourceArn": arn },
          },
        ]
      : []),
  ];
}
