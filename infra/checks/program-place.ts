/** Where in the program's TypeScript something was declared: the call of a constructor, and the argument in it. */
import { readFileSync } from "node:fs";
import { isAbsolute, relative, resolve, sep } from "node:path";
import ts from "typescript";
import type { ReadSource, SourcePlace } from "./finding";

/** Where a component is declared. */
export interface Site {
  /**
   * Place of an argument; of the nearest around it, if it is written elsewhere; of the call, if that is unknown too.
   * @param path property path in the arguments, e.g. `steps[0].model`; `name` is the component's name, `` the call
   */
  at(path: string): SourcePlace;
}

/** Remembers where the running function was called. It is looked up only when something is wrong there. */
export function callSite(callee: Callee, read: ReadSource = readProgramFile): Site {
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, callee);
  return {
    at(path): SourcePlace {
      const call = frameOf(holder.stack ?? "");
      const text = call && read(call.file);
      return call && text !== undefined ? (argumentPlace(call, text, path) ?? call) : (call ?? unknownPlace);
    },
  };
}

/** A function or class; its frames and those above it are left out. */
type Callee = abstract new (...parameters: never[]) => unknown;

const unknownPlace: SourcePlace = { file: "index.ts", line: 1, column: 1 };

/** Reads a file of the program, which runs in its folder. */
export function readProgramFile(file: string): string | undefined {
  try {
    return readFileSync(resolve(file), "utf8");
  } catch {
    return undefined;
  }
}

/** The innermost frame in a file of the program. */
function frameOf(stack: string): SourcePlace | undefined {
  for (const line of stack.split("\n")) {
    const frame = /^\s*at (?:.*\()?(?:file:\/\/)?([^()]+?):(\d+):(\d+)\)?$/.exec(line);
    if (!frame || /[\\/]node_modules[\\/]|^node:/.test(frame[1])) continue;
    const path = isAbsolute(frame[1]) ? relative(process.cwd(), frame[1]) : frame[1];
    return { file: path.split(sep).join("/"), line: Number(frame[2]), column: Number(frame[3]) };
  }
  return undefined;
}

function argumentPlace(call: SourcePlace, text: string, path: string): SourcePlace | undefined {
  const source = ts.createSourceFile(call.file, text, ts.ScriptTarget.Latest, true);
  const lines = source.getLineStarts();
  if (call.line > lines.length) return undefined;
  const found = callAt(source, lines[call.line - 1] + call.column - 1);
  if (!found) return undefined;
  const node = path === "" ? found : path === "name" ? found.arguments?.[0] : nodeOf(found, steps(path), source);
  return placeOf(node ?? found, source, call.file);
}

function placeOf(node: ts.Node, source: ts.SourceFile, file: string): SourcePlace {
  const start = node.getStart(source);
  const { line, character } = source.getLineAndCharacterOfPosition(start);
  const text = source.text.slice(start, node.getEnd()).split("\n")[0];
  return { file, line: line + 1, column: character + 1, length: text.length };
}

type Call = ts.NewExpression | ts.CallExpression;

/** The call that a stack frame points at: its `new`, its callee, or the last name of its callee. */
function callAt(source: ts.SourceFile, position: number): Call | undefined {
  let best: Call | undefined;
  const visit = (node: ts.Node): void => {
    if (position < node.getFullStart() || position >= node.getEnd()) return;
    if (ts.isNewExpression(node) || ts.isCallExpression(node)) {
      const callee = node.expression;
      const last = ts.isPropertyAccessExpression(callee) ? callee.name.getStart(source) : callee.getStart(source);
      if (node.getStart(source) === position || last === position) best = node;
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return best;
}

/** `steps[0].model` → `["steps", "0", "model"]`. */
function steps(path: string): string[] {
  return path.split(/[.[\]]+/).filter((part) => part !== "");
}

/** The node of a property path in a call's object literal, or of as much of the path as can be followed. */
function nodeOf(call: Call, path: readonly string[], source: ts.SourceFile): ts.Node | undefined {
  let node: ts.Node | undefined = call.arguments?.find(ts.isObjectLiteralExpression);
  let place: ts.Node | undefined;
  for (const step of path) {
    const next: ts.Node | undefined = node && member(resolveName(node, source), step, source);
    if (!next) break;
    place = next;
    node = ts.isPropertyAssignment(next) ? next.initializer : next;
  }
  return place && ts.isPropertyAssignment(place) ? place.initializer : place;
}

function member(node: ts.Node, step: string, source: ts.SourceFile): ts.Node | undefined {
  if (ts.isArrayLiteralExpression(node)) {
    const before = node.elements.slice(0, Number(step) + 1);
    return before.some(ts.isSpreadElement) ? undefined : before[Number(step)];
  }
  if (!ts.isObjectLiteralExpression(node)) return undefined;
  for (const property of [...node.properties].reverse()) {
    if (ts.isSpreadAssignment(property)) {
      const found = member(resolveName(property.expression, source), step, source);
      if (found) return found;
    } else if (property.name && nameText(property.name) === step) return property;
  }
  return undefined;
}

function nameText(name: ts.PropertyName): string | undefined {
  return ts.isIdentifier(name) || ts.isStringLiteral(name) ? name.text : undefined;
}

/** What a constant of the same file stands for, without `as const` and the like. */
function resolveName(node: ts.Node, source: ts.SourceFile): ts.Node {
  if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node)) {
    return resolveName(node.expression, source);
  }
  const name = ts.isIdentifier(node) ? node.text : ts.isShorthandPropertyAssignment(node) ? node.name.text : undefined;
  if (name === undefined) return node;
  let initializer: ts.Node | undefined;
  const visit = (part: ts.Node): void => {
    if (ts.isVariableDeclaration(part) && ts.isIdentifier(part.name) && part.name.text === name)
      initializer ??= part.initializer;
    ts.forEachChild(part, visit);
  };
  visit(source);
  return initializer && initializer !== node ? resolveName(initializer, source) : node;
}
