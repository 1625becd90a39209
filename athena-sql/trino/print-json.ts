/**
 * Prints the JSON functions of the SQL standard.
 */
import type { Expression, JsonBehavior, JsonInput, JsonReturning } from "./syntax";
import { typeName } from "./types";

type JsonForm = Extract<Expression, { kind: "json path" | "json object" | "json array" }>;

/** The parts of the printer that the forms need. */
export interface Printer {
  readonly expression: (node: Expression) => string;
  readonly text: (text: string) => string;
  readonly name: (name: string) => string;
}

export function printJsonForm(node: JsonForm, { expression, text, name }: Printer): string {
  const input = ({ value, format }: JsonInput): string =>
    `${expression(value)}${format ? ` FORMAT JSON${format.encoding ? ` ENCODING ${format.encoding}` : ""}` : ""}`;
  const returning = (given: JsonReturning | undefined): string[] => {
    if (!given) return [];
    const { encoding } = given.format ?? {};
    const format = given.format ? ` FORMAT JSON${encoding ? ` ENCODING ${encoding}` : ""}` : "";
    return [`RETURNING ${typeName(given.type)}${format}`];
  };
  const behavior = (given: JsonBehavior | undefined, on: string): string[] => {
    if (!given) return [];
    const what = given.kind === "default" ? `DEFAULT ${expression(given.value)}` : given.kind.toUpperCase();
    return [`${what} ON ${on}`];
  };
  switch (node.kind) {
    case "json path": {
      const passing = node.passing.map((each) => `${input(each.input)} AS ${name(each.name)}`).join(", ");
      const inside = [
        `${input(node.input)}, ${text(node.path.text)}`,
        ...(passing ? [`PASSING ${passing}`] : []),
        ...returning(node.returning),
        ...(node.wrapper ? [`WITH ${node.wrapper.toUpperCase()} ARRAY WRAPPER`] : []),
        ...(node.quotes ? [`${node.quotes.toUpperCase()} QUOTES`] : []),
        ...behavior(node.onEmpty, "EMPTY"),
        ...behavior(node.onError, "ERROR"),
      ];
      return `${node.name}(${inside.join(" ")})`;
    }
    case "json object": {
      const members = node.members.map(({ key, input: value }) => `KEY ${expression(key)} VALUE ${input(value)}`);
      const options = [
        ...(node.absentOnNull ? ["ABSENT ON NULL"] : []),
        ...(node.unique ? ["WITH UNIQUE KEYS"] : []),
        ...returning(node.returning),
      ];
      return `json_object(${[members.join(", "), ...options].filter(Boolean).join(" ")})`;
    }
    case "json array": {
      const nulls = node.elements.length > 0 && !node.absentOnNull ? ["NULL ON NULL"] : [];
      const elements = node.elements.map(input).join(", ");
      return `json_array(${[elements, ...nulls, ...returning(node.returning)].filter(Boolean).join(" ")})`;
    }
  }
}
