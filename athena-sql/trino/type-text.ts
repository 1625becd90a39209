/**
 * Reads types as they are written: in casts, and in the Glue catalog.
 */
import type { Cursor } from "./cursor";
import { notSupported, ParseError, type Position } from "./errors";
import { tokenize } from "./tokens";
import { BIGINT, INTEGER, REAL, VARCHAR, type RowField, type SimpleKind, type TrinoType } from "./types";

// An array, since a deployed function's text can't hold a Set.
const SIMPLE: readonly string[] = [
  "boolean",
  "tinyint",
  "smallint",
  "integer",
  "bigint",
  "real",
  "double",
  "varbinary",
  "date",
  "json",
  "uuid",
] satisfies SimpleKind[];

/**
 * Reads a type, as written in a cast or in the Glue catalog (`array<struct<a:int>>`, `string`, `float`).
 * @throws ParseError for text that is no type, QueryError NOT_SUPPORTED for types of the other engines
 */
export function parseType(text: string): TrinoType {
  return new TypeReader(text).read();
}

// Types of Trino that have no values here.
const FOREIGN_TYPES = [
  "ipaddress",
  "hyperloglog",
  "p4hyperloglog",
  "qdigest",
  "tdigest",
  "setdigest",
  "geometry",
  "json2016",
];

/**
 * The type that comes next in a statement.
 * @param ends whether what comes next is no part of the type; a closing parenthesis never is
 * @throws ParseError, and QueryError NOT_SUPPORTED for types that have no values here
 */
export function spannedType(cursor: Cursor, ends: () => boolean = () => false): TrinoType {
  const from = cursor.current;
  let depth = 0;
  let last = from;
  while (!(depth === 0 && (cursor.sees(")") || (cursor.current !== from && ends())))) {
    if (cursor.current.kind === "end") throw cursor.fault("')'");
    last = cursor.advance();
    depth += last.text === "(" || last.text === "<" ? 1 : last.text === ")" || last.text === ">" ? -1 : 0;
  }
  return typeNamed(cursor.text.slice(from.start, last.end), from.at);
}

/**
 * The type of a text in a statement.
 * @throws ParseError, and QueryError NOT_SUPPORTED for types that have no values here
 */
export function typeNamed(text: string, at: Position): TrinoType {
  try {
    return parseType(text);
  } catch (error) {
    const name = /^\w*/.exec(text.toLowerCase())?.[0] ?? "";
    if (FOREIGN_TYPES.includes(name)) throw notSupported(`the type ${name}`, at);
    if (error instanceof ParseError) throw new ParseError(`Unknown type: ${text}`, at);
    throw error;
  }
}

// In the catalog `int`, `string`, `float` are Hive's names; in Trino SQL `int` and `float` mean the same types.
const ALIASES: Readonly<Record<string, TrinoType>> = {
  int: INTEGER,
  long: BIGINT,
  float: REAL,
  string: VARCHAR,
  binary: { kind: "varbinary" },
};

class TypeReader {
  private readonly tokens;
  private next = 0;

  constructor(private readonly text: string) {
    // Hive's nested types hold `<`, `>` and `:`; `>>` is two tokens here, so they read like brackets.
    this.tokens = tokenize(text, true);
  }

  read(): TrinoType {
    const type = this.type();
    if (this.tokens[this.next].kind !== "end") throw this.fault();
    return type;
  }

  private fault(): ParseError {
    return new ParseError(`unknown type: ${this.text}`, this.tokens[this.next].at);
  }

  private take(...texts: string[]): boolean {
    const found = texts.includes(this.tokens[this.next].text.toLowerCase());
    if (found) this.next += 1;
    return found;
  }

  private need(...texts: string[]): void {
    if (!this.take(...texts)) throw this.fault();
  }

  private sizes(): number[] {
    const sizes: number[] = [];
    if (!this.take("(")) return sizes;
    do {
      const token = this.tokens[this.next++];
      if (token.kind !== "integer") throw this.fault();
      sizes.push(Number(token.text));
    } while (this.take(","));
    this.need(")");
    return sizes;
  }

  private type(): TrinoType {
    const token = this.tokens[this.next++];
    if (token.kind !== "word") throw this.fault();
    const name = token.text.toLowerCase();
    if (ALIASES[name]) return ALIASES[name];
    if (name === "double") this.take("precision");
    if (SIMPLE.includes(name)) return { kind: name } as TrinoType;
    switch (name) {
      case "varchar": {
        const [length] = this.sizes();
        return length === undefined ? VARCHAR : { kind: "varchar", length };
      }
      case "char":
        return { kind: "char", length: this.sizes()[0] ?? 1 };
      case "dec":
      case "decimal":
      case "numeric": {
        const [precision = 38, scale = 0] = this.sizes();
        if (precision < 1 || precision > 38 || scale > precision) throw this.fault();
        return { kind: "decimal", precision, scale };
      }
      case "time":
      case "timestamp":
        return this.moment(name);
      case "array": {
        this.need("(", "<");
        const element = this.type();
        this.need(")", ">");
        return { kind: "array", element };
      }
      case "map": {
        this.need("(", "<");
        const key = this.type();
        this.need(",");
        const value = this.type();
        this.need(")", ">");
        return { kind: "map", key, value };
      }
      case "row":
      case "struct":
        return this.row();
      default:
        throw this.fault();
    }
  }

  private moment(kind: "time" | "timestamp"): TrinoType {
    const [precision = 3] = this.sizes();
    if (precision > 6) throw notSupported(`${kind}(${precision}): 6 fractional digits at most`);
    if (this.take("with")) {
      this.need("time");
      this.need("zone");
      if (kind === "time") throw notSupported("time with time zone");
      return { kind: "timestamp with time zone", precision, zone: "UTC" };
    }
    if (this.take("without")) {
      this.need("time");
      this.need("zone");
    }
    return { kind, precision };
  }

  private row(): TrinoType {
    this.need("(", "<");
    const fields: RowField[] = [];
    do {
      const token = this.tokens[this.next];
      const after = this.tokens[this.next + 1];
      // `row(a integer)` names its field, `row(integer)` does not: a name is followed by the start of a type.
      if (after.text === ":" || (after.kind === "word" && !["precision", "with"].includes(after.text.toLowerCase()))) {
        this.next += after.text === ":" ? 2 : 1;
        fields.push({ name: token.kind === "quoted" ? token.text : token.text.toLowerCase(), type: this.type() });
      } else fields.push({ type: this.type() });
    } while (this.take(","));
    this.need(")", ">");
    return { kind: "row", fields };
  }
}
