/** Where things are in the page, and links to them. */
import { anchor } from "./anchor";
import { html, type Content, type Html } from "./html";
import type { Explanation } from "../audit/explanation/tree";
import type { LakeView, RunSummary } from "./view";

/** Ids of things that have a place of their own. */
export const placeOf = {
  run: ({ pipeline, date, run }: Pick<RunSummary, "pipeline" | "date" | "run">): string =>
    anchor("run", pipeline, date, run),
  table: (database: string, table: string): string => anchor("table", database, table),
  why: (date: string, { table, attribute, grain }: Pick<Explanation, "table" | "attribute" | "grain">): string =>
    anchor("why", table, date, attribute, ...grain),
};

/** A link to a place of the page. */
export function link(place: string, content: Content, look?: string): Html {
  return html`<a href="#${place}" ${look && html` class="${look}"`}>${content}</a>`;
}

/** A link to a run if the page tells of it, else its text. */
export function runLink(
  { runs }: Pick<LakeView, "runs">,
  run: Pick<RunSummary, "pipeline" | "date" | "run">,
  content: Content,
): Html {
  const told = runs.some((each) => each.run === run.run && each.pipeline === run.pipeline && each.date === run.date);
  return told ? link(placeOf.run(run), content) : html`${content}`;
}

/** A command to copy. */
export function command(text: string): Html {
  return html`<code class="command">${text}</code>`;
}

/** A command of this lake. */
export function commandOf(
  { command: begin, commandOptions }: Pick<LakeView, "command" | "commandOptions">,
  text: string,
): string {
  return `${begin}${commandOptions} ${text}`;
}

/** A word for a shell. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replace(/'/g, "'\\''")}'`;
}
