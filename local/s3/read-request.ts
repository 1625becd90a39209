/** Reads a request of S3's protocol, in path style: `/<bucket>/<key>?<query>`. */
import type { IncomingMessage } from "node:http";
import { AwsError } from "../api";
import { header, requestBody, requestText } from "./request-body";
import { notImplemented, routeOf } from "./routes";
import {
  amazonHeaders,
  httpHeaders,
  integrityHeader,
  queryParameters,
  transportHeaders,
  type WireMember,
} from "./wire-members";
import { childTexts, readXml, type XmlElement } from "./xml";

/** A request as an operation and its input. */
export interface S3Request {
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

/** Query parameters with which a URL carries a signature, in lower case. */
const signature = new Set([
  ...[
    "algorithm",
    "credential",
    "date",
    "expires",
    "signedheaders",
    "signature",
    "security-token",
    "content-sha256",
  ].map((name) => `x-amz-${name}`),
  "x-amz-user-agent",
  "awsaccesskeyid",
  "signature",
  "expires",
]);

/** The SDK for JavaScript presigns the checksum of no body into a URL, which S3 does not mind. */
const presignedIntegrity = /^x-amz-(checksum-(?!mode$|type$)|sdk-checksum-algorithm$)/;

/** Bucket and key of a request's path, percent-decoded as it is: a URL would be normalised, and `a/../b` is a key like any other. */
export function placeOf(url: string | undefined): { readonly bucket: string; readonly key: string } {
  const [, bucket = "", ...rest] = (url ?? "/").split("?", 1)[0].split("/");
  try {
    return { bucket: decodeURIComponent(bucket), key: decodeURIComponent(rest.join("/")) };
  } catch {
    // Not UTF-8. S3 API reference, "Error responses".
    throw new AwsError("InvalidURI", "Couldn't parse the specified URI.", 400);
  }
}

/** Reads a request. Throws what S3 answers where it cannot be one. */
export async function readRequest(request: IncomingMessage): Promise<S3Request> {
  const { bucket, key } = placeOf(request.url);
  if (bucket === "" && key !== "") throw new AwsError("InvalidBucketName", "The specified bucket is not valid.");
  const { headers, query } = namedTexts(request);
  const meant = query.get("x-id");
  query.delete("x-id");
  const { operation, marks } = routeOf({
    method: request.method ?? "GET",
    on: bucket === "" ? "account" : key === "" ? "bucket" : "object",
    names: new Set([...query.keys(), ...[...headers.keys()].filter(isAmazons)]),
    meant,
  });
  const input = {
    ...(bucket && { Bucket: bucket }),
    ...(key && { Key: key }),
    ...members(operation, headers, query, marks),
    ...metadata(headers),
  };
  const body = bodies[operation] as BodyReader | undefined;
  return { operation, input: body ? { ...input, ...(await body(request)) } : input };
}

/** Headers and query parameters by name. Headers that were signed into a URL count as headers. */
function namedTexts(request: IncomingMessage): { headers: Map<string, string>; query: Map<string, string> } {
  const headers = new Map<string, string>();
  const query = new Map<string, string>();
  for (const [name, value] of new URLSearchParams((request.url ?? "").split("?").slice(1).join("?"))) {
    const lower = name.toLowerCase();
    if (signature.has(lower) || presignedIntegrity.test(lower)) continue;
    if (lower.startsWith("x-amz-")) headers.set(lower, value);
    else query.set(name, value);
  }
  for (const name of Object.keys(request.headers)) {
    const value = header(request, name);
    if (value !== undefined) headers.set(name, value);
  }
  return { headers, query };
}

/** Whether a header asks for something that only S3 knows. */
export function isAmazons(name: string): boolean {
  return name.startsWith("x-amz-") && !transportHeaders.has(name);
}

/** Members of an operation's input that travel as headers and in the query. */
export function members(
  operation: string,
  headers: ReadonlyMap<string, string>,
  query: ReadonlyMap<string, string>,
  marks: readonly string[],
): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  const keep = ({ member, kind }: WireMember, name: string, text: string): void => {
    found[member] = valueOf(kind, name, text);
  };
  for (const [name, text] of query) {
    const known = queryParameters.get(name);
    if (known) keep(known, name, text);
    else if (!marks.includes(name))
      throw notImplemented(`The local S3's ${operation} knows no query parameter ${name}.`);
  }
  for (const [name, text] of headers) {
    if (integrityHeader.test(name) && operation !== "CompleteMultipartUpload") continue;
    const known = httpHeaders.get(name) ?? amazonHeaders.get(name);
    if (known) keep(known, name, text);
    else if (isAmazons(name) && !name.startsWith("x-amz-meta-")) {
      throw notImplemented(`The local S3's ${operation} knows no header ${name}.`);
    }
  }
  const encoding = (headers.get("content-encoding") ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "aws-chunked");
  if (encoding.join("") !== "") found.ContentEncoding = encoding.join(",");
  return found;
}

