/**
 * Explanations as trees: from a change to the source rows behind it, to what is behind those, down to the incoming files. Built
 * from edges, the rows of an edge query or of the explanation table.
 */
import { auditError } from "../audit-error";
import { keyColumns } from "./origin";
import type { SourceFile } from "./explained";

/** A row of the explanation table, read. */
export interface Edge {
  readonly result: ChangedValue;
  readonly change: number;
  /** Absent for the rest of a change. */
  readonly source?: ChangedValue & { readonly current: string | null; readonly prior: string | null };
  readonly contribution: number | null;
  readonly place: number;
  readonly method: string;
  readonly rows: number;
  readonly note: string | null;
  /** What became of the source row: it changed, or is on one side only. */
  readonly became: RowChange | null;
  readonly currentFile?: SourceFile;
  readonly priorFile?: SourceFile;
}

/** What became of a row between the two sides. */
export type RowChange = "changed" | "added" | "removed";

/** One attribute of one row. */
export interface ChangedValue {
  readonly table: string;
  readonly attribute: string;
  /** Values of the columns that tell the row. */
  readonly grain: readonly (string | null)[];
}

/** A change and what is behind it. */
export interface Explanation extends ChangedValue {
  readonly current: string | null;
  readonly prior: string | null;
  /** Current minus prior value; `null` if they are no numbers. */
  readonly change: number | null;
  /** What became of the row. */
  readonly became: RowChange;
  /** What it comes from, largest first; empty for a value that was landed. */
  readonly causes: readonly Cause[];
  /** Rows behind it that are not listed, and what they add up to. */
  readonly further: { readonly rows: number; readonly contribution: number };
  /** What the model's own change moved, and what it was; `null` if the model is the same. */
  readonly model: { readonly contribution: number; readonly difference: string } | null;
  /** What causes without numbers of their own account for. */
  readonly together: number;
  /** What no row accounts for. */
  readonly unexplained: number;
  /** Why it is not followed, if it is not. */
  readonly notFollowed: string | null;
  /** Incoming files that carried the two values. */
  readonly files: { readonly current?: SourceFile; readonly prior?: SourceFile };
}

/** A change behind another. */
export interface Cause {
  readonly source: Explanation;
  /** Part of the change above; `null` where no number would be true. */
  readonly contribution: number | null;
  /** That part of 1; `null` with the contribution. */
  readonly share: number | null;
  readonly method: string;
  readonly note: string | null;
}

/** Reads a row of the explanation table, by column, as a query gives it. Throws an AuditError. */
export function readEdge(row: Readonly<Record<string, unknown>>): Edge {
  const text = (column: string): string | null => {
    const value = row[column];
    return value === undefined || value === null ? null : String(value);
  };
  const number = (column: string): number | null => {
    const value = text(column);
    return value === null ? null : Number(value);
  };
  const required = <T>(column: string, value: T | null): T => {
    if (value === null) throw auditError(`A row of the explanation table has no ${column}.`);
    return value;
  };
  // The columns behind the table's own stay NULL; those that are NULL themselves look the same, see `explanationOf`.
  const grain = (side: string) => {
    const values = Array.from({ length: keyColumns }, (_, index) => text(`${side}_grain_value_${index + 1}`));
    return values.slice(
      0,
      values.reduce((most, value, index) => (value === null ? most : index + 1), 0),
    );
  };
  const file = (date: string): SourceFile | undefined => {
    const key = text(`source_${date}_file`);
    return key === null ? undefined : { key, etag: text(`source_${date}_etag`) ?? "" };
  };
  const sourceTable = text("source_table");
  return {
    result: {
      table: required("result_table", text("result_table")),
      attribute: required("result_attribute", text("result_attribute")),
      grain: grain("result"),
    },
    change: required("result_change", number("result_change")),
    ...(sourceTable !== null && {
      source: {
        table: sourceTable,
        attribute: text("source_attribute") ?? "*",
        grain: grain("source"),
        current: text("source_curr_value"),
        prior: text("source_prev_value"),
      },
    }),
    contribution: number("contribution"),
    place: required("place", number("place")),
    method: required("method", text("method")),
    rows: number("row_count") ?? 0,
    note: text("note"),
    became: rowChange(text("source_change")),
    currentFile: file("curr"),
    priorFile: file("prev"),
  };
}

