/**
 * The wire without sockets: a request handler for SDK clients in the runtime's own process. Requests and responses are those of
 * the server, so that protocols, authorization and faults are the same.
 */
import { IncomingMessage, ServerResponse, type OutgoingHttpHeaders } from "node:http";
import { Socket } from "node:net";
import { PassThrough, Readable } from "node:stream";
import type { Api } from "../api";
import { credentialOf } from "./credential";
import { answer, type ServeOptions } from "./server";

/** A request as SDK v3 hands it to its `requestHandler`. */
export interface ClientRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly body?: unknown;
}

/** A response as SDK v3 wants it. */
export interface ClientResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: Readable;
}

/** What SDK v3 takes as `requestHandler`. */
export interface InProcessHandler {
  handle(request: ClientRequest): Promise<{ response: ClientResponse }>;
  readonly metadata: { readonly handlerProtocol: string };
  updateHttpClientConfig(): void;
  httpHandlerConfigs(): Record<string, never>;
  destroy(): void;
}

/** What the handler needs to know of the runtime around it. */
export interface InProcessOptions extends ServeOptions {
  /** Whether the process that an access key was lent to has ended. */
  isOver(accessKeyId: string): boolean;
}

/**
 * Makes a handler that answers with `api`. A connection that a fault breaks rejects as the SDK's own handler does; whoever was
 * killed gets no answer any more, as nothing of a process goes on after its end.
 */
export function inProcessHandler(api: Api, options: InProcessOptions): InProcessHandler {
  return {
    metadata: { handlerProtocol: "http/1.1" },
    handle: async (request) => {
      const incoming = new Incoming(request);
      const accessKeyId = credentialOf(incoming)?.accessKeyId ?? "";
      if (options.isOver(accessKeyId)) return never();
      const outgoing = new Outgoing(incoming);
      answer(api, options, incoming, outgoing).catch(() => outgoing.destroy());
      const response = await outgoing.answered;
      if (options.isOver(accessKeyId)) return never();
      if (response) return { response };
      throw Object.assign(new Error("socket hang up"), { name: "TimeoutError", code: "ECONNRESET" });
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
    destroy: () => undefined,
  };
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}

const noSocket = new Socket();

class Incoming extends IncomingMessage {
  constructor({ method, path, query, headers, body }: ClientRequest) {
    super(noSocket);
    this.method = method;
    this.url = path + queryString(query);
    for (const [name, value] of Object.entries(headers)) this.headers[name.toLowerCase()] = value;
    this.complete = true;
    if (body instanceof Readable) {
      body.on("data", (chunk: Buffer) => this.push(chunk));
      body.once("end", () => this.push(null));
      body.once("error", (error) => this.destroy(error));
      return;
    }
    if (typeof body === "string") this.push(Buffer.from(body, "utf8"));
    else if (body instanceof Uint8Array) this.push(body);
    this.push(null);
  }

  override _read(): void {
    // All there is was pushed, or will be when it comes.
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    done(error);
  }
}

/** Collects what the server answers; the body can be read while it is still being written. */
class Outgoing extends ServerResponse {
  /** Resolves with the response once its headers are there; with undefined if there never will be one. */
  readonly answered: Promise<ClientResponse | undefined>;
  private readonly body = new PassThrough();
  private settle: (response: ClientResponse | undefined) => void = () => undefined;
  private begun = false;

  constructor(request: IncomingMessage) {
    super(request);
    Object.defineProperty(this, "headersSent", { get: () => this.begun });
    this.answered = new Promise((resolve) => (this.settle = resolve));
    this.body.on("drain", () => this.emit("drain"));
    this.body.once("finish", () => {
      this.emit("finish");
      this.emit("close");
    });
    // Who reads the body hears of its errors.
    this.body.on("error", () => undefined);
  }

  override writeHead(status: number, headers?: unknown): this {
    this.statusCode = status;
    for (const [name, value] of Object.entries((headers ?? {}) as OutgoingHttpHeaders)) {
      if (value !== undefined) this.setHeader(name, value);
    }
    return this;
  }

  override write(chunk: unknown): boolean {
    this.begin();
    return this.body.write(chunk);
  }

  override end(chunk?: unknown): this {
    this.begin();
    if (chunk === undefined || typeof chunk === "function") this.body.end();
    else this.body.end(chunk);
    return this;
  }

  override destroy(error?: Error): this {
    this.settle(undefined);
    this.body.destroy(error ?? new Error("The connection was closed."));
    return this;
  }

  private begin(): void {
    if (this.begun) return;
    this.begun = true;
    const headers = Object.entries(this.getHeaders()).map(([name, value]) => [name, String(value)] as const);
    this.settle({ statusCode: this.statusCode, headers: Object.fromEntries(headers), body: this.body });
  }
}

function queryString(query: ClientRequest["query"]): string {
  const pairs = Object.entries(query ?? {}).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => {
      const key = encode(name);
      return one === null ? key : `${key}=${encode(String(one))}`;
    }),
  );
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
