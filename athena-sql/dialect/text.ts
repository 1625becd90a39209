/**
 * Values as the text that Trino prints: in CAST(… AS varchar), in results and in CSV files.
 */
import type { TrinoType } from "../trino/types";
import { freshName, quote } from "./typed";

/** DuckDB expression of the text that CAST(… AS varchar) gives for a scalar. NULL stays NULL. */
export function textOf(sql: string, type: TrinoType): string {
  switch (type.kind) {
    case "varchar":
      return sql;
    case "char":
      return `rpad(${sql}, ${type.length}, ' ')`;
    case "real":
    case "double": {
      const digits = type.kind === "real" ? `trino_real_text(${sql})` : `CAST(${sql} AS VARCHAR)`;
      // Plain digits are the same in both engines between 0.001 and 10 million; beyond, Trino prints Java's notation.
      return (
        `(CASE WHEN abs(${sql}) >= 1e-3 AND abs(${sql}) < 1e7 OR ${sql} = 0 THEN ${digits} ` +
        `ELSE trino_float_text(${digits}) END)`
      );
    }
    case "timestamp":
      return timestampText(sql, type.precision);
    case "timestamp with time zone": {
      const local = type.zone === "UTC" ? sql : `timezone(${quote(type.zone)}, timezone('UTC', ${sql}))`;
      return `(${timestampText(local, type.precision)} || ${quote(` ${type.zone}`)})`;
    }
    case "time":
      return `left(strftime(TIMESTAMP '2000-01-01' + ${sql}, '%H:%M:%S.%f'), ${type.precision ? 9 + type.precision : 8})`;
    case "interval day to second":
      return `trino_day_interval_text(${sql})`;
    case "interval year to month":
      return `trino_month_interval_text(${sql})`;
    default:
      return `CAST(${sql} AS VARCHAR)`;
  }
}

function timestampText(sql: string, precision: number): string {
  if (precision === 3) return `strftime(${sql}, '%Y-%m-%d %H:%M:%S.%g')`;
  if (precision === 6) return `strftime(${sql}, '%Y-%m-%d %H:%M:%S.%f')`;
  if (precision === 0) return `strftime(${sql}, '%Y-%m-%d %H:%M:%S')`;
  return `left(strftime(${sql}, '%Y-%m-%d %H:%M:%S.%f'), ${20 + precision})`;
}

/** DuckDB expression of the text that a value has in a result: the same for scalars, `[1, 2]` and `{a=1}` for others. */
export function resultText(sql: string, type: TrinoType): string {
  switch (type.kind) {
    case "unknown":
      return "CAST(NULL AS VARCHAR)";
    case "varbinary":
      // Bytes in hexadecimal with blanks between, as Athena prints them.
      return `trim(regexp_replace(lower(hex(${sql})), '(..)', '\\1 ', 'g'))`;
    case "array": {
      const item = freshName("e");
      const parts = `list_transform(${sql}, lambda ${item}: coalesce(${resultText(item, type.element)}, 'null'))`;
      return `('[' || array_to_string(${parts}, ', ') || ']')`;
    }
    case "map": {
      const entry = freshName("e");
      const key = resultText(`${entry}.key`, type.key);
      const value = `coalesce(${resultText(`${entry}.value`, type.value)}, 'null')`;
      const parts = `list_transform(map_entries(${sql}), lambda ${entry}: ${key} || '=' || ${value})`;
      return `('{' || array_to_string(${parts}, ', ') || '}')`;
    }
    case "row": {
      const parts = type.fields.map((field, index) => {
        const text = `coalesce(${resultText(`(${sql}).f${index + 1}`, field.type)}, 'null')`;
        return `${quote(`${field.name ?? `field${index}`}=`)} || ${text}`;
      });
      return `(CASE WHEN ${sql} IS NULL THEN NULL ELSE '{' || ${parts.join(" || ', ' || ")} || '}' END)`;
    }
    default:
      return textOf(sql, type);
  }
}
