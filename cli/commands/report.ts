/** `tributary report`: the page of a lake, as a file. */
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { renderPage } from "../../report/page";
import type { Lake } from "../lake/lake";
import { withLake } from "../lake/open-lake";
import { readView, type ViewRequest } from "../report/read-view";
import type { Session } from "../session";

/** What to write, and where. */
export interface ReportRequest extends ViewRequest {
  /** Path of the file. */
  readonly out: string;
}

/** Writes the page and says where it is. */
export async function report(session: Session, { out, ...request }: ReportRequest): Promise<void> {
  await withLake(session, async (lake) => {
    const file = await writeReport(session, lake, resolve(out), request);
    session.print(`${file}\n`);
    session.warn(`Open it: ${pathToFileURL(file).href}`);
  });
}

/** Writes the page of a lake to a file, which is there as a whole or not at all. */
export async function writeReport(
  { project, progress }: Session,
  lake: Lake,
  file: string,
  request: ViewRequest,
): Promise<string> {
  return progress.during(
    "Draw the lake",
    async () => {
      const page = renderPage(await readView(lake, project, request));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(`${file}.new`, page);
      renameSync(`${file}.new`, file);
      return file;
    },
    (path) => path,
  );
}
