/** Nunjucks templates as syntax trees, with the place of every part: what nunjucks exports and its types leave out. */
import * as nunjucks from "nunjucks";
import type { SourcePlace } from "./finding";

/** A part of a template. Lines and columns count from 0. */
export interface TemplateNode {
  readonly typename: string;
  readonly lineno: number;
  readonly colno: number;
  /** Names of the properties that hold other parts. */
  readonly fields: readonly string[];
  /** Of lists. */
  children?: TemplateNode[];
  /** Of literals and symbols. */
  value?: unknown;
  /** Other parts by field. */
  readonly [field: string]: unknown;
}

/** A template that does not parse. */
export interface TemplateFault {
  readonly message: string;
  readonly at: SourcePlace;
}

interface Internals {
  readonly parser: { parse(source: string, extensions: readonly unknown[], options: object): TemplateNode };
  readonly compiler: {
    Compiler: new (name: string, throwOnUndefined: boolean) => { compile(tree: TemplateNode): void; getCode(): string };
  };
  readonly nodes: Readonly<Record<string, new (line: number, column: number, ...fields: unknown[]) => TemplateNode>>;
}

const { parser, compiler, nodes } = nunjucks as unknown as Internals;

/** How models are read: the same as when they are rendered for a run. */
const options = { trimBlocks: true, lstripBlocks: true, autoescape: false };

/** Parses a template; `file` is for places. */
export function parseTemplate(source: string, file: string): { tree: TemplateNode } | { fault: TemplateFault } {
  try {
    return { tree: parser.parse(source, [], options) };
  } catch (error) {
    const lines = source.trimEnd().split("\n");
    // At the end of the text nunjucks has no place.
    const end = { lineno: lines.length, colno: lines[lines.length - 1].length + 1 };
    const { message, lineno = end.lineno, colno = end.colno } = error as Error & { lineno?: number; colno?: number };
    const text = message.replace(/^\((.*?)\)[^\n]*\n\s*/, "").replace(/^(Template render )?[Ee]rror: /, "");
    return { fault: { message: text, at: { file, line: Math.max(1, lineno), column: Math.max(1, colno) } } };
  }
}

/** Code of a template's tree, as nunjucks's precompiled templates have it. */
export function compileTree(tree: TemplateNode, name: string): object {
  const written = new compiler.Compiler(name, true);
  written.compile(tree);
  // nunjucks does the same with every template.
  return new Function(written.getCode())() as object;
}

/** Text between tags. */
export function templateData(text: string): TemplateNode {
  return new nodes.TemplateData(0, 0, text);
}

/** The parts directly below one. */
export function partsOf(node: TemplateNode): TemplateNode[] {
  return node.fields
    .flatMap((field) => node[field])
    .filter((part): part is TemplateNode => typeof part === "object" && part !== null && "typename" in part);
}

/** All parts below one and itself, in order. */
export function allParts(node: TemplateNode): TemplateNode[] {
  return [node, ...partsOf(node).flatMap(allParts)];
}

/** Place of a part. */
export function placeOfPart({ lineno, colno }: TemplateNode, file: string, length?: number): SourcePlace {
  return { file, line: lineno + 1, column: colno + 1, ...(length && { length }) };
}

/** Offset of a part in its source. */
export function offsetOf({ lineno, colno }: TemplateNode, source: string): number {
  let offset = 0;
  for (let line = 0; line < lineno; line += 1) offset = source.indexOf("\n", offset) + 1;
  return offset + colno;
}

/** Place of an offset. */
export function placeAt(source: string, offset: number, file: string, length?: number): SourcePlace {
  const before = source.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { file, line: before.split("\n").length, column: offset - lineStart + 1, ...(length && { length }) };
}
