/**
 * Date patterns of MySQL (date_format) and Java (format_datetime) as DuckDB's strftime patterns.
 */
import { notSupported, type Position, QueryError } from "../../trino/errors";

// Trino: "MySQL date functions", table of specifiers.
const MYSQL: Readonly<Record<string, string>> = {
  a: "%a",
  b: "%b",
  c: "%-m",
  d: "%d",
  e: "%-d",
  f: "%f",
  H: "%H",
  h: "%I",
  I: "%I",
  i: "%M",
  j: "%j",
  k: "%-H",
  l: "%-I",
  M: "%B",
  m: "%m",
  p: "%p",
  r: "%I:%M:%S %p",
  S: "%S",
  s: "%S",
  T: "%H:%M:%S",
  v: "%V",
  W: "%A",
  x: "%G",
  Y: "%Y",
  y: "%y",
  "%": "%%",
};

/** @throws QueryError INVALID_FUNCTION_ARGUMENT for the specifiers that Trino refuses */
export function mysqlFormat(pattern: string, at?: Position): string {
  if (pattern === "") throw new QueryError("INVALID_FUNCTION_ARGUMENT", "Both printing and parsing not supported", at);
  return pattern.replace(/%(.?)/gs, (_whole, letter: string) => {
    if ("DUuVwX".includes(letter) && letter) {
      throw new QueryError("INVALID_FUNCTION_ARGUMENT", `%${letter} not supported in date format string`, at);
    }
    return MYSQL[letter] ?? letter;
  });
}

// Trino: "Java date functions", which are Joda-Time's patterns.
const JAVA: Readonly<Record<string, string>> = {
  y: "%Y",
  yy: "%y",
  yyyy: "%Y",
  YYYY: "%Y",
  xxxx: "%G",
  M: "%-m",
  MM: "%m",
  MMM: "%b",
  MMMM: "%B",
  d: "%-d",
  dd: "%d",
  D: "%-j",
  DDD: "%j",
  E: "%a",
  EEE: "%a",
  EEEE: "%A",
  e: "%u",
  w: "%-V",
  ww: "%V",
  a: "%p",
  H: "%-H",
  HH: "%H",
  h: "%-I",
  hh: "%I",
  m: "%-M",
  mm: "%M",
  s: "%-S",
  ss: "%S",
  SSS: "%g",
  SSSSSS: "%f",
  // Offsets, +0000 and +00:00: codes of our own.
  Z: "%z",
  ZZ: "%E",
};

/** @throws QueryError NOT_SUPPORTED for letters that are not translated */
export function javaFormat(pattern: string, at?: Position): string {
  if (pattern === "") throw new QueryError("INVALID_FUNCTION_ARGUMENT", "Invalid pattern specification", at);
  return pattern.replace(/''|'([^']*)'|([A-Za-z])\2*|%/g, (whole: string, quoted?: string) => {
    if (whole === "''") return "'";
    if (whole === "%") return "%%";
    if (quoted !== undefined) return quoted.replaceAll("%", "%%");
    const translated = JAVA[whole];
    if (!translated) throw notSupported(`date patterns with ${whole}`, at);
    return translated;
  });
}
