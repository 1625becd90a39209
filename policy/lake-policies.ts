/** The rules of a data lake, as policies for any Pulumi program. */
import * as aws from "@pulumi/aws";
import {
  validateResourceOfType,
  type Policies,
  type PolicyResource,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
} from "@pulumi/policy";
import { wildcardFaults } from "./wildcards";

/** A resource class, as `isType` takes it. */
type ResourceClass = Parameters<PolicyResource["isType"]>[0];

/** Resources that belong to a bucket, and what one of them must be. */
interface BucketRule {
  readonly name: string;
  readonly description: string;
  readonly by: ResourceClass;
  /** Whether the resource's properties fulfil the rule. */
  readonly fulfilled: (props: Readonly<Record<string, unknown>>) => boolean;
}

const bucketRules: readonly BucketRule[] = [
  {
    name: "bucket-encrypted",
    description: "Each bucket says how its objects are encrypted (aws.s3.BucketServerSideEncryptionConfiguration).",
    by: aws.s3.BucketServerSideEncryptionConfiguration,
    fulfilled: () => true,
  },
  {
    name: "bucket-private",
    description: "Each bucket blocks all public access (aws.s3.BucketPublicAccessBlock, all four settings).",
    by: aws.s3.BucketPublicAccessBlock,
    fulfilled: (props) =>
      ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"].every(
        (setting) => props[setting] === true,
      ),
  },
  {
    name: "bucket-tls-only",
    description: "Each bucket's policy denies requests that do not come over TLS (aws:SecureTransport).",
    by: aws.s3.BucketPolicy,
    // A policy that is not known before deployment is looked at by `pulumi up`.
    fulfilled: ({ policy }) =>
      policy === undefined || (/aws:SecureTransport/.test(text(policy)) && /"Deny"/.test(text(policy))),
  },
  {
    name: "bucket-expiry",
    description: "Each bucket has a lifecycle (aws.s3.BucketLifecycleConfiguration): nothing is kept without an end.",
    by: aws.s3.BucketLifecycleConfiguration,
    fulfilled: ({ rules }) => rules === undefined || (Array.isArray(rules) && rules.length > 0),
  },
];

function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Whether `resource` is the one that `owner`'s name, or its output, is given to. */
function belongsTo(resource: PolicyResource, owner: PolicyResource): boolean {
  const names = [owner.props.bucket, owner.props.id].filter((name) => name !== undefined);
  if (names.includes(resource.props.bucket)) return true;
  return [resource.propertyDependencies.bucket].flat().some((other) => other?.urn === owner.urn);
}

function bucketPolicy({ name, description, by, fulfilled }: BucketRule): StackValidationPolicy {
  return {
    name,
    description,
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, report) => {
      const rules = resources.filter((resource) => resource.isType(by));
      for (const bucket of resources.filter((resource) => resource.isType(aws.s3.Bucket))) {
        const own = rules.filter((resource) => belongsTo(resource, bucket));
        if (!own.some(({ props }) => fulfilled(props))) report(`${bucket.name}: ${description}`, bucket.urn);
      }
    },
  };
}

const rolePolicies: readonly ResourceValidationPolicy[] = [
  {
    name: "role-no-wildcards",
    description:
      "No statement allows all actions of a service, or an action on all resources that knows narrower ones.",
    enforcementLevel: "mandatory",
    validateResource: [
      validateResourceOfType(aws.iam.RolePolicy, ({ policy }, _, report) =>
        wildcardFaults(policy).forEach((fault) => report(fault)),
      ),
      validateResourceOfType(aws.iam.Policy, ({ policy }, _, report) =>
        wildcardFaults(policy).forEach((fault) => report(fault)),
      ),
    ],
  },
  {
    name: "role-no-managed-full-access",
    description: "No role has a policy of AWS's that allows everything of a service.",
    enforcementLevel: "mandatory",
    validateResource: validateResourceOfType(aws.iam.RolePolicyAttachment, ({ policyArn }, _, report) => {
      if (/(FullAccess|AdministratorAccess|PowerUserAccess)$/.test(policyArn)) {
        report(`${policyArn} allows more than any one role needs: grant the actions it uses.`);
      }
    }),
  },
];

const resourcePolicies: readonly ResourceValidationPolicy[] = [
  {
    name: "log-retention",
    description: "Each log group says how long it keeps its logs.",
    enforcementLevel: "mandatory",
    validateResource: validateResourceOfType(aws.cloudwatch.LogGroup, ({ retentionInDays }, _, report) => {
      if (!retentionInDays) report("The log group keeps its logs for ever: set retentionInDays.");
    }),
  },
  {
    name: "key-rotation",
    description: "Each KMS key is rotated.",
    enforcementLevel: "mandatory",
    validateResource: validateResourceOfType(aws.kms.Key, ({ enableKeyRotation }, _, report) => {
      if (enableKeyRotation !== true) report("The key is not rotated: set enableKeyRotation.");
    }),
  },
  {
    name: "queue-encrypted",
    description: "Each queue is encrypted.",
    enforcementLevel: "mandatory",
    validateResource: validateResourceOfType(aws.sqs.Queue, ({ sqsManagedSseEnabled, kmsMasterKeyId }, _, report) => {
      if (sqsManagedSseEnabled !== true && kmsMasterKeyId === undefined) {
        report("The queue is not encrypted: set sqsManagedSseEnabled or kmsMasterKeyId.");
      }
    }),
  },
  {
    name: "workgroup-enforced",
    description: "Each Athena workgroup enforces its configuration, encrypts results, and limits what a query scans.",
    enforcementLevel: "mandatory",
    validateResource: validateResourceOfType(aws.athena.Workgroup, ({ configuration }, _, report) => {
      if (configuration?.enforceWorkgroupConfiguration === false) {
        report("Queries may override the workgroup: set enforceWorkgroupConfiguration.");
      }
      if (!configuration?.resultConfiguration?.encryptionConfiguration) {
        report("Results are not encrypted: set resultConfiguration.encryptionConfiguration.");
      }
      if (!configuration?.bytesScannedCutoffPerQuery) {
        report("A query may scan any amount: set bytesScannedCutoffPerQuery.");
      }
    }),
  },
  {
    name: "state-machine-logged",
    description: "Each state machine logs its failures.",
    enforcementLevel: "mandatory",
    validateResource: validateResourceOfType(aws.sfn.StateMachine, ({ loggingConfiguration }, _, report) => {
      if (!loggingConfiguration || loggingConfiguration.level === "OFF") {
        report("The state machine logs nothing: set loggingConfiguration.level to ERROR or ALL.");
      }
    }),
  },
];

/**
 * All rules. Take them into a pack of your own, or use this one: `pulumi preview --policy-pack policy`.
 *
 * @example new PolicyPack("acme", { policies: [...lakePolicies, ...acmePolicies] });
 */
export const lakePolicies: Policies = [...bucketRules.map(bucketPolicy), ...rolePolicies, ...resourcePolicies];
