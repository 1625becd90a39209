/** Measures the shapes of an audit on a real Trino of one node, over tables in its memory. Needs Java 17 and Maven. */
import { askTrino } from "../tests/witnesses/trino/trino-client";
import { missingForTrino, TrinoServer } from "../tests/witnesses/trino/trino-server";
import { SAMPLE_COLUMNS } from "../cli/sample/schema";
import { dates, shapesOf } from "./audit-shapes";
import { inMilliseconds, interleaved, load, markdown, ratio } from "./measure";

const units = 72;
/** Trino's tables in memory may take 128 MiB. */
const hours = 3000;

/** A value for each Glue type, of `u`nit and `h`our, different for each column. */
const values: Readonly<Record<string, (seed: number) => string>> = {
  int: (seed) => `(u * ${seed}) % 31`,
  float: (seed) => `CAST((u * ${7 + seed} + h * ${3 + seed}) % 1009 AS real) / 8`,
  string: (seed) => `CAST((u + ${seed}) % 5 AS varchar)`,
};

/** One side of the comparison; one row in `each` differs in all measurements. */
function side(date: string, each: number | undefined): string {
  const changed =
    each === undefined ? "" : ` + CASE WHEN (u * 7919 + h * 104729) % ${each} = 0 THEN REAL '1' ELSE REAL '0' END`;
  const expressions = SAMPLE_COLUMNS.map(({ name, glue: type }, seed) => {
    if (name === "plant_id_eia") return `u % 30 AS ${name}`;
    if (name === "emissions_unit_id_epa") return `CAST(u AS varchar) AS ${name}`;
    if (type === "timestamp") return `date_add('hour', h, TIMESTAMP '1996-01-01 00:00:00.000') AS ${name}`;
    return `${values[type](seed)}${type === "float" ? changed : ""} AS ${name}`;
  });
  return `SELECT ${expressions.join(", ")}, DATE '${date}' AS exec_date
FROM UNNEST(sequence(0, ${hours - 1})) AS hours (h) CROSS JOIN UNNEST(sequence(1, ${units})) AS units (u)`;
}

/** The page's section. Throws if what Trino needs is not there. */
export async function trinoSection(rounds: number): Promise<string> {
  const missing = await missingForTrino();
  if (missing !== undefined) throw new Error(missing);
  const begun = load();
  const server = await TrinoServer.start();
  const ask = async (sql: string): Promise<void> => {
    const answer = await askTrino(server.address, sql, "memory.db");
    if ("error" in answer) throw new Error(`${String(answer.error)}\n${sql}`);
  };
  try {
    await ask("CREATE SCHEMA memory.db");
    const rows: string[][] = [];
    for (const { share, each } of [
      { share: "0.01 %", each: 10_000 },
      { share: "1 %", each: 100 },
    ]) {
      await ask("DROP TABLE IF EXISTS utility_data");
      await ask(`CREATE TABLE utility_data AS ${side(dates.execDate, undefined)}`);
      await ask(`INSERT INTO utility_data ${side(dates.priorDate, each)}`);
      for (const count of [1, 3, 11]) {
        const cases = Object.entries(shapesOf(count, true)).map(([name, sql]) => ({ name, run: () => ask(sql) }));
        const [audit, joins, full] = await interleaved(cases, rounds);
        const times = [audit, joins, full].map(({ milliseconds }) => milliseconds);
        rows.push([
          share,
          String(count),
          ...times.map(inMilliseconds),
          ratio(times[0], times[2]),
          ratio(times[0], times[1]),
        ]);
      }
    }
    return `Two dates of ${(units * hours).toLocaleString("en")} rows in the memory of a Trino of one node, times of the wall, the rows found counted; median of ${rounds};
load ${begun} at first, ${load()} at the end.

${markdown(["changed", "attributes", "audit", "self-joins", "full join", "audit ÷ full join", "audit ÷ self-joins"], rows)}`;
  } finally {
    await server.close();
  }
}
