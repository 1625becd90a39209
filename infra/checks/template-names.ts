/** Names in a template that stand for nothing: variables, macros, filters, tables, parameters. Found without rendering. */
import { Environment } from "nunjucks";
import { suggestion } from "./suggestion";
import { findingAt, type Finding, type FindingCode, type ReadSource } from "./finding";
import { isNode, macrosOf, signatureParts, topLevelNames, type Macro } from "./template-macros";
import { allParts, parseTemplate, partsOf, placeOfPart, type TemplateNode } from "./template-syntax";

/** What templates may refer to. */
export interface TemplateWorld {
  /** Sources by path below the folder of models. */
  readonly templates: Readonly<Record<string, string>>;
  /** Folder of the models, for places. @example "sql" */
  readonly folder: string;
  /** Names of the lake's tables. */
  readonly tables: readonly string[];
  /** Names of the pipeline's parameters. */
  readonly parameters: readonly string[];
  /** Names of pipelines whose latest date is read. */
  readonly latest: readonly string[];
  /** Names of further variables, which take the place of the execution date. @default none */
  readonly variables?: readonly string[];
  readonly read: ReadSource;
}

/** What every template sees: nunjucks documentation, "Global Functions". */
const globals = ["range", "cycler", "joiner", "true", "false", "none", "null"];
/** What a model sees, and a template that is included or imported with its context. */
const contextNames = ["exec_date", "latest", "parameters", "table"];
/** What a macro sees beside its arguments. */
const macroNames = ["caller", "varargs", "kwargs"];

const filters = new Environment(null);

/** Faults of a model and of every template that it takes in. */
export function templateNameFindings(model: string, world: TemplateWorld): Finding[] {
  const findings: Finding[] = [];
  const seen = new Set<string>();
  const check = (name: string, context: boolean): void => {
    const key = `${name} ${String(context)}`;
    if (seen.has(key)) return;
    seen.add(key);
    findings.push(...new NameCheck(name, context, world, check).findings());
  };
  check(model, true);
  return findings;
}

class NameCheck {
  private readonly found: Finding[] = [];
  private readonly macros = new Map<string, Macro>();
  /** Templates by the name that they were imported as. */
  private readonly imported = new Map<string, string>();

  constructor(
    private readonly name: string,
    private readonly context: boolean,
    private readonly world: TemplateWorld,
    private readonly also: (name: string, context: boolean) => void,
  ) {}

  findings(): Finding[] {
    const { world, name } = this;
    const parsed = parseTemplate(world.templates[name], this.file);
    if ("fault" in parsed) {
      const { message, at } = parsed.fault;
      return [findingAt(at, world.read, { code: "template-syntax", message })];
    }
    for (const [macro, signature] of macrosOf(parsed.tree)) this.macros.set(macro, signature);
    const names = new Set([...globals, ...(this.context ? this.seen : []), ...this.macros.keys()]);
    this.visit(parsed.tree, names);
    return this.found;
  }

  /** What a template with context sees. */
  private get seen(): readonly string[] {
    const { variables } = this.world;
    return variables ? [...contextNames.filter((name) => name !== "exec_date"), ...variables] : contextNames;
  }

  private get file(): string {
    return `${this.world.folder}/${this.name}`;
  }

  private add(node: TemplateNode, code: FindingCode, length: number, message: string, help?: string): void {
    const at = placeOfPart(node, this.file, length);
    this.found.push(findingAt(at, this.world.read, { code, message, ...(help && { help }) }));
  }

  private visit(node: TemplateNode, names: Set<string>): void {
    switch (node.typename) {
      case "Symbol":
        return this.symbol(node, names);
      case "Set":
        for (const part of [node.value, node.body]) if (isNode(part)) this.visit(part, names);
        for (const target of node.targets as TemplateNode[]) names.add(String(target.value));
        return;
      case "For": {
        this.visit(node.arr as TemplateNode, names);
        const inside = new Set([...names, "loop"]);
        for (const part of allParts(node.name as TemplateNode))
          if (part.typename === "Symbol") inside.add(String(part.value));
        this.visit(node.body as TemplateNode, inside);
        if (isNode(node.else_)) this.visit(node.else_, names);
        return;
      }
      case "Macro":
      case "Caller": {
        const inside = new Set([...names, ...macroNames]);
        for (const argument of signatureParts(node)) {
          inside.add(argument.name);
          if (argument.otherwise) this.visit(argument.otherwise, names);
        }
        return this.visit(node.body as TemplateNode, inside);
      }
      case "FromImport":
        return this.fromImport(node, names);
      case "Import": {
        const path = this.template(node);
        const target = String((node.target as TemplateNode).value);
        names.add(target);
        if (path !== undefined) this.imported.set(target, path);
        return;
      }
      case "Include":
      case "Extends":
        if (node.ignoreMissing !== true) this.template(node, true);
        return;
      case "FunCall":
        return this.call(node, names);
      case "LookupVal":
        return this.lookup(node, names);
      case "Filter":
        return this.filter(node, names);
      case "Is":
        return;
      case "Pair":
        return this.visit(node.value as TemplateNode, names);
      default:
        for (const part of partsOf(node)) this.visit(part, names);
    }
  }

  private symbol(node: TemplateNode, names: ReadonlySet<string>): void {
    const name = String(node.value);
    if (names.has(name)) return;
    const known = [...names].filter((each) => !globals.includes(each) && !macroNames.includes(each));
    const outside = !this.context && contextNames.includes(name);
    const help = outside ? "a macro sees its own arguments only: pass it one." : suggestion(name, known);
    this.add(node, "undefined-variable", name.length, `there is no variable '${name}' here`, help);
  }

