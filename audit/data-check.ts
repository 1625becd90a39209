/** What must hold for a table's data before readers see it. */
import { type ColumnType, columnType, isNumeric } from "./column-type";
import type { Finding } from "./finding";
import { isIdentifier } from "./identifier";
import { nearestName } from "./nearest-name";

/** What a check looks at; members name columns of the table. */
export type CheckSubject<Column extends string = string> =
  /** No NULL in any of these columns. @example { notNull: ["record_date"] } */
  | { readonly notNull: readonly Column[] }
  /** No two rows with the same values in all of these columns, NULL being a value. @example { unique: ["record_date"] } */
  | { readonly unique: readonly Column[] }
  /** Only these values, or NULL. @example { accepted: { column: "state", values: ["OH", "IN"] } } */
  | { readonly accepted: { readonly column: Column; readonly values: readonly (string | number)[] } }
  /** Only values within these bounds, which are among them, or NULL. @example { range: { column: "co2_ton_oh", min: 0 } } */
  | { readonly range: { readonly column: Column; readonly min?: string | number; readonly max?: string | number } }
  /**
   * Only text in which this regular expression of Athena's finds something, or NULL: `^` and `$` hold it to the whole text.
   * @example { pattern: { column: "state", matches: "^[A-Z]{2}$" } }
   */
  | { readonly pattern: { readonly column: Column; readonly matches: string } }
  /**
   * A number of rows that lies within these factors of the prior date's; without a prior date anything does.
   * @example { rowCount: { atLeast: 0.9, atMost: 1.5 } }
   */
  | { readonly rowCount: { readonly atLeast?: number; readonly atMost?: number } }
  /**
   * No row as the result of a query; the data to be checked is the relation `candidate`.
   * @example { name: "total is the sum", sql: "select * from candidate where abs(a + b - total) > 1" }
   */
  | { readonly name: string; readonly sql: string };

/** One check of a table. */
export type DataCheck<Column extends string = string> = CheckSubject<Column> & {
  /** Whether a violation keeps the data from being published, or is recorded only. @default "error" */
  readonly level?: "error" | "warn";
};

/** Longest list of accepted values. */
const maximumValues = 1000;

/** What a check is called in records and messages. */
export function checkName(check: DataCheck): string {
  if ("notNull" in check) return `not null: ${check.notNull.join(", ")}`;
  if ("unique" in check) return `unique: ${check.unique.join(", ")}`;
  if ("accepted" in check) return `accepted values: ${check.accepted.column}`;
  if ("range" in check) {
    const { column, min, max } = check.range;
    return `range: ${column}${min === undefined ? "" : ` from ${min}`}${max === undefined ? "" : ` to ${max}`}`;
  }
  if ("pattern" in check) return `pattern: ${check.pattern.column}`;
  return "rowCount" in check ? "row count against the prior date" : check.name;
}

/** All faults of `checks` for a table with `columns` (Glue types by name); empty if they can be used. */
export function checkFaults(checks: readonly DataCheck[], columns: Readonly<Record<string, string>>): Finding[] {
  return checks.flatMap((check, index) => {
    const path = `checks[${index}]`;
    const findings = subjectFaults(check, path, columns);
    const name = checkName(check);
    const first = checks.findIndex((other) => checkName(other) === name);
    if (first < index) findings.push({ path, found: name, problem: `stands in checks[${first}] already` });
    return findings;
  });
}

