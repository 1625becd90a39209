/**
 * Reads JSON as Jackson does, which Trino reads it with.
 */

/** Deepest nesting that Trino reads. */
const DEEPEST = 1000;

/** What becomes of the parts of JSON. */
export interface Shape<T> {
  string(text: string): T;
  number(digits: string): T;
  word(word: "true" | "false" | "null"): T;
  array(items: readonly T[]): T;
  object(members: readonly (readonly [string, T])[]): T;
}

/** Reads JSON from its start; what stands behind the value that is asked for is not looked at. */
export class JsonReader<T> {
  private offset = 0;
  private depth = 0;

  constructor(
    private readonly text: string,
    private readonly shape: Shape<T>,
  ) {}

  /** The next character that is no blank. */
  next(): string {
    while (" \t\n\r".includes(this.text[this.offset] ?? "x")) this.offset += 1;
    return this.text[this.offset] ?? "";
  }

  take(character: string): boolean {
    if (this.next() !== character) return false;
    this.offset += 1;
    return true;
  }

  need(character: string): void {
    if (!this.take(character)) throw new SyntaxError(`${character} expected`);
  }

  needEnd(): void {
    if (this.next() !== "") throw new SyntaxError("text after the value");
  }

  /** After a number or a word no letter or digit may follow at once. */
  needBoundary(): void {
    if (/^[^\s\]}]/.test(this.text.slice(this.offset, this.offset + 1))) throw new SyntaxError("text after the value");
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.offset;
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined) throw new SyntaxError("no JSON");
    this.offset += found.length;
    return found;
  }

  string(): string {
    this.next();
    return JSON.parse(this.match(/"(?:[^"\\\u0000-\u001f]|\\.)*"/y)) as string;
  }

  value(): T {
    const first = this.next();
    if (first === '"') return this.shape.string(this.string());
    if (first === "[" || first === "{") {
      if ((this.depth += 1) > DEEPEST) throw new SyntaxError("nested too deep");
      const value = first === "[" ? this.shape.array(this.array()) : this.shape.object(this.members());
      this.depth -= 1;
      return value;
    }
    if (/[tfn]/.test(first)) return this.shape.word(this.match(/true|false|null/y) as "true" | "false" | "null");
    return this.shape.number(this.match(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y));
  }

  /** A number, boolean or null as it is written. */
  scalar(): string {
    this.next();
    return this.match(/true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
  }

  private array(): T[] {
    const items: T[] = [];
    this.need("[");
    if (!this.take("]")) {
      do items.push(this.value());
      while (this.take(","));
      this.need("]");
    }
    return items;
  }

  /** The members of the next value, which is an object. */
  members(): [string, T][] {
    const members: [string, T][] = [];
    this.need("{");
    if (!this.take("}")) {
      do {
        const key = this.string();
        this.need(":");
        members.push([key, this.value()]);
      } while (this.take(","));
      this.need("}");
    }
    return members;
  }

  /** Moves to a member, the first of this name, or to the item of this index. @returns whether there is one */
  descend(step: string): boolean {
    const isArray = this.next() === "[";
    if (!isArray && this.next() !== "{") return false;
    this.offset += 1;
    if (this.next() === (isArray ? "]" : "}")) return false;
    const wanted = isArray ? indexOf(step) : step;
    for (let index = 0; ; index++) {
      const key = isArray ? index : this.string();
      if (!isArray) this.need(":");
      if (key === wanted) return true;
      this.value();
      if (!this.take(",")) return false;
    }
  }
}

/** As Java's Integer.parseInt reads it. */
function indexOf(step: string): number {
  return /^[+-]?\d+$/.test(step) ? Number(step) : -1;
}
