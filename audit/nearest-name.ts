/**
 * "Did you mean …?"
 */

/** The name of `known` that `wrong` was probably meant to be, or `undefined` if none is near. */
export function nearestName(wrong: string, known: readonly string[]): string | undefined {
  const nearest = known
    .map((name) => ({ name, distance: editDistance(wrong.toLowerCase(), name.toLowerCase()) }))
    .sort((left, right) => left.distance - right.distance)[0];
  // A third of the name may be wrong; beyond that a suggestion misleads.
  return nearest && nearest.distance <= Math.max(1, Math.floor(wrong.length / 3)) ? nearest.name : undefined;
}

/** How many letters must be added, dropped or replaced to turn `from` into `to`. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let line = 1; line <= from.length; line += 1) {
    const next = [line];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = row[column - 1] + (from[line - 1] === to[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[column] + 1, next[column - 1] + 1));
    }
    row = next;
  }
  return row[to.length];
}
