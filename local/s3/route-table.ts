/**
 * Every operation of S3 by what marks its requests: the method, what it is on, and the sub-resources or headers that must be
 * there. S3 API reference, "Actions"; that no operation is missing is tested with the SDK's model.
 */

/** What a request's path names. */
export type RoutePlace = "account" | "bucket" | "object";

/** How a request of an operation looks. */
export interface S3Route {
  readonly operation: string;
  readonly method: string;
  readonly on: RoutePlace;
  /** Query parameters, or headers of `x-amz-`, that make it this operation. */
  readonly marks: readonly string[];
}

function routes(on: RoutePlace, lines: string): S3Route[] {
  return lines
    .trim()
    .split("\n")
    .map((line) => {
      const [operation, method, ...marks] = line.trim().split(/\s+/);
      return { operation, method, on, marks };
    });
}

/** Operations that the local S3 has. */
export const servedRoutes: readonly S3Route[] = [
  ...routes("account", "ListBuckets GET"),
  ...routes(
    "bucket",
    `
    CreateBucket          PUT
    DeleteBucket          DELETE
    HeadBucket            HEAD
    ListObjects           GET
    ListObjectsV2         GET     list-type
    ListObjectVersions    GET     versions
    ListMultipartUploads  GET     uploads
    GetBucketLocation     GET     location
    GetBucketVersioning   GET     versioning
    GetBucketTagging      GET     tagging
    PutBucketTagging      PUT     tagging
    DeleteBucketTagging   DELETE  tagging
    DeleteObjects         POST    delete
    `,
  ),
  ...routes(
    "object",
    `
    GetObject                GET
    HeadObject               HEAD
    PutObject                PUT
    CopyObject               PUT     x-amz-copy-source
    DeleteObject             DELETE
    GetObjectAttributes      GET     attributes
    GetObjectTagging         GET     tagging
    PutObjectTagging         PUT     tagging
    DeleteObjectTagging      DELETE  tagging
    CreateMultipartUpload    POST    uploads
    UploadPart               PUT     uploadId
    UploadPartCopy           PUT     uploadId x-amz-copy-source
    CompleteMultipartUpload  POST    uploadId
    AbortMultipartUpload     DELETE  uploadId
    ListParts                GET     uploadId
    `,
  ),
];

/** Operations of S3 that the local one refuses, by name. What looks like a served one as well is known by its `x-id`. */
export const refusedRoutes: readonly S3Route[] = [
  ...routes("account", "ListDirectoryBuckets GET"),
  ...routes(
    "bucket",
    `
    CreateBucketMetadataConfiguration                 POST    metadataConfiguration
    CreateBucketMetadataTableConfiguration            POST    metadataTable
    CreateSession                                     GET     session
    DeleteBucketAnalyticsConfiguration                DELETE  analytics
    DeleteBucketCors                                  DELETE  cors
    DeleteBucketEncryption                            DELETE  encryption
    DeleteBucketIntelligentTieringConfiguration       DELETE  intelligent-tiering
    DeleteBucketInventoryConfiguration                DELETE  inventory
    DeleteBucketLifecycle                             DELETE  lifecycle
    DeleteBucketMetadataConfiguration                 DELETE  metadataConfiguration
    DeleteBucketMetadataTableConfiguration            DELETE  metadataTable
    DeleteBucketMetricsConfiguration                  DELETE  metrics
    DeleteBucketOwnershipControls                     DELETE  ownershipControls
    DeleteBucketPolicy                                DELETE  policy
    DeleteBucketReplication                           DELETE  replication
    DeleteBucketWebsite                               DELETE  website
    DeletePublicAccessBlock                           DELETE  publicAccessBlock
    GetBucketAbac                                     GET     abac
    GetBucketAccelerateConfiguration                  GET     accelerate
    GetBucketAcl                                      GET     acl
    GetBucketAnalyticsConfiguration                   GET     analytics id
    GetBucketCors                                     GET     cors
    GetBucketEncryption                               GET     encryption
    GetBucketIntelligentTieringConfiguration          GET     intelligent-tiering id
    GetBucketInventoryConfiguration                   GET     inventory id
    GetBucketLifecycleConfiguration                   GET     lifecycle
    GetBucketLogging                                  GET     logging
    GetBucketMetadataConfiguration                    GET     metadataConfiguration
    GetBucketMetadataTableConfiguration               GET     metadataTable
    GetBucketMetricsConfiguration                     GET     metrics id
    GetBucketNotificationConfiguration                GET     notification
    GetBucketOwnershipControls                        GET     ownershipControls
    GetBucketPolicy                                   GET     policy
    GetBucketPolicyStatus                             GET     policyStatus
    GetBucketReplication                              GET     replication
    GetBucketRequestPayment                           GET     requestPayment
    GetBucketWebsite                                  GET     website
    GetObjectLockConfiguration                        GET     object-lock
    GetPublicAccessBlock                              GET     publicAccessBlock
    ListBucketAnalyticsConfigurations                 GET     analytics
    ListBucketIntelligentTieringConfigurations        GET     intelligent-tiering
    ListBucketInventoryConfigurations                 GET     inventory
    ListBucketMetricsConfigurations                   GET     metrics
    PutBucketAbac                                     PUT     abac
    PutBucketAccelerateConfiguration                  PUT     accelerate
    PutBucketAcl                                      PUT     acl
    PutBucketAnalyticsConfiguration                   PUT     analytics
    PutBucketCors                                     PUT     cors
    PutBucketEncryption                               PUT     encryption
    PutBucketIntelligentTieringConfiguration          PUT     intelligent-tiering
    PutBucketInventoryConfiguration                   PUT     inventory
    PutBucketLifecycleConfiguration                   PUT     lifecycle
    PutBucketLogging                                  PUT     logging
    PutBucketMetricsConfiguration                     PUT     metrics
    PutBucketNotificationConfiguration                PUT     notification
    PutBucketOwnershipControls                        PUT     ownershipControls
    PutBucketPolicy                                   PUT     policy
    PutBucketReplication                              PUT     replication
    PutBucketRequestPayment                           PUT     requestPayment
    PutBucketVersioning                               PUT     versioning
    PutBucketWebsite                                  PUT     website
    PutObjectLockConfiguration                        PUT     object-lock
    PutPublicAccessBlock                              PUT     publicAccessBlock
    UpdateBucketMetadataAnnotationTableConfiguration  PUT     metadataAnnotationTable
    UpdateBucketMetadataInventoryTableConfiguration   PUT     metadataInventoryTable
    UpdateBucketMetadataJournalTableConfiguration     PUT     metadataJournalTable
    WriteGetObjectResponse                            POST    x-amz-request-route
    `,
  ),
  ...routes(
    "object",
    `
    DeleteObjectAnnotation  DELETE  annotation
    GetObjectAcl            GET     acl
    GetObjectAnnotation     GET     annotation annotationName
    GetObjectLegalHold      GET     legal-hold
    GetObjectRetention      GET     retention
    GetObjectTorrent        GET     torrent
    ListObjectAnnotations   GET     annotation
    PutObjectAcl            PUT     acl
    PutObjectAnnotation     PUT     annotation
    PutObjectLegalHold      PUT     legal-hold
    PutObjectRetention      PUT     retention
    RenameObject            PUT     renameObject
    RestoreObject           POST    restore
    SelectObjectContent     POST    select
    UpdateObjectEncryption  PUT     encryption
    `,
  ),
];
