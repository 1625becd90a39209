/** What can be wrong in an audit configuration, whoever made it. */
import { auditError } from "./audit-error";
import { auditLengths } from "./audit-table";
import type { AuditConfig } from "./config";
import { describeFinding, type Finding } from "./finding";
import { type AuditSpecification, checkLabel, checkName, checkSpecification } from "./specification";

/** The faults of a configuration that has the right shape: a stored one may have been edited. */
export function checkConfig(config: AuditConfig): Finding[] {
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

/** Throws one AuditError that lists all findings, if there are any. */
export function refuse(what: string, findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  // Names that are checked from two sides would be listed twice.
  const lines = findings.map(describeFinding).filter((line, index, all) => all.indexOf(line) === index);
  throw auditError(`${what}:\n${lines.map((line) => `- ${line}`).join("\n")}`);
}
