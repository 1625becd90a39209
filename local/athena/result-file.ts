/**
 * Results as Athena stores them: CSV with every value quoted, NULL as nothing at all.
 */
import { createReadStream, createWriteStream, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { ResultColumn } from "../../athena-sql/dialect/translate";
import { resultText } from "../../athena-sql/dialect/text";
import { quote } from "../../athena-sql/dialect/typed";
import { hearingRefusals } from "./native/refusals";
import type { Run } from "./run";

/** Writes a query's rows, columns `c1`, `c2`, … of `sql`, as CSV. @returns the file and the number of rows */
export async function writeResult(
  sql: string,
  columns: readonly ResultColumn[],
  run: Run,
): Promise<{ path: string; rows: number }> {
  const body = join(run.scratch, "body.csv");
  const path = join(run.scratch, "result.csv");
  const texts = columns.map(({ type }, index) => `${resultText(`c${index + 1}`, type)} AS c${index + 1}`).join(", ");
  const copied = await hearingRefusals(sql, () =>
    run.connection.runAndReadAll(
      `COPY (SELECT ${texts} FROM (${sql})) TO ${quote(body)} (FORMAT csv, HEADER false, QUOTE '"', ESCAPE '"', FORCE_QUOTE *, NULLSTR '')`,
    ),
  );
  const names = columns.map(({ name }) => `"${name.replaceAll('"', '""')}"`);
  writeFileSync(path, `${names.join(",")}\n`);
  await pipeline(createReadStream(body), createWriteStream(path, { flags: "a" }));
  return { path, rows: Number(copied.getRows()[0]?.[0] ?? 0) };
}

/** Rows of a result file, NULL as undefined. */
export function readResult(text: string): (string | undefined)[][] {
  const rows: (string | undefined)[][] = [];
  let row: (string | undefined)[] = [];
  let offset = 0;
  while (offset < text.length) {
    if (text[offset] === '"') {
      let end = offset + 1;
      for (;;) {
        end = text.indexOf('"', end);
        if (text[end + 1] !== '"') break;
        end += 2;
      }
      row.push(text.slice(offset + 1, end).replaceAll('""', '"'));
      offset = end + 1;
    } else row.push(undefined);
    if (text[offset] === "," && offset + 1 < text.length) {
      offset += 1;
      // A NULL at the end of a line leaves nothing after its comma.
      if (text[offset] === "\n") {
        row.push(undefined);
      } else continue;
    }
    offset += 1;
    rows.push(row);
    row = [];
  }
  return rows;
}
