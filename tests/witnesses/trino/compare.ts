/**
 * Holds the local Athena's answer against Trino's.
 */
import type { Result, Statement } from "./answers";
import type { LocalAnswer } from "./local-athena";

/**
 * How the two answers go together:
 * - `equal`: the same result, or an error on both sides,
 * - `refused`: Trino answers, the local runtime says that it does not run this,
 * - `blamed`: Trino answers, the local runtime says that the statement is wrong,
 * - `different`: another result,
 * - `accepted`: Trino refuses what the local runtime answers.
 */
export type Verdict = "equal" | "refused" | "blamed" | "different" | "accepted";

export function compare(
  statement: Pick<Statement, "sql" | "expected" | "unordered" | "firstRows">,
  local: LocalAnswer,
): {
  verdict: Verdict;
  why: string;
} {
  const { expected } = statement;
  if ("error" in expected) {
    return "error" in local ? { verdict: "equal", why: "" } : { verdict: "accepted", why: expected.error };
  }
  if ("error" in local) return { verdict: local.refused ? "refused" : "blamed", why: local.error };
  const why = difference(expected, local, statement);
  return why === undefined ? { verdict: "equal", why: "" } : { verdict: "different", why };
}

function difference(
  expected: Result,
  local: Result,
  { sql, unordered, firstRows }: Pick<Statement, "sql" | "unordered" | "firstRows">,
): string | undefined {
  const types = [expected.types, local.types].map((list) => list.map(plainType));
  if (types[0].join() !== types[1].join()) return `types ${types[1].join(", ")}, not ${types[0].join(", ")}`;
  // Trino writes names as the statement does; AWS does not say whether Athena does.
  const names = [expected.names ?? local.names, local.names].map((list) => (list ?? []).join(", ").toLowerCase());
  if (names[0] !== names[1]) return `names ${names[1]}, not ${names[0]}`;
  const count = firstRows ?? Infinity;
  if (firstRows === undefined ? expected.rows.length !== local.rows.length : local.rows.length < firstRows) {
    return `${local.rows.length} rows, not ${expected.rows.length}`;
  }
  const [wanted, given] = [expected.rows, local.rows.slice(0, count)].map((rows) => {
    const normal = rows.map((row) => row.map((value, i) => (value === null ? null : normalValue(value, types[0][i]))));
    return unordered || !isOrdered(sql)
      ? normal.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      : normal;
  });
  for (const [index, row] of wanted.entries()) {
    for (const [column, value] of row.entries()) {
      const other = given[index][column];
      if (!sameValue(value, other, types[0][column], /\bapprox_/i.test(sql) || unordered)) {
        return `row ${index + 1}, column ${column + 1}: ${shown(other)}, not ${shown(value)}`;
      }
    }
  }
  return undefined;
}

function shown(value: string | null): string {
  return value === null ? "NULL" : `'${value}'`;
}

/** Lengths of varchar differ between versions of Trino; they change no value. */
function plainType(type: string): string {
  return type
    .toLowerCase()
    .replace(/varchar\(\d+\)/g, "varchar")
    .replaceAll(", ", ",");
}

// Entries of a map have no order.
function normalValue(text: string, type: string): string {
  if (!type.startsWith("map(") || !text.startsWith("{")) return text;
  const parts: string[] = [];
  let depth = 0;
  let from = 1;
  for (let i = 1; i < text.length; i++) {
    if ("{[".includes(text[i])) depth += 1;
    if (depth === 0 && (text.startsWith(", ", i) || i === text.length - 1)) {
      parts.push(text.slice(from, i));
      from = i + 2;
    }
    if ("}]".includes(text[i])) depth -= 1;
  }
  return `{${parts.sort().join(", ")}}`;
}

// Mathematical functions may differ in the last digits: Java's and C's libraries do, and sums depend on their order.
function sameValue(a: string | null, b: string | null, type: string, approximate: boolean): boolean {
  if (a === b) return true;
  const numeric = ["double", "real"].includes(type) || (approximate && type === "bigint");
  if (a === null || b === null || !numeric) return false;
  const [x, y] = [Number(a), Number(b)];
  // Trino: "Approximate aggregate functions", the standard error is 2.3 %.
  const tolerance = approximate ? 0.1 : type === "real" ? 1e-6 : 1e-11;
  return Math.abs(x - y) <= Math.max(Math.abs(x), Math.abs(y)) * tolerance;
}

/** Whether the statement as a whole has an ORDER BY. */
function isOrdered(sql: string): boolean {
  return /\border\s+by\b(?!.*\)\s*[\w\s,]*$)/is.test(sql) || /\border\s+by\b[^()]*$/i.test(sql);
}
