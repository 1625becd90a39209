/**
 * Names of the places in a page: the same for the same thing in every report, so that a link to it stays good.
 */

/** The id of a thing, e.g. `why/utility_emissions_monthly/2024-11-09/co2_ton_total/199601`. What is no plain character is coded. */
export function anchor(...parts: readonly (string | null)[]): string {
  return parts.map((part) => (part === null ? "~" : part.replace(/[^A-Za-z0-9_.-]/gu, coded))).join("/");
}

function coded(character: string): string {
  return `~${(character.codePointAt(0) ?? 0).toString(16)}~`;
}
