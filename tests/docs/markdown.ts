/** What tests of the docs read in Markdown: pages, code blocks, links, anchors, tables. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";

/** The repository's folder. */
export const house = resolve(__dirname, "../..");

const notOurs = new Set(["node_modules", ".git", ".tributary", "dist", "sample"]);

/** Every page of the repository, as paths in it. */
export function pages(folder = house): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      if (notOurs.has(entry.name)) return [];
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return pages(path);
      return entry.name.endsWith(".md") ? [relative(house, path)] : [];
    })
    .sort();
}

/** A page's text. */
export function page(path: string): string {
  return readFileSync(join(house, path), "utf8");
}

/** The texts of fenced code blocks in a language. */
export function codeBlocks(text: string, language: string): string[] {
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
    .filter(([, of]) => of === language)
    .map(([, , code = ""]) => code);
}

/** Prose: the text without code blocks. */
function prose(text: string): string {
  return text.replace(/^```\w*\n[\s\S]*?^```$/gm, "");
}

/** Targets of links and images, in the order of the text. */
export function links(text: string): string[] {
  return [
    ...prose(text)
      .replace(/`[^`\n]*`/g, "``")
      .matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g),
  ].map(([, target = ""]) => target);
}

/** The anchors that GitHub gives a page's headings: lower case, without punctuation, repeated ones numbered. */
export function anchors(text: string): string[] {
  const seen = new Map<string, number>();
  return [...prose(text).matchAll(/^#{1,6} +(.+?) *#*$/gm)].map(([, heading = ""]) => {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const slug = plain.replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, "").replace(/ /g, "-");
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
}

/** What stands under a heading, to the next one of its level or above. */
export function section(text: string, heading: string): string {
  const [, marks = "", body = ""] = new RegExp(`^(#+) ${heading}\\n([\\s\\S]*)`, "m").exec(text) ?? [];
  if (marks === "") throw new Error(`There is no heading ${heading}.`);
  const end = new RegExp(`^#{1,${marks.length}} `, "m").exec(body)?.index;
  return body.slice(0, end);
}

/** The cells of all table rows, headings and rulers left out. */
export function tableRows(text: string): string[][] {
  const lines = text.split("\n").filter((line) => line.startsWith("|"));
  return lines
    .filter((_, at) => !/^\|[ :|-]+\|$/.test(lines[at]) && !/^\|[ :|-]+\|$/.test(lines[at + 1] ?? ""))
    .map((line) =>
      line
        .slice(1, -1)
        .split("|")
        .map((cell) => cell.trim()),
    );
}
