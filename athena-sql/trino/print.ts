/**
 * Prints a syntax tree as Trino SQL that parses to the same tree. Operands stand in parentheses and names in quotes, so that
 * parts of a query can be put together anew without regard to precedence or reserved words.
 */
import { printJsonForm } from "./print-json";
import type { Alias, Call, CommonTable, Expression, Frame, FrameBound, GroupingElement } from "./syntax";
import type { Query, QueryBody, Relation, Select, SelectItem, SortItem, Window } from "./syntax";
import { typeName } from "./types";

/** Text that stands in a relation's place; undefined to print the relation itself. */
export type Replacement = (relation: Relation) => string | undefined;

/** A name in SQL: `"exec_date"`. */
export function quotedName(name: string): string {
  return `"${name.replace(/"/g, '""')}"`;
}

/** A text in SQL: `'it''s'`. */
export function quotedText(text: string): string {
  return `'${text.replace(/'/g, "''")}'`;
}

/** An expression; it can stand as an operand only in parentheses, see {@link printOperand}. */
export function printExpression(node: Expression): string {
  switch (node.kind) {
    case "null":
      return "NULL";
    case "boolean":
      return node.value ? "TRUE" : "FALSE";
    case "integer":
    case "decimal":
    case "double":
      return node.text;
    case "string":
      return quotedText(node.text);
    case "bytes":
      return `X${quotedText(node.text)}`;
    case "typed":
      return `${node.type} ${quotedText(node.text)}`;
    case "interval":
      return `INTERVAL ${node.sign < 0 ? "-" : ""}${quotedText(node.text)} ${node.from}${node.to ? ` TO ${node.to}` : ""}`;
    case "parameter":
      return "?";
    case "name":
      return node.parts.map(quotedName).join(".");
    case "field":
      return `(${printExpression(node.base)}).${quotedName(node.field)}`;
    case "subscript":
      return `${printOperand(node.base)}[${printExpression(node.index)}]`;
    case "unary":
      return `${node.operator.toUpperCase()} ${printOperand(node.operand)}`;
    case "binary":
      return `${printOperand(node.left)} ${node.operator.toUpperCase()} ${printOperand(node.right)}`;
    case "between":
      return `${printOperand(node.operand)}${not(node)} BETWEEN ${printOperand(node.low)} AND ${printOperand(node.high)}`;
    case "in":
      return `${printOperand(node.operand)}${not(node)} IN (${printList(node.list)})`;
    case "in query":
      return `${printOperand(node.operand)}${not(node)} IN (${printQuery(node.query)})`;
    case "like":
      return (
        `${printOperand(node.operand)}${not(node)} LIKE ${printOperand(node.pattern)}` +
        (node.escape ? ` ESCAPE ${printOperand(node.escape)}` : "")
      );
    case "is null":
      return `${printOperand(node.operand)} IS${not(node)} NULL`;
    case "exists":
      return `EXISTS (${printQuery(node.query)})`;
    case "scalar query":
      return `(${printQuery(node.query)})`;
    case "quantified":
      return `${printOperand(node.left)} ${node.operator} ${node.quantifier.toUpperCase()} (${printQuery(node.query)})`;
    case "case":
      return [
        "CASE",
        ...(node.operand ? [printOperand(node.operand)] : []),
        ...node.branches.map(({ when, then }) => `WHEN ${printExpression(when)} THEN ${printExpression(then)}`),
        ...(node.otherwise ? [`ELSE ${printExpression(node.otherwise)}`] : []),
        "END",
      ].join(" ");
    case "cast":
      return `${node.safe ? "TRY_CAST" : "CAST"}(${printExpression(node.operand)} AS ${typeName(node.type)})`;
    case "call":
      return printCall(node);
    case "lambda":
      return `(${node.parameters.map(quotedName).join(", ")}) -> ${printExpression(node.body)}`;
    case "array":
      return `ARRAY[${printList(node.elements)}]`;
    case "row":
      return `ROW(${printList(node.elements)})`;
    case "extract":
      return `EXTRACT(${node.field} FROM ${printExpression(node.operand)})`;
    case "at time zone":
      return `${printOperand(node.operand)} AT TIME ZONE ${printOperand(node.zone)}`;
    case "json path":
    case "json object":
    case "json array":
      return printJsonForm(node, { expression: printExpression, text: quotedText, name: quotedName });
    case "current":
      return node.what === "localtimestamp" ? "LOCALTIMESTAMP" : `CURRENT_${node.what.toUpperCase()}`;
  }
}

