/**
 * The error of a definition that cannot be used, with all of its faults.
 */
import { AwsError } from "../api";
import type { Diagnostic } from "./definition";

/** Each fault with its code and its place. */
export function definitionFaults(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map(({ code, message, location }) =>
    location === undefined ? `${code}: ${message}` : `${code}: ${message} at ${location}`,
  );
}

/** API reference, CreateStateMachine: `InvalidDefinition`. */
export function invalidDefinition(diagnostics: readonly Diagnostic[]): AwsError {
  const faults = definitionFaults(diagnostics).join(", ");
  return new AwsError("InvalidDefinition", `Invalid State Machine Definition: '${faults}'`);
}