  /** Path of the template that a tag names, if it is there. */
  private template(node: TemplateNode, context = node.withContext === true): string | undefined {
    const name = node.template as TemplateNode;
    if (name.typename !== "Literal") return undefined;
    const path = String(name.value);
    const { templates } = this.world;
    if (templates[path] === undefined) {
      const message = `there is no template '${path}'`;
      this.add(name, "unknown-template", path.length + 2, message, suggestion(path, Object.keys(templates)));
      return undefined;
    }
    this.also(path, context);
    return path;
  }

  private fromImport(node: TemplateNode, names: Set<string>): void {
    const path = this.template(node);
    const parsed = path === undefined ? undefined : parseTemplate(this.world.templates[path], path);
    const tree = parsed && "tree" in parsed ? parsed.tree : undefined;
    const macros = tree ? macrosOf(tree) : undefined;
    const exported = tree ? [...macrosOf(tree).keys(), ...topLevelNames(tree)] : undefined;
    for (const part of (node.names as TemplateNode).children ?? []) {
      const key = part.typename === "Pair" ? (part.key as TemplateNode) : part;
      const alias = part.typename === "Pair" ? (part.value as TemplateNode) : part;
      const name = String(key.value);
      names.add(String(alias.value));
      const macro = macros?.get(name);
      if (macro) this.macros.set(String(alias.value), macro);
      if (exported && !exported.includes(name)) {
        const message = `${String(path)} has no macro '${name}'`;
        this.add(key, "unknown-macro", name.length, message, suggestion(name, exported));
      }
    }
  }

  private call(node: TemplateNode, names: Set<string>): void {
    const callee = node.name as TemplateNode;
    const args = (node.args as TemplateNode).children ?? [];
    this.visit(callee, names);
    for (const part of args) this.visit(part, names);
    const name = String(callee.value);
    const [first] = args;
    if (callee.typename === "Symbol" && name === "table" && first?.typename === "Literal") {
      const table = String(first.value);
      const { tables } = this.world;
      if (!tables.includes(table)) {
        const message = `there is no table '${table}' in this lake`;
        this.add(first, "unknown-table", table.length + 2, message, suggestion(table, tables));
      }
    }
    const macro = callee.typename === "Symbol" ? this.macros.get(name) : this.importedMacro(callee);
    if (macro) this.macroCall(callee, macro, args);
  }

  /** The macro behind `emissions.co2_per`, where `emissions` was imported. */
  private importedMacro(callee: TemplateNode): Macro | undefined {
    if (callee.typename !== "LookupVal") return undefined;
    const path = this.imported.get(String((callee.target as TemplateNode).value));
    const wanted = String((callee.val as TemplateNode).value);
    const parsed = path === undefined ? undefined : parseTemplate(this.world.templates[path], path);
    if (!parsed || "fault" in parsed) return undefined;
    const macros = macrosOf(parsed.tree);
    if (!macros.has(wanted)) {
      const message = `${String(path)} has no macro '${wanted}'`;
      this.add(
        callee.val as TemplateNode,
        "unknown-macro",
        wanted.length,
        message,
        suggestion(wanted, [...macros.keys()]),
      );
    }
    return macros.get(wanted);
  }

  private macroCall(callee: TemplateNode, { required, optional }: Macro, args: readonly TemplateNode[]): void {
    const named = args
      .filter(({ typename }) => typename === "KeywordArgs")
      .flatMap(({ children = [] }) => children.map(({ key }) => String((key as TemplateNode).value)));
    const given = args.length - (named.length > 0 ? 1 : 0);
    const missing = required.slice(given).filter((name) => !named.includes(name));
    const name = String(callee.value ?? (callee.val as TemplateNode).value);
    const takes = `${name}(${[...required, ...optional.map((each) => `${each}=…`)].join(", ")})`;
    const report = (message: string): void =>
      this.add(callee, "macro-arguments", name.length, message, `it is ${takes}.`);
    if (missing.length > 0)
      report(`the macro '${name}' is called without ${missing.map((each) => `'${each}'`).join(", ")}`);
    const most = required.length + optional.length;
    if (given > most) report(`the macro '${name}' is called with ${given} arguments and takes ${most}`);
    for (const each of named) {
      if (![...required, ...optional].includes(each)) report(`the macro '${name}' has no argument '${each}'`);
    }
  }

  private lookup(node: TemplateNode, names: Set<string>): void {
    const target = node.target as TemplateNode;
    const wanted = node.val as TemplateNode;
    this.visit(target, names);
    if (wanted.typename !== "Literal") return this.visit(wanted, names);
    const name = String(wanted.value);
    if (target.typename !== "Symbol") return;
    if (target.value === "latest" && !this.world.latest.includes(name)) {
      const help = `say it in 'after': { pipeline, needs: "latest" }.`;
      this.add(
        wanted,
        "unknown-parameter",
        name.length,
        `the pipeline does not read the latest date of '${name}'`,
        help,
      );
    }
    if (target.value !== "parameters" || this.world.parameters.includes(name)) return;
    const message = `the pipeline has no parameter '${name}'`;
    this.add(wanted, "unknown-parameter", name.length, message, suggestion(name, this.world.parameters));
  }

  private filter(node: TemplateNode, names: Set<string>): void {
    const name = String((node.name as TemplateNode).value);
    try {
      filters.getFilter(name);
    } catch {
      const known = Object.keys((filters as unknown as { filters: object }).filters);
      this.add(
        node.name as TemplateNode,
        "unknown-filter",
        name.length,
        `there is no filter '${name}'`,
        suggestion(name, known),
      );
    }
    const args = (node.args as TemplateNode).children ?? [];
    // What has a default may be undefined.
    for (const part of ["default", "d"].includes(name) ? args.slice(1) : args) this.visit(part, names);
  }
}
