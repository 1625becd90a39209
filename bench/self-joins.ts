/** The statement that an audit by self-joins is: one join of the table with itself per attribute, put together with UNION. */
import type { ComparedDates } from "../audit/comparison";
import type { AuditConfig } from "../audit/config";

/** What the system before ours ran for a table; it sees neither NULLs nor rows that one date lacks. */
export function selfJoins(config: AuditConfig, { execDate, priorDate }: ComparedDates): string {
  const places = [1, 2, 3, 4, 5].map((place) => ({ place, column: config.grain.at(place - 1)?.column }));
  const selects = config.attributes.map(({ column, label }) => {
    const columns = [
      `'${config.layer}' AS layer`,
      `'${label}' AS attribute`,
      ...places.map(({ place, column: key }) => `${key ? `'${key}'` : "NULL"} AS grain_key_${place}`),
      ...places.map(
        ({ place, column: key }) => `${key ? `CAST(curr.${key} AS varchar)` : "NULL"} AS grain_value_${place}`,
      ),
      `CAST(curr.${config.period.column} AS date) AS period`,
      `CAST(curr.${column} AS varchar) AS curr_value`,
      `CAST(prev.${column} AS varchar) AS prev_value`,
    ];
    const same = config.grain.map(({ column: key }) => `curr.${key} = prev.${key}`).join(" AND ");
    const table = `${config.database}.${config.table}`;
    return (
      `SELECT ${columns.join(", ")} FROM ${table} AS curr JOIN ${table} AS prev ON ${same} ` +
      `WHERE curr.exec_date = DATE '${execDate}' AND prev.exec_date = DATE '${priorDate}' AND curr.${column} <> prev.${column}`
    );
  });
  return selects.join("\nUNION\n");
}
