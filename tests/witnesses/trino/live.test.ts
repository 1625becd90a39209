/**
 * The local Athena beside a real Trino, which runs while this does (`npm run slow:trino`): the statements of the recording, asked
 * anew of both (TRIBUTARY_STATEMENTS: so many of them), and TPC-H's queries over its tables. The recording itself is played by `npm test`, without Trino.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Statement } from "./answers";
import { compare } from "./compare";
import { LocalAthena } from "./local-athena";
import { recordedStatements } from "./recorded";
import { TABLES, TPCH } from "./tpch";
import { askTrino } from "./trino-client";
import { requireTrino, type TrinoServer } from "./trino-server";
import { matrix, play, unequal, type Played } from "./verdicts";

/** Statements that Trino is asked at a time. */
const AT_ONCE = 8;

describe("A real Trino beside the local Athena", function () {
  this.timeout(3_600_000);
  let trino: TrinoServer;
  let athena: LocalAthena;

  before(async function () {
    trino = await requireTrino(this);
    athena = await LocalAthena.open();
  });
  after(async () => {
    (athena as LocalAthena | undefined)?.close();
    await (trino as TrinoServer | undefined)?.close();
  });

  it("answers the recorded statements as it did, and the local Athena no more of them differently than is known", async () => {
    const all = recordedStatements();
    const step = Math.max(1, Math.ceil(all.length / Number(process.env.TRIBUTARY_STATEMENTS ?? all.length)));
    const recorded = all.filter((_, index) => index % step === 0);
    const live: Statement[] = [];
    const moved: string[] = [];
    for (let from = 0; from < recorded.length; from += AT_ONCE) {
      const some = recorded.slice(from, from + AT_ONCE);
      const answers = await Promise.all(some.map(({ sql }) => askTrino(trino.address, sql)));
      for (const [index, statement] of some.entries()) {
        const expected = answers[index];
        live.push({ ...statement, expected });
        const again = compare(statement, expected);
        if (again.verdict !== "equal" && !("error" in statement.expected)) moved.push(`${statement.id}: ${again.why}`);
      }
    }
    const played = await play(live, athena);
    process.stdout.write(`${matrix(played)}\n`);
    const known = new Set(readFileSync(join(__dirname, "unequal.txt"), "utf8").split("\n").map(idOf));
    const fresh = played.filter(({ verdict, statement }) => verdict !== "equal" && !known.has(statement.id));
    expect(moved, "statements that Trino answers otherwise than when they were recorded").to.deep.equal([]);
    expect(unequal(fresh)).to.deep.equal([]);
  });

  it("gives the rows of TPC-H's queries that the local Athena gives", async () => {
    for (const name of TABLES) {
      const answer = await askTrino(trino.address, `SELECT * FROM ${name}`, "tpch.tiny");
      if ("error" in answer) throw new Error(answer.error);
      await athena.put(name, answer);
    }
    const played: Played[] = [];
    for (const [id, sql] of Object.entries(TPCH)) {
      const expected = await askTrino(trino.address, sql, "tpch.tiny");
      const statement: Statement = { id, about: "TPC-H", sql, expected, unordered: false };
      played.push({ statement, ...compare(statement, await athena.ask(sql)), milliseconds: 0 });
    }
    process.stdout.write(`${matrix(played)}\n`);
    expect(played.filter(({ statement }) => "error" in statement.expected)).to.deep.equal([]);
    expect(unequal(played)).to.deep.equal([]);
  });
});

function idOf(line: string): string {
  return line.split("\t")[1] ?? "";
}
