/** Where tables and columns stand in the drawing of lineage, laid out by dagre: pure. */
import type * as Dagre from "@dagrejs/dagre" with { "resolution-mode": "import" };
import { createRequire } from "node:module";
import type { ColumnLink, FileView, LinkKind, TableView } from "./view";

// Its types are those of an ES module, its code is CommonJS as well.
const { graphlib, layout } = createRequire(__filename)("@dagrejs/dagre") as typeof Dagre;

/** A box: a table with its columns, or the files that are landed into one. */
export interface Box {
  readonly id: string;
  readonly title: string;
  readonly beside: string;
  readonly kind: "table" | "file";
  readonly columns: readonly string[];
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A curve from a column, or a whole box, to another. */
export interface Curve {
  readonly from: string;
  readonly to: string;
  readonly kind: LinkKind | "file" | "table";
  readonly path: string;
}

/** The drawing. */
export interface LineageDrawing {
  readonly boxes: readonly Box[];
  readonly curves: readonly Curve[];
  readonly width: number;
  readonly height: number;
}

/** Pixels: of the head of a box, of a row, of a character of each. */
export const HEAD = 46;
export const ROW = 20;
const TITLE_CHARACTER = 7.6;
const COLUMN_CHARACTER = 7.3;

/** Tables up to which columns are drawn. */
const WITH_COLUMNS = 60;

/** Id of a table's box. */
export function boxId({ database, table }: { readonly database: string; readonly table: string }): string {
  return `${database}.${table}`;
}

/** Lays tables, files and their links out, sources to the left. */
export function lineageDrawing(
  tables: readonly TableView[],
  files: readonly FileView[],
  links: readonly ColumnLink[],
): LineageDrawing {
  const detailed = tables.length <= WITH_COLUMNS;
  const used = usedColumns(tables, links);
  const graph = new graphlib.Graph({ multigraph: false, compound: false });
  graph.setGraph({
    rankdir: "LR",
    nodesep: 28,
    ranksep: detailed ? 110 : 60,
    marginx: 12,
    marginy: 12,
    ranker: tables.length > 100 ? "longest-path" : "network-simplex",
  });
  graph.setDefaultEdgeLabel(() => ({}));
  const planned = [
    ...tables.map((table) => ({
      id: boxId(table),
      title: table.table,
      beside: table.writer === undefined ? table.zone : `${table.zone} · ${table.writer}`,
      kind: "table" as const,
      columns: detailed ? (used.get(boxId(table)) ?? []) : [],
    })),
    ...files.map(({ prefix, source }) => ({
      id: fileId(source, prefix),
      title: `${prefix}*`,
      beside: `incoming/${source}`,
      kind: "file" as const,
      columns: [],
    })),
  ];
  for (const box of planned) {
    const longest = Math.max(
      box.title.length * TITLE_CHARACTER,
      box.beside.length * 6.6,
      ...box.columns.map((column) => column.length * COLUMN_CHARACTER),
    );
    graph.setNode(box.id, {
      width: Math.ceil(longest) + 34,
      height: HEAD + box.columns.length * ROW + (box.columns.length > 0 ? 8 : 0),
    });
  }
  const known = new Set(planned.map(({ id }) => id));
  for (const { from, to } of links) {
    const [source, target] = [boxId(from), boxId(to)];
    if (known.has(source) && known.has(target) && source !== target) graph.setEdge(source, target);
  }
  for (const file of files) if (known.has(boxId(file))) graph.setEdge(fileId(file.source, file.prefix), boxId(file));
  layout(graph);
  const boxes = planned.map((box): Box => {
    const {
      x = 0,
      y = 0,
      width = 0,
      height = 0,
    } = graph.node(box.id) as { x?: number; y?: number; width?: number; height?: number };
    return { ...box, x: Math.round(x - width / 2), y: Math.round(y - height / 2), width, height };
  });
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  const byId = new Map(boxes.map((box) => [box.id, box]));
  return { boxes, curves: curvesOf(files, links, byId, detailed), width: Math.ceil(width), height: Math.ceil(height) };
}

function fileId(source: string, prefix: string): string {
  return `file ${source} ${prefix}`;
}

/** Columns that take part in lineage or are audited, in the order of the table; all of a small table. */
function usedColumns(tables: readonly TableView[], links: readonly ColumnLink[]): Map<string, string[]> {
  const taking = new Set(
    links.flatMap(({ from, to }) => [
      `${boxId(from)}.${from.column}`,
      ...(to.column === undefined ? [] : [`${boxId(to)}.${to.column}`]),
    ]),
  );
  return new Map(
    tables.map((table) => [
      boxId(table),
      table.columns
        .filter(
          ({ name, audited, partition }) =>
            !partition && (table.columns.length <= 8 || audited || taking.has(`${boxId(table)}.${name}`)),
        )
        .map(({ name }) => name),
    ]),
  );
}

function curvesOf(
  files: readonly FileView[],
  links: readonly ColumnLink[],
  boxes: ReadonlyMap<string, Box>,
  detailed: boolean,
): Curve[] {
  const curves: Curve[] = [];
  const drawn = new Set<string>();
  const add = (
    from: Box | undefined,
    fromColumn: string | undefined,
    to: Box | undefined,
    toColumn: string | undefined,
    kind: Curve["kind"],
  ): void => {
    if (!from || !to || from === to) return;
    // What tells partitions apart decides rows everywhere, and is not drawn.
    if (fromColumn !== undefined && !from.columns.includes(fromColumn)) return;
    const [start, end] = [port(from, fromColumn), port(to, toColumn)];
    const curve = { from: placeIn(from, fromColumn), to: placeIn(to, toColumn), kind };
    const key = JSON.stringify(curve);
    if (drawn.has(key)) return;
    drawn.add(key);
    const [x1, x2] = [from.x + from.width, to.x];
    const bend = Math.max(40, (x2 - x1) / 2);
    curves.push({ ...curve, path: `M${x1} ${start} C${x1 + bend} ${start} ${x2 - bend} ${end} ${x2} ${end}` });
  };
  for (const file of files)
    add(boxes.get(fileId(file.source, file.prefix)), undefined, boxes.get(boxId(file)), undefined, "file");
  for (const { from, to, kind } of links) {
    const [source, target] = [boxes.get(boxId(from)), boxes.get(boxId(to))];
    if (detailed) add(source, from.column, target, to.column, kind);
    else add(source, undefined, target, undefined, "table");
  }
  return curves;
}

/** What a column is called in the drawing: `<box>\n<column>`, or the box. */
export function placeIn({ id }: Pick<Box, "id">, column?: string): string {
  return column === undefined ? id : `${id}\n${column}`;
}

/** Height at which a curve meets a box: at a column's row, or at its head. */
function port({ y, columns }: Box, column: string | undefined): number {
  const row = column === undefined ? -1 : columns.indexOf(column);
  return row < 0 ? y + HEAD / 2 : y + HEAD + row * ROW + ROW / 2;
}
