/** Which texts are values of a type: as Athena SQL that gives the value, or NULL. Nothing is rounded, cut or guessed. Pure. */
import { fault } from "../invocation/fault";
import { literal } from "../../audit/literal";

/** How values of a type are written. */
export interface ValueForm {
  /** Athena SQL of the value of a text, NULL if it is none. @param text SQL of a text that is not NULL */
  readonly value: (text: string) => string;
  /** What a text is said not to be. @example "no int" */
  readonly not: string;
}

const integers: Readonly<Record<string, string>> = {
  tinyint: "tinyint",
  smallint: "smallint",
  int: "integer",
  integer: "integer",
  bigint: "bigint",
};

/** Numbers with a point, as programs write them. */
const decimalNumber = "[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)";

/**
 * The form of a Glue type; `undefined` for a type that a field of text cannot hold: arrays, maps, structs, binary.
 *
 * @param pattern of a date or timestamp, in the words of Athena's `date_parse`
 */
export function valueForm(type: string, pattern?: string): ValueForm | undefined {
  const [, name = "", first = "", second = "0"] =
    /^([a-z]+)\s*(?:\(\s*([0-9]+)\s*(?:,\s*([0-9]+)\s*)?\))?$/.exec(type.trim().toLowerCase()) ?? [];
  const not = `no ${type}`;
  if (Object.hasOwn(integers, name)) {
    const integer = integers[name];
    return { not, value: (text) => when(matches(text, "[+-]?[0-9]+"), `try_cast(${unsigned(text)} AS ${integer})`) };
  }
  switch (name) {
    case "float":
    case "real":
    case "double": {
      const number = name === "double" ? "double" : "real";
      // What is beyond the type's range would be infinite.
      const value = (text: string): string => {
        const read = `try_cast(${unsigned(text)} AS ${number})`;
        const written = matches(text, `${decimalNumber}([eE][+-]?[0-9]+)?`);
        return `CASE WHEN trim(${text}) = 'NaN' THEN CAST(nan() AS ${number}) WHEN ${written} AND abs(CAST(${read} AS double)) < infinity() THEN ${read} END`;
      };
      return { not, value };
    }
    case "decimal": {
      const scale = Number(second);
      const exact = `[+-]?([0-9]+([.][0-9]{0,${scale}}0*)?${scale > 0 ? `|[.][0-9]{1,${scale}}0*` : ""})`;
      const precision = first === "" ? 10 : Number(first);
      return {
        not: `${not}, or one with more digits than it holds`,
        value: (text) => when(matches(text, exact), `try_cast(${unsigned(text)} AS decimal(${precision},${scale}))`),
      };
    }
    case "boolean":
      return {
        not: `${not}: true, false, t, f, 1 and 0 are`,
        value: (text) =>
          `CASE WHEN lower(trim(${text})) IN ('true', 't', '1') THEN true WHEN lower(trim(${text})) IN ('false', 'f', '0') THEN false END`,
      };
    case "date":
      return {
        not: pattern === undefined ? `${not}: 2024-11-08 is` : `${not} as '${pattern}' writes it`,
        value: (text) =>
          pattern === undefined
            ? when(matches(text, "[0-9]{4}-[0-9]{2}-[0-9]{2}"), `try_cast(trim(${text}) AS date)`)
            : `CAST(try(date_parse(trim(${text}), ${literal(pattern)})) AS date)`,
      };
    case "timestamp": {
      const written = "[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,3}0*)?)?Z?";
      return {
        not: pattern === undefined ? `${not}: 2024-11-08 13:30:00.000 is, in UTC` : `${not} as '${pattern}' writes it`,
        value: (text) =>
          pattern === undefined
            ? when(matches(text, written), `try_cast(replace(replace(trim(${text}), 'T', ' '), 'Z', '') AS timestamp)`)
            : `CAST(try(date_parse(trim(${text}), ${literal(pattern)})) AS timestamp)`,
      };
    }
    case "string":
      return { not, value: (text) => text };
    case "varchar":
    case "char":
      return {
        not: `${not}: it is longer`,
        value: (text) => when(`length(${text}) <= ${first}`, `CAST(${text} AS ${name}(${first}))`),
      };
    default:
      return undefined;
  }
}

/** The form of a type that was checked when the program was deployed. */
export function knownForm(type: string, pattern?: string): ValueForm {
  const form = valueForm(type, pattern);
  if (form) return form;
  throw fault("ConfigurationInvalid", `No field of text holds a ${type}.`);
}

/** Whether blanks around a text of this type mean nothing. */
export function isTrimmed(type: string): boolean {
  return !/^\s*(string|varchar|char)\b/i.test(type);
}

function when(condition: string, value: string): string {
  return `CASE WHEN ${condition} THEN ${value} END`;
}

function matches(text: string, expression: string): string {
  return `regexp_like(trim(${text}), '^(${expression})$')`;
}

/** A number without its plus. */
function unsigned(text: string): string {
  return `ltrim(trim(${text}), '+')`;
}
