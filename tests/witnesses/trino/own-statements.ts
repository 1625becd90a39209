/**
 * The statements of Trino's own tests: texts in the classes of its test jars, which Maven brings. They are read when the suite
 * runs, and none of them is kept here.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";

/** A statement of a test of Trino's. */
export interface OwnStatement {
  /** Hash of its text. */
  readonly id: string;
  /** The test's class, e.g. `TestSubqueries`. */
  readonly about: string;
  readonly sql: string;
}

/** Folders of the jars whose classes ask engines, without what is about connectors, masks and plans. */
const FOLDERS = [
  /^trino-testing-.*\.jar$/,
  "io/trino/testing",
  /^trino-main-.*-tests\.jar$/,
  "io/trino/sql/query",
] as const;
const CLASSES =
  /^(AbstractTest|Test)(?!.*(Mask|Filter|Access|Indexed|Plan|Stats|Connector|RowPattern|View))\w*\.class$/;

/** Statements without a place for a value, each once, by test and text. */
export async function ownStatements(classpath: string): Promise<OwnStatement[]> {
  const found = new Map<string, OwnStatement>();
  const [testing, testingFolder, main, mainFolder] = FOLDERS;
  for (const [jar, folder] of [
    [testing, testingFolder],
    [main, mainFolder],
  ] as const) {
    const path = classpath.split(":").find((each) => jar.test(basename(each)));
    if (path === undefined) throw new Error(`No ${jar.source} among the classes of Trino.`);
    for (const { name, texts } of await classesOf(path, folder)) {
      for (const sql of texts.filter(isStatement)) {
        const id = createHash("sha256").update(sql).digest("hex").slice(0, 12);
        if (!found.has(id)) found.set(id, { id, about: name, sql: sql.replace(/;\s*$/, "") });
      }
    }
  }
  return [...found.values()].sort((a, b) => `${a.about} ${a.id}`.localeCompare(`${b.about} ${b.id}`));
}

/** Texts that are a query as they stand: javac writes \u0001 where a value is put in, `format` has %s. */
function isStatement(text: string): boolean {
  return /^[\s(]*(select|with|values|table)\b/i.test(text) && text.length > 12 && !/\u0001|%s|%d/.test(text);
}

async function classesOf(jar: string, folder: string): Promise<{ name: string; texts: string[] }[]> {
  const scratch = mkdtempSync(join(tmpdir(), "trino-classes-"));
  try {
    await promisify(execFile)("jar", ["xf", jar, folder], { cwd: scratch });
    return readdirSync(join(scratch, folder))
      .filter((file) => CLASSES.test(file))
      .map((file) => ({ name: basename(file, ".class"), texts: textsOf(readFileSync(join(scratch, folder, file))) }));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Bytes of a constant after its tag, by tag. Java Virtual Machine Specification, "The Constant Pool". */
const SIZES: Readonly<Record<number, number>> = { 3: 4, 4: 4, 5: 8, 6: 8, 7: 2, 8: 2, 9: 4, 10: 4, 11: 4, 12: 4, 15: 3, 16: 2, 17: 4, 18: 4, 19: 2, 20: 2 }; // prettier-ignore

/** The texts among a class's constants. */
function textsOf(bytes: Buffer): string[] {
  const utf8 = new Map<number, string>();
  const texts: number[] = [];
  const count = bytes.readUInt16BE(8);
  let at = 10;
  for (let index = 1; index < count; index++) {
    const tag = bytes[at];
    if (tag === 1) {
      const length = bytes.readUInt16BE(at + 1);
      utf8.set(index, bytes.toString("utf8", at + 3, at + 3 + length));
      at += 3 + length;
      continue;
    }
    if (!(tag in SIZES)) throw new Error(`A constant of the unknown kind ${tag}.`);
    if (tag === 8) texts.push(bytes.readUInt16BE(at + 1));
    at += 1 + SIZES[tag];
    // A long or a double takes two places.
    if (tag === 5 || tag === 6) index += 1;
  }
  return texts.map((index) => utf8.get(index) ?? "");
}
