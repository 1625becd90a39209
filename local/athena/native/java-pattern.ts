/**
 * Reads regular expressions as Trino takes them: Java's syntax ("Regular expression functions") by the library Joni, whose
 * `$` also matches before a line's last end and whose `\b` knows the letters of all scripts. RE2 runs in linear time and has
 * neither; JavaScript can be told, and goes back. So there are two readings, and whether they differ depends on the text.
 */

export interface JavaPattern {
  /** What RE2 runs. */
  readonly linear: string;
  /** The same, exactly, for JavaScript, with the flag `u`. */
  readonly exact: string;
  /** Flags of the whole pattern: some of `ims`. */
  readonly flags: string;
  /** Whether it has `$` that is not of each line. */
  readonly ends: boolean;
  /** Whether it has `\b` or `\B`. */
  readonly bounds: boolean;
  /** How many repetitions it has; as many as can be if groups are repeated. */
  readonly repetitions: number;
}

/** Java's POSIX classes, "java.util.regex.Pattern"; RE2 and JavaScript know only those of Unicode. */
const POSIX: Readonly<Record<string, string>> = {
  Alpha: "a-zA-Z",
  Digit: "0-9",
  Alnum: "a-zA-Z0-9",
  Upper: "A-Z",
  Lower: "a-z",
  Punct: "!-\\/:-@\\[-`{-~",
  Space: "\\t-\\r ",
};

const CONTROLS: Readonly<Record<string, string>> = { e: "\x1b", a: "\x07" };

const WORD = "[\\p{L}\\p{N}\\p{M}\\p{Pc}]";
const BOUNDARY = `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`;
const NO_BOUNDARY = `(?:(?<=${WORD})(?=${WORD})|(?<!${WORD})(?!${WORD}))`;

/** What is read next: a quotation, an escape, a group's flags, a class's beginning, or one character. */
const tokens =
  /\\Q(?<quoted>[^]*?)(?:\\E|$)|\\(?<no>[pP])(?:\{(?<property>\w+)\}|(?<letter>[A-Z]))|\\u(?<code4>[\da-fA-F]{4})|\\x(?<code2>[\da-fA-F]{2})|\\x\{(?<code>[\da-fA-F]{1,6})\}|\\(?<escape>[^])|(?<flags>\(\?[a-zA-Z-]+[:)])|(?<open>\[\^?\]?)|[^]/gu;

/** @throws Error NOT_SUPPORTED naming the pattern, where neither reading is the same */
export function readJavaPattern(pattern: string): JavaPattern {
  const refuse = (): never => {
    throw new Error(`NOT_SUPPORTED: The local runtime does not run the pattern '${pattern}'.`);
  };
  // Repetitions of repetitions: possessive, or another's.
  if (/(?<!\\)(?:\\\\)*[*+?}](?:[+*]|\{\d)|\(\?>/.test(pattern)) refuse();
  const [, flags = ""] = /^\(\?([ims]+)\)/.exec(pattern) ?? [];
  const lines = flags.includes("m");
  const read = { linear: "", exact: "", ends: false, bounds: false, repetitions: 0 };
  const add = (linear: string, exact = linear): void => {
    read.linear += linear;
    read.exact += exact;
  };
  let inClass = false;
  let before = "";
  for (const { 0: token, groups = {}, index } of pattern.matchAll(tokens)) {
    const found = groups as Record<string, string | undefined>;
    const code = found.code ?? found.code2 ?? found.code4;
    const property = found.property ?? found.letter;
    if (found.quoted !== undefined) add([...found.quoted].map(literal).join(""));
    else if (property !== undefined) add(classOf(property, found.no === "P", inClass) ?? refuse());
    else if (code !== undefined) add(literal(String.fromCodePoint(Math.min(parseInt(code, 16), 0x10ffff))));
    else if (found.escape === "b" || found.escape === "B") {
      if (inClass) refuse();
      read.bounds = true;
      add(token, found.escape === "b" ? BOUNDARY : NO_BOUNDARY);
    } else if (found.escape === "A" && !inClass) add("(?-m:^)", "(?<![^])");
    else if (found.escape === "z" && !inClass) add("(?-m:$)", "(?![^])");
    else if (found.escape !== undefined) add(escaped(found.escape, inClass) ?? refuse());
    else if (inClass) {
      // Java's classes hold others, and have intersections.
      if (found.open !== undefined || (token === "&" && read.linear.endsWith("&"))) refuse();
      inClass = token !== "]";
      add(token);
    } else if (found.flags !== undefined) {
      if (!/^\(\?[ims-]+[:)]$/.test(found.flags)) refuse();
      add(token, index === 0 && flags !== "" ? "" : token);
    } else if (found.open !== undefined) {
      inClass = true;
      add(found.open.replace("]", "\\]"));
    } else if (token === "$") {
      read.ends ||= !lines;
      add(token, lines ? "(?=\\n|(?![^]))" : "(?=\\n?(?![^]))");
    } else if (token === "^" && lines) add(token, "(?<=\\n|(?<![^]))");
    else if (token === "." && !flags.includes("s")) add(token, "[^\\n]");
    else {
      if (/[*+?{]/.test(token) && before !== "(") read.repetitions += before === ")" ? Infinity : 1;
      add(token);
    }
    before = token;
  }
  return { ...read, flags };
}

/** A character that stands for itself. */
function literal(character: string): string {
  return /[\^$\\.*+?()[\]{}|/-]/.test(character) ? `\\${character}` : character;
}

function classOf(property: string, not: boolean, inClass: boolean): string | undefined {
  const posix = POSIX[property];
  if (posix === undefined) return `\\${not ? "P" : "p"}{${property}}`;
  if (!inClass) return `[${not ? "^" : ""}${posix}]`;
  return not ? undefined : posix;
}

/** Of blanks, Java's `\s` knows those of ASCII, the vertical tab among them. Undefined for what is not the same elsewhere. */
function escaped(letter: string, inClass: boolean): string | undefined {
  if (letter === "s") return inClass ? "\\t-\\r " : "[\\t-\\r ]";
  if (letter === "S") return inClass ? undefined : "[^\\t-\\r ]";
  if (CONTROLS[letter] !== undefined) return CONTROLS[letter];
  if (/[dDwWnrtfv]/.test(letter) || (!inClass && /[1-9k]/.test(letter))) return `\\${letter}`;
  return /[a-zA-Z0-9]/.test(letter) ? undefined : literal(letter);
}
