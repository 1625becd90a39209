/** Members of S3's inputs by the names under which they travel. S3 API reference, "Actions": "URI request parameters". */

/** How a member's text is read. */
export type MemberKind = "text" | "number" | "date" | "boolean" | "list";

/** A member of an input. */
export interface WireMember {
  readonly member: string;
  readonly kind: MemberKind;
}

function members(kind: MemberKind, names: Readonly<Record<string, string>>): [string, WireMember][] {
  return Object.entries(names).map(([name, member]) => [name, { member, kind }]);
}

/** Members in headers that HTTP has too: an operation that does not take one does not mind it. */
export const httpHeaders: ReadonlyMap<string, WireMember> = new Map([
  ...members("text", {
    "content-type": "ContentType",
    "content-disposition": "ContentDisposition",
    "content-language": "ContentLanguage",
    "cache-control": "CacheControl",
    expires: "Expires",
    range: "Range",
    "if-match": "IfMatch",
    "if-none-match": "IfNoneMatch",
  }),
  ...members("date", { "if-modified-since": "IfModifiedSince", "if-unmodified-since": "IfUnmodifiedSince" }),
]);

/** Members in headers of Amazon's. A header that is not here, or that an operation does not take, is refused. */
export const amazonHeaders: ReadonlyMap<string, WireMember> = new Map([
  ...members("text", {
    "x-amz-acl": "ACL",
    "x-amz-checksum-algorithm": "ChecksumAlgorithm",
    "x-amz-checksum-crc32": "ChecksumCRC32",
    "x-amz-checksum-crc32c": "ChecksumCRC32C",
    "x-amz-checksum-crc64nvme": "ChecksumCRC64NVME",
    "x-amz-checksum-mode": "ChecksumMode",
    "x-amz-checksum-sha1": "ChecksumSHA1",
    "x-amz-checksum-sha256": "ChecksumSHA256",
    "x-amz-checksum-type": "ChecksumType",
    "x-amz-copy-source": "CopySource",
    "x-amz-copy-source-if-match": "CopySourceIfMatch",
    "x-amz-copy-source-if-none-match": "CopySourceIfNoneMatch",
    "x-amz-copy-source-range": "CopySourceRange",
    "x-amz-expected-bucket-owner": "ExpectedBucketOwner",
    "x-amz-metadata-directive": "MetadataDirective",
    "x-amz-object-ownership": "ObjectOwnership",
    "x-amz-server-side-encryption": "ServerSideEncryption",
    "x-amz-server-side-encryption-aws-kms-key-id": "SSEKMSKeyId",
    "x-amz-source-expected-bucket-owner": "ExpectedSourceBucketOwner",
    "x-amz-storage-class": "StorageClass",
    "x-amz-tagging": "Tagging",
    "x-amz-tagging-directive": "TaggingDirective",
  }),
  ...members("date", {
    "x-amz-copy-source-if-modified-since": "CopySourceIfModifiedSince",
    "x-amz-copy-source-if-unmodified-since": "CopySourceIfUnmodifiedSince",
  }),
  ...members("number", {
    "x-amz-max-parts": "MaxParts",
    "x-amz-mp-object-size": "MpuObjectSize",
    "x-amz-part-number-marker": "PartNumberMarker",
  }),
  ...members("boolean", { "x-amz-server-side-encryption-bucket-key-enabled": "BucketKeyEnabled" }),
  ...members("list", { "x-amz-object-attributes": "ObjectAttributes" }),
]);

/** Members in the query. */
export const queryParameters: ReadonlyMap<string, WireMember> = new Map([
  ...members("text", {
    "bucket-region": "BucketRegion",
    "continuation-token": "ContinuationToken",
    delimiter: "Delimiter",
    "encoding-type": "EncodingType",
    "key-marker": "KeyMarker",
    "list-type": "ListType",
    marker: "Marker",
    prefix: "Prefix",
    "response-cache-control": "ResponseCacheControl",
    "response-content-disposition": "ResponseContentDisposition",
    "response-content-encoding": "ResponseContentEncoding",
    "response-content-language": "ResponseContentLanguage",
    "response-content-type": "ResponseContentType",
    "response-expires": "ResponseExpires",
    "start-after": "StartAfter",
    uploadId: "UploadId",
    "upload-id-marker": "UploadIdMarker",
    "version-id-marker": "VersionIdMarker",
    versionId: "VersionId",
  }),
  ...members("number", {
    "max-buckets": "MaxBuckets",
    "max-keys": "MaxKeys",
    "max-parts": "MaxParts",
    "max-uploads": "MaxUploads",
    "part-number-marker": "PartNumberMarker",
    partNumber: "PartNumber",
  }),
  ...members("boolean", { "fetch-owner": "FetchOwner" }),
]);

/** Headers that give the checksum of a body. Of a list of parts' body it is the whole object's: there it is a member. */
export const integrityHeader = /^x-amz-checksum-(crc32|crc32c|crc64nvme|sha1|sha256)$/;

/** Headers of Amazon's that say how a request travels, not what it asks for. */
export const transportHeaders: ReadonlySet<string> = new Set([
  "x-amz-content-sha256",
  "x-amz-date",
  "x-amz-decoded-content-length",
  "x-amz-sdk-checksum-algorithm",
  "x-amz-security-token",
  "x-amz-te",
  "x-amz-trailer",
  "x-amz-user-agent",
]);
