/**
 * Which columns of tables a model's columns are made from, and which decide what rows there are: column lineage in the words of
 * OpenLineage.
 */
import type { Expression, Relation } from "../../athena-sql/trino/syntax";
import { aggregatesIn, nameNode } from "./expressions";
import { readModel } from "./read-model";
import {
  type Block,
  blockOf,
  type ColumnPlace,
  decidingPlaces,
  groupingOf,
  isGrouped,
  itemsOf,
  outputsOf,
  placesIn,
  selectsOf,
  type SourceTable,
  sourcesOf,
  valuePlaces,
  windowsIn,
} from "./scope";

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
  const block = blockOf(readModel(sql), tables);
  const columns = outputsOf(block).flatMap((name, index) =>
    name ? [[name, distinct(inputsOf(block, index))] as const] : [],
  );
  return { columns: Object.fromEntries(columns), rows: distinct(rowInputs(block)) };
}

function inputsOf(block: Block, column: number): InputColumn[] {
  return selectsOf(block).flatMap(({ block: own, select }) => {
    const item = itemsOf(own, select).at(column);
    if (!item) return [];
    const expression = item.value;
    const sources = sourcesOf(own, select);
    return [
      ...through(valuePlaces(sources, expression), directly(expression)),
      ...through(decidingPlaces(sources, expression), { type: "INDIRECT", subtype: "CONDITIONAL" }),
    ];
  });
}

function directly(expression: Expression): Transformation {
  if (expression.kind === "name") return { type: "DIRECT", subtype: "IDENTITY" };
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
    const indirect = (expressions: readonly (Expression | undefined)[], subtype: "FILTER" | "JOIN" | "GROUP_BY") =>
      through(placesIn(sources, ...expressions.filter((each) => each !== undefined)), { type: "INDIRECT", subtype });
    return [
      ...indirect([select.where, select.having], "FILTER"),
      ...indirect(joinConditions(select.from), "JOIN"),
      ...(isGrouped(own, select) ? indirect(groupingOf(own, select) ?? [], "GROUP_BY") : []),
      ...sources.flatMap((source) => (source.kind === "block" ? rowInputs(source.block) : [])),
    ];
  });
}

/** What stands in ON, and the columns of USING. */
function joinConditions(relation: Relation | undefined): Expression[] {
  if (relation?.kind !== "join") return [];
  const { left, right, on, using = [] } = relation;
  return [
    ...joinConditions(left),
    ...joinConditions(right),
    ...(on ? [on] : []),
    ...using.map((column) => nameNode(column)),
  ];
}

function distinct(inputs: readonly InputColumn[]): InputColumn[] {
  const key = ({ database, table, column, transformation: { type, subtype } }: InputColumn) =>
    [database, table, column, type, subtype].join(" ");
  return inputs.filter((each, index) => inputs.findIndex((other) => key(other) === key(each)) === index);
}
