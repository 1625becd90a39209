import { expect } from "chai";
import { effectOf, publishedAmong } from "../../../cli/lake/statement-effect";

/** A statement → what it does; nothing if it only reads. */
const cases: [sql: string, does: string | undefined][] = [
  ["select 1", undefined],
  ["-- a remark\n (select 1) union all select 2", undefined],
  ["with a as (select 1 as x) select * from a", undefined],
  ["values 1, 2", undefined],
  ["show tables in landing_db_dev", undefined],
  ["show views in landing_db_dev", undefined],
  ["describe landing_db_dev.t", undefined],
  ["explain select 1", undefined],
  ["select what the parser does not know !", undefined],
  ["drop table a.b", "drops the table a.b"],
  ["DROP TABLE IF EXISTS b", "drops the table default.b"],
  ["drop view a.b", "drops the view a.b"],
  ["drop database a cascade", "drops the database a"],
  ["insert into a.b select 1", "adds rows to a.b"],
  ["create table a.b as select 1 as x", "creates the table a.b"],
  ["create or replace view a.b as select 1 as x", "replaces the view a.b"],
  ["alter table a.b drop partition (d = '1')", "drops partitions of a.b"],
  ["msck repair table a.b", "adds the partitions that it finds to a.b"],
  ["unload (select 1 as x) to 's3://bucket/place/' with (format = 'PARQUET')", "writes files to s3://bucket/place/"],
  ["delete from a.b", "begins with delete, which is not known to only read"],
  ["merge into a.b using c on true when matched then delete", "begins with merge, which is not known to only read"],
  ["", "begins with nothing, which is not known to only read"],
];

describe("what a statement does to the lake", () => {
  for (const [sql, does] of cases) {
    it(`${JSON.stringify(sql)} ${does ?? "reads"}`, () => expect(effectOf(sql)?.does).to.equal(does));
  }

  it("touches what runs publish by table, by database, and by the place of its files", () => {
    const published = [
      { database: "a", table: "b", pipeline: "p" },
      { database: "a", table: "c", pipeline: "p" },
    ];
    const touched = (sql: string): string[] =>
      publishedAmong(effectOf(sql) ?? { does: "reads" }, published).map(({ table }) => table);
    expect(touched("drop table A.B")).to.deep.equal(["b"]);
    expect(touched("drop database a")).to.deep.equal(["b", "c"]);
    expect(touched("drop table a.d")).to.deep.equal([]);
    expect(touched("unload (select 1 as x) to 's3://zone/a/c/exec_date=1' with (format = 'PARQUET')")).to.deep.equal([
      "c",
    ]);
    expect(touched("select * from a.b")).to.deep.equal([]);
  });
});
