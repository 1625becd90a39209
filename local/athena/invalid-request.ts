import { AwsError } from "../api";

/** What Athena answers to a request that it does not take. */
export function invalid(message: string): AwsError {
  return new AwsError("InvalidRequestException", message, 400, { AthenaErrorCode: "INVALID_INPUT" });
}
