import { expect } from "chai";
import { parseType } from "../../../athena-sql/trino/type-text";
import { misfit } from "../../../infra/checks/results";

describe("what a query's type may be for a table's", () => {
  const fine: [string, string][] = [
    ["integer", "int"],
    ["tinyint", "bigint"],
    ["integer", "bigint"],
    ["real", "float"],
    ["real", "double"],
    ["decimal(10,2)", "decimal(10,2)"],
    ["decimal(10,2)", "decimal(12,4)"],
    ["varchar(3)", "string"],
    ["varchar", "varchar(50)"],
    ["char(2)", "string"],
    ["timestamp(6)", "timestamp"],
    ["array(integer)", "array<bigint>"],
    ["map(varchar, real)", "map<string,double>"],
    ["row(b double, a integer)", "struct<a:int,b:double>"],
  ];
  for (const [from, to] of fine) {
    it(`${from} goes into ${to}`, () => expect(misfit(parseType(from), parseType(to))).to.equal(undefined));
  }
  const wrong: [string, string][] = [
    ["bigint", "int"],
    ["integer", "smallint"],
    ["double", "float"],
    ["integer", "double"],
    ["bigint", "string"],
    ["decimal(38,2)", "decimal(12,2)"],
    ["decimal(12,4)", "decimal(12,2)"],
    ["decimal(12,2)", "double"],
    ["varchar", "date"],
    ["timestamp(3)", "date"],
    ["date", "timestamp"],
    ["array(bigint)", "array<int>"],
    ["row(a integer)", "struct<b:int>"],
    ["timestamp(3) with time zone", "timestamp"],
    ["json", "string"],
    ["time(3)", "string"],
  ];
  for (const [from, to] of wrong) {
    it(`${from} must be cast for ${to}`, () => expect(misfit(parseType(from), parseType(to))).to.be.a("string"));
  }
});
