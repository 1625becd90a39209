/** Who may assume the roles of a lake: pure. */
import type { PolicyDocument } from "./permissions";

/** Services that assume roles of a lake. */
export type RoleService =
  "cloudtrail.amazonaws.com" | "lambda.amazonaws.com" | "scheduler.amazonaws.com" | "states.amazonaws.com";

/**
 * Whether a service tells for whose account it assumes a role (`aws:SourceAccount`): a role that asks one that does not cannot be
 * assumed at all.
 */
const tellsAccount: Readonly<Record<RoleService, boolean>> = {
  // CloudTrail user guide, "Role policy document for CloudTrail to use CloudWatch Logs for monitoring": neither key is supported.
  "cloudtrail.amazonaws.com": false,
  // Lambda developer guide, "Defining Lambda function permissions with an execution role": the service alone.
  "lambda.amazonaws.com": false,
  // EventBridge Scheduler user guide, "Confused deputy prevention in EventBridge Scheduler".
  "scheduler.amazonaws.com": true,
  // Step Functions developer guide, "Preventing cross-service confused deputy issue".
  "states.amazonaws.com": true,
};

/** Lets an AWS service assume a role; for this account's resources only, if the service tells that. */
export function trust(service: RoleService, account: string): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { Service: service },
        ...(tellsAccount[service] && { Condition: { StringEquals: { "aws:SourceAccount": account } } }),
      },
    ],
  };
}
