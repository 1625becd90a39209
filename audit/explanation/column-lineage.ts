/**
 * Which columns of tables a model's columns are made from, and which decide what rows there are: column lineage in the words of
 * OpenLineage.
 */
import { type Expression, readExpression } from "./expression";
import { type QueryText, readQuery, type SelectText } from "./query-text";
import {
  aggregatesIn,
  type Block,
  blockOf,
  type ColumnPlace,
  decidingPlaces,
  isGrouped,
  itemsOf,
  outputsOf,
  placesIn,
  type Source,
  type SourceTable,
  sourcesOf,
  valuePlaces,
  windowsIn,
} from "./scope";
import { tokensOf } from "./tokens";

/** How an input column counts for an output. OpenLineage documentation, "Column Level Lineage Dataset Facet". */
export type Transformation =
  | { readonly type: "DIRECT"; readonly subtype: "IDENTITY" | "TRANSFORMATION" | "AGGREGATION" }
  | {
      readonly type: "INDIRECT";
      readonly subtype: "CONDITIONAL" | "FILTER" | "JOIN" | "GROUP_BY";
    };

/** A column of a table behind an output. */
export interface InputColumn {
  readonly database: string;
  readonly table: string;
  readonly column: string;
  readonly transformation: Transformation;
}

/** Column lineage of a model. */
export interface ColumnLineage {
  /** Input columns of each output by name. */
  readonly columns: Readonly<Record<string, readonly InputColumn[]>>;
  /** Input columns that decide which rows there are, for all outputs. */
  readonly rows: readonly InputColumn[];
}

/** Reads the column lineage of a model. Throws an AuditError for SQL that can't be read. */
export function columnLineage(sql: string, tables: readonly SourceTable[]): ColumnLineage {
  const block = blockOf(readQuery(sql), tables);
  const columns = outputsOf(block).flatMap((name, index) =>
    name ? [[name, distinct(inputsOf(block, index))] as const] : [],
  );
  return { columns: Object.fromEntries(columns), rows: distinct(rowInputs(block)) };
}

/** The SELECTs of a query, whatever combines them. */
function selectsOf(block: Block): { readonly block: Block; readonly select: SelectText }[] {
  const { body } = block.query;
  if (body.kind === "select") return [{ block, select: body }];
  return (body.branches ?? []).flatMap((branch: QueryText) => selectsOf(blockOf(branch, block.tables, block.visible)));
}

function inputsOf(block: Block, column: number): InputColumn[] {
  return selectsOf(block).flatMap(({ block: own, select }) => {
    const item = itemsOf(own, select).at(column);
    if (!item) return [];
    const expression = readExpression(item.text);
    const sources = sourcesOf(own, select);
    return [
      ...through(valuePlaces(sources, expression), directly(expression)),
      ...through(decidingPlaces(sources, expression), { type: "INDIRECT", subtype: "CONDITIONAL" }),
    ];
  });
}

function directly(expression: Expression): Transformation {
  if (expression.kind === "column") return { type: "DIRECT", subtype: "IDENTITY" };
  const aggregated = aggregatesIn(expression).length > 0 || windowsIn(expression).length > 0;
  return { type: "DIRECT", subtype: aggregated ? "AGGREGATION" : "TRANSFORMATION" };
}

/** The table columns behind columns of relations. */
function through(places: readonly ColumnPlace[], transformation: Transformation): InputColumn[] {
  return places.flatMap(({ source, column }): InputColumn[] => {
    if (source.kind === "table")
      return [{ database: source.table.database, table: source.table.table, column, transformation }];
    if (source.kind === "other") return [];
    return inputsOf(source.block, source.columns.indexOf(column)).map((input) => ({
      ...input,
      transformation: stronger(input.transformation, transformation),
    }));
  });
}

/** What two transformations after one another are. */
function stronger(inner: Transformation, outer: Transformation): Transformation {
  if (inner.type === "INDIRECT") return inner;
  if (outer.type === "INDIRECT") return outer;
  const order = ["IDENTITY", "TRANSFORMATION", "AGGREGATION"];
  return order.indexOf(inner.subtype) > order.indexOf(outer.subtype) ? inner : outer;
}

/** Columns in WHERE, HAVING, ON and GROUP BY, here and in the relations below. */
function rowInputs(block: Block): InputColumn[] {
  return selectsOf(block).flatMap(({ block: own, select }) => {
    const sources = sourcesOf(own, select);
    const mentioned = (text: string | undefined) => (text === undefined ? [] : placesIn(sources, readExpression(text)));
    const indirect = (places: readonly ColumnPlace[], subtype: "FILTER" | "JOIN" | "GROUP_BY") =>
      through(places, { type: "INDIRECT", subtype });
    return [
      ...indirect([...mentioned(select.where), ...mentioned(select.having)], "FILTER"),
      ...indirect(joinPlaces(select, sources), "JOIN"),
      ...(isGrouped(own, select) ? indirect((select.groupBy ?? []).flatMap(mentioned), "GROUP_BY") : []),
      ...sources.flatMap((source) => (source.kind === "block" ? rowInputs(source.block) : [])),
    ];
  });
}

/** Columns in what stands between the relations of FROM: ON and USING. */
function joinPlaces({ from, relations }: SelectText, sources: readonly Source[]): ColumnPlace[] {
  const between = relations.map(({ end }, index) => from.slice(end, relations.at(index + 1)?.start ?? from.length));
  return between.flatMap((text) => {
    const tokens = tokensOf(text);
    return tokens.flatMap((token, index) => {
      if (token.kind !== "word" && token.kind !== "quoted") return [];
      const qualified = tokens.at(index + 1)?.text === "." && tokens.at(index + 2);
      if (qualified)
        return placesIn(sources, { kind: "column", qualifier: token.text, name: qualified.text, text: "" });
      const follows = index > 0 && tokens[index - 1].text === ".";
      return follows ? [] : placesIn(sources, { kind: "column", name: token.text, text: "" });
    });
  });
}

function distinct(inputs: readonly InputColumn[]): InputColumn[] {
  const key = ({ database, table, column, transformation: { type, subtype } }: InputColumn) =>
    [database, table, column, type, subtype].join(" ");
  return inputs.filter((each, index) => inputs.findIndex((other) => key(other) === key(each)) === index);
}
