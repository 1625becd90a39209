/** A difference as titled tables, for people: pure. */
import { formatBytes, formatCount } from "../../report/amounts";
import type { Cell, Column, Rows } from "../presentation/table";
import type { LakeDifference, TableDifference } from "./compare";
import type { SideCost } from "./compare-costs";
import { PRICES } from "../cost/prices";

/** A table with its title, and sentences below it. */
export interface Section {
  readonly title: string;
  readonly rows: Rows;
  readonly notes?: readonly string[];
}

/** What stands where a side has nothing. */
const NOTHING = "–";

/** All that differs, the most important first; none if nothing does. */
export function sectionsOf(difference: LakeDifference): Section[] {
  return [
    runsSection(difference),
    onlySection(difference),
    schemaSection(difference),
    rowsSection(difference),
    largestSection(difference),
    auditsSection(difference),
    costSection(difference),
  ].filter(({ rows }) => rows.rows.length > 0);
}

/** What differs, in one sentence. */
export function summary({ compared, tables, audits, runs, only, cost }: LakeDifference): string {
  const parts = [
    `${tables.length} of ${compared} tables and views differ`,
    ...(only.length > 0 ? [`${only.length} ${only.length === 1 ? "is" : "are"} on one side only`] : []),
    ...(audits.total > 0 ? [`audits find ${formatCount(audits.total)} changes otherwise`] : []),
    ...(runs.length > 0 ? [`${runs.length} ${runs.length === 1 ? "run ends" : "runs end"} otherwise or badly`] : []),
  ];
  const bytes = cost.head.bytes - cost.base.bytes;
  const scans =
    cost.base.bytes === 0 || bytes === 0
      ? "scans as much"
      : `scans ${formatBytes(Math.abs(bytes))} ${bytes > 0 ? "more" : "less"}`;
  return `${parts.join(", ")}; it ${scans}.`;
}

/** What both sides cost, in one sentence. */
function costSentence({ base, head }: LakeDifference["cost"]): string {
  const side = ({ queries, bytes, dollars }: SideCost): string =>
    `${queries} queries, ${formatBytes(bytes)}, $${dollars.toFixed(6)}`;
  const { perTerabyteScanned, leastBytes } = PRICES.athena;
  return (
    `In all ${side(base)} → ${side(head)} ` +
    `(Athena, ${PRICES.region}, ${PRICES.asOf}: $${perTerabyteScanned} per TB, at least ${formatBytes(leastBytes)} a query; ` +
    `a sample this small is mostly that least).`
  );
}

function runsSection({ runs }: LakeDifference): Section {
  const failures = runs.flatMap(({ pipeline, date, base, head }) =>
    Object.entries({ base, head }).flatMap(([side, run]) =>
      run?.reason === undefined ? [] : [`${pipeline} ${date} (${side}): ${run.reason}`],
    ),
  );
  return {
    title: "Runs that end otherwise or badly",
    rows: {
      columns: texts("pipeline", "date", "base", "head"),
      rows: runs.map(({ pipeline, date, base, head }) => [
        ...[pipeline, date],
        ...[base, head].map((run) => (run ? (run.status ?? "did not start").toLowerCase() : NOTHING)),
      ]),
    },
    notes: failures,
  };
}

function onlySection({ only }: LakeDifference): Section {
  return {
    title: "On one side only",
    rows: {
      columns: texts("what", "name", "side"),
      rows: only.map(({ kind, name, side }) => [kind, name, side]),
    },
  };
}

function schemaSection({ tables }: LakeDifference): Section {
  return {
    title: "Schema",
    rows: {
      columns: texts("table", "column", "base", "head"),
      rows: tables.flatMap(({ table, schema }) =>
        schema.map(({ column, base, head }) => [table, column, base ?? NOTHING, head ?? NOTHING]),
      ),
    },
  };
}

function rowsSection({ tables }: LakeDifference): Section {
  const asWhole = tables.filter(({ rows }) => rows && !rows.key).map(({ table }) => table);
  return {
    title: "Rows",
    rows: {
      columns: [
        ...texts("table", "date"),
        ...counts("base", "head", "added", "removed", "changed"),
        ...texts("changed in"),
      ],
      rows: tables.flatMap(({ table, rows }) =>
        (rows?.dates ?? []).map(({ date, base, head, added, removed, changed }) => [
          ...[table, date ?? "all"],
          ...[base, head, added, removed, changed].map(formatCount),
          changed > 0 ? (rows?.columns.map(({ column }) => column).join(", ") ?? "") : "",
        ]),
      ),
    },
    notes:
      asWhole.length > 0
        ? [`Without columns that tell rows apart, a changed row is one removed and one added: ${asWhole.join(", ")}.`]
        : [],
  };
}

function largestSection({ tables }: LakeDifference): Section {
  const list = ({ table, rows }: TableDifference): Cell[][] =>
    (rows?.largest ?? []).map(({ date, row, column, base, head, delta }) => [
      ...[table, date ?? "all"],
      Object.values(row)
        .map((value) => value ?? "NULL")
        .join(" / "),
      ...[column, base ?? undefined, head ?? undefined],
      delta === undefined ? NOTHING : signed(delta),
    ]);
  return {
    title: "Largest changes",
    rows: {
      columns: [...texts("table", "date", "row", "column"), ...counts("base", "head", "delta")],
      rows: tables.flatMap(list),
    },
  };
}

function auditsSection({ audits: { total, changes } }: LakeDifference): Section {
  return {
    title: "Audits",
    rows: {
      columns: texts("table", "date", "attribute", "row", "base found", "head found"),
      rows: changes.map(({ table, date, attribute, row, base, head }) => [
        ...[table, date, attribute, row.join(" / ")],
        ...[base ?? "no change", head ?? "no change"],
      ]),
    },
    notes: total > changes.length ? [`The largest ${changes.length} of ${formatCount(total)}.`] : [],
  };
}

function costSection({ cost }: LakeDifference): Section {
  return {
    title: "Bytes scanned",
    rows: {
      columns: [...texts("pipeline", "step"), ...counts("base", "head", "change")],
      rows: cost.steps.map(({ pipeline, step, base, head }) => [
        ...[pipeline ?? NOTHING, step],
        ...[base, head].map((bytes) => (bytes === undefined ? NOTHING : formatBytes(bytes))),
        base && head !== undefined ? `${signed(Math.round((head / base - 1) * 1000) / 10)} %` : NOTHING,
      ]),
    },
    notes: [costSentence(cost)],
  };
}

/** A difference with its sign, as short as it is exact to seven digits. */
function signed(number: number): string {
  const text = String(Number(number.toPrecision(7)));
  return number > 0 ? `+${text}` : text;
}

function texts(...names: string[]): Column[] {
  return names.map((name) => ({ name, type: "varchar" }));
}

/** Columns that stand to the right. */
function counts(...names: string[]): Column[] {
  return names.map((name) => ({ name, type: "double" }));
}
