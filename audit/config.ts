/**
 * The audit configuration of one table: everything the audit of a run needs to know, as JSON. The program builds it, the
 * audit handler persists and reads it.
 */
import { expandAttributes } from "./attribute-pattern";
import { auditError } from "./audit-error";
import { auditLengths } from "./audit-table";
import { changeSetQueries } from "./change-set";
import type { CompareWith } from "./comparison";
import { describeFinding, type Finding } from "./finding";
import type { Period } from "./period";
import { type AuditSpecification, checkLabel, checkName, checkSpecification } from "./specification";
import type { TableName } from "./table-name";
import { checkTolerance, type CompleteTolerance, toleranceOf } from "./tolerance";

/** A column and its Glue type. */
export interface TypedColumn {
  readonly column: string;
  readonly type: string;
}

/** An audited column and its name in the audit table. */
export interface AuditedAttribute extends TypedColumn {
  readonly label: string;
  /** How small a change is left out; `null` for none, and for what is no number. */
  readonly tolerance: CompleteTolerance | null;
}

/** The audit of one table, complete. */
export interface AuditConfig {
  /** Version of this shape. */
  readonly version: 1;
  readonly database: string;
  readonly table: string;
  /** Zone of the table, e.g. `landing`. */
  readonly layer: string;
  readonly grain: readonly TypedColumn[];
  readonly attributes: readonly AuditedAttribute[];
  readonly period: Period & TypedColumn;
  /** SQL condition on the rows to audit; `null` for all rows. */
  readonly conditions: string | null;
  /** Most changes kept of each attribute; `null` for all. */
  readonly keepLargest: number | null;
  readonly compareWith: CompareWith;
  readonly pipeline: string;
  readonly timeGrain: string;
  /** Table whose execution dates tell which date came before. */
  readonly reference: TableName;
  /** The audit table. */
  readonly audit: TableName;
}

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

/** Reads a stored configuration (JSON text, or parsed); throws one AuditError that lists every fault with its place. */
export function readAuditConfig(stored: unknown): AuditConfig {
  const json = typeof stored === "string" ? parse(stored) : stored;
  const findings: Finding[] = [];
  const root = properties(json, "", rootProperties, findings);
  if (root.version !== 1) findings.push({ path: "version", found: root.version, problem: "is not 1, the one we read" });
  if (root.conditions !== null) text(root, "conditions", "", findings);
  if (root.keepLargest !== null && root.keepLargest !== undefined && typeof root.keepLargest !== "number") {
    findings.push({ path: "keepLargest", found: root.keepLargest, problem: "is no number" });
  }
  for (const name of ["database", "table", "layer", "compareWith", "pipeline", "timeGrain"])
    text(root, name, "", findings);
  for (const name of ["reference", "audit"]) object(root[name], name, ["database", "table"], findings);
  object(root.period, "period", ["column", "type", "pattern"], findings);
  for (const [name, readItem] of [
    ["grain", (item: unknown, path: string) => object(item, path, ["column", "type"], findings)],
    ["attributes", (item: unknown, path: string) => attribute(item, path, findings)],
  ] as const) {
    const list = root[name];
    if (Array.isArray(list)) list.forEach((item, index) => readItem(item, `${name}[${index}]`));
    else findings.push({ path: name, found: list, problem: "is no list" });
  }
  refuse("The stored audit configuration can't be read", findings);
  // Each property has just been checked.
  const config = json as AuditConfig;
  refuse("The stored audit configuration can't be used", checkConfig(config));
  return config;
}

const rootProperties: readonly string[] = [
  "version",
  "database",
  "table",
  "layer",
  "grain",
  "attributes",
  "period",
  "conditions",
  "keepLargest",
  "compareWith",
  "pipeline",
  "timeGrain",
  "reference",
  "audit",
];

