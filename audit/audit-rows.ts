/**
 * The last part of a change set query: its changes in the shape of the audit table, or the largest of each attribute and a
 * row that says what was cut.
 */
import { auditLengths, maximumGrain, omittedRowsKey } from "./audit-table";
import { fitted } from "./canonical-text";
import type { AuditConfig } from "./config";
import { dateLiteral, literal } from "./literal";

/** The SELECT over `changes`; `prior` is the execution date compared with. */
export function auditRows(config: AuditConfig, prior: string): string {
  const { layer, attribute, grainKey, grainValue, value, changeType } = auditLengths;
  const places = Array.from({ length: maximumGrain }, (_, index) => ({
    place: index + 1,
    column: config.grain.at(index)?.column,
  }));
  const kept = config.keepLargest !== null;
  /** A grain's key: in the row that says what was cut, the first says so. */
  const key = (place: number, column: string | undefined) => {
    const name = column === undefined ? "NULL" : literal(column);
    if (!kept) return name;
    return place === 1
      ? `CASE WHEN omitted THEN ${literal(omittedRowsKey)} ELSE ${name} END`
      : `CASE WHEN NOT omitted THEN ${name} END`;
  };
  const columns = [
    `CAST(${literal(config.layer)} AS varchar(${layer})) AS layer`,
    `CAST(attribute AS varchar(${attribute})) AS attribute`,
    ...places.map(({ place, column }) => `CAST(${key(place, column)} AS varchar(${grainKey})) AS grain_key_${place}`),
    ...places.map(({ place, column }) => {
      const text = column ? fitted(`g${place}_text`, grainValue) : `CAST(NULL AS varchar(${grainValue}))`;
      return `${text} AS grain_value_${place}`;
    }),
    "period",
    `${fitted("current_text", value)} AS curr_value`,
    `${fitted("prior_text", value)} AS prev_value`,
    `CAST(change_type AS varchar(${changeType})) AS change_type`,
    "delta",
    `${dateLiteral(prior)} AS prev_exec_date`,
  ];
  const source = config.keepLargest === null ? "changes" : `(${largest(config, config.keepLargest)}\n) AS largest`;
  return `SELECT\n  ${columns.join(",\n  ")}\nFROM ${source}`;
}

/**
 * The largest changes of each attribute, and the others of each in one row: how many, as its first grain value, and the sum
 * of their deltas, so that the deltas of an attribute add up to the same with the cut as without. Not a UNION, which would
 * read the table once more for its second part.
 */
function largest({ grain }: AuditConfig, keep: number): string {
  const texts = grain.map((_, index) => `g${index + 1}_text`);
  // Texts decide between equal sizes, so that the same data gives the same rows; NaN and infinities come first.
  const size = "CASE WHEN is_finite(delta) THEN abs(delta) WHEN delta IS NOT NULL THEN infinity() END";
  const own = (column: string) => `CASE WHEN NOT omitted THEN max(${column}) END AS ${column}`;
  const [first, ...others] = texts;
  return `
  SELECT attribute, omitted,
    CASE WHEN omitted THEN CAST(count(*) AS varchar) ELSE max(${first}) END AS ${first},
    ${[...others, "period", "current_text", "prior_text"].map(own).join(",\n    ")},
    CASE WHEN omitted THEN 'omitted' ELSE max(change_type) END AS change_type,
    sum(delta) AS delta
  FROM (
    SELECT *, place > ${keep} AS omitted, CASE WHEN place > ${keep} THEN 0 ELSE place END AS kept_place
    FROM (
      SELECT *, row_number() OVER (
        PARTITION BY attribute ORDER BY ${size} DESC NULLS LAST, ${texts.map((text) => `${text} NULLS FIRST`).join(", ")}
      ) AS place
      FROM changes
    ) AS placed
  ) AS cut
  GROUP BY attribute, omitted, kept_place`;
}
