/**
 * The error names under which a Task sees the errors of the services it calls.
 *
 * AWS SDK integrations: service and error name in Pascal case, with the suffix "Exception" even where the service's API
 * reference has none, e.g. `S3.NoSuchKeyException` (developer guide, supported-services-awssdk). Errors that the service's
 * model does not list, an AccessDenied above all, come as `<Service>.<Service>Exception`.
 * Optimized integrations are older and have names of their own for the unlisted ones, e.g. `Lambda.AWSLambdaException`,
 * which the guide uses in its retry examples (sfn-best-practices); those for SQS and Athena are known from recorded runs
 * and public retry policies, the others follow the same pattern.
 */
import type { AwsError, ServiceName } from "../api";
import { StateFailure } from "./failure";

/** How one service's errors are named. */
export interface ErrorNaming {
  readonly prefix: string;
  /** Full name of errors that the service's model does not list. */
  readonly unlisted: string;
  /** Text of the cause after the service's message. */
  trailer(error: AwsError): string;
}

/** Naming in AWS SDK integrations; `prefix` is the SDK's service id, e.g. `Sfn`. */
export function sdkNaming(prefix: string): ErrorNaming {
  return {
    prefix,
    unlisted: `${prefix}.${prefix}Exception`,
    trailer: ({ status }) => `(Service: ${prefix}, Status Code: ${status}, Request ID: local)`,
  };
}

/** Naming in optimized integrations; `service` is the name in the cause, e.g. `AmazonAthena`. */
export function optimizedNaming(prefix: string, service: string): ErrorNaming {
  return {
    prefix,
    unlisted: `${prefix}.${service}Exception`,
    trailer: ({ status, code }) =>
      `(Service: ${service}; Status Code: ${status}; Error Code: ${code}; Request ID: local; Proxy: null)`,
  };
}

/** The failure that a Task sees for a service's error. */
export function serviceFailure(
  error: AwsError,
  service: ServiceName,
  operation: string,
  naming: ErrorNaming,
): StateFailure {
  const code = listedCode(error.code, service, operation);
  const name =
    code === undefined ? naming.unlisted : `${naming.prefix}.${code.endsWith("Exception") ? code : `${code}Exception`}`;
  return new StateFailure(name, `${error.message} ${naming.trailer(error)}`);
}

/** Errors in the model of S3, where most codes are not; the other services list nearly all of theirs. */
const S3_LISTED = new Set([
  "BucketAlreadyExists",
  "BucketAlreadyOwnedByYou",
  "InvalidObjectState",
  "NoSuchBucket",
  "NoSuchKey",
  "NoSuchUpload",
  "ObjectAlreadyInActiveTierError",
  "ObjectNotInActiveTierError",
]);

/** Codes that any service may answer without listing them. */
const COMMON = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "ExpiredTokenException",
  "InternalFailure",
  "SerializationException",
  "ServiceUnavailable",
  "ThrottlingException",
  "Throttling",
  "UnknownOperationException",
  "UnrecognizedClientException",
  "ValidationError",
  "ValidationException",
]);

/** The exceptions to {@link COMMON}, from the services' models. */
const LISTED_ALL_THE_SAME: Partial<Record<ServiceName, readonly string[]>> = {
  glue: ["AccessDeniedException", "ThrottlingException", "ValidationException"],
  states: ["ValidationException"],
};

function listedCode(code: string, service: ServiceName, operation: string): string | undefined {
  if (service === "s3") {
    // A HEAD response has no body to name its error: the SDK takes the one that the operation lists.
    if (code === "NotFound") return operation === "HeadBucket" ? "NoSuchBucket" : "NoSuchKey";
    return S3_LISTED.has(code) ? code : undefined;
  }
  return COMMON.has(code) && !LISTED_ALL_THE_SAME[service]?.includes(code) ? undefined : code;
}
