/**
 * Whom the server answers: programs of this machine. A web page that the machine's owner has open is none: it may send requests
 * to the loopback, and by a name that resolves there (DNS rebinding) read the answers too. WHATWG Fetch, "Origin header"; W3C
 * Fetch Metadata, "Sec-Fetch-Site".
 */
import type { IncomingHttpHeaders } from "node:http";

const loopback = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i;

/** Why a request is not answered; undefined for one that is: pure. */
export function refusal(headers: IncomingHttpHeaders): string | undefined {
  const { host = "", origin } = headers;
  if (!loopback.test(host)) {
    return `This is the local runtime: it answers to 127.0.0.1, localhost and [::1], not to the host ${JSON.stringify(host)}.`;
  }
  const site = headers["sec-fetch-site"];
  const foreign = (site !== undefined && site !== "same-origin" && site !== "none") || isForeign(origin, host);
  return foreign ? "This is the local runtime: it answers no web page." : undefined;
}

function isForeign(origin: string | undefined, host: string): boolean {
  return origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`;
}
