/** ARNs of principals and policies. */

/** ARN of an account's root. */
export function rootOf(account: string): string {
  return `arn:aws:iam::${account}:root`;
}

/** The name at the end of an ARN, e.g. of a role. */
export function nameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}
