/**
 * The AWS query protocol: form parameters in, XML out. Spoken by STS and SNS, and to CloudWatch by older clients.
 */
import type { AwsError, ServiceName } from "../api";
import { queryCode } from "./json-protocol";
import type { WireRequest, WireResponse } from "./wire";

const namespaces: Partial<Record<ServiceName, string>> = {
  sts: "https://sts.amazonaws.com/doc/2011-06-15/",
  sns: "http://sns.amazonaws.com/doc/2010-03-31/",
  monitoring: "http://monitoring.amazonaws.com/doc/2010-08-01/",
};

/** Output members that are maps: XML has no other way to tell them from structures. */
const mapMembers = new Set(["Attributes"]);

/** The form of a request: in the body of a POST, in the query string of a GET. */
export function queryForm(request: WireRequest): URLSearchParams {
  return request.method === "GET" ? request.query : new URLSearchParams(request.body.toString("utf8"));
}

/**
 * The input that a form describes: `Tags.member.1.Key=a` becomes `{ Tags: [{ Key: "a" }] }`, and a map's
 * `Attributes.entry.1.key=k&Attributes.entry.1.value=v` becomes `{ Attributes: { k: "v" } }`. All values stay text.
 */
export function queryInput(form: URLSearchParams): Record<string, unknown> {
  const tree = Object.create(null) as Branch;
  for (const [name, value] of form) {
    if (name === "Action" || name === "Version" || name.startsWith("X-Amz-")) continue;
    const path = name.split(".");
    let node = tree;
    for (const step of path.slice(0, -1)) {
      const next = node[step];
      node = typeof next === "object" ? next : (node[step] = Object.create(null) as Branch);
    }
    node[path[path.length - 1]] = value;
  }
  return Object.fromEntries(Object.entries(tree).map(([name, node]) => [name, plain(node)]));
}

interface Branch {
  [name: string]: string | Branch;
}

function plain(node: string | Branch): unknown {
  if (typeof node === "string") return node;
  if (typeof node.member === "object") return numbered(node.member).map(plain);
  if (typeof node.entry === "object") {
    return Object.fromEntries(
      numbered(node.entry).map((entry) => {
        const { key, Name, value, Value } = entry as Branch;
        return [String(key ?? Name), plain(value ?? Value)];
      }),
    );
  }
  return Object.fromEntries(Object.entries(node).map(([name, child]) => [name, plain(child)]));
}

function numbered(list: Branch): (string | Branch)[] {
  return Object.keys(list)
    .sort((a, b) => Number(a) - Number(b))
    .map((index) => list[index]);
}

/** An output as an XML response. */
export function queryResponse(
  service: ServiceName,
  operation: string,
  output: unknown,
  requestId: string,
): WireResponse {
  const result = xmlMembers((output ?? {}) as Record<string, unknown>);
  return xml(
    200,
    `<${operation}Response xmlns="${namespaces[service] ?? ""}"><${operation}Result>${result}</${operation}Result>` +
      `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`,
  );
}

/** An error as an XML response. EC2 has an envelope of its own: Amazon EC2 API reference, "Error codes". */
export function xmlError(service: string, error: AwsError, requestId: string): WireResponse {
  const type = error.status < 500 ? "Sender" : "Receiver";
  const [code, message] = [escape(queryCode(error)), escape(error.message)];
  if (service === "ec2") {
    const errors = `<Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors>`;
    return xml(error.status, `<Response>${errors}<RequestID>${requestId}</RequestID></Response>`);
  }
  const namespace = Object.hasOwn(namespaces, service) ? namespaces[service as ServiceName] : "";
  return xml(
    error.status,
    `<ErrorResponse xmlns="${namespace ?? ""}"><Error><Type>${type}</Type><Code>${code}</Code>` +
      `<Message>${message}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
  );
}

function xml(status: number, body: string): WireResponse {
  return { status, headers: { "content-type": "text/xml" }, body };
}

function xmlMembers(structure: Record<string, unknown>): string {
  return Object.entries(structure)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `<${name}>${xmlValue(name, value)}</${name}>`)
    .join("");
}

function xmlValue(name: string, value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map((member) => `<member>${xmlValue("member", member)}</member>`).join("");
  if (typeof value === "object" && value !== null) {
    if (!mapMembers.has(name)) return xmlMembers(value as Record<string, unknown>);
    return Object.entries(value)
      .map(([key, member]) => `<entry><key>${escape(key)}</key><value>${xmlValue("value", member)}</value></entry>`)
      .join("");
  }
  return escape(String(value));
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c] ?? c);
}
