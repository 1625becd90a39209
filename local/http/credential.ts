/**
 * Reads who signs a request and for which service. Signatures are not verified: the server listens on loopback only, and
 * every key's secret would have to be known here to do so.
 */
import type { IncomingMessage } from "node:http";

/** What a SigV4 credential scope says. */
export interface Credential {
  readonly accessKeyId: string;
  /** Service name in the scope, e.g. `athena`. */
  readonly service: string;
}

/**
 * The credential of a signed request: from the `Authorization` header, or from the query string of a presigned URL.
 * Undefined for an unsigned request.
 */
export function credentialOf(request: Pick<IncomingMessage, "headers" | "url">): Credential | undefined {
  const header = /^AWS4-\S+\s.*?Credential=([^,\s]+)/.exec(request.headers.authorization ?? "")?.[1];
  const query = new URLSearchParams((request.url ?? "").split("?").slice(1).join("?"));
  const scope = header ?? query.get("X-Amz-Credential");
  if (!scope) {
    // Version 2 of signatures, which S3 alone takes still, has no scope.
    const accessKeyId = query.get("AWSAccessKeyId");
    return accessKeyId === null ? undefined : { accessKeyId, service: "s3" };
  }
  // <access key>/<date>/[<region>/]<service>/aws4_request: an asymmetric signature (SigV4a) has no region.
  const parts = scope.split("/");
  const service = parts[parts.length - 2];
  return parts.length >= 4 && service ? { accessKeyId: parts[0], service } : undefined;
}
