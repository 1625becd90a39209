/** Columns behind the columns of a table, from its model's text. */
import { columnLineage, type InputColumn } from "../../audit/explanation/column-lineage";
import { readModel } from "../../audit/explanation/read-model";
import { tablesRead, type SourceTable } from "../../audit/explanation/scope";
import type { ColumnLink, LinkKind, TableView } from "../../report/view";

/** Links into a table from a model's text: pure. Throws an AuditError for SQL that can't be read. */
export function linksOf(
  to: Pick<TableView, "database" | "table">,
  sql: string,
  known: readonly SourceTable[],
): ColumnLink[] {
  const read = tablesRead(readModel(sql));
  const lineage = columnLineage(
    sql,
    known.filter(({ database, table }) => read.includes(`${database}.${table}`)),
  );
  const link = (input: InputColumn, column?: string): ColumnLink => ({
    from: { database: input.database, table: input.table, column: input.column },
    to: { ...to, column },
    kind: kindOf(input),
  });
  return [
    ...Object.entries(lineage.columns).flatMap(([column, inputs]) => inputs.map((input) => link(input, column))),
    ...lineage.rows.map((input) => link(input)),
  ];
}

function kindOf({ transformation: { type, subtype } }: InputColumn): LinkKind {
  if (type === "DIRECT") return "value";
  const kinds: Readonly<Record<string, LinkKind>> = {
    CONDITIONAL: "condition",
    FILTER: "filter",
    JOIN: "join",
    GROUP_BY: "group",
  };
  return kinds[subtype] ?? "condition";
}
