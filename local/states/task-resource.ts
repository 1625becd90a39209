/**
 * The Resource of a Task, taken apart.
 * Source: developer guide, "Integrating services with Step Functions" (integrate-services, connect-to-resource).
 */

/** How a Task waits: for the response, for the job to end, or for somebody to return its token. */
export type Pattern = "response" | "sync" | "sync:2" | "token";

export type TaskResource =
  | { readonly kind: "function"; readonly arn: string }
  | {
      readonly kind: "integration";
      /** As history events have it: `lambda`, `athena`, `aws-sdk:s3`. */
      readonly resourceType: string;
      /** As history events have it: `invoke`, `startQueryExecution.sync`. */
      readonly resource: string;
      /** The API action without the pattern. */
      readonly action: string;
      readonly pattern: Pattern;
    };

const FUNCTION = /^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:[\w-]+(?::[\w$-]+)?$/;
const INTEGRATION = /^arn:aws[\w-]*:states:::((?:aws-sdk:)?[\w-]+):(\w+)(?:\.(sync|sync:2|waitForTaskToken))?$/;

/** Takes a Resource apart; undefined if it is no Lambda function and no service integration. */
export function parseResource(arn: string): TaskResource | undefined {
  if (FUNCTION.test(arn)) return { kind: "function", arn };
  const [, resourceType, action, suffix] = INTEGRATION.exec(arn) ?? [];
  if (resourceType === undefined || action === undefined) return undefined;
  const pattern: Pattern =
    suffix === undefined ? "response" : suffix === "waitForTaskToken" ? "token" : (suffix as "sync" | "sync:2");
  return {
    kind: "integration",
    resourceType,
    action,
    pattern,
    resource: suffix === undefined ? action : `${action}.${suffix}`,
  };
}
