/**
 * Statements that a lake of ours has Athena run, asked of a real Trino and of the local Athena (`npm run slow:trino`): explanations of
 * random changes, and conversions of CSV and lines of JSON.
 */
import { expect } from "chai";
import { convertedQuery, rejectedQuery, type ArrivedFiles } from "../../../functions/formats/conversion-query";
import { explainedLakes, type ExplainedLake } from "../../audit/explanation/counterfactual/explained";
import type { Answer } from "./answers";
import { compare } from "./compare";
import { LocalAthena } from "./local-athena";
import { askTrino } from "./trino-client";
import { requireTrino, type TrinoServer } from "./trino-server";

/** Models whose changes are explained. */
const MODELS = 12;

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

describe("A lake's own statements beside a real Trino", function () {
  this.timeout(3_600_000);
  let trino: TrinoServer;

  before(async function () {
    trino = await requireTrino(this);
    await ask("CREATE SCHEMA memory.db");
  });
  after(() => (trino as TrinoServer | undefined)?.close());

  const ask = (sql: string): Promise<Answer> => askTrino(trino.address, sql, "memory.db");
  const must = async (sql: string): Promise<void> => {
    const answer = await ask(sql);
    if ("error" in answer) throw new Error(`${answer.error}\n${sql}`);
  };

  it("explain changes as the local Athena does", async () => {
    let explained = 0;
    for await (const { tables, sql, rows: found } of explainedLakes(MODELS)) {
      for (const [name, { types, rows }] of Object.entries(tables)) await must(tableOf(name, types, rows));
      const began = performance.now();
      const expected = await ask(sql);
      process.stdout.write(`    ${sql.length} characters, ${Math.round(performance.now() - began)} ms\n`);
      if ("error" in expected) throw new Error(`${expected.error}\n${sql}`);
      const { types, names } = expected;
      expect(compare({ sql, expected, unordered: true }, { types, names, rows: [...found] }).why, sql).to.equal("");
      explained += found.length;
    }
    process.stdout.write(`    ${explained} lines of explanations\n`);
    expect(explained).to.be.above(100);
  });

  describe("convert what arrived as the local Athena does", () => {
    const columns = {
      ...{ id: "int", name: "string", amount: "decimal(10,2)", rate: "double", ok: "boolean" },
      ...{ day: "date", at: "timestamp", code: "varchar(3)", f: "float", g: "date" },
    };
    const patterns = { g: "%d.%m.%Y" };
    const good = ["1", "Ä & Co", "10.50", "1.5", "true", "2024-11-08", "2024-11-08 13:30", "abc", "1e3", "08.11.2024"];
    const at = (index: number, text: string): string[] => good.map((each, i) => (i === index ? text : each));
    const csv = [
      good,
      ["+2", " x ", "+7", "-2e-3", "F", "2024-02-29", "2024-11-08T13:30:00Z", "a", "NaN", "29.02.2024"],
      good.map(() => ""),
      ...[at(0, "7.0"), at(0, "2147483648"), at(2, "1.005"), at(2, "1.0500"), at(3, "1e999"), at(4, "yes")],
      ...[at(5, "2024-02-30"), at(6, "2024-11-08 13:30:00.1234"), at(6, "2024-11-08 13:30:00.1230"), at(7, "abcd")],
      at(9, "30.02.2024"),
    ].map((fields): (string | null)[] => [...fields, null]);
    csv.push([...good.slice(0, 9), null, null], [...good, "beyond"]);
    const lines = [
      '{"id":1,"name":"a\\"b","amount":10.50,"rate":1e2,"ok":true,"day":"2024-11-08","at":null,"code":"x","f":1.5,"g":"08.11.2024"}',
      '{"id":2,"name":{"a":[1]},"amount":"x"}',
      ...["nonsense", "[1]", "", '{"id":12345678901234567890}', "{}", '{"id":"3","other":1}'],
    ].map((line) => [line]);
    const files: [string, ArrivedFiles["format"], string[], (string | null)[][]][] = [
      ["csv", { csv: { patterns } }, [...good.map((_, index) => `f${index + 1}`), "beyond"], csv],
      ["lines", { jsonLines: { patterns } }, ["line"], lines],
    ];
    for (const [table, format, fields, rows] of files) {
      it(table, async () => {
        const types = Object.fromEntries(["$path", ...fields, "exec_date"].map((name) => [name, "varchar"]));
        const all = rows.map((row, index) => [`s3://b/${index}`, ...row, "2024-11-08"]);
        await must(tableOf(`${table}__arrived`, types, all));
        const athena = await LocalAthena.open();
        try {
          const names = Object.keys(types);
          await athena.put(`${table}__arrived`, { types: names.map(() => "varchar"), names, rows: all });
          const partition = [{ key: "exec_date", type: "string", value: "2024-11-08" }];
          for (const query of [convertedQuery, rejectedQuery]) {
            const [ours, theirs] = ["default", "db"].map((database) =>
              query({ database, table, columns, format, partition }),
            );
            const expected = await ask(theirs);
            if ("error" in expected) throw new Error(`${expected.error}\n${theirs}`);
            expect(expected.rows).to.have.length.above(0);
            expect(compare({ sql: theirs, expected, unordered: true }, await athena.ask(ours)).why, theirs).to.equal(
              "",
            );
          }
        } finally {
          athena.close();
        }
      });
    }
  });
});

function tableOf(
  name: string,
  types: ExplainedLake["tables"][string]["types"],
  rows: readonly (string | null)[][],
): string {
  const names = Object.keys(types);
  const cells = names.map((_, index) => `c${index}`);
  const values = rows.map((row) => `(${row.map((text) => (text === null ? "NULL" : quote(text))).join(", ")})`);
  const none = `(${names.map(() => "NULL").join(", ")})`;
  const select = names.map((column, index) => `CAST(${cells[index]} AS ${types[column].replace("string", "varchar")}) AS "${column}"`); // prettier-ignore
  return (
    `CREATE TABLE memory.db.${name} AS SELECT ${select.join(", ")} FROM (VALUES ${values.join(", ") || none}) AS t (${cells.join(", ")})` +
    (values.length === 0 ? " WHERE false" : "")
  );
}