/** The faults of a configuration that has the right shape: a stored one may have been edited. */
function checkConfig(config: AuditConfig): Finding[] {
  const types = [...config.grain, ...config.attributes, config.period];
  const columns = Object.assign({}, ...types.map(({ column, type }) => ({ [column]: type }))) as Record<string, string>;
  const specification: AuditSpecification = {
    grain: config.grain.map(({ column }) => column),
    attributes: config.attributes.map(({ column }) => column),
    period: config.period,
    pipeline: config.pipeline,
    timeGrain: config.timeGrain,
    reference: config.reference,
    keepLargest: config.keepLargest ?? undefined,
    compareWith: config.compareWith,
    tolerances: Object.fromEntries(
      config.attributes.flatMap(({ column, tolerance }) => (tolerance === null ? [] : [[column, tolerance]])),
    ),
    ...(config.conditions !== null && {
      filter: {
        conditions: config.conditions,
        labels: Object.fromEntries(config.attributes.map(({ column, label }) => [column, label])),
      },
    }),
  };
  const labels = config.attributes.map(({ label }) => label);
  return [
    ...checkSpecification(specification, columns),
    // A pattern has no place in a configuration.
    ...config.attributes.flatMap(({ column }, index) => checkName(`attributes[${index}]`, column)),
    ...labels.flatMap((label, index) => checkLabel(`attributes[${index}].label`, label, auditLengths.attribute)),
    ...labels.flatMap((label, index): Finding[] =>
      labels.indexOf(label) < index
        ? [{ path: `attributes[${index}].label`, found: label, problem: "names two attributes" }]
        : [],
    ),
    ...checkName("database", config.database),
    ...checkName("table", config.table),
    ...checkLabel("table", config.table, auditLengths.tableName),
    ...checkLabel("layer", config.layer, auditLengths.layer),
    ...checkName("audit.database", config.audit.database),
    ...checkName("audit.table", config.audit.table),
  ];
}

function refuse(what: string, findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  // Names that are checked from two sides would be listed twice.
  const lines = findings.map(describeFinding).filter((line, index, all) => all.indexOf(line) === index);
  throw auditError(`${what}:\n${lines.map((line) => `- ${line}`).join("\n")}`);
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch (error) {
    throw auditError(`The stored audit configuration is no JSON: ${(error as Error).message}`);
  }
}

/** The properties of an object that has exactly `names`; faults go to `findings`. */
function properties(
  value: unknown,
  path: string,
  names: readonly string[],
  findings: Finding[],
): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    findings.push({ path: path || "(root)", found: value, problem: "is no object" });
    return {};
  }
  const record = value as Readonly<Record<string, unknown>>;
  const at = (name: string) => (path ? `${path}.${name}` : name);
  for (const name of Object.keys(record)) {
    if (!names.includes(name))
      findings.push({ path: at(name), found: record[name], problem: "is an unknown property" });
  }
  for (const name of names) {
    if (record[name] === undefined) findings.push({ path: at(name), found: undefined, problem: "is missing" });
  }
  return record;
}

/** An attribute: texts, and a tolerance or `null`. */
function attribute(value: unknown, path: string, findings: Finding[]): void {
  const record = properties(value, path, ["column", "type", "label", "tolerance"], findings);
  for (const name of ["column", "type", "label"]) text(record, name, `${path}.`, findings);
  if (record.tolerance !== null && record.tolerance !== undefined) {
    findings.push(...checkTolerance(`${path}.tolerance`, record.tolerance));
    properties(record.tolerance, `${path}.tolerance`, ["absolute", "relative"], findings);
  }
}

/** An object of texts with exactly `names`. */
function object(value: unknown, path: string, names: readonly string[], findings: Finding[]): void {
  const record = properties(value, path, names, findings);
  for (const name of names) text(record, name, `${path}.`, findings);
}

function text(record: Readonly<Record<string, unknown>>, name: string, path: string, findings: Finding[]): void {
  const found = record[name];
  // What is missing has been said.
  if (found !== undefined && typeof found !== "string")
    findings.push({ path: path + name, found, problem: "is no text" });
}
