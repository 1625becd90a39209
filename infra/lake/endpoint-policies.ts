/**
 * What may pass the endpoints of a lake's private network: what its functions' roles allow, on the lake's own resources. Pure.
 * AWS PrivateLink, "Control access to VPC endpoints using endpoint policies".
 */
import type { PolicyDocument, Statement } from "../permissions";

/** Services that functions call from their network, by the prefix of their actions. */
export type EndpointService = "s3" | "glue" | "states";

/** Most characters of an endpoint's policy. */
const longest = 20_480;

/**
 * The policy of a service's endpoint: each action on the resources that some role allows it on, taken as a whole (a bucket's
 * objects, a database's tables, the lake's state machines), so that its size does not grow with the number of pipelines. Roles say
 * the rest: a call needs both.
 *
 * @param roles pattern of the ARNs of the lake's roles
 */
export function endpointPolicy(
  service: EndpointService,
  statements: readonly Statement[],
  { roles, machines }: { readonly roles: string; readonly machines: string },
): PolicyDocument {
  const byResource = new Map<string, Set<string>>();
  for (const { Action, Resource } of statements) {
    const actions = Action.filter((action) => action.startsWith(`${service}:`));
    for (const resource of actions.length > 0 ? Resource : []) {
      const whole = asWhole(resource, machines);
      byResource.set(whole, new Set([...(byResource.get(whole) ?? []), ...actions]));
    }
  }
  const byActions = new Map<string, string[]>();
  for (const [resource, actions] of byResource) {
    const key = [...actions].sort().join(" ");
    byActions.set(key, [...(byActions.get(key) ?? []), resource]);
  }
  const document: PolicyDocument = {
    Version: "2012-10-17",
    Statement: [...byActions]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([actions, resources], index) => ({
        Sid: `Lake${index}`,
        Effect: "Allow",
        // Gateway endpoints take no other principal; who it is stands in the condition.
        Principal: "*",
        Action: actions.split(" "),
        Resource: resources.sort(),
        Condition: { ArnLike: { "aws:PrincipalArn": roles } },
      })),
  };
  const size = JSON.stringify(document).length;
  if (size > longest)
    throw new Error(`The policy of the endpoint for ${service} has ${size} characters; ${longest} are allowed.`);
  return document;
}

/** A resource as a part of something larger that belongs to the lake. */
function asWhole(resource: string, machines: string): string {
  return resource
    .replace(/^(arn:aws:s3:::[^/]+\/).*$/, "$1*")
    .replace(/^(arn:aws:glue:[^/]+:table\/[^/]+\/).*$/, "$1*")
    .replace(/^arn:aws:states:.*$/, machines);
}
