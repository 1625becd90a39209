/**
 * What one statement may cost: strangers may send any. Trino's own limits where it has some ("sequence", "repeat",
 * "max-grouping-sets"), and the runtime's where Athena has a whole cluster.
 */
import { expect } from "chai";
import { AthenaWorld } from "./world";

/** Statement → why it fails. */
const CASES: readonly (readonly [string, RegExp])[] = [
  ["select repeat('x', 1000000000)", /INVALID_FUNCTION_ARGUMENT: count argument of repeat function must be less than/],
  ["select sequence(1, 1000000000)", /INVALID_FUNCTION_ARGUMENT: result of sequence function must not have more than/],
  ["select sequence(date '0001-01-01', date '9999-01-01')", /must not have more than 10000 entries/],
  ["select rpad('x', 2000000000, 'y')", /NOT_SUPPORTED: The local runtime does not run rpad to more than/],
  ["select lpad('x', 2000000000, 'y')", /NOT_SUPPORTED: The local runtime does not run lpad to more than/],
  // RE2 does not go back. What it lacks does, and DuckDB waits for this process, where nothing else would be answered.
  [
    `select regexp_like('${"a".repeat(40)}!', '^(?=a)(a+)+$')`,
    /NOT_SUPPORTED: The local runtime does not run trino_regexp_like on a value that takes more/,
  ],
  [`select try(regexp_like('${"a".repeat(40)}!', '^(?=a)(a+)+$'))`, /NOT_SUPPORTED: The local runtime does not run/],
];

describe("Limits of a statement", () => {
  const world = new AthenaWorld();
  before(() => world.withLake());
  after(() => world.close());

  for (const [sql, why] of CASES) {
    it(sql.slice(0, 60), async () => {
      expect(await world.failure(sql)).to.match(why);
    });
  }

  // Exponential for a matcher that goes back; for RE2, as long as the text.
  it("matches what others never end with", async () => {
    const text = `rpad('', 100000, 'a') || '!'`;
    const patterns = ["^(a+)+$", "^(a|a)*$", "(a*)*b", `${"a*".repeat(400)}b`];
    const tests = patterns.map((pattern) => `regexp_like(${text}, '${pattern}')`);
    expect(await world.rows(`select ${tests.join(", ")}`)).to.deep.equal([patterns.map(() => "false")]);
  });

  it("refuses at once what has too many grouping sets, or is nested too deep", async () => {
    const columns = Array.from({ length: 31 }, (_, i) => `c${i}`).join(", ");
    const statements: [string, RegExp][] = [
      [
        `select 1 from (values 1) t(c0) group by cube (${columns})`,
        /TOO_MANY_GROUPING_SETS: .* 2147483648 grouping sets/,
      ],
      [`select ${"(".repeat(100_000)}1${")".repeat(100_000)}`, /nested too deep/],
    ];
    for (const [sql, why] of statements) {
      let message = "accepted";
      try {
        await world.execute(sql);
      } catch (error) {
        ({ message } = error as Error);
      }
      expect(message).to.match(why);
    }
  });

  it("makes maps of many entries", async () => {
    const many = "unnest(sequence(1, 10000)) a(x) cross join unnest(sequence(1, 3)) b(y)";
    const sql = `select cardinality(map_agg(x * y, y)), cardinality(multimap_agg(x, y)), cardinality(array_union(array_agg(x), array_agg(y))) from ${many}`;
    expect(await world.rows(sql)).to.deep.equal([["20000", "10000", "10000"]]);
  });
});
