/** The test files of a project. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { readTestFile, testFileEnd, type ReadFile, type TestFile } from "./test-file";

/** A file of tests and its path in the project, with `/`. */
export interface FoundFile extends TestFile {
  readonly path: string;
}

/** Reads all tests beside the models. @param project folder of the program @param folder of its models, in the project */
export function findTests(project: string, folder: string): FoundFile[] {
  const below = join(project, folder);
  if (!existsSync(below)) return [];
  const read: ReadFile = (path) => {
    const file = join(project, path);
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
  };
  return readdirSync(below, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(testFileEnd))
    .sort()
    .map((name) => {
      const path = `${folder}/${name.split(sep).join("/")}`;
      return { path, ...readTestFile(path, folder, read) };
    });
}
