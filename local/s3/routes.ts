/** Which operation a request is: by its method, its place and its query. S3 API reference, "Actions". */
import type { IncomingMessage } from "node:http";
import { AwsError } from "../api";
import { header, requestBody, requestText } from "./request-body";
import { childTexts, readXml } from "./xml";

/** A request as an operation and its input. */
export interface S3Request {
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

/** Members of inputs that travel as headers. */
const headerMembers: Readonly<Record<string, string>> = {
  "content-type": "ContentType",
  "content-disposition": "ContentDisposition",
  "content-language": "ContentLanguage",
  "cache-control": "CacheControl",
  range: "Range",
  "if-match": "IfMatch",
  "if-none-match": "IfNoneMatch",
  "x-amz-copy-source": "CopySource",
  "x-amz-copy-source-range": "CopySourceRange",
  "x-amz-copy-source-if-match": "CopySourceIfMatch",
  "x-amz-copy-source-if-none-match": "CopySourceIfNoneMatch",
  "x-amz-metadata-directive": "MetadataDirective",
  "x-amz-tagging-directive": "TaggingDirective",
  "x-amz-storage-class": "StorageClass",
  "x-amz-server-side-encryption": "ServerSideEncryption",
  "x-amz-server-side-encryption-aws-kms-key-id": "SSEKMSKeyId",
  "x-amz-tagging": "Tagging",
};
const dateMembers: Readonly<Record<string, string>> = {
  "if-modified-since": "IfModifiedSince",
  "if-unmodified-since": "IfUnmodifiedSince",
};
/** Members that travel in the query. */
const queryMembers: Readonly<Record<string, string>> = {
  prefix: "Prefix",
  delimiter: "Delimiter",
  "continuation-token": "ContinuationToken",
  "start-after": "StartAfter",
  marker: "Marker",
  "key-marker": "KeyMarker",
  "version-id-marker": "VersionIdMarker",
  "encoding-type": "EncodingType",
  uploadId: "UploadId",
  versionId: "VersionId",
};
const numberMembers: Readonly<Record<string, string>> = { "max-keys": "MaxKeys", partNumber: "PartNumber" };

/** Sub-resources that the local S3 does not have: their requests must not be taken for something else. */
const unsupported = [
  "accelerate",
  "acl",
  "analytics",
  "cors",
  "encryption",
  "intelligent-tiering",
  "inventory",
  "legal-hold",
  "lifecycle",
  "logging",
  "metrics",
  "notification",
  "object-lock",
  "ownershipControls",
  "policy",
  "policyStatus",
  "publicAccessBlock",
  "replication",
  "requestPayment",
  "restore",
  "retention",
  "select",
  "torrent",
  "website",
];

/** Reads a request in path style: `/<bucket>/<key>?<query>`. */
export async function readRequest(request: IncomingMessage): Promise<S3Request> {
  // Taken apart as it is: a URL would be normalised, and `a/../b` is a key like any other.
  const [path, search = ""] = (request.url ?? "/").split("?", 2);
  const [, bucket = "", ...rest] = path.split("/");
  const Bucket = decodeURIComponent(bucket);
  const Key = decodeURIComponent(rest.join("/"));
  const query = new URLSearchParams(search);
  const method = request.method ?? "GET";
  const other = unsupported.find((name) => query.has(name));
  if (other) {
    throw new AwsError(
      "NotImplemented",
      `The local S3 has no ${method} ?${other}: declare it as a resource of the program.`,
      501,
    );
  }
  const input = { ...(Bucket && { Bucket }), ...(Key && { Key }), ...members(request, query) };
  if (!Bucket) return { operation: "ListBuckets", input: {} };
  return Key === "" ? bucketRequest(method, request, query, input) : objectRequest(method, request, query, input);
}

function members(request: IncomingMessage, query: URLSearchParams): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(headerMembers)) {
    const value = header(request, name);
    if (value !== undefined) found[member] = value;
  }
  for (const [name, member] of Object.entries(dateMembers)) {
    const value = header(request, name);
    if (value !== undefined) found[member] = new Date(value);
  }
  for (const [name, member] of Object.entries(queryMembers)) {
    const value = query.get(name);
    if (value !== null) found[member] = value;
  }
  for (const [name, member] of Object.entries(numberMembers)) {
    const value = query.get(name);
    if (value !== null) found[member] = Number(value);
  }
  const encoding = (header(request, "content-encoding") ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "aws-chunked");
  if (encoding.join("") !== "") found.ContentEncoding = encoding.join(",");
  const metadata = Object.entries(request.headers).filter(([name]) => name.startsWith("x-amz-meta-"));
  if (metadata.length > 0) {
    found.Metadata = Object.fromEntries(
      metadata.map(([name, value]) => [name.slice("x-amz-meta-".length), String(value)]),
    );
  }
  return found;
}

