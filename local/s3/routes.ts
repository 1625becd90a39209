/**
 * Which operation a request is. A request that is not known for certain is refused: were it taken for another, the DELETE of
 * an unknown sub-resource would delete the object.
 */
import { AwsError } from "../api";
import { refusedRoutes, servedRoutes, type RoutePlace, type S3Route } from "./route-table";

/** What of a request tells its operation. */
export interface RoutedRequest {
  readonly method: string;
  readonly on: RoutePlace;
  /** Names of its query parameters and of its headers that begin with `x-amz-`. */
  readonly names: ReadonlySet<string>;
  /** The operation that the client says it means, in the query parameter `x-id`. */
  readonly meant?: string;
}

const methods = new Set([...servedRoutes, ...refusedRoutes].map(({ method, on }) => `${method} ${on}`));

/**
 * The route of a request: pure. Throws `NotImplemented` for an operation that the local S3 does not have, naming it, and
 * `MethodNotAllowed` for a method that no operation has.
 */
export function routeOf({ method, on, names, meant }: RoutedRequest): S3Route {
  const [found] = [...servedRoutes, ...refusedRoutes]
    .filter((route) => route.method === method && route.on === on && route.marks.every((mark) => names.has(mark)))
    .sort((a, b) => b.marks.length - a.marks.length) as [S3Route?];
  if (!found) {
    if (methods.has(`${method} ${on}`) && names.size > 0) {
      throw notImplemented(`The local S3 knows no ${method} of this kind: ${[...names].sort().join(", ")}.`);
    }
    const message = "The specified method is not allowed against this resource.";
    throw new AwsError("MethodNotAllowed", message, 405, { Method: method });
  }
  const operation = meant ?? found.operation;
  if (operation !== found.operation || refusedRoutes.includes(found)) {
    const remedy = /Bucket|PublicAccessBlock/.test(operation) ? " Declare it as a resource of the program." : "";
    throw notImplemented(`The local S3 has no ${operation}.${remedy}`);
  }
  return found;
}

/** What S3 says of what it does not do. S3 API reference, "Error responses": `NotImplemented`. */
export function notImplemented(message: string): AwsError {
  return new AwsError("NotImplemented", message, 501);
}
