/**
 * Which part of a table a row came from. Of a table of one file the explanation's query knows it; of many, Athena's hidden column
 * `$path` says it (Athena User Guide, "Get the file locations for source data in Amazon S3"), of the rows that are explained.
 */
import type { ComparedDates } from "../../audit/comparison";
import { runKey, runsTableName } from "../../audit/data-check-query";
import type { SourceFiles } from "../../audit/explanation/explained";
import { textOf } from "../../audit/explanation/origin";
import type { LakeKnowledge } from "../../audit/explanation/plan";
import type { SourceTable } from "../../audit/explanation/scope";
import type { Explanation } from "../../audit/explanation/tree";
import { identifier } from "../../audit/identifier";
import { dateLiteral, literal } from "../../audit/literal";

/** Rows that are looked for in one query: each is a condition of it. */
const mostRows = 200;

/** Asks Athena; answers rows by column. */
export type Ask = (sql: string) => Promise<Record<string, unknown>[]>;

/** The same explanations, with the parts that carried values where tables have several. */
export async function withParts(
  explanations: readonly Explanation[],
  knowledge: Pick<LakeKnowledge, "tables" | "files">,
  dates: ComparedDates,
  ask: Ask,
): Promise<Explanation[]> {
  const found = new Map<string, Explanation["files"]>();
  for (const table of knowledge.tables) {
    const files = knowledge.files[`${table.database}.${table.table}`] as SourceFiles | undefined;
    const grains = grainsOf(explanations, table).slice(0, mostRows);
    if (grains.length === 0) continue;
    for (const side of ["current", "prior"] as const) {
      const parts = files?.[side] ?? [];
      const run = files?.runs?.[side];
      if (parts.length < 2 || run === undefined) continue;
      const date = side === "current" ? dates.execDate : dates.priorDate;
      for (const row of await ask(placesQuery(table, grains, run, date))) {
        const grain = table.grain.map((_, index) => textOrNull(row[`key_${index + 1}`]));
        const name = textOrNull(row.place)?.split("/").pop();
        const file = parts.find((part) => part.name === name);
        const key = rowKey(table.table, grain);
        // Rows that are not told apart may be of several parts: then none is named.
        const known = found.get(key)?.[side];
        found.set(key, { ...found.get(key), [side]: known && known.key !== file?.key ? undefined : file });
      }
    }
  }
  const grow = (explanation: Explanation): Explanation => ({
    ...explanation,
    files: { ...explanation.files, ...found.get(rowKey(explanation.table, explanation.grain)) },
    causes: explanation.causes.map((cause) => ({ ...cause, source: grow(cause.source) })),
  });
  return found.size === 0 ? [...explanations] : explanations.map(grow);
}

/** What tells the rows of a table apart that explanations speak of, each once. */
function grainsOf(explanations: readonly Explanation[], table: SourceTable): (string | null)[][] {
  const found = new Map<string, (string | null)[]>();
  const look = ({ table: name, grain, causes }: Explanation): void => {
    if (name === table.table && table.grain.length > 0) {
      const values = table.grain.map((_, index) => grain.at(index) ?? null);
      found.set(rowKey(name, values), values);
    }
    for (const { source } of causes) look(source);
  };
  explanations.forEach(look);
  return [...found.values()];
}

/** SELECT of `key_1` … and `place`: where the rows of a run are. */
function placesQuery(
  { database, table, grain, columns }: SourceTable,
  rows: readonly (readonly (string | null)[])[],
  run: string,
  date: string,
): string {
  const keys = grain.map(({ column, type }) => textOf(identifier(column), type));
  const conditions = rows.map((row) => {
    const parts = keys.map((key, index) => {
      const value = row[index] ?? null;
      return value === null ? `${key} IS NULL` : `${key} = ${literal(value)}`;
    });
    return `(${parts.join(" AND ")})`;
  });
  const dated = columns.some(({ column }) => column === "exec_date") ? ` AND exec_date = ${dateLiteral(date)}` : "";
  return (
    `SELECT ${keys.map((key, index) => `${key} AS key_${index + 1}`).join(", ")}, "$path" AS place ` +
    `FROM ${identifier(database)}.${identifier(runsTableName(table))} ` +
    `WHERE ${identifier(runKey)} = ${literal(run)}${dated} AND (${conditions.join(" OR ")})`
  );
}

function rowKey(table: string, grain: readonly (string | null)[]): string {
  let length = grain.length;
  while (length > 0 && (grain[length - 1] ?? null) === null) length -= 1;
  return JSON.stringify([table, ...grain.slice(0, length)]);
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
