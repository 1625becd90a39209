/**
 * The statements of Trino's own tests, asked of a real Trino and of the local Athena (`npm run slow:trino`): every sixth of some
 * 4,000, or as many as TRIBUTARY_STATEMENTS says. What is known to be unequal of them stands in own-unequal.txt, by hash of the
 * statement; TRIBUTARY_RECORD=1 writes that anew, to be reviewed.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Answer, Statement } from "./answers";
import { compare } from "./compare";
import { LocalAthena } from "./local-athena";
import { ownStatements } from "./own-statements";
import { TABLES } from "./tpch";
import { askTrino } from "./trino-client";
import { requireTrino, type TrinoServer } from "./trino-server";
import { matrix, unequal, type Played } from "./verdicts";

const KNOWN = join(__dirname, "own-unequal.txt");

/** Statements that Trino is asked at a time. */
const AT_ONCE = 8;

/** What differs from one time to the next. */
const VOLATILE = /\b(rand|random|uuid|now|current_\w+|local\w*time\w*|shuffle|version|tablesample)\b/i;
/** Statements that may choose rows: only their number, names and types say something. */
const CHOOSING =
  /\b(limit|fetch\s+first|fetch\s+next|offset|arbitrary|any_value|approx_\w+|\w*_agg|row_number|ntile)\b/i;

describe("Trino's own statements beside the local Athena", function () {
  this.timeout(3_600_000);
  let trino: TrinoServer;
  let athena: LocalAthena;

  before(async function () {
    trino = await requireTrino(this);
    athena = await LocalAthena.open();
    for (const name of TABLES) {
      const answer = await askTrino(trino.address, `SELECT * FROM ${name}`, "plain.tiny");
      if ("error" in answer) throw new Error(answer.error);
      await athena.put(name, answer);
    }
  });
  after(async () => {
    (athena as LocalAthena | undefined)?.close();
    await (trino as TrinoServer | undefined)?.close();
  });

  it("end alike, but for those that are known", async () => {
    const all = (await ownStatements(trino.classpath)).filter(({ sql }) => !VOLATILE.test(sql));
    const step = Math.max(1, Math.ceil(all.length / Number(process.env.TRIBUTARY_STATEMENTS ?? 700)));
    const asked = all.filter((_, index) => index % step === 0);
    const played: Played[] = [];
    for (let from = 0; from < asked.length; from += AT_ONCE) {
      const some = asked.slice(from, from + AT_ONCE);
      const answers = await Promise.all(some.map(({ sql }) => askTrino(trino.address, sql, "plain.tiny")));
      for (const [index, { id, about, sql }] of some.entries()) {
        const [expected, local] = [answers[index], await athena.ask(sql)].map(CHOOSING.test(sql) ? numbered : same);
        const statement: Statement = { id, about, sql, expected, unordered: true };
        played.push({ statement, ...compare(statement, local), milliseconds: 0 });
      }
    }
    process.stdout.write(`${matrix(played)}\n`);
    const found = unequal(played);
    if (process.env.TRIBUTARY_RECORD === "1") writeFileSync(KNOWN, `${found.join("\n")}\n`);
    const known = new Set(readFileSync(KNOWN, "utf8").split("\n").map(keyOf));
    expect(found.filter((line) => !known.has(keyOf(line)))).to.deep.equal([]);
  });
});

function same<A extends Answer>(answer: A): A {
  return answer;
}

/** A result with the number of its rows in place of the rows. */
function numbered<A extends Answer>(answer: A): A {
  if ("error" in answer) return answer;
  return { ...answer, rows: answer.rows.map(() => answer.types.map(() => null)) };
}

/** A statement with its verdict: one that turns from refused to different is new. */
function keyOf(line: string): string {
  return line.split("\t").slice(0, 2).join("\t");
}
