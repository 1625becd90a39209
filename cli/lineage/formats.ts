/** Lineage as text, JSON and Mermaid. Pure. */
import { renderTable, type Look } from "../presentation/table";
import type { ColumnLink } from "../../report/view";
import type { Lineage } from "./program-lineage";

/** The formats that `--format` takes. */
export const LINEAGE_FORMATS = ["text", "json", "mermaid"] as const;
export type LineageFormat = (typeof LINEAGE_FORMATS)[number];

/** Writes a lineage, its columns only if they are asked for. */
export function writeLineage(lineage: Lineage, format: LineageFormat, columns: boolean, look: Look): string {
  if (format === "json") return `${JSON.stringify(columns ? lineage : { tables: lineage.tables }, null, 2)}\n`;
  if (format === "mermaid") return columns ? columnsAsMermaid(lineage) : tablesAsMermaid(lineage);
  return columns ? columnsAsText(lineage, look) : tablesAsText(lineage, look);
}

function rows(names: readonly string[], cells: readonly (readonly string[])[], look: Look): string {
  return renderTable({ columns: names.map((name) => ({ name, type: "varchar" })), rows: cells }, look);
}

function tablesAsText({ tables }: Lineage, look: Look): string {
  const cells = tables.map(({ table, madeBy, seed, reads }) => [
    table,
    madeBy?.pipeline ?? "",
    seed ?? (madeBy ? (madeBy.model ?? "incoming file") : ""),
    reads.join(", "),
  ]);
  return rows(["table", "pipeline", "model", "reads"], cells, look);
}

/** What a link means, in words. */
function how({ kind, to }: ColumnLink): string {
  if (to.column !== undefined) return kind === "value" ? "value" : "condition of the value";
  return { filter: "filters rows", join: "joins rows", group: "groups rows" }[kind as string] ?? "decides rows";
}

function columnsAsText({ links }: Lineage, look: Look): string {
  if (links.length === 0) return "No model reads it, and none makes it.\n";
  const cells = links.map((link) => [
    `${link.to.table}.${link.to.column ?? "*"}`,
    `${link.from.table}.${link.from.column}`,
    how(link),
  ]);
  return rows(["column", "comes from", "how"], cells, look);
}

function tablesAsMermaid({ tables }: Lineage): string {
  const boxes = tables.map(({ table }) => `  ${id(table)}["${table}"]`);
  const arrows = tables.flatMap(({ table, reads }) => reads.map((read) => `  ${id(read)} --> ${id(table)}`));
  return `${["flowchart LR", ...boxes, ...arrows].join("\n")}\n`;
}

/** Values are lines, what only decides them or the rows is dotted. */
function columnsAsMermaid({ links }: Lineage): string {
  const byTable = new Map<string, Set<string>>();
  const note = (table: string, column: string): void => {
    byTable.set(table, (byTable.get(table) ?? new Set()).add(column));
  };
  for (const { from, to } of links) {
    note(from.table, from.column);
    note(to.table, to.column ?? "*");
  }
  const boxes = [...byTable].flatMap(([table, columns]) => [
    `  subgraph ${id(table)}["${table}"]`,
    ...[...columns].map((column) => `    ${id(table, column)}["${column === "*" ? "rows" : column}"]`),
    "  end",
  ]);
  const arrows = links.map(
    ({ from, to, kind }) =>
      `  ${id(from.table, from.column)} ${kind === "value" ? "-->" : "-.->"} ${id(to.table, to.column ?? "*")}`,
  );
  return `${["flowchart LR", ...boxes, ...new Set(arrows)].join("\n")}\n`;
}

/** A node's id: words that Mermaid keeps for itself, as `end`, are none with a sign before them. */
function id(table: string, column?: string): string {
  return column === undefined ? `t_${table}` : `c_${table}__${column === "*" ? "" : column}`;
}