function subjectFaults(check: DataCheck, path: string, columns: Readonly<Record<string, string>>): Finding[] {
  if ("notNull" in check) return columnsFaults(check.notNull, `${path}.notNull`, columns);
  if ("unique" in check) return columnsFaults(check.unique, `${path}.unique`, columns);
  if ("accepted" in check) {
    const { column, values } = check.accepted;
    const count = values.length >= 1 && values.length <= maximumValues;
    return [
      ...columnFaults(column, `${path}.accepted.column`, columns),
      ...(count
        ? []
        : [{ path: `${path}.accepted.values`, found: values.length, problem: "is no count of 1 to 1000" }]),
      ...values.flatMap((value, at) => valueFaults(value, column, `${path}.accepted.values[${at}]`, columns)),
    ];
  }
  if ("range" in check) {
    const { column, min, max } = check.range;
    const bounds = [min, max].filter((bound) => bound !== undefined);
    if (bounds.length === 0) return [{ path: `${path}.range`, found: check.range, problem: "has neither min nor max" }];
    return [
      ...columnFaults(column, `${path}.range.column`, columns),
      ...bounds.flatMap((bound) => valueFaults(bound, column, `${path}.range`, columns)),
    ];
  }
  if ("pattern" in check) {
    const { column, matches } = check.pattern;
    const type = columns[column];
    return [
      ...columnFaults(column, `${path}.pattern.column`, columns),
      ...(type === undefined || columnType(type)?.kind === "text"
        ? []
        : [
            {
              path: `${path}.pattern.column`,
              found: column,
              problem: `is ${type}, and a pattern is for text`,
            },
          ]),
      ...(isPattern(matches)
        ? []
        : [
            {
              path: `${path}.pattern.matches`,
              found: matches,
              problem: "is no regular expression on one line with its brackets closed",
            },
          ]),
    ];
  }
  if ("rowCount" in check) {
    const { atLeast, atMost } = check.rowCount;
    const bounds = [atLeast, atMost].filter((bound) => bound !== undefined);
    const faulty = bounds.length === 0 || bounds.some((bound) => !Number.isFinite(bound) || bound < 0);
    const problem = "needs atLeast or atMost, factors of the prior date's count";
    return faulty ? [{ path: `${path}.rowCount`, found: check.rowCount, problem }] : [];
  }
  const named = /^[\w ,.:()<>=+/%-]{1,100}$/.test(check.name);
  return [
    ...(named ? [] : [{ path: `${path}.name`, found: check.name, problem: "is no name of 1 to 100 plain characters" }]),
    ...(/^\s*(select|with)\b/i.test(check.sql) && !check.sql.includes(";")
      ? []
      : [{ path: `${path}.sql`, found: check.sql.slice(0, 60), problem: "must be one SELECT without a semicolon" }]),
  ];
}

/** Whether the brackets of a regular expression are closed; what else may be wrong with it, Athena says. */
function isPattern(text: string): boolean {
  let groups = 0;
  let inClass = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character < " ") return false;
    if (character === "\\" && ++at === text.length) return false;
    if (character === "\\") continue;
    if (inClass) inClass = character !== "]";
    else if (character === "[") inClass = true;
    else if (character === "(") groups += 1;
    else if (character === ")" && --groups < 0) return false;
  }
  return text !== "" && groups === 0 && !inClass;
}

function columnsFaults(names: readonly string[], path: string, columns: Readonly<Record<string, string>>): Finding[] {
  if (names.length === 0) return [{ path, found: names, problem: "names no column" }];
  return names.flatMap((name, index) => columnFaults(name, `${path}[${index}]`, columns));
}

function columnFaults(name: string, path: string, columns: Readonly<Record<string, string>>): Finding[] {
  if (Object.keys(columns).includes(name) && isIdentifier(name)) return [];
  const suggestion = nearestName(name, Object.keys(columns));
  return [{ path, found: name, problem: "is no column of the table", ...(suggestion && { suggestion }) }];
}

/** Whether a value can be compared with a column's. */
function valueFaults(
  value: string | number,
  column: string,
  path: string,
  columns: Readonly<Record<string, string>>,
): Finding[] {
  const type: ColumnType | undefined = columns[column] === undefined ? undefined : columnType(columns[column]);
  if (!type) return [];
  const fits = isNumeric(type.kind) ? typeof value === "number" && Number.isFinite(value) : typeof value === "string";
  if (!fits) return [{ path, found: value, problem: `cannot be compared with ${column}, a ${columns[column]}` }];
  const dated = type.kind !== "date" || /^\d{4}-\d{2}-\d{2}$/.test(String(value));
  return dated ? [] : [{ path, found: value, problem: "is no date; expected YYYY-MM-DD" }];
}