function valueOf(kind: WireMember["kind"], name: string, text: string): unknown {
  switch (kind) {
    case "text":
      return text;
    case "number":
      return Number(text);
    case "boolean":
      return text.toLowerCase() === "true";
    case "list":
      return text.split(",").map((item) => item.trim());
    case "date": {
      const date = new Date(text);
      if (Number.isNaN(date.getTime())) throw new AwsError("InvalidArgument", `${name} is no date: ${text}`);
      return date;
    }
  }
}

/** What a client says of an object in words of its own. */
export function metadata(headers: ReadonlyMap<string, string>): { Metadata?: Record<string, string> } {
  const said = [...headers].filter(([name]) => name.startsWith("x-amz-meta-"));
  if (said.length === 0) return {};
  return { Metadata: Object.fromEntries(said.map(([name, value]) => [name.slice("x-amz-meta-".length), value])) };
}

type BodyReader = (request: IncomingMessage) => Record<string, unknown> | Promise<Record<string, unknown>>;

const bytes: BodyReader = (request) => ({ Body: requestBody(request) });
const document =
  (member: string, read: (root: XmlElement) => unknown): BodyReader =>
  async (request) => ({ [member]: read(readXml(await requestText(request))) });
const first = (element: XmlElement, name: string): string | undefined => childTexts(element, name)[0];
const named = (element: XmlElement, name: string): readonly XmlElement[] =>
  element.children.filter((child) => child.name === name);

const tags = document("Tagging", (root) => ({
  TagSet: named(root, "TagSet")
    .flatMap((set) => named(set, "Tag"))
    .map((tag) => ({ Key: first(tag, "Key"), Value: first(tag, "Value") })),
}));

/** How the bodies of the operations that have one are read. */
const bodies: Readonly<Record<string, BodyReader>> = {
  PutObject: bytes,
  UploadPart: bytes,
  PutObjectTagging: tags,
  PutBucketTagging: tags,
  CreateBucket: async (request) => {
    const text = await requestText(request);
    if (text.trim() === "") return {};
    const root = readXml(text);
    const other = root.children.find(({ name }) => name !== "LocationConstraint");
    if (other) throw notImplemented(`The local S3's CreateBucket knows no ${other.name}.`);
    return { CreateBucketConfiguration: { LocationConstraint: first(root, "LocationConstraint") } };
  },
  DeleteObjects: document("Delete", (root) => ({
    Objects: named(root, "Object").map((object) => ({
      Key: first(object, "Key"),
      VersionId: first(object, "VersionId"),
      ETag: first(object, "ETag"),
    })),
    Quiet: first(root, "Quiet") === "true",
  })),
  CompleteMultipartUpload: document("MultipartUpload", (root) => ({
    Parts: named(root, "Part").map((part) => ({
      PartNumber: Number(first(part, "PartNumber")),
      ETag: first(part, "ETag"),
    })),
  })),
};
