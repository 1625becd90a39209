/** `tributary explain`: why numbers of a table moved, down to the row and the file. */
import { openLake } from "../lake/open-lake";
import type { ExplainOptions } from "../explain/arguments";
import { explainTable } from "../explain/explain-audit";
import { renderExplanations } from "../explain/formats";
import type { Session } from "../session";

/** Prints explanations of a table's changes. Throws CommandError for a table, attribute or key that there is none of. */
export async function explain(
  { project, progress, print }: Session,
  { key, format, ...options }: ExplainOptions,
): Promise<void> {
  const request = { ...options, keys: Object.fromEntries(key) };
  const lake = await openLake(project, progress);
  try {
    const explained = await progress.during("Follow the changes", () => explainTable(lake, request));
    print(renderExplanations(explained, format));
  } finally {
    await lake.close();
  }
}
