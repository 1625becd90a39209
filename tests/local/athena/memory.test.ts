/** DuckDB has no more than a part of the machine's memory: a statement that needs more fails, and the next one runs. */
import { expect } from "chai";
import { totalmem } from "node:os";
import { LocalAthena } from "../../witnesses/trino/local-athena";

describe("The memory of queries", () => {
  let athena: LocalAthena;
  before(async () => {
    athena = await LocalAthena.open();
  });
  after(() => athena.close());

  it("is at most half of the machine's, and 8 GB", async () => {
    const read = await athena.connection.runAndReadAll("SELECT current_setting('memory_limit')");
    const [, size = "", unit = ""] = /^([\d.]+) (\w)iB$/.exec(String(read.getRows()[0][0])) ?? [];
    const bytes = Number(size) * { M: 2 ** 20, G: 2 ** 30 }[unit]!;
    expect(bytes).to.be.greaterThan(0);
    expect(bytes).to.be.at.most(Math.min(8 * 2 ** 30, totalmem() / 2));
  });

  it("ends the statement that needs more, by a name of its own, and no other", async () => {
    await athena.connection.run("SET memory_limit = '100MB'");
    const rows = "unnest(sequence(1, 10000)) a(x) cross join unnest(sequence(1, 500)) b(y)";
    const answer = await athena.ask(
      `SELECT cardinality(array_agg(rpad(cast(x + y AS varchar), 100, 'x'))) FROM ${rows}`,
    );
    expect(answer)
      .to.have.property("error")
      .match(/^EXCEEDED_LOCAL_MEMORY_LIMIT: /);
    expect(await athena.ask("SELECT 1")).to.have.deep.property("rows", [["1"]]);
  });
});
