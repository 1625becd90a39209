/**
 * Calls that an AWS service makes on its own behalf, e.g. EventBridge invoking a function for a rule: the target's
 * resource policy authorizes them, usually for one source ARN only.
 */
import type { Caller } from "../api";

/**
 * Checks that a service may assume a role, by the role's trust policy. Throws an AwsError `AccessDenied` if not.
 * `source.arn` is the resource for which it does.
 */
export type AssumeRole = (service: string, roleArn: string, source: { readonly arn: string }) => void;

/** The caller that `service` (e.g. `events.amazonaws.com`) is when it acts for the resource `sourceArn`. */
export function serviceCaller(service: string, sourceArn: string): Caller {
  return { principalArn: sourceArn, service };
}
