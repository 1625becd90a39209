/** S3's wire protocol: REST with XML, path style, on a server of node:http. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AwsError, ConnectionLost, type Api, type Caller } from "../api";
import { checksumAlgorithms } from "./checksums";
import { isForm, readPostedObject, type PostedObject } from "./post-object";
import { checkPresigned } from "./presigned";
import { readRequest, type S3Request } from "./read-request";
import { noSigning, type Signing } from "./signing";
import { writeXml, type XmlValue } from "./xml";

const namespace = ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
let requests = 0;

/** Members that travel as headers also beside a document. */
const changeHeaders: Readonly<Record<string, string>> = {
  VersionId: "x-amz-version-id",
  CopySourceVersionId: "x-amz-copy-source-version-id",
  DeleteMarker: "x-amz-delete-marker",
  ServerSideEncryption: "x-amz-server-side-encryption",
  SSEKMSKeyId: "x-amz-server-side-encryption-aws-kms-key-id",
  BucketKeyEnabled: "x-amz-server-side-encryption-bucket-key-enabled",
  ...Object.fromEntries(checksumAlgorithms.map((name) => [`Checksum${name.toUpperCase()}`, `x-amz-checksum-${name}`])),
  ChecksumType: "x-amz-checksum-type",
  ChecksumAlgorithm: "x-amz-checksum-algorithm",
};

/** Members of outputs that travel as headers. */
const outputHeaders: Readonly<Record<string, string>> = {
  ETag: "etag",
  ContentLength: "content-length",
  ContentType: "content-type",
  ContentEncoding: "content-encoding",
  ContentDisposition: "content-disposition",
  ContentLanguage: "content-language",
  ContentRange: "content-range",
  CacheControl: "cache-control",
  AcceptRanges: "accept-ranges",
  LastModified: "last-modified",
  BucketRegion: "x-amz-bucket-region",
  Location: "location",
  StorageClass: "x-amz-storage-class",
  Expires: "expires",
  TagCount: "x-amz-tagging-count",
  PartsCount: "x-amz-mp-parts-count",
  ...changeHeaders,
};

/** Root elements of the outputs that are XML documents. */
const documents: Readonly<Record<string, (output: Record<string, XmlValue>) => string>> = {
  ListBuckets: ({ Buckets, ...output }) =>
    writeXml("ListAllMyBucketsResult", { ...output, Buckets: { Bucket: Buckets } }, namespace),
  GetBucketLocation: ({ LocationConstraint }) => writeXml("LocationConstraint", LocationConstraint ?? "", namespace),
  ListObjectsV2: (output) => writeXml("ListBucketResult", urlEncoded(output), namespace),
  ListObjects: (output) => writeXml("ListBucketResult", urlEncoded(output), namespace),
  ListObjectVersions: ({ Versions, DeleteMarkers, ...output }) =>
    writeXml(
      "ListVersionsResult",
      urlEncoded({ ...output, Version: Versions, DeleteMarker: DeleteMarkers }),
      namespace,
    ),
  GetBucketVersioning: (output) => writeXml("VersioningConfiguration", output, namespace),
  CopyObject: ({ CopyObjectResult }) => writeXml("CopyObjectResult", CopyObjectResult, namespace),
  UploadPartCopy: ({ CopyPartResult }) => writeXml("CopyPartResult", CopyPartResult, namespace),
  DeleteObjects: ({ Deleted, Errors }) => writeXml("DeleteResult", { Deleted, Error: Errors }, namespace),
  CreateMultipartUpload: ({ Bucket, Key, UploadId }) =>
    writeXml("InitiateMultipartUploadResult", { Bucket, Key, UploadId }, namespace),
  CompleteMultipartUpload: ({ Bucket, Key, ETag, Location, ...output }) => {
    const sums = Object.fromEntries(Object.entries(output).filter(([name]) => name.startsWith("Checksum")));
    return writeXml("CompleteMultipartUploadResult", { Location, Bucket, Key, ETag, ...sums }, namespace);
  },
  ListParts: ({ Parts, ...output }) => writeXml("ListPartsResult", { ...output, Part: Parts }, namespace),
  ListMultipartUploads: ({ Uploads, ...output }) =>
    writeXml("ListMultipartUploadsResult", urlEncoded({ ...output, Upload: Uploads }), namespace),
  GetObjectTagging: ({ TagSet }) => writeXml("Tagging", { TagSet: { Tag: TagSet } }, namespace),
  GetBucketTagging: ({ TagSet }) => writeXml("Tagging", { TagSet: { Tag: TagSet } }, namespace),
  GetObjectAttributes: ({ LastModified: _, VersionId: __, ObjectParts, ...output }) => {
    const { TotalPartsCount, Parts, ...parts } = (ObjectParts ?? {}) as Record<string, XmlValue>;
    const listed = ObjectParts && { PartsCount: TotalPartsCount, ...parts, Part: Parts };
    return writeXml("GetObjectAttributesResponse", { ...output, ObjectParts: listed }, namespace);
  },
};

/** Success statuses other than 200. */
const statuses: Readonly<Record<string, number>> = {
  DeleteObject: 204,
  DeleteBucket: 204,
  DeleteObjectTagging: 204,
  PutBucketTagging: 204,
  DeleteBucketTagging: 204,
  AbortMultipartUpload: 204,
};

