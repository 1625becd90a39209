/** The little XML that S3 speaks: elements and text, no attributes but the namespace. */
import { AwsError } from "../api";

/** An element's content: text, or child elements by name. A list repeats its element. */
export type XmlValue =
  string | number | boolean | Date | undefined | { readonly [name: string]: XmlValue } | readonly XmlValue[];

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function escaped(text: string): string {
  // A carriage return would be read back as a line feed, and other control characters are no XML 1.0.
  return text.replace(/[&<>"\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Writes an element. Members that are undefined are left out. */
export function writeXml(name: string, value: XmlValue, attributes = ""): string {
  if (value === undefined) return "";
  if (Array.isArray(value)) return value.map((item: XmlValue) => writeXml(name, item)).join("");
  const content =
    value instanceof Date
      ? value.toISOString()
      : typeof value === "object"
        ? Object.entries(value as Record<string, XmlValue>)
            .map(([child, item]) => writeXml(child, item))
            .join("")
        : escaped(String(value));
  return `<${name}${attributes}>${content}</${name}>`;
}

/** An element as it was read. */
export interface XmlElement {
  readonly name: string;
  readonly text: string;
  readonly children: readonly XmlElement[];
}

/** Reads a document of elements and text. Throws `MalformedXML`. */
export function readXml(document: string): XmlElement {
  const token =
    /<\?[^]*?\?>|<!--[^]*?-->|<(\/?)([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)/y;
  const malformed = (): AwsError =>
    new AwsError(
      "MalformedXML",
      "The XML you provided was not well-formed or did not validate against our published schema",
    );
  const root = { name: "", text: "", children: [] as XmlElement[] };
  const open = [root];
  while (token.lastIndex < document.length) {
    const found = token.exec(document);
    if (!found) throw malformed();
    const [, closing, name, , empty, text] = found;
    const current = open[open.length - 1];
    if (text !== undefined) current.text += unescaped(text, malformed);
    else if (name !== undefined && closing) {
      if (open.length < 2 || current.name !== name) throw malformed();
      open.pop();
    } else if (name !== undefined) {
      const element = { name, text: "", children: [] as XmlElement[] };
      current.children.push(element);
      if (!empty) open.push(element);
    }
  }
  if (open.length !== 1 || root.children.length !== 1) throw malformed();
  return root.children[0];
}

function unescaped(text: string, malformed: () => Error): string {
  return text.replace(/&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));|&/g, (_, hex?: string, decimal?: string, named?: string) => {
    if (hex) return String.fromCodePoint(parseInt(hex, 16));
    if (decimal) return String.fromCodePoint(Number(decimal));
    if (named && entities[named] !== undefined) return entities[named];
    throw malformed();
  });
}

/** Texts of the children with a name. */
export function childTexts(element: XmlElement, name: string): string[] {
  return element.children.filter((child) => child.name === name).map(({ text }) => text);
}
