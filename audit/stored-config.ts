/** Reads audit configurations that were stored. */
import { auditError } from "./audit-error";
import type { AuditConfig } from "./config";
import { checkConfig, refuse } from "./config-faults";
import type { Finding } from "./finding";
import { checkTolerance } from "./tolerance";

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
