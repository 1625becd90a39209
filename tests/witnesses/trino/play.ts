/**
 * Plays all statements with recorded answers on the local Athena and prints how many end alike: `npx ts-node play.ts [FILE]`.
 */
import { existsSync, readFileSync } from "node:fs";
import { readStatements } from "./answers";
import { compare } from "./compare";
import { LocalAthena } from "./local-athena";

async function main(): Promise<void> {
  const [, , path, filter, show] = process.argv;
  if (!existsSync(path)) throw new Error(`no ${path}`);
  const athena = await LocalAthena.open();
  for (const [name, t] of Object.entries(JSON.parse(readFileSync("/tmp/tpch.json", "utf8"))))
    await athena.put(name, t as never);
  const counts = new Map<string, number>();
  for (const statement of readStatements(path)) {
    const started = performance.now();
    const local = await athena.ask(statement.sql);
    const took = performance.now() - started;
    if (took > 2000) console.log(`SLOW ${Math.round(took)} ms ${statement.id}`);
    const { verdict, why } = compare(statement, local);
    counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
    if (filter?.split(",").includes(verdict))
      console.log(`${verdict}\t${statement.id}\t${why.slice(0, 300)}\t${statement.sql.slice(0, Number(show ?? 300))}`);
  }
  console.log([...counts].map(([verdict, count]) => `${count} ${verdict}`).join(", "));
  athena.close();
}

void main();
