/**
 * Values as the text that Trino prints: in CAST(… AS varchar), in results and in CSV files.
 */
import type { TrinoType } from "../trino/types";
import { freshName, quote } from "./typed";
import { localTime } from "./zones";

/** DuckDB expression of the text that CAST(… AS varchar) gives for a scalar. NULL stays NULL. */
export function textOf(sql: string, type: TrinoType): string {
  switch (type.kind) {
    case "varchar":
      return sql;
    case "char":
      return `rpad(${sql}, ${type.length}, ' ')`;
    // How CAST writes these two is a switch of the engine: see local/athena/native/float-text.
    case "real":
    case "double":
      return `trino_${type.kind}_text(${sql})`;
    case "decimal":
      return decimalText(sql, type);
    case "date":
      return `trino_date_text(${sql})`;
    case "timestamp":
      return timestampText(sql, type.precision);
    case "timestamp with time zone":
      return `(${timestampText(localTime(sql, type), type.precision)} || ${quote(` ${type.zone}`)})`;
    case "time":
      return `left(strftime(DATE '2000-01-01' + ${sql}, '%H:%M:%S.%f'), ${type.precision ? 9 + type.precision : 8})`;
    case "interval day to second":
      return `trino_day_interval_text(${sql})`;
    case "interval year to month":
      return `trino_month_interval_text(${sql})`;
    default:
      return `CAST(${sql} AS VARCHAR)`;
  }
}

// DuckDB leaves out the zero before the point where no digit can be there.
function decimalText(sql: string, { precision, scale }: TrinoType & { kind: "decimal" }): string {
  if (scale < precision) return `CAST(${sql} AS VARCHAR)`;
  if (precision < 38) return `CAST(CAST(${sql} AS DECIMAL(${precision + 1},${scale})) AS VARCHAR)`;
  return `replace(CAST(${sql} AS VARCHAR), '.', '0.')`;
}

function timestampText(sql: string, precision: number): string {
  return `trino_timestamp_text(${sql}, ${quote(precision === 3 ? ".%g" : precision === 0 ? "" : ".%f")}, ${[0, 3].includes(precision) ? 0 : 6 - precision})`;
}

/** DuckDB expression of the text that a value has in a result: the same for scalars, `[1, 2]` and `{a=1}` for others. */
export function resultText(sql: string, type: TrinoType): string {
  switch (type.kind) {
    case "unknown":
      return "CAST(NULL AS VARCHAR)";
    case "real":
    case "double":
      return `trino_plain_${type.kind}_text(${sql})`;
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

/** Texts of a list one after the other, NULLs left out; DuckDB's own function takes no separator that is computed. */
export function joined(list: string, separator: string): string {
  if (/^'(?:[^']|'')*'$/.test(separator)) return `coalesce(array_to_string(${list}, ${separator}), '')`;
  const [item, left, right] = [freshName("e"), freshName("e"), freshName("e")];
  const known = `list_filter(${list}, lambda ${item}: ${item} IS NOT NULL)`;
  return `coalesce(CASE WHEN len(${known}) > 0 THEN list_reduce(${known}, lambda ${left}, ${right}: ${left} || ${separator} || ${right}) END, '')`;
}
