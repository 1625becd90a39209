/** So many running totals of running totals. */
export function nestedTotals(depth: number): string {
  return Array.from({ length: depth }).reduce<string>(
    (sql) => `select x, sum(y) over (partition by x) as y from (${sql}) as t`,
    "select x, y from (values (1, 1), (1, 1), (2, 1)) as t (x, y)",
  );
}
