/**
 * Statements with the answers that a real Trino 435 gave, as they are kept in the repository: what many of them share (a list of
 * values, a column of their results) stands there once.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Statement } from "./answers";

const FILE = join(__dirname, "recorded.jsonl");

const column = z.array(z.string().nullable());

const line = z.union([
  z.object({ part: z.string(), sql: z.string() }),
  z.object({ part: z.string(), column }),
  z.object({
    id: z.string(),
    about: z.string(),
    /** `@name` stands for a part. */
    sql: z.string(),
    error: z.string().optional(),
    types: z.array(z.string()).optional(),
    names: z.array(z.string()).optional(),
    /** The result by columns; a text names a part. */
    columns: z.array(z.union([z.string(), column])).optional(),
    unordered: z.boolean().optional(),
  }),
]);

/** The statements in their order. @throws ZodError for lines that are none */
export function recordedStatements(): Statement[] {
  const texts = new Map<string, string>();
  const columns = new Map<string, (string | null)[]>();
  const statements: Statement[] = [];
  for (const text of readFileSync(FILE, "utf8").split("\n").filter(Boolean)) {
    const read = line.parse(JSON.parse(text));
    if ("part" in read) {
      if ("column" in read) columns.set(read.part, read.column);
      else texts.set(read.part, read.sql);
      continue;
    }
    const { id, about, error, types = [], names, unordered = false } = read;
    const sql = read.sql.replace(/@(\w+)@/g, (_whole, name: string) => texts.get(name) ?? "");
    const result = (read.columns ?? []).map((part) => (typeof part === "string" ? (columns.get(part) ?? []) : part));
    const rows = (result[0] ?? []).map((_, row) => result.map((values) => values[row]));
    const expected = error === undefined ? { types, names: names ?? types.map((_, i) => `_col${i}`), rows } : { error };
    statements.push({ id, about, sql, expected, unordered });
  }
  return statements;
}
