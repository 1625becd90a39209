/**
 * The error of a call that the policies do not allow, as each service words it.
 */
import { AwsError, type Caller, type Permission, type ServiceName } from "../api";

/**
 * Code and status by service: its API reference, "Common errors". What is not listed answers `AccessDeniedException`, with 400 in
 * the JSON protocols.
 */
const CODES: Partial<Record<ServiceName, { readonly code: string; readonly status: number }>> = {
  s3: { code: "AccessDenied", status: 403 },
  sts: { code: "AccessDenied", status: 403 },
  sqs: { code: "AccessDenied", status: 403 },
  sns: { code: "AuthorizationError", status: 403 },
  monitoring: { code: "AccessDenied", status: 403 },
  lambda: { code: "AccessDeniedException", status: 403 },
  scheduler: { code: "AccessDeniedException", status: 403 },
};

/**
 * The error; `reason` is how its message ends ("Troubleshoot access denied error messages" in the IAM user guide). A call knows
 * its role but not the session's name, which therefore is always `local`.
 */
export function denied(
  service: ServiceName,
  caller: Caller,
  { action, resource }: Permission,
  reason: string,
): AwsError {
  const { code, status } = CODES[service] ?? { code: "AccessDeniedException", status: 400 };
  return new AwsError(
    code,
    `User: ${nameOf(caller)} is not authorized to perform: ${action} on resource: ${resource} ${reason}`,
    status,
  );
}

function nameOf({ principalArn, service }: Caller): string {
  const [, account, role] = /^arn:aws:iam::(\d+):role\/(?:.*\/)?([^/]+)$/.exec(principalArn) ?? [];
  return service ?? (role === undefined ? principalArn : `arn:aws:sts::${account}:assumed-role/${role}/local`);
}