/** Kinds whose text holds together in any place. */
const closed: readonly Expression["kind"][] = [
  ...(["null", "boolean", "integer", "decimal", "double", "string", "bytes", "typed", "parameter", "name"] as const),
  ...(["exists", "scalar query", "case", "cast", "array", "row", "extract", "current"] as const),
  ...(["json path", "json object", "json array"] as const),
];

/** An expression that may stand as an operand. */
export function printOperand(node: Expression): string {
  const text = printExpression(node);
  return closed.includes(node.kind) || (node.kind === "call" && node.over === undefined) ? text : `(${text})`;
}

function printList(nodes: readonly Expression[]): string {
  return nodes.map(printExpression).join(", ");
}

function not({ negated }: { readonly negated: boolean }): string {
  return negated ? " NOT" : "";
}

function printCall({ name, args, star, distinct, orderBy, filter, nulls, over }: Call): string {
  const sorted = orderBy.length > 0 ? `ORDER BY ${printSort(orderBy)}` : "";
  const within = name === "listagg";
  const inside = [`${distinct ? "DISTINCT " : ""}${star ? "*" : printList(args)}`, ...(within ? [] : [sorted])];
  return [
    `${name}(${inside.filter(Boolean).join(" ")})`,
    ...(within && sorted ? [`WITHIN GROUP (${sorted})`] : []),
    ...(filter ? [`FILTER (WHERE ${printExpression(filter)})`] : []),
    ...(nulls ? [`${nulls.toUpperCase()} NULLS`] : []),
    ...(over === undefined ? [] : [`OVER ${typeof over === "string" ? quotedName(over) : printWindow(over)}`]),
  ].join(" ");
}

function printSort(items: readonly SortItem[]): string {
  return items
    .map(
      ({ key, descending, nullsFirst }) =>
        `${printExpression(key)}${descending ? " DESC" : ""}${nullsFirst ? " NULLS FIRST" : ""}`,
    )
    .join(", ");
}

function printWindow({ base, partitionBy, orderBy, frame }: Window): string {
  const parts = [
    ...(base === undefined ? [] : [quotedName(base)]),
    ...(partitionBy.length > 0 ? [`PARTITION BY ${printList(partitionBy)}`] : []),
    ...(orderBy.length > 0 ? [`ORDER BY ${printSort(orderBy)}`] : []),
    ...(frame ? [printFrame(frame)] : []),
  ];
  return `(${parts.join(" ")})`;
}

function printFrame({ unit, start, end }: Frame): string {
  const bound = (each: FrameBound) =>
    "distance" in each ? `${printOperand(each.distance)} ${each.kind.toUpperCase()}` : each.kind.toUpperCase();
  return end
    ? `${unit.toUpperCase()} BETWEEN ${bound(start)} AND ${bound(end)}`
    : `${unit.toUpperCase()} ${bound(start)}`;
}

/** A query with its WITH, ORDER BY, OFFSET and LIMIT. */
export function printQuery(query: Query, replace?: Replacement): string {
  const { with: commonTables, body, orderBy, offset, limit } = query;
  return [
    ...(commonTables.length > 0
      ? [`WITH ${commonTables.map((each) => printCommonTable(each, replace)).join(", ")}`]
      : []),
    printBody(body, replace),
    ...(orderBy.length > 0 ? [`ORDER BY ${printSort(orderBy)}`] : []),
    ...(offset ? [`OFFSET ${printExpression(offset)}`] : []),
    ...(limit ? [`LIMIT ${printExpression(limit)}`] : []),
  ].join(" ");
}

