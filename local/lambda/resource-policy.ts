/** The resource policy of a function: who else may invoke it. */

/** One statement of a function's resource policy, as `AddPermission` takes it. */
export interface FunctionPermission {
  readonly statementId: string;
  /** E.g. `lambda:InvokeFunction`. */
  readonly action: string;
  /** A service (`events.amazonaws.com`), an account or a role's ARN. */
  readonly principal: string;
  readonly sourceArn?: string;
  readonly sourceAccount?: string;
}

/** The statement as IAM reads it. */
export function policyStatement(resource: string, permission: FunctionPermission) {
  const { statementId, action, principal, sourceArn, sourceAccount } = permission;
  const isService = principal.endsWith(".amazonaws.com");
  const condition = {
    ...(sourceAccount && { StringEquals: { "AWS:SourceAccount": sourceAccount } }),
    ...(sourceArn && { ArnLike: { "AWS:SourceArn": sourceArn } }),
  };
  return {
    Sid: statementId,
    Effect: "Allow",
    Principal: isService ? { Service: principal } : { AWS: principal },
    Action: action,
    Resource: resource,
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  };
}