function rowChange(text: string | null): RowChange | null {
  if (text === null || text === "changed" || text === "added" || text === "removed") return text;
  throw auditError(`A row of the explanation table has source_change ${JSON.stringify(text)}, which is none we know.`);
}

/** What a value is told by, the same for the same value. */
export function valueKey({ table, attribute, grain }: ChangedValue): string {
  const values = Array.from({ length: keyColumns }, (_, index) => grain.at(index) ?? null);
  return JSON.stringify([table, attribute, ...values]);
}

/** A change before it is explained. */
export type Change = Pick<
  Explanation,
  "table" | "attribute" | "grain" | "current" | "prior" | "change" | "became" | "files"
>;

/** How many columns tell the rows of tables, by table: for values at the end that are NULL. */
export type GrainWidths = Readonly<Record<string, number>>;

/** The tree below a change, as far as there are edges. */
export function explanationOf(change: Change, edges: readonly Edge[], widths: GrainWidths = {}): Explanation {
  const byResult: Record<string, Edge[]> = {};
  for (const edge of edges) (byResult[valueKey(edge.result)] ??= []).push(edge);
  return grow(change, byResult, [], widths);
}

function grow(
  change: Change,
  byResult: Readonly<Record<string, readonly Edge[]>>,
  above: readonly string[],
  widths: GrainWidths,
): Explanation {
  const key = valueKey(change);
  // A value that leads to itself is listed, and not followed again.
  const edges = above.includes(key) ? [] : [...(byResult[key] ?? [])].sort((left, right) => left.place - right.place);
  const causes = edges.flatMap((edge): Cause[] => {
    const { source, contribution, method, note, became, currentFile, priorFile } = edge;
    if (!source) return [];
    const moved = Number(source.current ?? 0) - Number(source.prior ?? 0);
    const width = Math.max(source.grain.length, widths[source.table] ?? 0);
    const below: Change = {
      ...source,
      grain: Array.from({ length: width }, (_, index) => source.grain.at(index) ?? null),
      change: Number.isFinite(moved) ? moved : null,
      became: became ?? "changed",
      files: { current: currentFile, prior: priorFile },
    };
    const share = contribution === null || edge.change === 0 ? null : contribution / edge.change;
    return [{ source: grow(below, byResult, [...above, key], widths), contribution, share, method, note }];
  });
  const rest = (method: string) => edges.find((edge) => edge.method === method);
  const further = rest("further rows");
  const model = rest("model");
  return {
    ...change,
    causes,
    further: { rows: further?.rows ?? 0, contribution: further?.contribution ?? 0 },
    model: model ? { contribution: model.contribution ?? 0, difference: model.note ?? "" } : null,
    together: rest("together")?.contribution ?? 0,
    unexplained: rest("unexplained")?.contribution ?? 0,
    notFollowed: rest("not followed")?.note ?? null,
  };
}

/** Explanations that are no step of another one. */
export function withoutSteps(explanations: readonly Explanation[]): Explanation[] {
  const steps = explanations.flatMap(({ causes }) => causes.flatMap(({ source }) => keysIn(source)));
  return explanations.filter((each) => !steps.includes(valueKey(each)));
}

function keysIn(explanation: Explanation): string[] {
  return [valueKey(explanation), ...explanation.causes.flatMap(({ source }) => keysIn(source))];
}

/** Whether a rest is no more than what is lost where sums are kept as floats: a few units in the last of their 24 bits. */
export function isNegligible(
  rest: number,
  { current, prior, change }: Pick<Explanation, "current" | "prior" | "change">,
): boolean {
  const largest = Math.max(Math.abs(Number(current ?? 0)), Math.abs(Number(prior ?? 0)));
  return Math.abs(rest) <= (Number.isFinite(largest) ? largest : 0) * 2.5e-7 + Math.abs(change ?? 0) * 1e-9;
}
