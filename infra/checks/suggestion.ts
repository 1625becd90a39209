/** What was probably meant. */
import { nearestName } from "../../audit/nearest-name";

/** `did you mean 'x'?` for the nearest of `known`, or what there is. */
export function suggestion(wanted: string, known: readonly string[]): string {
  const names = [...new Set(known)];
  const nearest = nearestName(wanted, names);
  if (nearest !== undefined) return `did you mean '${nearest}'?`;
  if (names.length === 0) return "there are none.";
  const shown = names.length > 12 ? [...names.slice(0, 12), `… ${names.length - 12} more`] : [...names].sort();
  return `there ${names.length === 1 ? "is" : "are"} ${shown.join(", ")}.`;
}
