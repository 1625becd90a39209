/**
 * The part of docs/fidelity.md about SQL, from the answers that were compared.
 */
import type { Played } from "./verdicts";
import { matrix, refusals } from "./verdicts";

const BEGIN = "<!-- SQL: written by tests/witnesses/trino/record.ts -->";
const END = "<!-- end of SQL -->";

export function sqlSection(played: readonly Played[]): string {
  const different = played.filter(({ verdict }) => verdict === "different").map(({ statement }) => statement.id);
  return `${BEGIN}

## SQL

${played.length} statements were asked of Trino 435 and are played on the local Athena by \`npm test\`
([recorded.test.ts](../tests/witnesses/trino/recorded.test.ts)): \`equal\` is the same types, names and values, or an error on both
sides; \`refused\` says that the local runtime does not run it; \`blamed\` calls it the user's mistake, which Trino does not; \`accepted\`
is an answer where Trino has an error.

${matrix(played)}

The ${different.length} that differ are faults of the recording: Java 17 writes \`1e23\` as \`9.999999999999999E22\`, and
Trino's client shows a character beyond 16 bits inside a map of JSON unescaped. Every statement that is not equal is listed in
[unequal.txt](../tests/witnesses/trino/unequal.txt). \`npm run slow:trino\` starts a Trino from Maven's artifacts (Java 17 and Maven
are needed) and asks it and the local Athena the same statements anew, and TPC-H's queries. How CAST writes REAL and DOUBLE (\`366.0\`, or \`3.66E2\` as Trino does since 2022) is one
switch, [float-text.ts](../local/athena/native/float-text.ts): no document says which of them Athena prints. The comparison sets it to
Trino's form.

What is refused, by the name that the error gives it:

${refusals(played)
  .map((what) => `- ${what.replace(/([*_<>|[\]])/g, "\\$1")}`)
  .join("\n")}

${END}
`;
}

/** The document with this section instead of the one that it has, or with it at its end. */
export function withSection(document: string, section: string): string {
  const from = document.indexOf(BEGIN);
  const to = document.indexOf(END);
  if (from < 0 || to < 0) return `${document.trimEnd()}\n\n${section}`;
  return document.slice(0, from) + section.trimEnd() + document.slice(to + END.length);
}
