/**
 * What is different in a model that is another than on the date before.
 */
import { onDate } from "./base-table";
import type { ComparedDates } from "../comparison";

/** Characters shown beside what differs. */
const beside = 30;

/** What differs between a model's two texts beyond the execution date, in short; undefined if nothing does. */
export function modelChange(
  { current, prior }: { readonly current: string; readonly prior: string },
  { execDate, priorDate }: ComparedDates,
): string | undefined {
  const now = plain(current);
  const before = plain(onDate(prior, priorDate, execDate));
  if (now === before || now === plain(prior)) return undefined;
  const shortest = Math.min(now.length, before.length);
  let start = 0;
  while (start < shortest && now[start] === before[start]) start += 1;
  let end = 0;
  while (end < shortest - start && now[now.length - 1 - end] === before[before.length - 1 - end]) end += 1;
  const from = now.lastIndexOf(" ", Math.max(0, start - beside)) + 1;
  const part = (text: string) => {
    const to = text.indexOf(" ", Math.min(text.length, text.length - end + beside / 2));
    const shown = text.slice(from, to < 0 ? text.length : to);
    return `${from > 0 ? "… " : ""}${shortened(shown)}${to < 0 ? "" : " …"}`;
  };
  return `${part(before)} became ${part(now)}`;
}

function shortened(text: string): string {
  return text.length > 90 ? `${text.slice(0, 60)} … ${text.slice(-25)}` : text;
}

/** A text without comments and line breaks. */
function plain(sql: string): string {
  return sql
    .replace(/'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\//g, (found) => (found.startsWith("'") ? found : " "))
    .replace(/\s+/g, " ")
    .trim();
}
