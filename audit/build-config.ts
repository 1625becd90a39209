/** Builds the audit configuration of a table from its specification. */
import { expandAttributes } from "./attribute-pattern";
import { changeSetQueries } from "./change-set";
import type { AuditConfig, TypedColumn } from "./config";
import { checkConfig, refuse } from "./config-faults";
import { type AuditSpecification, checkSpecification } from "./specification";
import type { TableName } from "./table-name";
import { toleranceOf } from "./tolerance";

/** What {@link buildAuditConfig} needs. */
export interface AuditConfigArguments {
  readonly specification: AuditSpecification;
  /** Glue types of the table's columns by name, partition keys left out. */
  readonly columns: Readonly<Record<string, string>>;
  readonly database: string;
  readonly table: string;
  /** Zone of the table, e.g. `landing`; at most 50 characters. */
  readonly layer: string;
  /** The audit table. */
  readonly audit: TableName;
}

/** Builds the configuration of a table's audit; throws one AuditError that lists every fault of the specification. */
export function buildAuditConfig(given: AuditConfigArguments): AuditConfig {
  const { specification, columns, database, table, layer, audit } = given;
  const typed = (column: string): TypedColumn => ({ column, type: columns[column] });
  refuse(`The audit of table ${table} can't be built`, checkSpecification(specification, columns));
  const { period, filter, pipeline, timeGrain } = specification;
  const config: AuditConfig = {
    version: 1,
    database,
    table,
    layer,
    grain: specification.grain.map(typed),
    attributes: expandAttributes(specification.attributes, specification.grain, columns).map(({ column: name }) => ({
      ...typed(name),
      label: filter?.labels?.[name] ?? name,
      tolerance: toleranceOf(specification, name, columns[name]),
    })),
    period: { ...typed(period.column), pattern: period.pattern },
    conditions: filter?.conditions ?? null,
    keepLargest: specification.keepLargest ?? null,
    compareWith: specification.compareWith ?? "prior date",
    pipeline,
    timeGrain,
    reference: specification.reference ?? { database, table },
    audit,
  };
  refuse(`The audit of table ${table} can't be built`, checkConfig(config));
  // A query that is too long shows here, not in the first run: all dates have the same length.
  changeSetQueries(config, { execDate: "2024-01-02", priorDate: "2024-01-01" });
  return config;
}
