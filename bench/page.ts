/** The page that figures are written to: each section between two marks, so that some can be measured anew and the text around stays. */
import { readFileSync } from "node:fs";

/** The page with new sections in place of the old ones. Throws if it has no place for one. */
export function writePage(page: string, sections: Readonly<Record<string, string>>, machine: string): string {
  const day = new Date().toISOString().slice(0, 10);
  return Object.entries(sections).reduce(
    (text, [name, figures]) => {
      const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
      const [from, to] = [text.indexOf(begin), text.indexOf(end)];
      if (from < 0 || to < from) throw new Error(`${page} has no place for ${name}: ${begin} … ${end}`);
      return `${text.slice(0, from + begin.length)}\n\n${figures}\n\n${day}, ${machine}.\n\n${text.slice(to)}`;
    },
    readFileSync(page, "utf8"),
  );
}
