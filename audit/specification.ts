/**
 * What a developer says about a table to have it audited, and whether it fits the table.
 */
import { checkPatterns, expandAttributes } from "./attribute-pattern";
import { auditLengths, maximumGrain } from "./audit-table";
import { type ColumnKind, columnType, supportedTypes } from "./column-type";
import { checkCompareWith, type CompareWith } from "./comparison";
import { conditionFault } from "./condition";
import type { Finding } from "./finding";
import { isIdentifier } from "./identifier";
import { nearestName } from "./nearest-name";
import { type Period, periodPatterns } from "./period";
import type { TableName } from "./table-name";
import { checkTolerances, type Tolerance } from "./tolerance";

/** How the changes of one table are found. */
export interface AuditSpecification {
  /**
   * One to five columns that together identify a row.
   * @example ["plant_id_eia", "emissions_unit_id_epa", "operating_datetime_utc"]
   */
  readonly grain: readonly string[];
  /** The columns whose changes are recorded, by name or pattern. @example ["co2_mass_tons", "nox_*"] */
  readonly attributes: readonly string[];
  /** The time that a row is about. @example { column: "operating_datetime_utc", pattern: "timestamp" } */
  readonly period: Period;
  /** Value of the audit table's `pipeline` partition, at most 50 characters. @example "usghgemission_monthly" */
  readonly pipeline: string;
  /** Value of the audit table's `time_grain` partition, at most 50 characters. @example "monthly" */
  readonly timeGrain: string;
  /** Restricts the audit to some rows, and names what is then audited. @default all rows, under the columns' names */
  readonly filter?: AuditFilter;
  /** Changes of numbers that are so small are left out. @default none are @example { absolute: 0.5, relative: 0.001 } */
  readonly tolerance?: Tolerance;
  /** The same for some attributes, in place of `tolerance`. @example { so2_mass_lbs: { absolute: 10 } } */
  readonly tolerances?: Readonly<Partial<Record<string, Tolerance>>>;
  /**
   * Most changes kept of each attribute, those with the largest differences; one row of type `omitted` then says how many
   * more there were and what they add up to.
   * @default all
   * @example 1000
   */
  readonly keepLargest?: number;
  /** What a run's data is compared with. @default "prior date" */
  readonly compareWith?: CompareWith;
  /** The table whose execution dates tell which date came before. @default the audited table itself */
  readonly reference?: TableName;
}

/** Restricts an audit to some rows. */
export interface AuditFilter {
  /** An SQL condition on the table's columns, the same for both dates. @example "state = 'OH'" */
  readonly conditions: string;
  /** Names of attributes in the audit table, by column. @default the columns' names @example { co2_mass_tons: "co2_mass_tons_oh" } */
  readonly labels?: Readonly<Partial<Record<string, string>>>;
}

/**
 * All faults of `specification` for a table with `columns` (Glue types by name, partition keys left out); empty if it
 * can be used.
 */
export function checkSpecification(given: AuditSpecification, columns: Readonly<Record<string, string>>): Finding[] {
  const expanded = expandAttributes(given.attributes, given.grain, columns);
  const attributes = expanded.map(({ column }) => column);
  const places = expanded.map(({ given: place }) => place);
  const specification = { ...given, attributes };
  return [
    ...checkColumns("grain", specification.grain, columns),
    ...checkGrain(specification.grain),
    ...checkPatterns(given.attributes, given.grain, columns),
    ...checkColumns("attributes", attributes, columns, places),
    ...checkAttributes(specification, given.attributes.length, places),
    ...checkPeriod(specification.period, columns),
    ...checkLabel("pipeline", specification.pipeline, auditLengths.pipeline),
    ...checkLabel("timeGrain", specification.timeGrain, auditLengths.timeGrain),
    ...checkFilter(specification),
    ...checkTolerances(specification, attributes, columns),
    ...checkKeepLargest(specification.keepLargest),
    ...checkCompareWith(specification.compareWith),
    ...checkReference(specification.reference),
  ];
}

function checkKeepLargest(found: unknown): Finding[] {
  if (found === undefined || (Number.isSafeInteger(found) && Number(found) >= 1)) return [];
  return [{ path: "keepLargest", found, problem: "is no whole number from 1" }];
}

/** A partition value or label of the audit table: at least one character, at most `longest`, all visible. */
export function checkLabel(path: string, found: unknown, longest: number): Finding[] {
  if (typeof found !== "string" || found.trim() === "") return [{ path, found, problem: "must be a text, not empty" }];
  if (found.length > longest) {
    return [{ path, found, problem: `has ${found.length} characters; the audit table takes ${longest}` }];
  }
  const visible = [...found].every((character) => character >= " " && character !== "\u007f");
  return visible ? [] : [{ path, found, problem: "has a control character" }];
}

/** Whether a name can stand in SQL. */
export function checkName(path: string, found: unknown): Finding[] {
  return isIdentifier(found)
    ? []
    : [{ path, found, problem: "is no name: use 1 to 255 lower-case letters, digits and underscores" }];
}

