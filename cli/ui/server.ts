/**
 * Serves a page on the loopback: the page itself, news of it, and orders that carry the token. What it shows and does is given to it,
 * so that it knows no lake.
 */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { refusal } from "../../local/http/request-origin";

/** What is served. */
export interface Served {
  /** The page as it is now, HTML. */
  page(): Promise<string>;
  /** Says what an order would do, or does it and says nothing. Throws what to tell. */
  order(body: string, carryOut: boolean): Promise<readonly string[]>;
}

/** A server that runs. */
export interface PageServer {
  /** `http://127.0.0.1:<port>/`. */
  readonly address: string;
  /** What an order has to carry. */
  readonly token: string;
  /** How many pages listen for news. */
  listening(): number;
  /** Tells all pages that there is a newer one. */
  tell(): void;
  close(): void;
}

/** Bytes of an order. */
const LONGEST = 10_000;

/** Starts to serve on a port, or one that is free. */
export async function servePage(served: Served, port = 0): Promise<PageServer> {
  const token = randomBytes(24).toString("base64url");
  const listeners = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    answer(request, response, { served, token, listeners }).catch((error: Error) => {
      if (!response.headersSent) respond(response, 500, "text/plain", `${error.message}\n`);
    });
  });
  await listen(server, port);
  const { port: own } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${own}/`,
    token,
    listening: () => listeners.size,
    tell: () => {
      for (const each of listeners) each.write("event: page\ndata: newer\n\n");
    },
    close: () => {
      for (const each of listeners) each.end();
      server.close();
      server.closeAllConnections();
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve());
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  {
    served,
    token,
    listeners,
  }: { readonly served: Served; readonly token: string; readonly listeners: Set<ServerResponse> },
): Promise<void> {
  const refused = refusal(request.headers);
  if (refused !== undefined) return respond(response, 403, "text/plain", `${refused}\n`);
  const path = (request.url ?? "/").split("?")[0];
  if (request.method === "GET" && path === "/") return respond(response, 200, "text/html", await served.page());
  if (request.method === "GET" && path === "/events") {
    // HTML Living Standard, "Server-sent events".
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write("retry: 2000\n\n");
    listeners.add(response);
    response.on("close", () => listeners.delete(response));
    return;
  }
  if (request.method !== "POST" || (path !== "/plan" && path !== "/do")) {
    return respond(response, 404, "text/plain", "There is nothing here.\n");
  }
  const said = (status: number, lines: readonly string[]): void =>
    respond(response, status, "application/json", JSON.stringify({ lines }));
  if (!holds(request.headers.authorization, token)) {
    return said(401, ["That needs the token that the command has printed: open the address which it stands in."]);
  }
  try {
    return said(200, await served.order(await bodyOf(request), path === "/do"));
  } catch (error) {
    return said(409, [(error as Error).message]);
  }
}

/** Whether a request carries the token; takes as long for any other. */
function holds(authorization: string | undefined, token: string): boolean {
  const [given, expected] = [Buffer.from(authorization ?? ""), Buffer.from(`Bearer ${token}`)];
  return given.length === expected.length && timingSafeEqual(given, expected);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const part of request) {
    body += String(part);
    if (body.length > LONGEST) throw new Error("That is too long for an order.");
  }
  return body;
}

function respond(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    "content-type": `${type}; charset=utf-8`,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    // No page of others may show this one. The page says itself what it may load.
    "content-security-policy": "frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
  });
  response.end(body);
}
