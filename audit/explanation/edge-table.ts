/**
 * The explanation table: one row for each source row behind a change, as far as they are listed, and one for what they leave.
 * For each result the contributions of its rows sum up to its change.
 */
import { auditPartitionKeys } from "../audit-table";
import { keyColumns } from "./origin";

/**
 * How a row of the table came about:
 * - `sum`, `count`, `average` or `quotient`, `row`, `arithmetic`: the source row's part of the change, as a number
 * - `condition`: a changed row that moves nothing by itself, but without which another one listed would not count
 * - `max`, `min`: the rows that hold the extreme, without a number if they are several
 * - `changed`: a changed row of a source behind something that is not followed; without a number if there are several
 * - `model`: what the model's own change moved; `note` says what it was
 * - `further rows`: what the rows that are not listed add up to; `row_count` says how many they are
 * - `together`: what rows without numbers of their own account for
 * - `unexplained`: the rest of the change
 * - `not followed`: all of the change; `note` says what stands in the way
 */
const method =
  "sum, count, average, row, quotient, arithmetic, condition, max, min, changed, model, further rows, together, unexplained or not followed";

const places = Array.from({ length: keyColumns }, (_, index) => index + 1);

const grainColumns = (side: "result" | "source") =>
  places.map((place) => ({
    name: `${side}_grain_value_${place}`,
    type: "varchar(100)" as const,
    comment: `Value of the ${side} row's grain column ${place}, if any`,
  }));

/** The explanation table's columns in their order, with Glue types. An edge query selects exactly these. */
export const explanationColumns = [
  { name: "result_table", type: "varchar(100)", comment: "Table whose change is explained" },
  { name: "result_attribute", type: "varchar(100)", comment: "Its attribute, under the audit table's name" },
  ...grainColumns("result"),
  { name: "result_change", type: "double", comment: "Current minus previous value of the attribute" },
  { name: "source_table", type: "varchar(100)", comment: "Table of the row behind it" },
  { name: "source_attribute", type: "varchar(100)", comment: "Its attributes; * where rows are counted" },
  ...grainColumns("source"),
  { name: "source_curr_value", type: "varchar(100)", comment: "Value on exec_date" },
  { name: "source_prev_value", type: "varchar(100)", comment: "Value on prev_exec_date" },
  { name: "contribution", type: "double", comment: "Part of result_change; NULL where no number would be true" },
  { name: "share", type: "double", comment: "contribution / result_change" },
  { name: "depth", type: "int", comment: "1 for an audited change, one more for each table between" },
  { name: "place", type: "bigint", comment: "1 for the largest contribution to the result" },
  { name: "method", type: "varchar(20)", comment: method },
  { name: "row_count", type: "bigint", comment: "Source rows that the line stands for" },
  { name: "note", type: "varchar(200)", comment: "What is not followed, or what else the contribution depends on" },
  { name: "source_change", type: "varchar(20)", comment: "What became of the source row: changed, added or removed" },
  {
    name: "source_curr_file",
    type: "varchar(1024)",
    comment: "Key of the incoming file that carried source_curr_value",
  },
  { name: "source_curr_etag", type: "varchar(100)", comment: "Its ETag" },
  {
    name: "source_prev_file",
    type: "varchar(1024)",
    comment: "Key of the incoming file that carried source_prev_value",
  },
  { name: "source_prev_etag", type: "varchar(100)", comment: "Its ETag" },
  { name: "prev_exec_date", type: "date", comment: "Execution date compared with" },
] as const;

/** The explanation table's partition keys in their order: those of the audit table. */
export const explanationPartitionKeys = auditPartitionKeys;
