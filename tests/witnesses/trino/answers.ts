/**
 * Answers of Trino to statements, recorded or just given.
 */
import { readFileSync } from "node:fs";
import { z } from "zod";

const answer = z.union([
  z.object({
    types: z.array(z.string()),
    names: z.array(z.string()).optional(),
    /** As Athena prints values in a result file; null for NULL. */
    rows: z.array(z.array(z.string().nullable())),
  }),
  z.object({ error: z.string() }),
]);

/** What an engine answers: a result, or why there is none. */
export type Answer = z.infer<typeof answer>;

/** An answer with rows. */
export type Result = Exclude<Answer, { error: string }>;

const recordedStatement = z.object({
  id: z.string(),
  /** What the statement is about. */
  about: z.string(),
  sql: z.string(),
  /** The answer of Trino 476. */
  trino: answer,
  /** The answer of Trino 435, where that differs. */
  trino435: answer.optional(),
  /** Rows come in any order. */
  unordered: z.boolean().optional(),
  /** Only so many of the rows are recorded. */
  firstRows: z.number().optional(),
});

export interface Statement {
  readonly id: string;
  readonly about: string;
  readonly sql: string;
  /** Trino's answer: the older one's where two versions disagree, since Athena's is then unknown. */
  readonly expected: Answer;
  readonly unordered: boolean;
  readonly firstRows?: number;
}

/** Reads statements, one JSON object a line. @throws ZodError for lines that are none */
export function readStatements(path: string): Statement[] {
  const lines = readFileSync(path, "utf8").split("\n");
  return lines
    .filter((line) => line !== "")
    .map((line) => {
      const { id, about, sql, trino, trino435, unordered, firstRows } = recordedStatement.parse(JSON.parse(line));
      return { id, about, sql, expected: expectedAnswer(trino, trino435), unordered: unordered ?? false, firstRows };
    });
}

function expectedAnswer(newer: Answer, older: Answer | undefined): Answer {
  if (!older) return newer;
  return "error" in older || "error" in newer ? older : { ...older, names: newer.names };
}
