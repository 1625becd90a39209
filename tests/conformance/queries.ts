/** Values whose text and type engines tell in ways of their own. */

const literals: readonly string[] = [
  "real '366'",
  "cast(12368097 as real)",
  "cast(0.1 as real)",
  "cast(1e-5 as real)",
  "double '12368097'",
  "1e0 / 3e0",
  "infinity()",
  "decimal '1.50'",
  "cast(7 as bigint) / 2",
  "date '2024-02-29'",
  "timestamp '2024-02-29 01:02:03'",
  "timestamp '2024-02-29 01:02:03.450'",
  "true",
  "varchar 'a'",
  "cast(null as varchar)",
  "array[1, null, 3]",
  "map(array['a'], array[1.5e0])",
  "cast(row(1, 'x') as row(n integer, t varchar))",
];

/** Each value as Athena's result tells it, with its type. */
export const typesQuery = `select ${literals.map((literal, index) => `${literal} as c${index + 1}`).join(", ")}`;

const numbers = literals.slice(0, 6);

/** Each number as its own text, by a cast. */
export const numberQuery = `select ${numbers.map((number, index) => `cast(${number} as varchar) as c${index + 1}`).join(", ")}`;
