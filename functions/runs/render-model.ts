/**
 * Renders a model: nunjucks over Athena SQL. Pure, so that what a preview checks and what a run executes are the same text.
 */
import { Environment, lib, type ILoader, type LoaderSource } from "nunjucks";
import { fault } from "../invocation/fault";
import { parseExecDate } from "../invocation/exec-date";

/** What a model may refer to. */
export interface ModelContext {
  /** Execution date `YYYY-MM-DD`; models see it as the SQL literal `date '…'` named `exec_date`. Views have none. */
  readonly execDate?: string;
  /** Qualified names of the lake's tables by table name; models call `table("utility_data_oh")`. */
  readonly tables: Readonly<Record<string, string>>;
  /** The pipeline's parameters; models see each as an SQL string literal under `parameters`. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Newest dates of other pipelines by name; models see each as a literal under `latest`. @default none */
  readonly latest?: Readonly<Record<string, string>>;
  /** Further variables, as they are. @default none */
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** Names of the templates that a template imports, includes or extends. */
export function importedTemplates(source: string): string[] {
  const names: string[] = [];
  const tag = /\{%-?\s*(?:from|import|include|extends)\s+(["'])(.+?)\1/g;
  for (let match = tag.exec(source); match; match = tag.exec(source)) names.push(match[2]);
  return names;
}

/**
 * Renders one template to SQL.
 *
 * @param name path of the model, e.g. `usghgemission/utility_emissions_daily.sql`
 * @param templates sources by path: the model and all that it imports
 * @throws `TemplateMissing`, or `TemplateInvalid` with the file, line and column that nunjucks reports
 */
export function renderModel(
  name: string,
  templates: Readonly<Record<string, string>>,
  { execDate, tables, parameters, latest = {}, variables = {} }: ModelContext,
): string {
  const loader: ILoader = {
    getSource(path: string): LoaderSource {
      if (templates[path] === undefined) {
        throw fault(
          "TemplateMissing",
          `${path}: there is no such template; there are ${Object.keys(templates).join(", ")}.`,
        );
      }
      return { src: templates[path], path, noCache: true };
    },
  };
  // SQL is no HTML: autoescape off. An undefined variable is a mistake, never an empty string.
  const environment = new Environment(loader, {
    autoescape: false,
    throwOnUndefined: true,
    trimBlocks: true,
    lstripBlocks: true,
  });
  const literal = (text: string): string => `'${text.replace(/'/g, "''")}'`;
  const context = {
    ...variables,
    ...(execDate !== undefined && { exec_date: `date ${literal(parseExecDate(execDate, name))}` }),
    parameters: Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, literal(value)])),
    latest: Object.fromEntries(
      Object.entries(latest).map(([key, value]) => [key, `date ${literal(parseExecDate(value, name))}`]),
    ),
    table(wanted: string): string {
      if (tables[wanted] === undefined) {
        throw fault(
          "TemplateInvalid",
          `${name}: there is no table '${wanted}' in this lake; it has ${Object.keys(tables).sort().join(", ")}.`,
        );
      }
      return tables[wanted];
    },
  };
  try {
    return `${environment.render(name, context).trim()}\n`;
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof lib.TemplateError || (error as Error).name === "Template render error") {
      throw fault("TemplateInvalid", message.replace(/^\((.+?)\)/, "$1:").replace(/\s*\n\s*/g, " "));
    }
    throw error;
  }
}