async function bucketRequest(
  method: string,
  request: IncomingMessage,
  query: URLSearchParams,
  input: Record<string, unknown>,
): Promise<S3Request> {
  switch (method) {
    case "PUT":
      if (query.has("versioning")) break;
      return { operation: "CreateBucket", input };
    case "DELETE":
      return { operation: "DeleteBucket", input };
    case "HEAD":
      return { operation: "HeadBucket", input };
    case "POST":
      if (query.has("delete"))
        return { operation: "DeleteObjects", input: { ...input, Delete: await deleteBody(request) } };
      break;
    case "GET":
      if (query.has("location")) return { operation: "GetBucketLocation", input };
      if (query.has("uploads")) return { operation: "ListMultipartUploads", input };
      if (query.has("versions")) return { operation: "ListObjectVersions", input };
      if (query.has("versioning")) return { operation: "GetBucketVersioning", input };
      return { operation: query.get("list-type") === "2" ? "ListObjectsV2" : "ListObjects", input };
  }
  throw new AwsError("MethodNotAllowed", "The specified method is not allowed against this resource.", 405);
}

async function objectRequest(
  method: string,
  request: IncomingMessage,
  query: URLSearchParams,
  input: Record<string, unknown>,
): Promise<S3Request> {
  const upload = query.has("uploadId");
  switch (method) {
    case "HEAD":
      return { operation: "HeadObject", input };
    case "GET":
      if (query.has("tagging")) return { operation: "GetObjectTagging", input };
      return { operation: upload ? "ListParts" : "GetObject", input };
    case "DELETE":
      return { operation: upload ? "AbortMultipartUpload" : "DeleteObject", input };
    case "POST":
      if (query.has("uploads")) return { operation: "CreateMultipartUpload", input };
      if (upload)
        return { operation: "CompleteMultipartUpload", input: { ...input, MultipartUpload: await partsBody(request) } };
      break;
    case "PUT":
      if (query.has("tagging"))
        return { operation: "PutObjectTagging", input: { ...input, Tagging: await tagsBody(request) } };
      if (upload && input.CopySource !== undefined) return { operation: "UploadPartCopy", input };
      if (upload) return { operation: "UploadPart", input: { ...input, Body: requestBody(request) } };
      if (input.CopySource !== undefined) return { operation: "CopyObject", input };
      return { operation: "PutObject", input: { ...input, Body: requestBody(request) } };
  }
  throw new AwsError("MethodNotAllowed", "The specified method is not allowed against this resource.", 405);
}

async function deleteBody(request: IncomingMessage): Promise<unknown> {
  const root = readXml(await requestText(request));
  return {
    Objects: root.children
      .filter(({ name }) => name === "Object")
      .map((object) => ({ Key: childTexts(object, "Key")[0], VersionId: childTexts(object, "VersionId")[0] })),
    Quiet: childTexts(root, "Quiet")[0] === "true",
  };
}

async function partsBody(request: IncomingMessage): Promise<unknown> {
  const root = readXml(await requestText(request));
  return {
    Parts: root.children
      .filter(({ name }) => name === "Part")
      .map((part) => ({ PartNumber: Number(childTexts(part, "PartNumber")[0]), ETag: childTexts(part, "ETag")[0] })),
  };
}

async function tagsBody(request: IncomingMessage): Promise<unknown> {
  const root = readXml(await requestText(request));
  return {
    TagSet: root.children
      .filter(({ name }) => name === "TagSet")
      .flatMap(({ children }) => children)
      .map((tag) => ({ Key: childTexts(tag, "Key")[0], Value: childTexts(tag, "Value")[0] })),
  };
}
