/** Errors of the catalog under Glue's names. */
import { AwsError } from "../api";

/** Error of Glue for things that don't exist. */
export function notFound(what: string): AwsError {
  return new AwsError("EntityNotFoundException", what);
}

/** Error of Glue for things that exist already. */
export function alreadyExists(what: string): AwsError {
  return new AwsError("AlreadyExistsException", what);
}

/** Error of Glue for requests that make no sense. */
export function invalidInput(what: string): AwsError {
  return new AwsError("InvalidInputException", what);
}