function printCommonTable({ name, columns, query }: CommonTable, replace?: Replacement): string {
  const names = columns ? ` (${columns.map(quotedName).join(", ")})` : "";
  return `${quotedName(name)}${names} AS (${printQuery(query, replace)})`;
}

function printBody(body: QueryBody, replace?: Replacement): string {
  switch (body.kind) {
    case "select":
      return printSelect(body, replace);
    case "values":
      return `VALUES ${printList(body.rows)}`;
    case "nested":
      return `(${printQuery(body.query, replace)})`;
    case "set": {
      // What stands together otherwise than the operators bind is a nested query.
      const [left, right] = [printBody(body.left, replace), printBody(body.right, replace)];
      return `${left} ${body.operator.toUpperCase()}${body.all ? " ALL" : ""} ${right}`;
    }
  }
}

function printSelect(select: Select, replace?: Replacement): string {
  const { distinct, items, from, where, grouped, groupBy, having, windows } = select;
  const named = [...windows].map(([name, window]) => `${quotedName(name)} AS ${printWindow(window)}`);
  return [
    `SELECT${distinct ? " DISTINCT" : ""} ${items.map(printItem).join(", ")}`,
    ...(from ? [`FROM ${printRelation(from, replace)}`] : []),
    ...(where ? [`WHERE ${printExpression(where)}`] : []),
    ...(grouped ? [`GROUP BY ${groupBy.map(printGrouping).join(", ")}`] : []),
    ...(having ? [`HAVING ${printExpression(having)}`] : []),
    ...(named.length > 0 ? [`WINDOW ${named.join(", ")}`] : []),
  ].join(" ");
}

function printItem(item: SelectItem): string {
  if (item.kind === "all") return [...(item.qualifier ?? []).map(quotedName), "*"].join(".");
  return `${printExpression(item.value)}${item.alias === undefined ? "" : ` AS ${quotedName(item.alias)}`}`;
}

function printGrouping(element: GroupingElement): string {
  if (element.kind === "expression") return printExpression(element.value);
  return `GROUPING SETS (${element.sets.map((set) => `(${printList(set)})`).join(", ")})`;
}

/** A relation of a FROM clause; of those that `replace` knows, its text. */
export function printRelation(relation: Relation, replace?: Replacement): string {
  const replaced = replace?.(relation);
  if (replaced !== undefined) return replaced;
  switch (relation.kind) {
    case "table":
      return `${relation.parts.map(quotedName).join(".")}${printAlias(relation.alias)}`;
    case "derived":
      return `${relation.lateral ? "LATERAL " : ""}(${printQuery(relation.query, replace)})${printAlias(relation.alias)}`;
    case "unnest": {
      const ordinality = relation.ordinality ? " WITH ORDINALITY" : "";
      return `UNNEST(${printList(relation.values)})${ordinality}${printAlias(relation.alias)}`;
    }
    case "parenthesised":
      return `(${printRelation(relation.relation, replace)})${printAlias(relation.alias)}`;
    case "join": {
      const { type, left, right, on, using } = relation;
      const inner = right.kind === "join" ? `(${printRelation(right, replace)})` : printRelation(right, replace);
      const condition = on ? ` ON ${printExpression(on)}` : using ? ` USING (${using.map(quotedName).join(", ")})` : "";
      return `${printRelation(left, replace)} ${type.toUpperCase()} JOIN ${inner}${condition}`;
    }
  }
}

function printAlias(alias: Alias | undefined): string {
  if (!alias) return "";
  return ` AS ${quotedName(alias.name)}${alias.columns ? ` (${alias.columns.map(quotedName).join(", ")})` : ""}`;
}
