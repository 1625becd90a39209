/** What the user of a component did wrong, told while the program is evaluated. */
import * as pulumi from "@pulumi/pulumi";

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

/** `; did you mean 'x'?` for the closest of `known`, or their list. */
export function suggestion(wanted: string, known: readonly string[]): string {
  const [closest] = known
    .map((name) => ({ name, distance: editDistance(wanted.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  if (closest && closest.distance <= Math.max(2, Math.floor(wanted.length / 4)))
    return `did you mean '${closest.name}'?`;
  return known.length > 0 ? `there are ${[...known].sort().join(", ")}.` : "there are none.";
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(previous[j] + 1, current[j - 1] + 1, substitution));
    }
    previous = current;
  }
  return previous[b.length];
}
