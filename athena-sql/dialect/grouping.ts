/**
 * The aggregation of a SELECT: its grouping keys and aggregates become the columns of one inner query.
 */
import { notSupported, type Position, QueryError } from "../trino/errors";
import type { Expression, Select } from "../trino/syntax";
import { BIGINT, INTEGER } from "../trino/types";
import { isAggregate } from "./aggregates";
import { aggregateCall, hasAggregate, hasWindow } from "./calls";
import { compileExpression } from "./expressions";
import { settled } from "./literals";
import type { Grouped, Scope } from "./scope";
import type { SourceColumn } from "./scan";
import { freshName, type Typed } from "./typed";

/** Collects what the outer expressions need while they are translated; then {@link sql} writes the inner query. */
export class Aggregation implements Grouped {
  readonly alias = freshName("g");
  private readonly keys: { value: Typed; normal: string; uses: ReadonlySet<SourceColumn> }[] = [];
  private readonly columns: { sql: string; value: Typed }[] = [];
  /** Indexes of keys, one list per grouping set. */
  private sets: number[][] = [[]];

  /** @param uses where the columns go that the keys read */
  constructor(
    private readonly select: Select,
    private readonly source: Scope,
    private readonly uses: Set<SourceColumn>,
  ) {
    for (const element of select.groupBy) {
      const lists = element.kind === "expression" ? [[element.value]] : element.sets;
      const indexes = lists.map((list) => list.flatMap((part) => this.source.attempt(() => [this.key(part)], [])));
      this.sets = this.sets.flatMap((set) => indexes.map((more) => [...new Set([...set, ...more])]));
    }
  }

  private key(node: Expression): number {
    let part = node;
    if (node.kind === "integer") {
      if (this.select.items.some(({ kind }) => kind === "all"))
        throw notSupported("GROUP BY of positions beside *", node.at);
      const item = this.select.items[Number(node.text) - 1] as Select["items"][number] | undefined;
      if (item?.kind !== "expression") {
        const text = `GROUP BY position ${node.text} is not in select list`;
        throw new QueryError("INVALID_COLUMN_REFERENCE", text, node.at);
      }
      part = item.value;
    }
    const uses = new Set<SourceColumn>();
    const value = compileExpression(part, this.source.at({ uses, place: "GROUP BY clause" }));
    for (const use of uses) this.uses.add(use);
    const normal = normalize(value.sql);
    const known = this.keys.findIndex((key) => key.normal === normal);
    return known >= 0 ? known : this.keys.push({ value, normal, uses }) - 1;
  }

  replace(node: Expression, scope: Scope): Typed | undefined {
    if (node.kind === "call" && node.name === "grouping") return this.grouping(node.args, node.at);
    if (node.kind === "call" && isAggregate(node.name) && node.over === undefined) {
      if (node.args.some(hasAggregate) || node.args.some(hasWindow)) {
        const text = `Cannot nest aggregations inside aggregation '${node.name}'`;
        throw new QueryError("NESTED_AGGREGATION", text, node.at);
      }
      const inside = this.source.at({ uses: scope.uses, place: `Aggregation '${node.name}'` });
      return this.column(aggregateCall(node, inside, inside));
    }
    if (node.kind === "lambda" || node.kind === "integer" || node.kind === "string") return undefined;
    if (node.kind === "name" && scope.isBound(node.parts[0])) return undefined;
    if (!hasAggregate(node) && !hasWindow(node)) {
      const key = this.keyOf(node, scope.uses);
      if (key) return key;
    }
    if (node.kind === "name" && this.source.find(node.parts, node.at)) {
      const text = `'${node.parts.join(".")}' must be an aggregate expression or appear in GROUP BY clause`;
      throw new QueryError("EXPRESSION_NOT_AGGREGATE", text, node.at);
    }
    return undefined;
  }

  // Two expressions are the same if they translate to the same SQL: `x` and `t.x` are.
  private keyOf(node: Expression, uses: Set<SourceColumn>): Typed | undefined {
    let normal: string;
    try {
      normal = normalize(compileExpression(node, this.source.at({ uses: new Set() })).sql);
    } catch (error) {
      if (error instanceof QueryError) return undefined;
      throw error;
    }
    const index = this.keys.findIndex((key) => key.normal === normal);
    if (index < 0) return undefined;
    const { value, uses: own } = this.keys[index];
    for (const use of own) uses.add(use);
    return { ...value, sql: `${this.alias}.k${index + 1}` };
  }

  private column(value: Typed): Typed {
    const normal = normalize(value.sql);
    let index = this.columns.findIndex((column) => normalize(column.sql) === normal);
    if (index < 0) index = this.columns.push({ sql: settled(value), value }) - 1;
    return { sql: `${this.alias}.a${index + 1}`, type: value.type };
  }

  private grouping(args: readonly Expression[], at: Position): Typed {
    const keys = args.map((node) => {
      const value = compileExpression(node, this.source.at({ uses: this.uses }));
      const key = this.keys.find((known) => known.normal === normalize(value.sql));
      if (!key)
        throw new QueryError(
          "INVALID_ARGUMENTS",
          "The arguments to GROUPING() must be expressions referenced by GROUP BY",
          at,
        );
      return key.value.sql;
    });
    const type = args.length > 31 ? BIGINT : INTEGER;
    return this.column({ sql: `CAST(GROUPING(${keys.join(", ")}) AS ${type.kind.toUpperCase()})`, type });
  }

  /** The inner query over `tail`, which is ` FROM … WHERE …`. */
  sql(tail: string): string {
    const keys = this.keys.map(({ value }, index) => `${settled(value)} AS k${index + 1}`);
    const columns = this.columns.map(({ sql }, index) => `${sql} AS a${index + 1}`);
    // Without any column the one row of an ungrouped aggregation would be lost.
    const selected = [...keys, ...columns, ...(columns.length ? [] : ["count(*) AS a0"])].join(", ");
    const list = (set: readonly number[]): string => set.map((index) => settled(this.keys[index].value)).join(", ");
    const [only] = this.sets;
    let group = "";
    if (this.sets.length > 1)
      group = ` GROUP BY GROUPING SETS (${this.sets.map((set) => `(${list(set)})`).join(", ")})`;
    else if (only.length) group = ` GROUP BY ${list(only)}`;
    return `SELECT ${selected}${tail}${group}`;
  }
}

// Names of lambda parameters are new each time an expression is translated.
function normalize(sql: string): string {
  return sql.replace(/\b([eipso])\d+\b/g, "$1");
}
