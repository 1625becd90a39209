/** Checks of a table as it is declared. */
import { isIdentifier } from "../../audit/identifier";
import { ParseError, QueryError } from "../../athena-sql/trino/errors";
import { parseType } from "../../athena-sql/trino/type-text";
import type { DeclaredTable } from "./declared";
import { findingAt, type Finding, type FindingCode, type ReadSource } from "./finding";
import { suggestion } from "./suggestion";

/**
 * Types of partition keys: their values are text, and Glue's filters know these (Glue web API reference, "GetPartitions",
 * Expression).
 */
const partitionTypes = /^(tinyint|smallint|int|bigint|string|date)$/;

const knownTypes = [
  ...["boolean", "tinyint", "smallint", "int", "bigint", "float", "double", "string", "date", "timestamp", "binary"],
  ...["varchar(…)", "char(…)", "decimal(…,…)", "array<…>", "map<…>", "struct<…>"],
];

/** Faults of a table's name, columns and partition keys. */
export function tableFindings(table: DeclaredTable, read: ReadSource): Finding[] {
  const { tableName, columns, partitionKeys, site } = table;
  const found: Finding[] = [];
  const add = (path: string, code: FindingCode, message: string, help?: string): void =>
    void found.push(findingAt(site.at(path), read, { code, message, ...(help && { help }) }));
  const nameRule = "Glue and Athena take 1 to 255 lower-case letters, digits and underscores.";
  if (!isIdentifier(tableName)) add("name", "invalid-name", `'${tableName}' is no name of a table`, nameRule);
  if (Object.keys(columns).length === 0) add("columns", "no-columns", `${tableName} has no columns`);
  for (const [path, group] of [
    ["columns", columns],
    ["partitionKeys", partitionKeys],
  ] as const) {
    for (const [name, type] of Object.entries(group)) {
      const place = `${path}.${name}`;
      if (!isIdentifier(name)) add(place, "invalid-name", `'${name}' is no name of a column`, nameRule);
      const problem = typeFault(type);
      if (problem) add(place, "invalid-type", `'${type}' is no type of a column: ${problem}`, typeSuggestion(type));
      else if (group === partitionKeys && !partitionTypes.test(type)) {
        const help = "partition values are text in S3 keys: use string, date or an integer.";
        add(place, "partition-keys", `${name} is a partition key of the type ${type}`, help);
      }
    }
  }
  for (const name of Object.keys(partitionKeys)) {
    if (columns[name] !== undefined) {
      const help = "a partition key is a column already: leave it out of the columns.";
      add(`columns.${name}`, "partition-keys", `'${name}' is a column and a partition key of ${tableName}`, help);
    }
  }
  aboutFaults(table, add);
  return found;
}

/** Glue web API reference, "TableInput" and "Column": an owner and a comment are one line of at most 255 characters. */
const longestLine = 255;

function aboutFaults(
  { tableName, columns, about = {} }: DeclaredTable,
  add: (path: string, code: FindingCode, message: string, help?: string) => void,
): void {
  const known = Object.keys(columns);
  const line = (path: string, what: string, text: string): void => {
    if (text.length >= 1 && text.length <= longestLine && !/[\r\n\t]/.test(text)) return;
    add(path, "table-about", `${what} is no line of 1 to ${longestLine} characters`);
  };
  const column = (path: string, name: string): void => {
    if (!known.includes(name))
      add(path, "table-about", `there is no column '${name}' in ${tableName}`, suggestion(name, known));
  };
  if (about.owner !== undefined) line("about.owner", "the owner", about.owner);
  for (const [name, meaning = ""] of Object.entries(about.columns ?? {})) {
    column(`about.columns.${name}`, name);
    line(`about.columns.${name}`, `what '${name}' means`, meaning);
  }
  about.personalData?.forEach((name, index) => column(`about.personalData[${index}]`, name));
  about.tags?.forEach((tag, index) => {
    if (!/^[^,\s][^,\r\n\t]{0,99}$/.test(tag)) {
      add(`about.tags[${index}]`, "table-about", `'${tag}' is no tag of 1 to 100 characters without a comma`);
    }
  });
}

/** Tables of one name: `table(…)` could not tell them apart. */
export function sameNameFinding(table: DeclaredTable, first: DeclaredTable, read: ReadSource): Finding {
  return findingAt(table.site.at("name"), read, {
    code: "duplicate-table",
    message: `there are two tables '${table.tableName}', in ${first.zone} and ${table.zone}`,
    help: "models find tables by name: give one another name.",
  });
}

function typeFault(type: string): string | undefined {
  try {
    parseType(type);
    return undefined;
  } catch (error) {
    if (error instanceof QueryError) return error.message.replace(/^[A-Z_]+: /, "");
    if (error instanceof ParseError) return 'Athena documentation, "Data types in Amazon Athena", has the list';
    throw error;
  }
}

function typeSuggestion(type: string): string {
  const name = type.replace(/[(<].*$/, "");
  const synonyms: Readonly<Record<string, string>> = {
    text: "string",
    number: "double",
    integer: "int",
    long: "bigint",
    bool: "boolean",
    datetime: "timestamp",
    numeric: "decimal(38,2)",
  };
  return synonyms[name] ? `did you mean '${synonyms[name]}'?` : suggestion(name, knownTypes);
}
