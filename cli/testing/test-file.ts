/**
 * The files of tests: `<model>.test.yaml` beside `<model>.sql`, a mapping of tests by name. Rows are lists, CSV in a block, or a CSV
 * file.
 */
import { dirname, posix } from "node:path";
import { nearestName } from "../../audit/nearest-name";
import { CsvError, readCsv, type CsvField } from "../../rows/csv";
import type { Expectation, PlacedCell, PlacedRow, PlacedTest, TestFault } from "./model-test";
import { readYaml, YamlError, type Position, type YamlEntry, type YamlNode } from "./yaml";

/** The end of a test file's name. */
export const testFileEnd = ".test.yaml";

/** Reads a file of the project by its path with `/`; `undefined` if there is none. */
export type ReadFile = (path: string) => string | undefined;

/** What a file holds: tests that can be run, and what is wrong with it. */
export interface TestFile {
  readonly tests: readonly PlacedTest[];
  readonly faults: readonly TestFault[];
}

const members = ["exec_date", "given", "expect", "pipeline", "parameters"];

/**
 * Reads the tests of a file.
 *
 * @param path of the file in the project, with `/`
 * @param folder of the models in the project, with `/`
 */
export function readTestFile(path: string, folder: string, read: ReadFile): TestFile {
  return new FileReader(path, folder, read).tests();
}

class FileReader {
  private readonly faults: TestFault[] = [];

  constructor(
    private readonly path: string,
    private readonly folder: string,
    private readonly read: ReadFile,
  ) {}

  tests(): TestFile {
    let document: YamlNode;
    try {
      document = readYaml(this.read(this.path) ?? "");
    } catch (error) {
      if (!(error instanceof YamlError)) throw error;
      return { tests: [], faults: [{ place: this.place(error.at), message: error.message }] };
    }
    if (document.kind !== "mapping" || document.entries.length === 0) {
      this.fault(document, "here stand tests by name, each with exec_date, given and expect");
      return { tests: [], faults: this.faults };
    }
    const tests = document.entries.flatMap((entry) => this.test(entry) ?? []);
    return { tests, faults: this.faults };
  }

  private place({ line, column }: Position, path = this.path): string {
    return `${path}:${line}:${column}`;
  }

  private fault(at: Position, message: string): undefined {
    this.faults.push({ place: this.place(at), message });
    return undefined;
  }

  private test({ key: name, at, value }: YamlEntry): PlacedTest | undefined {
    if (value.kind !== "mapping") return this.fault(value, `the test '${name}' has exec_date, given and expect`);
    const before = this.faults.length;
    const found = new Map(value.entries.map((entry) => [entry.key, entry]));
    for (const { key, at: place } of value.entries) {
      if (members.includes(key)) continue;
      const meant = nearestName(key, members);
      this.fault(
        place,
        `a test has no '${key}'${meant ? `: did you mean '${meant}'?` : `; it has ${members.join(", ")}`}`,
      );
    }
    const required = (key: string): YamlEntry | undefined =>
      found.get(key) ?? this.fault(at, `the test '${name}' lacks ${key}`);
    const date = required("exec_date");
    const given = required("given");
    const expect = required("expect");
    const parameters = found.get("parameters");
    const test = {
      ...{ name, place: this.place(at), model: this.model() },
      execDate: this.text(date) ?? "",
      datePlace: this.place(date?.value ?? at),
      pipeline: this.text(found.get("pipeline")),
      parameters: parameters && this.texts(parameters),
      given: given ? this.given(given) : [],
      expect: expect ? this.expectation(expect.value) : { place: "", rows: [] },
    };
    return this.faults.length === before ? test : undefined;
  }

  private model(): string {
    const model = `${this.path.slice(0, -testFileEnd.length)}.sql`;
    return model.startsWith(`${this.folder}/`) ? model.slice(this.folder.length + 1) : model;
  }

  private text(entry: YamlEntry | undefined): string | undefined {
    if (!entry) return undefined;
    const { key, value } = entry;
    if (value.kind === "scalar" && value.value !== null) return value.value;
    return this.fault(value, `${key} is a text`);
  }

  private texts({ key, value }: YamlEntry): Record<string, string> | undefined {
    if (value.kind !== "mapping") return this.fault(value, `${key} are texts by name`);
    return Object.fromEntries(value.entries.map((entry) => [entry.key, this.text(entry) ?? ""]));
  }

  private given({ value }: YamlEntry): PlacedTest["given"] {
    if (value.kind !== "mapping") {
      this.fault(value, "given has rows by table");
      return [];
    }
    return value.entries.map(({ key: table, at, value: rows }) => {
      const { file, missing, ...read } = this.rows(rows);
      if (missing) this.fault(rows, `there is no file ${file}`);
      return { table, ...read, place: this.place(at) };
    });
  }

  private expectation(value: YamlNode): Expectation {
    return { ...this.rows(value), place: this.place(value) };
  }

  /** Rows in any of their forms. */
  private rows(value: YamlNode): Omit<Expectation, "place"> {
    if (value.kind === "sequence") return { rows: value.items.flatMap((item) => this.row(item) ?? []) };
    if (value.kind === "mapping") {
      const [file] = value.entries;
      if (value.entries.length === 1 && file.key === "csv") return this.csvFile(this.text(file) ?? "");
    } else if (value.value !== null) {
      // A block's lines begin behind its sign, each as far to the right as the first.
      const lines = this.read(this.path)?.split("\n").slice(value.line) ?? [];
      const indent = /^ */.exec(lines.find((line) => line.trim() !== "") ?? "")?.[0].length ?? 0;
      return this.csv(value.value, ({ line, column }) =>
        this.place(value.block ? { line: value.line + line, column: column + indent } : value),
      );
    }
    this.fault(value, "rows are a list, CSV behind |, or { csv: <file> }; [] for none");
    return { rows: [] };
  }

  private csvFile(name: string): Omit<Expectation, "place"> {
    const file = posix.join(dirname(this.path), name);
    const text = this.read(file);
    if (text === undefined) return { rows: [], file, missing: true };
    return { ...this.csv(text, (at) => this.place(at, file)), file };
  }

  private csv(text: string, place: (at: Position) => string): Pick<Expectation, "rows" | "columns"> {
    try {
      const { header, rows } = readCsv(text);
      const cell = ({ text: value, ...at }: CsvField, index: number): PlacedCell => {
        return { column: header[index].text ?? "", text: value, place: place(at) };
      };
      return { columns: header.map(cell), rows: rows.map((row) => ({ cells: row.map(cell), place: place(row[0]) })) };
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
      this.faults.push({ place: place(error), message: error.message });
      return { rows: [] };
    }
  }

  private row(item: YamlNode): PlacedRow | undefined {
    if (item.kind !== "mapping") return this.fault(item, "a row has values by column: { column: value, … }");
    const cells = item.entries.map(({ key: column, value }) => ({
      column,
      text: cellText(value),
      place: this.place(value),
    }));
    return { cells, place: this.place(item) };
  }
}

function cellText(value: YamlNode): string | null {
  return value.kind === "scalar" ? value.value : JSON.stringify(plain(value));
}

function plain(value: YamlNode): unknown {
  if (value.kind === "scalar") return value.value;
  if (value.kind === "sequence") return value.items.map(plain);
  return Object.fromEntries(value.entries.map((entry) => [entry.key, plain(entry.value)]));
}
