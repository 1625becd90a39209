/**
 * Renders a model so that every word of the SQL knows where in the templates it was written: a mark travels through macros and
 * filters before each word, and is taken out of the result.
 */
import { Environment, type ILoader, type LoaderSource } from "nunjucks";
import { renderModel, type ModelContext } from "../../functions/runs/render-model";
import type { SourcePlace } from "./finding";
import {
  allParts,
  compileTree,
  offsetOf,
  parseTemplate,
  placeAt,
  templateData,
  type TemplateNode,
} from "./template-syntax";

/** Rendered SQL, and where each character of it comes from. */
export interface MarkedSql {
  readonly sql: string;
  /** Place in a template of an offset in `sql`; `length` is that of what stands there. */
  at(offset: number, length?: number): SourcePlace;
}

/** A stretch of a template. Words keep their own offsets; whatever an expression gives is at the expression. */
interface Origin {
  readonly path: string;
  readonly offset: number;
  readonly length: number;
  readonly word: boolean;
}

/** A mark is the number of its origin between two characters that no SQL has. */
const open = "\uE000";
const close = "\uE001";
const marks = new RegExp(`${open}(\\d+)${close}`, "g");

/**
 * Renders the model `name` as {@link renderModel} does.
 *
 * @param folder of the templates, for places
 * @throws what renderModel throws
 */
export function renderMarked(
  name: string,
  templates: Readonly<Record<string, string>>,
  context: ModelContext,
  folder: string,
): MarkedSql {
  const sql = renderModel(name, templates, context);
  // Marks could change what a template that measures or compares its own text does: then its places are less exact.
  for (const literals of [true, false]) {
    const marked = new Marking(templates, literals).render(name, context);
    if (marked !== undefined && marked.sql === sql) {
      return {
        sql,
        at(offset, length) {
          const { origin, into } = marked.at(offset);
          const inside = origin.word ? Math.min(into, Math.max(0, origin.length - 1)) : 0;
          const room = origin.length - inside;
          const shown = origin.word && length !== undefined ? Math.min(length, room) : room;
          return placeAt(templates[origin.path], origin.offset + inside, `${folder}/${origin.path}`, shown);
        },
      };
    }
  }
  return { sql, at: () => ({ file: `${folder}/${name}`, line: 1, column: 1 }) };
}

class Marking {
  private readonly origins: Origin[] = [];

  constructor(
    private readonly templates: Readonly<Record<string, string>>,
    /** Whether texts within tags that look like SQL are marked too. */
    private readonly literals: boolean,
  ) {}

  render(name: string, context: ModelContext): { sql: string; at(offset: number): Placed } | undefined {
    const compiled = new Map<string, object>();
    const loader: ILoader = {
      getSource: (path: string): LoaderSource => {
        const code = compiled.get(path) ?? compileTree(this.marked(path), path);
        compiled.set(path, code);
        // As nunjucks's own loader of precompiled templates answers.
        return { src: { type: "code", obj: code }, path, noCache: false } as unknown as LoaderSource;
      },
    };
    try {
      const environment = new Environment(loader, { autoescape: false, throwOnUndefined: true });
      return this.read(environment.render(name, modelValues(context)));
    } catch {
      return undefined;
    }
  }

  private mark(origin: Origin): string {
    return `${open}${this.origins.push(origin) - 1}${close}`;
  }

  /** The tree of a template with marks in its texts and before its expressions. */
  private marked(path: string): TemplateNode {
    const source = this.templates[path];
    const parsed = parseTemplate(source, path);
    if ("fault" in parsed) throw new Error(parsed.fault.message);
    let cursor = 0;
    for (const node of allParts(parsed.tree)) {
      if (node.typename === "TemplateData") {
        const text = String(node.value);
        // Whitespace control may have taken some off either end; the rest stands there as it is.
        const start = source.indexOf(text, cursor);
        if (start < 0) continue;
        cursor = start + text.length;
        node.value = text.replace(/\S+/g, (word, at: number) => {
          return this.mark({ path, offset: start + at, length: word.length, word: true }) + word;
        });
      } else if (node.typename === "Output" && node.children?.some(({ typename }) => typename !== "TemplateData")) {
        const start = offsetOf(node, source);
        const end = source.indexOf("}}", start);
        const length = Math.max(2, (end < 0 ? start : end + 2) - start);
        node.children.unshift(templateData(this.mark({ path, offset: start, length, word: false })));
      } else if (this.literals && node.typename === "Literal" && typeof node.value === "string") {
        const start = offsetOf(node, source) + 1;
        const text = node.value;
        if (/[\s(]/.test(text) && source.startsWith(text, start)) {
          node.value = this.mark({ path, offset: start, length: text.length, word: true }) + text;
        }
      }
    }
    return parsed.tree;
  }

  /** Takes the marks out. */
  private read(rendered: string): { sql: string; at(offset: number): Placed } {
    const starts: { from: number; origin: Origin }[] = [];
    let sql = "";
    let last = 0;
    for (const match of rendered.matchAll(marks)) {
      sql += rendered.slice(last, match.index);
      last = match.index + match[0].length;
      starts.push({ from: sql.length, origin: this.origins[Number(match[1])] });
    }
    sql += rendered.slice(last);
    const trimmed = sql.length - sql.trimStart().length;
    return {
      sql: `${sql.trim()}\n`,
      at(offset) {
        const wanted = offset + trimmed;
        let found = starts[0];
        for (const start of starts) {
          if (start.from > wanted) break;
          // At one offset an expression's mark comes first, then that of the word which it gave.
          found = start;
        }
        return { origin: found.origin, into: wanted - found.from };
      },
    };
  }
}

interface Placed {
  readonly origin: Origin;
  readonly into: number;
}

/** The same values as renderModel gives. */
function modelValues({ execDate, tables, parameters, latest = {}, variables = {} }: ModelContext): object {
  const literal = (text: string): string => `'${text.replace(/'/g, "''")}'`;
  return {
    ...variables,
    ...(execDate !== undefined && { exec_date: `date ${literal(execDate)}` }),
    parameters: Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, literal(value)])),
    latest: Object.fromEntries(Object.entries(latest).map(([key, value]) => [key, `date ${literal(value)}`])),
    table: (wanted: string): string | undefined => tables[wanted.replace(marks, "")],
  };
}
