/** `tributary sample download | generate`: the files that `npm start` lands. */
import { relative } from "node:path";
import { formatBytes } from "../../report/amounts";
import { downloadSample } from "../sample/download";
import { sampleFiles, sampleFolder } from "../sample/files";
import { SAMPLE_STATES, sampleFileName } from "../sample/schema";
import type { Session } from "../session";

/** Downloads the real files into `sample/`. Throws CommandError if one cannot be had or has another MD5. */
export async function sampleDownload({ project, progress }: Session, from?: string): Promise<void> {
  const folder = sampleFolder(project.folder);
  for (const state of SAMPLE_STATES) {
    await progress.during(
      `Download ${sampleFileName(state)}`,
      (step) =>
        downloadSample({
          state,
          folder,
          from,
          onProgress: (received, total) =>
            step.at(total ? `${formatBytes(received)} of ${formatBytes(total)}` : formatBytes(received)),
        }),
      (file) => relative(project.folder, file),
    );
  }
}

/** Generates the files that were not downloaded, unless they are there. */
export async function sampleGenerate({ project, progress, print }: Session): Promise<void> {
  const files = await progress.during("Generate sample files", () => sampleFiles(project.folder));
  for (const { file, origin } of files) print(`${relative(project.folder, file)} (${origin})\n`);
}
