/**
 * How services say that they are too busy, or broken: codes and statuses of the services' API references.
 */
import { AwsError, ConnectionLost, type ServiceName } from "../api";

type Failure = readonly [code: string, status: number];
type Failures = Readonly<Partial<Record<ServiceName, Failure>>>;

/** Codes other than the common `ThrottlingException`. Pages: "Error Responses" of Amazon S3, "Errors" of each action. */
const throttled: Failures = {
  athena: ["TooManyRequestsException", 400],
  lambda: ["TooManyRequestsException", 429],
  s3: ["SlowDown", 503],
  scheduler: ["ThrottlingException", 429],
  sns: ["Throttled", 429],
  sqs: ["RequestThrottled", 400],
  sts: ["Throttling", 400],
};

/** Codes other than the common `InternalFailure`. */
const broken: Failures = {
  athena: ["InternalServerException", 500],
  events: ["InternalException", 500],
  glue: ["InternalServiceException", 500],
  kms: ["KMSInternalException", 500],
  lambda: ["ServiceException", 500],
  logs: ["ServiceUnavailableException", 500],
  s3: ["InternalError", 500],
  scheduler: ["InternalServerException", 500],
  sns: ["InternalError", 500],
  ssm: ["InternalServerError", 500],
};

/** The error of a service that is asked too often. */
export function throttling(service: ServiceName): AwsError {
  const [code, status] = throttled[service] ?? ["ThrottlingException", 400];
  return new AwsError(code, "Rate exceeded (a fault of the plan)", status);
}

/** The error of a service that fails on its own side, before it has done anything. */
export function serverError(service: ServiceName): AwsError {
  const [code, status] = broken[service] ?? ["InternalFailure", 500];
  return new AwsError(code, "We encountered an internal error. Please try again. (a fault of the plan)", status);
}

/** The error of S3 for a conditional write that another one got in the way of: Amazon S3 User Guide, "Conditional writes". */
export function conflict(): AwsError {
  const message = "The conditional request cannot succeed due to a conflicting operation against this resource.";
  return new AwsError("ConditionalRequestConflict", `${message} (a fault of the plan)`, 409);
}

/** A connection that broke before the answer. */
export function connectionLost(): ConnectionLost {
  return new ConnectionLost("The connection was closed before the answer came (a fault of the plan).");
}
