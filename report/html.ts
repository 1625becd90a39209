/**
 * Text of a page that cannot be anything else: whatever stands in a template is escaped, unless it is markup already. Names, values
 * and errors are strangers'.
 */

/** Markup, which stays as it is. */
export class Html {
  constructor(readonly text: string) {}
}

/** What may stand in a template. A list stands one after another; nothing is left of what is absent. */
export type Content = Html | string | number | undefined | null | false | readonly Content[];

/** Characters that nobody sees and that change what others look like: control characters, and those that turn text around. */
const unseen =
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]/g;

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as HTML text or as the value of an attribute; what cannot be seen is written as an escape. */
function escaped(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => entities[character] ?? "");
}

/** Text with what cannot be seen written as an escape, e.g. `\u202e`. */
export function visible(text: string): string {
  return text.replace(unseen, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A template of HTML or SVG. @example html`<td>${value}</td>` */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(strings.map((text, index) => text + written(values[index])).join(""));
}

function written(content: Content): string {
  if (content === undefined || content === null || content === false) return "";
  if (content instanceof Html) return content.text;
  if (typeof content === "string") return escaped(content);
  if (typeof content === "number") return String(content);
  return content.map(written).join("");
}

/**
 * Data as the text of a `<script type="application/json">`: `<` is written as an escape, so no text in it can end the element.
 * HTML Living Standard, "Restrictions for contents of script elements".
 */
export function jsonText(data: unknown): Html {
  const text = JSON.stringify(data)
    .replace(/</g, "\\u003c")
    .replace(/\u2028/g, "\\u2028")
    .replace(/\u2029/g, "\\u2029");
  return new Html(text);
}
