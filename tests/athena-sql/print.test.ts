import { expect } from "chai";
import { printQuery } from "../../athena-sql/trino/print";
import { parseQueryText } from "../../athena-sql/trino/queries";

/** A tree without the places of its parts. */
function bare(part: unknown): unknown {
  if (part instanceof Map) return [...part].map(bare);
  if (Array.isArray(part)) return part.map(bare);
  if (typeof part !== "object" || part === null) return part;
  return Object.fromEntries(
    Object.entries(part)
      .filter(([key, value]) => key !== "at" && value !== undefined)
      .map(([key, value]) => [key, bare(value)]),
  );
}

const queries: readonly string[] = [
  "select 1, 1.5, 1e0, 'it''s', null, true, x'ff', date '2020-01-01', interval '-1' day, interval '1-2' year to month",
  'select a, t.b, "select", "it""s" from db."table" as t',
  "select -a, +a, not a and (b or c), a - (b - c), (a - b) - c, -(-a), a * (b + c) / d % e, a || b from t",
  "select a between b + 1 and c, a not between b and c, a in (1, 2), a not in (select b from u), a like 'x%' escape '!' from t",
  "select a is null, (a = b) is not null, a is distinct from b, a is not distinct from b, a <> b, a >= all (select b from u) from t",
  "select exists (select 1 from u), (select max(b) from u) + 1 from t",
  "select case a when 1 then 'x' else 'y' end, case when a > 1 then b end, if(a > 1, b) from t",
  "select cast(a as decimal(10,2)), try_cast(a as timestamp(3)), cast(a as array(row(x integer, y varchar(3)))) from t",
  "select count(*), count(distinct a), sum(a) filter (where b > 1), array_agg(a order by b desc nulls first) from t",
  "select listagg(a, ',') within group (order by b), first_value(a) ignore nulls over (partition by b order by c) from t",
  "select sum(a) over w, lag(a, 1) over (w rows between 2 preceding and current row) from t window w as (partition by b order by c)",
  "select transform(a, x -> x + 1), reduce(a, 0, (s, x) -> s + x, s -> s), a[1], row(1, 2), array[1, 2], (r).field from t",
  "select extract(year from a), a at time zone 'UTC', current_date, current_timestamp, localtimestamp, trim(both 'x' from a) from t",
  "select * from t join u on t.a = u.a left join v using (a, b) cross join w",
  "select * from t full outer join (u inner join v on u.a = v.a) on t.a = u.a, w right join x on true",
  "select t.*, n from t cross join unnest(a, b) with ordinality as e (x, y, n)",
  "select * from (select 1 as a) as s (b) union all (select 2 union select 3) except select 4 intersect select 5",
  "with a (x) as (select 1), b as (with c as (select x from a) select * from c) select * from b order by x desc offset 2 limit 3",
  "select a, count(*) from t where b group by a, (c, d), grouping sets ((a), ()), rollup (a, b) having count(*) > 1",
  "select distinct a from (values (1, 'x'), (2, 'y')) as v (a, b) fetch first 5 rows only",
  "select json_value(a, 'lax $.b' passing b as x, c format json as \"y\" returning decimal(10,2) default 0 on empty error on error) from t",
  "select json_query(a, 'lax $' returning varchar(9) with conditional wrapper empty array on empty), json_query(a, 'lax $' omit quotes) from t",
  "select json_exists(a format json encoding utf8, 'strict $' unknown on error), json_array(a, b format json null on null) from t",
  "select json_object('a' : b, key c value d absent on null with unique keys returning varchar), json_object(), json_array() from t",
  "table t",
];

describe("printed SQL", () => {
  for (const sql of queries) {
    it(`parses to the same tree: ${sql.slice(0, 60)}…`, () => {
      const tree = parseQueryText(sql);
      const printed = printQuery(tree);
      expect(bare(parseQueryText(printed)), printed).to.deep.equal(bare(tree));
    });
  }
});
