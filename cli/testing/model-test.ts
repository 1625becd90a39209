/** A test of a model: rows of the tables that it reads, and the rows that it makes of them. */

/** A value: NULL, text as Athena casts it, or a list or an object for arrays, maps and structs. */
export type TestValue =
  string | number | bigint | boolean | null | readonly TestValue[] | { readonly [key: string]: TestValue };

/** A row by column. In given rows what is left out is NULL; `exec_date` then is that of the test. */
export type TestRow = Readonly<Record<string, TestValue>>;

/** A test of a model. */
export interface ModelTest {
  /** Path of the model below the folder of models. @example "usghgemission/utility_emissions_daily.sql" */
  readonly model: string;
  /** Which pipeline's step is meant, where several have the model. @default the one that has it */
  readonly pipeline?: string;
  /** The execution date that the model sees, `YYYY-MM-DD`; clocks stand at its midnight in UTC. */
  readonly execDate: string;
  /** Rows by table: each that the model reads, `[]` for one without rows. */
  readonly given: Readonly<Record<string, readonly TestRow[]>>;
  /** Rows that the model makes, in any order. Columns that none of them names are not compared. */
  readonly expect: readonly TestRow[];
  /** Values under `parameters`, instead of the pipeline's. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** A value of a row as text, and where it stands. */
export interface PlacedCell {
  readonly column: string;
  readonly text: string | null;
  readonly place: string;
}

/** A row and where it stands: `file:line:column`, or what there is instead. */
export interface PlacedRow {
  readonly cells: readonly PlacedCell[];
  readonly place: string;
}

/** A test whose every part knows where it stands. */
export interface PlacedTest extends Pick<ModelTest, "model" | "pipeline" | "execDate" | "parameters"> {
  readonly name: string;
  readonly place: string;
  /** Where the date stands. */
  readonly datePlace: string;
  readonly given: readonly { readonly table: string; readonly place: string; readonly rows: readonly PlacedRow[] }[];
  readonly expect: Expectation;
}

/** Expected rows. */
export interface Expectation {
  readonly place: string;
  readonly rows: readonly PlacedRow[];
  /** Columns that are compared though no row names them: those of a CSV's header. */
  readonly columns?: readonly PlacedCell[];
  /** Path of the CSV that they were read from, if they were: `--update` writes it. */
  readonly file?: string;
  /** Whether that file has still to be written. */
  readonly missing?: boolean;
}

/** A mistake in a test, and where. */
export interface TestFault {
  readonly place: string;
  readonly message: string;
}

/** Gives the parts of a test that stands in code the names that one in a file has from its lines. */
export function placedTest({ given, expect, ...test }: ModelTest): PlacedTest {
  const rows = (list: readonly TestRow[], of: string): PlacedRow[] =>
    list.map((row, index) => {
      const place = `${of}[${index}]`;
      const cells = Object.entries(row).map(([column, value]) => ({
        column,
        text: valueText(value),
        place: `${place}.${column}`,
      }));
      return { place, cells };
    });
  return {
    ...test,
    ...{ name: test.model, place: "model", datePlace: "execDate" },
    given: Object.entries(given).map(([table, list]) => ({
      ...{ table, place: `given.${table}` },
      rows: rows(list, `given.${table}`),
    })),
    expect: { place: "expect", rows: rows(expect, "expect") },
  };
}

function valueText(value: TestValue): string | null {
  if (value === null) return null;
  return typeof value === "object"
    ? JSON.stringify(value, (_, each: unknown) => (typeof each === "bigint" ? String(each) : each))
    : String(value);
}
