/** Which sample files to use: the real ones if they were downloaded, otherwise generated ones, made once. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { md5Of, PUBLISHED_MD5 } from "./download";
import { GENERATOR_VERSION, generateSample } from "./generate";
import { SAMPLE_STATES, sampleFileName, type SampleState } from "./schema";

/** A state's file, ready to be landed. */
export interface SampleFile {
  readonly state: SampleState;
  readonly file: string;
  readonly origin: "downloaded" | "generated";
}

/** Folder of a project's sample files. */
export function sampleFolder(project: string): string {
  return join(project, "sample");
}

/** Folder of generated files; another version of the generator has another one. */
function generatedFolder(project: string): string {
  return join(sampleFolder(project), "generated", `v${GENERATOR_VERSION}`);
}

/** Finds or makes a file for each state. A downloaded file counts only with its published MD5. */
export async function sampleFiles(project: string): Promise<SampleFile[]> {
  const files: SampleFile[] = [];
  for (const state of SAMPLE_STATES) {
    const downloaded = join(sampleFolder(project), sampleFileName(state));
    if ((await md5Of(downloaded)) === PUBLISHED_MD5[state]) {
      files.push({ state, file: downloaded, origin: "downloaded" });
      continue;
    }
    const file = join(generatedFolder(project), sampleFileName(state));
    if (!existsSync(file)) await generateSample({ state, file });
    files.push({ state, file, origin: "generated" });
  }
  return files;
}
