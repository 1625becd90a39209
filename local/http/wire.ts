/**
 * A request and a response as the protocols see them: bodies in memory, nothing of sockets.
 */
import type { IncomingHttpHeaders } from "node:http";

/** A request whose body has arrived whole. */
export interface WireRequest {
  readonly method: string;
  /** Path as sent: percent-encoded, without the query string. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A response to be sent. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}
