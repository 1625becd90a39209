/** The SQL models of a lake: read from the program's folder, rendered and parsed while the program is evaluated. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { ast, Dialect, init, isInitialized, parse } from "@polyglot-sql/sdk";
import { renderModel } from "../functions/render-model";
import { ProgramError } from "./fault";

/** Sources of all templates below a folder, by path relative to it with `/`. */
export function readTemplates(folder: string): Readonly<Record<string, string>> {
  const templates: Record<string, string> = {};
  const read = (directory: string): void => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) read(path);
      else if (entry.name.endsWith(".sql"))
        templates[relative(folder, path).split(sep).join("/")] = readFileSync(path, "utf8");
    }
  };
  read(folder);
  return templates;
}

/** A table as SQL names it. */
export interface TableReference {
  readonly database: string;
  readonly table: string;
}

/** A model rendered for a sample date. */
export interface RenderedModel {
  readonly sql: string;
  /** Names given to `table(…)`, to be passed to the function that renders at run time. */
  readonly tables: Readonly<Record<string, string>>;
}

/** Any date will do: the date changes values, never tables. */
const sampleDate = "2000-01-01";

/**
 * Renders a model as its first run will.
 *
 * @throws {@link ProgramError} with the template's file and line, or the unknown table's name
 */
export function renderSample(
  model: string,
  templates: Readonly<Record<string, string>>,
  tables: Readonly<Record<string, string>>,
  parameters: Readonly<Record<string, string>>,
): RenderedModel {
  const used: Record<string, string> = {};
  const watched = new Proxy(tables, {
    get(target, name: string): string | undefined {
      if (target[name] !== undefined) used[name] = target[name];
      return target[name];
    },
  });
  try {
    const sql = renderModel(model, templates, { execDate: sampleDate, tables: watched, parameters });
    return { sql, tables: used };
  } catch (error) {
    throw new ProgramError([{ place: `sql/${model}`, message: (error as Error).message }]);
  }
}

/**
 * The tables that a query reads, from its parsed text: what a task may read follows from this.
 *
 * @throws {@link ProgramError} with line and column if the text does not parse
 */
export async function tablesOf(sql: string, place: string): Promise<TableReference[]> {
  if (!isInitialized()) await init();
  // Athena engine version 3 is Trino; the parser's `athena` dialect reads backslashes as escapes, which Trino does not.
  const parsed = parse(sql, Dialect.Trino);
  if (!parsed.success || !parsed.ast) {
    throw new ProgramError([
      { place: `${place}:${parsed.errorLine ?? 1}:${parsed.errorColumn ?? 1}`, message: parsed.error ?? "not SQL" },
    ]);
  }
  const references = new Map<string, TableReference>();
  for (const statement of [parsed.ast].flat()) {
    for (const { table } of ast.getTables(statement) as unknown as { table: ParsedTable }[]) {
      // A name without a database is a common table expression, or it would not resolve on Athena either.
      if (table.schema) {
        const reference = { database: table.schema.name, table: table.name.name };
        references.set(`${reference.database}.${reference.table}`, reference);
      }
    }
  }
  return [...references.values()];
}

interface ParsedTable {
  readonly name: { readonly name: string };
  readonly schema: { readonly name: string } | null;
}
