/** All operations of S3. */
import type { Operations } from "../api";
import { bucketOperations } from "./bucket-operations";
import { copyOperations } from "./copy-operations";
import { multipartOperations } from "./multipart-operations";
import { objectOperations, type S3Context } from "./object-operations";
import { readingOperations } from "./reading-operations";
import { taggingOperations } from "./tagging-operations";
import { versionOperations } from "./version-operations";

/** Operations to be registered with the Api as `s3`. */
export function s3Operations(context: S3Context): Operations {
  return {
    ...bucketOperations(context),
    ...objectOperations(context),
    ...copyOperations(context),
    ...readingOperations(context),
    ...taggingOperations(context),
    ...versionOperations(context),
    ...multipartOperations(context),
  };
}