/** Each column exists once, has a name for SQL and a type that can be compared. */
function checkColumns(
  property: string,
  names: readonly string[],
  columns: Readonly<Record<string, string>>,
  places: readonly number[] = names.map((_, index) => index),
): Finding[] {
  return names.flatMap((name, index): Finding[] => {
    const path = `${property}[${places[index]}]`;
    const first = names.indexOf(name);
    if (first < index) return [{ path, found: name, problem: `stands in ${property}[${places[first]}] already` }];
    return checkColumn(path, name, columns);
  });
}

function checkColumn(path: string, name: string, columns: Readonly<Record<string, string>>): Finding[] {
  if (!Object.keys(columns).includes(name)) {
    const suggestion = nearestName(name, Object.keys(columns));
    return [{ path, found: name, problem: "is no column of the table", ...(suggestion && { suggestion }) }];
  }
  if (!isIdentifier(name)) return checkName(path, name);
  if (columnType(columns[name])) return [];
  const problem = `has type ${columns[name]}, which an audit can't compare (it takes ${supportedTypes})`;
  return [{ path, found: name, problem }];
}

function checkGrain(grain: readonly string[]): Finding[] {
  const path = "grain";
  if (grain.length === 0) return [{ path, found: grain, problem: "is empty: name the columns that identify a row" }];
  if (grain.length > maximumGrain) {
    const problem = `has ${grain.length} columns; the audit table takes ${maximumGrain}`;
    return [{ path, found: grain, problem }];
  }
  return grain.flatMap((name, index) => checkNameLength(`grain[${index}]`, name, auditLengths.grainKey));
}

/** `given` is the number of attributes before patterns were expanded: one that fits nothing has been told. */
function checkAttributes(
  { attributes, grain, filter }: AuditSpecification,
  given: number,
  places: readonly number[],
): Finding[] {
  if (given === 0) {
    return [{ path: "attributes", found: attributes, problem: "is empty: name the columns to watch" }];
  }
  return attributes.flatMap((name, index) => {
    const path = `attributes[${places[index]}]`;
    const inGrain: Finding[] = grain.includes(name)
      ? [{ path, found: name, problem: "is in the grain: what identifies a row can't change in it" }]
      : [];
    const labelled = filter?.labels?.[name] !== undefined;
    return [...inGrain, ...(labelled ? [] : checkNameLength(path, name, auditLengths.attribute))];
  });
}

function checkNameLength(path: string, name: string, longest: number): Finding[] {
  if (name.length <= longest) return [];
  return [{ path, found: name, problem: `has ${name.length} characters; the audit table takes ${longest}` }];
}

function checkPeriod(period: Period, columns: Readonly<Record<string, string>>): Finding[] {
  const patterns = Object.keys(periodPatterns);
  const unknownPattern: Finding[] = [];
  if (!patterns.includes(period.pattern)) {
    const suggestion = nearestName(period.pattern, patterns);
    unknownPattern.push({
      path: "period.pattern",
      found: period.pattern,
      problem: `is none of ${patterns.join(", ")}`,
      ...(suggestion && { suggestion }),
    });
  }
  const unusable = checkColumn("period.column", period.column, columns);
  const kind = columnType(columns[period.column] ?? "")?.kind;
  if (unknownPattern.length > 0 || unusable.length > 0 || kind === undefined) return [...unknownPattern, ...unusable];
  if (periodPatterns[period.pattern].includes(kind)) return [];
  const suggestion = patterns.find((pattern) => patternFits(pattern, kind));
  const problem = `can't be read from ${period.column}, which has type ${columns[period.column]}`;
  return [{ path: "period.pattern", found: period.pattern, problem, ...(suggestion && { suggestion }) }];
}

function patternFits(pattern: string, kind: ColumnKind): boolean {
  return Object.entries(periodPatterns).some(([name, kinds]) => name === pattern && kinds.includes(kind));
}

function checkFilter({ filter, attributes }: AuditSpecification): Finding[] {
  if (filter === undefined) return [];
  const fault = conditionFault(filter.conditions);
  const findings: Finding[] = fault
    ? [{ path: "filter.conditions", found: filter.conditions, problem: `is no condition: ${fault}` }]
    : [];
  for (const [attribute, label] of Object.entries(filter.labels ?? {})) {
    const path = `filter.labels.${attribute}`;
    findings.push(...checkLabel(path, label, auditLengths.attribute));
    if (!attributes.includes(attribute)) {
      const suggestion = nearestName(attribute, attributes);
      findings.push({
        path,
        found: attribute,
        problem: "is no attribute of this audit",
        ...(suggestion && { suggestion }),
      });
    }
  }
  const labels = attributes.map((attribute) => filter.labels?.[attribute] ?? attribute);
  labels.forEach((label, index) => {
    if (labels.indexOf(label) < index && attributes.indexOf(attributes[index]) === index) {
      findings.push({ path: "filter.labels", found: label, problem: "names two attributes" });
    }
  });
  return findings;
}

function checkReference(reference: TableName | undefined): Finding[] {
  if (reference === undefined) return [];
  return [...checkName("reference.database", reference.database), ...checkName("reference.table", reference.table)];
}
