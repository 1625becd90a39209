/**
 * What each service says of itself when it assumes a role: the condition keys that a role's trust policy can ask for. A key that
 * a service does not send is absent, and a condition on it keeps the service out.
 */

/** For whom a service assumes a role. */
export interface AssumptionSource {
  /** The resource for which it does, e.g. the state machine. */
  readonly arn: string;
  /** The account of that resource; the runtime's own by default. */
  readonly account?: string;
}

/** One service's way. */
interface Assumption {
  /** The AWS page that says so. */
  readonly page: string;
  /** `aws:SourceArn` for the resource; absent if the service does not send it, nor `aws:SourceAccount`. */
  sourceArn?(arn: string): string;
}

/** By service principal. A service that is not listed sends neither key. */
export const roleAssumptions: Readonly<Record<string, Assumption>> = {
  "cloudtrail.amazonaws.com": {
    page: "CloudTrail user guide, Role policy document for CloudTrail to use CloudWatch Logs for monitoring",
  },
  "lambda.amazonaws.com": {
    page: "Lambda developer guide, Defining Lambda function permissions with an execution role",
  },
  "states.amazonaws.com": {
    page: "Step Functions developer guide, Preventing cross-service confused deputy issue",
    sourceArn: (machine) => machine,
  },
  "events.amazonaws.com": {
    page: "EventBridge user guide, Cross-service confused deputy prevention in Amazon EventBridge",
    sourceArn: (rule) => rule,
  },
  "scheduler.amazonaws.com": {
    page: "EventBridge Scheduler user guide, Confused deputy prevention in EventBridge Scheduler",
    // The ARN is the schedule group's, never the schedule's own.
    sourceArn: (schedule) => schedule.replace(/:schedule\/([^/]+)\/[^/]+$/, ":schedule-group/$1"),
  },
};

/** The condition keys with which a service assumes a role. */
export function assumptionKeys(
  service: string,
  { arn, account }: AssumptionSource,
  own: string,
): Record<string, string> {
  const { sourceArn } = Object.hasOwn(roleAssumptions, service) ? roleAssumptions[service] : {};
  return sourceArn ? { "aws:SourceArn": sourceArn(arn), "aws:SourceAccount": account ?? own } : {};
}
