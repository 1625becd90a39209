/** What the user of a component did wrong, told while the program is evaluated. */
import * as pulumi from "@pulumi/pulumi";
import { nearestName } from "../audit/nearest-name";

/** One mistake. */
export interface Finding {
  /** Where: an argument's path (`state_emission_daily: steps[0].model`) or `file:line:column`. */
  readonly place: string;
  /** What was found, and what to do. */
  readonly message: string;
}

/** All mistakes that were found together. A RunError, so that Pulumi shows it without a stack trace. */
export class ProgramError extends pulumi.RunError {
  constructor(readonly findings: readonly Finding[]) {
    super(findings.map(({ place, message }) => `${place}: ${message}`).join("\n"));
  }
}

/** Throws a {@link ProgramError} if there are findings. */
export function requireNone(findings: readonly Finding[]): void {
  if (findings.length > 0) throw new ProgramError(findings);
}

/** `did you mean 'x'?` for the nearest of `known`, or what there is. */
export function suggestion(wanted: string, known: readonly string[]): string {
  const nearest = nearestName(wanted, known);
  if (nearest !== undefined) return `did you mean '${nearest}'?`;
  return known.length > 0 ? `there are ${[...known].sort().join(", ")}.` : "there are none.";
}