/** Answers one request as `caller`. Without `signing` no secret is known, and no presigned URL or form is taken. */
export async function serveS3(
  request: IncomingMessage,
  response: ServerResponse,
  api: Api,
  caller: Caller,
  signing: Signing = noSigning,
): Promise<void> {
  requests += 1;
  response.setHeader("x-amz-request-id", requests.toString(16).toUpperCase().padStart(16, "0"));
  let read: S3Request | undefined;
  try {
    if (isForm(request)) {
      const posted = await readPostedObject(request, signing);
      const output = (await api.call("s3", "PutObject", posted.input, posted.caller)) as Record<string, unknown>;
      respondPosted(request, response, posted, output);
      return;
    }
    checkPresigned(request, signing);
    read = await readRequest(request);
    const output = (await api.call("s3", read.operation, read.input, caller)) as Record<string, unknown>;
    await respond(request, response, read.operation, output);
  } catch (error) {
    respondError(request, response, error);
  } finally {
    // What was not read of a refused body would stand before the connection's next request.
    request.resume();
  }
}

/** Answers a form as it asked for: with a status, a document, or a place to go to. */
function respondPosted(
  request: IncomingMessage,
  response: ServerResponse,
  { input: { Bucket, Key }, status, redirect }: PostedObject,
  output: Record<string, unknown>,
): void {
  const Location = `http://${request.headers.host ?? ""}/${Bucket}/${encodeURIComponent(Key).replaceAll("%2F", "/")}`;
  setHeaders(response, { ETag: "etag", ...changeHeaders }, output);
  // Where it is no URL, S3 acts as if it were not there.
  if (redirect !== undefined && URL.canParse(redirect)) {
    const place = new URL(redirect);
    for (const [name, value] of Object.entries({ bucket: Bucket, key: Key, etag: String(output.ETag) })) {
      place.searchParams.set(name, value);
    }
    response.writeHead(303, { location: place.href }).end();
    return;
  }
  response.setHeader("location", Location);
  response.statusCode = status;
  if (status !== 201) {
    response.end();
    return;
  }
  const document = writeXml("PostResponse", { Location, Bucket, Key, ETag: String(output.ETag) });
  response.setHeader("content-type", "application/xml");
  response.end(`<?xml version="1.0" encoding="UTF-8"?>\n${document}`);
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  operation: string,
  output: Record<string, unknown>,
): Promise<void> {
  const { Body, Metadata, ...members } = output;
  response.statusCode = members.ContentRange === undefined ? (statuses[operation] ?? 200) : 206;
  const document = documents[operation]?.(members as Record<string, XmlValue>);
  if (document !== undefined) {
    setHeaders(response, changeHeaders, members);
    if (operation === "GetObjectAttributes") setHeaders(response, { LastModified: "last-modified" }, members);
    response.setHeader("content-type", "application/xml");
    response.end(`<?xml version="1.0" encoding="UTF-8"?>\n${document}`);
    return;
  }
  setHeaders(response, outputHeaders, members);
  for (const [name, value] of Object.entries((Metadata as Record<string, string> | undefined) ?? {})) {
    response.setHeader(`x-amz-meta-${name}`, value);
  }
  if (Body instanceof Readable && request.method !== "HEAD") await pipeline(Body, response);
  else response.end();
}

function setHeaders(
  response: ServerResponse,
  headers: Readonly<Record<string, string>>,
  members: Readonly<Record<string, unknown>>,
): void {
  for (const [member, name] of Object.entries(headers)) {
    const value = members[member];
    if (value !== undefined) response.setHeader(name, value instanceof Date ? value.toUTCString() : String(value));
  }
}

function respondError(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (response.headersSent || error instanceof ConnectionLost) {
    response.destroy();
    return;
  }
  const known =
    error instanceof AwsError ? error : new AwsError("InternalError", String((error as Error).message), 500);
  response.statusCode = known.status;
  // What is no object but a delete marker says so.
  const { DeleteMarker, ...about } = known.details;
  if (DeleteMarker === true) setHeaders(response, changeHeaders, known.details);
  if (request.method === "HEAD" || known.status === 304) {
    response.end();
    return;
  }
  response.setHeader("content-type", "application/xml");
  const { code, message } = known;
  const resource = (request.url ?? "").split("?")[0];
  response.end(
    `<?xml version="1.0" encoding="UTF-8"?>\n${writeXml("Error", {
      Code: code,
      Message: message,
      Resource: resource,
      RequestId: String(response.getHeader("x-amz-request-id")),
      ...(about as Record<string, XmlValue>),
    })}`,
  );
}

/** Keys may hold characters that are no XML: clients ask for them percent-encoded. */
function urlEncoded(output: Record<string, XmlValue>): Record<string, XmlValue> {
  if (output.EncodingType !== "url") return output;
  const encode = (value: XmlValue): XmlValue =>
    typeof value === "string" ? encodeURIComponent(value).replace(/%2F/g, "/") : value;
  const within = (list: XmlValue, member: string): XmlValue =>
    (list as Record<string, XmlValue>[] | undefined)?.map((item) => ({ ...item, [member]: encode(item[member]) }));
  return {
    ...output,
    Prefix: encode(output.Prefix),
    Delimiter: encode(output.Delimiter),
    StartAfter: encode(output.StartAfter),
    Marker: encode(output.Marker),
    NextMarker: encode(output.NextMarker),
    KeyMarker: encode(output.KeyMarker),
    NextKeyMarker: encode(output.NextKeyMarker),
    Contents: within(output.Contents, "Key"),
    Version: within(output.Version, "Key"),
    Upload: within(output.Upload, "Key"),
    DeleteMarker: within(output.DeleteMarker, "Key"),
    CommonPrefixes: within(output.CommonPrefixes, "Prefix"),
  };
}
