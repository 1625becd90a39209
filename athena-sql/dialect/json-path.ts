/**
 * The JSON paths of json_extract: `$`, `.name`, `["name"]`, `[0]`.
 */

/** Names of members and indexes of items that a path leads through; undefined for paths that are not followed here. */
export function pathSteps(path: string): (string | number)[] | undefined {
  if (!path.startsWith("$")) return undefined;
  const steps: (string | number)[] = [];
  const step = /\.([\p{L}_][\p{L}\p{N}_\-:]*)|\.?\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|\['([^']*)'\]/uy;
  for (let offset = 1; offset < path.length; offset = step.lastIndex) {
    step.lastIndex = offset;
    const match = step.exec(path);
    if (!match) return undefined;
    steps.push(match[3] === undefined ? (match[1] ?? match[2] ?? match[4]) : Number(match[3]));
  }
  return steps;
}
