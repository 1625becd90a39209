/**
 * Intrinsic functions of JSONPath states, e.g. `States.Format('{}/{}', $.a, States.UUID())`: their syntax.
 * Sources: Amazon States Language, "Intrinsic Functions"; developer guide, "Intrinsic functions for JSONPath states"
 * (intrinsic-functions). What each function does is in `intrinsic-functions.ts`.
 */
import { runtimeFailure } from "./failure";
import { callIntrinsic, INTRINSIC_NAMES } from "./intrinsic-functions";
import { pathFault, readPath, type PathRoots } from "./jsonpath";
import type { Json } from "./payload";

/** The guide allows functions to be nested up to this depth in one field. */
const NESTING_LIMIT = 10;

type Term =
  | { readonly kind: "literal"; readonly value: Json }
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "call"; readonly name: string; readonly terms: readonly Term[] };

/** True for texts that claim to be an intrinsic function. */
export function isIntrinsic(text: string): boolean {
  return text.startsWith("States.");
}

/** What is wrong with an intrinsic's syntax, or undefined. */
export function intrinsicFault(text: string): string | undefined {
  try {
    parseIntrinsic(text);
    return undefined;
  } catch (error) {
    return `${text}: ${(error as Error).message}`;
  }
}

/** Evaluates an intrinsic; every failure is `States.Runtime`, as the guide says under States.IntrinsicFailure. */
export function evaluateIntrinsic(text: string, roots: PathRoots, random: () => number): Json {
  const value = (term: Term): Json => {
    if (term.kind === "literal") return term.value;
    if (term.kind === "path") return readPath(term.path, roots, text);
    return callIntrinsic(term.name, term.terms.map(value), random);
  };
  let tree: Term;
  try {
    tree = parseIntrinsic(text);
  } catch (error) {
    throw runtimeFailure(`The intrinsic function '${text}' is not valid: ${(error as Error).message}`);
  }
  return value(tree);
}

function parseIntrinsic(text: string): Term {
  const reader = new Reader(text);
  const term = reader.call(1);
  reader.end();
  return term;
}

/** Reads an intrinsic from left to right. Throws plain errors that say what was expected and where. */
class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  call(depth: number): Term {
    if (depth > NESTING_LIMIT) throw new Error(`functions are nested more than ${NESTING_LIMIT} deep`);
    const name = this.match(/States\.\w+/y) ?? this.fail("the name of a function");
    if (!INTRINSIC_NAMES.has(name)) throw new Error(`there is no function ${name}`);
    if (this.match(/\s*\(\s*/y) === undefined) this.fail('"("');
    const terms: Term[] = [];
    if (this.match(/\)/y) === undefined) {
      do terms.push(this.term(depth, name === "States.Format" && terms.length === 0));
      while (this.match(/\s*,\s*/y) !== undefined);
      if (this.match(/\s*\)/y) === undefined) this.fail('"," or ")"');
    }
    return { kind: "call", name, terms };
  }

  end(): void {
    this.match(/\s*/y);
    if (this.at < this.text.length) this.fail("the end");
  }

  /** A format keeps its escapes: States.Format has to tell `\{` from a placeholder. */
  private term(depth: number, format: boolean): Term {
    if (this.text.startsWith("States.", this.at)) return this.call(depth + 1);
    if (this.text[this.at] === "$") return this.path();
    // Only these can be escaped (seen in recorded calls: a text with an escaped double quote is refused).
    const quoted = this.match(/'(?:[^'\\]|\\['\\{}])*'/y);
    if (quoted !== undefined) {
      const inner = quoted.slice(1, -1);
      return { kind: "literal", value: format ? inner : inner.replace(/\\([\s\S])/g, "$1") };
    }
    const word = this.match(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|null|true|false/y) ?? this.fail("an argument");
    return { kind: "literal", value: JSON.parse(word) as Json };
  }

  /** A path ends at a comma or parenthesis that is not inside brackets, parentheses of its own or quotes. */
  private path(): Term {
    const start = this.at;
    let open = 0;
    for (; this.at < this.text.length; this.at++) {
      const character = this.text[this.at];
      if (character === "'" || character === '"') {
        const end = this.text.indexOf(character, this.at + 1);
        if (end < 0) this.fail(`a closing ${character}`);
        this.at = end;
      } else if (character === "[" || character === "(") open += 1;
      else if ((character === "]" || character === ")") && open > 0) open -= 1;
      else if (open === 0 && (character === "," || character === ")")) break;
    }
    const path = this.text.slice(start, this.at).trim();
    const fault = pathFault(path);
    if (fault !== undefined) throw new Error(fault);
    return { kind: "path", path };
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private fail(expected: string): never {
    throw new Error(`expected ${expected} at character ${this.at + 1}`);
  }
}
