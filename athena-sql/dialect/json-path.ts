/**
 * The JSON paths of json_extract, as Trino's JsonPathTokenizer reads them: `$.name`, `$["any name"]`, `$[0]`.
 */

/** Names of members or indexes of items that a path leads through; undefined for texts that Trino calls no path. */
export function pathSteps(path: string): string[] | undefined {
  if (!path.startsWith("$")) return undefined;
  const steps: string[] = [];
  const step = /\.([\p{L}\p{Nd}_:]+)|\[(?:"((?:[^"\\]|\\["\\])*)"|([\p{L}\p{Nd}_]+))\]/uy;
  for (let offset = 1; offset < path.length; offset = step.lastIndex) {
    step.lastIndex = offset;
    const match = step.exec(path);
    if (!match) return undefined;
    steps.push(match[1] ?? match[3] ?? match[2].replace(/\\(.)/g, "$1"));
  }
  return steps;
}
