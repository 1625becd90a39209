/**
 * Everything that a column of a model depends on: tables with the columns that are used of them, wherever in the model they stand.
 */
import type { Expression, Select } from "../../athena-sql/trino/syntax";
import { joinConditions, readDates } from "./dated-reads";
import { everyPart } from "./expressions";
import type { DatedRows } from "./base-table";
import { isNotFollowed } from "./linear-form";
import type { Search } from "./origin";
import {
  type Block,
  blockOf,
  bodyOf,
  groupingOf,
  itemsOf,
  outputsOf,
  placesIn,
  type SourceTable,
  sourcesOf,
} from "./scope";

/** A table that counts, with what is used of it. */
export interface Input {
  readonly table: SourceTable;
  readonly used: readonly string[];
  readonly rows: DatedRows;
}

/** The inputs of some outputs of a block, each table once. */
export function inputsOf(block: Block, outputs: readonly number[], search: Search): Input[] {
  const merged: Input[] = [];
  for (const input of everyInput(block, outputs, search)) {
    const index = merged.findIndex(({ table }) => table === input.table);
    if (index < 0) merged.push(input);
    else merged[index] = both(merged[index], input);
  }
  return merged;
}

function both(left: Input, right: Input): Input {
  const either = (one: string, other: string) => (one === other ? one : `(${one}) OR (${other})`);
  const [first, second] = [left.rows, right.rows];
  return {
    table: left.table,
    used: [...new Set([...left.used, ...right.used])],
    rows: {
      current: either(first.current, second.current),
      prior: either(first.prior, second.prior),
      date: first.date === second.date ? first.date : undefined,
      same: first.same && second.same,
    },
  };
}

function everyInput(block: Block, outputs: readonly number[], search: Search): Input[] {
  const body = bodyOf(block);
  const every = outputsOf(block).map((_, index) => index);
  if (body.kind !== "select") {
    // Without ALL, whether a row is there depends on all of it.
    const wanted = body.kind === "other" ? every : outputs;
    return body.branches.flatMap((branch) => everyInput(branch, wanted, search));
  }
  const { select } = body;
  const whole = select.distinct || block.query.limit !== undefined;
  const items = itemsOf(block, select);
  const expressions = [
    ...(whole ? every : outputs).flatMap((index) => items.at(index)?.value ?? []),
    ...ofRows(block, select),
    ...(block.query.limit ? block.query.orderBy.map(({ key }) => key) : []),
  ];
  return inputsOfSelect(block, select, expressions, search);
}

/** What decides which rows there are. */
function ofRows(block: Block, select: Select): Expression[] {
  const keys =
    groupingOf(block, select) ?? select.groupBy.flatMap((each) => (each.kind === "sets" ? each.sets.flat() : []));
  return [select.where, select.having, ...joinConditions(select.from), ...keys].filter((each) => each !== undefined);
}

function inputsOfSelect(block: Block, select: Select, expressions: readonly Expression[], search: Search): Input[] {
  const sources = sourcesOf(block, select);
  const places = placesIn(sources, ...expressions);
  const dates = readDates({ block, select, sources, search });
  const found = sources.flatMap((source): Input[] => {
    const used = places.filter((each) => each.source.relation === source.relation).map(({ column }) => column);
    if (source.kind === "block") {
      return everyInput(
        source.block,
        used.map((column) => source.columns.indexOf(column)),
        search,
      );
    }
    if (source.kind === "other" || isNotFollowed(dates)) return [];
    return [{ table: source.table, used, rows: dates.of(source) }];
  });
  const queries = expressions.flatMap(everyPart).flatMap((part) => ("query" in part ? [part.query] : []));
  const inside = queries.flatMap((query) => {
    const inner = blockOf(query, block.tables, block.visible);
    return everyInput(
      inner,
      outputsOf(inner).map((_, index) => index),
      search,
    );
  });
  return [...found, ...inside];
}
