/**
 * Which attributes are computed from which: the column lineage of the models, as plain data.
 */
import type { PeriodSpan } from "./period";

/** An attribute of a table. */
export interface AttributeName {
  readonly table: string;
  /** Column, or its label in the audit table. */
  readonly attribute: string;
}

/** An attribute and what it is computed from. */
export interface DerivedAttribute extends AttributeName {
  /** The columns it is computed from, in tables audited or not. */
  readonly sources: readonly AttributeName[];
}

/** A table whose changes are recorded. */
export interface AuditedTableSummary {
  readonly table: string;
  readonly attributes: readonly string[];
  /** How much time one of its rows is about, see `periodSpan`. */
  readonly span: PeriodSpan;
}

/** What an explanation has to know of the lake. */
export interface Lineage {
  readonly tables: readonly AuditedTableSummary[];
  readonly attributes: readonly DerivedAttribute[];
  /** Units of attributes by attribute name, for sentences. @example { co2_mass_tons: "tons" } */
  readonly units?: Readonly<Record<string, string>>;
}

/**
 * The audited attributes that `of` is computed from, through any tables that are not audited; an attribute computed from
 * nothing has none. Siblings (attributes of the same table) are among them if the lineage says so.
 */
export function auditedSources(lineage: Lineage, of: AttributeName): AttributeName[] {
  const found: AttributeName[] = [];
  const seen: string[] = [nameOf(of)];
  const visit = (attribute: AttributeName): void => {
    for (const source of sourcesOf(lineage, attribute)) {
      if (seen.includes(nameOf(source))) continue;
      seen.push(nameOf(source));
      if (isAudited(lineage, source)) found.push(source);
      else visit(source);
    }
  };
  visit(of);
  return found;
}

/** What {@link auditedSources} reaches in the end: audited attributes that are computed from no other audited attribute. */
export function originsOf(lineage: Lineage, of: AttributeName, above: readonly string[] = []): string[] {
  const name = nameOf(of);
  const sources = auditedSources(lineage, of).filter((source) => !above.includes(nameOf(source)));
  if (sources.length === 0) return [name];
  const origins = sources.flatMap((source) => originsOf(lineage, source, [...above, name]));
  return origins.filter((origin, index) => origins.indexOf(origin) === index);
}

/** Whether `of` is computed from the audited attribute with the full name `source`, over any number of steps. */
export function derivesFrom(
  lineage: Lineage,
  of: AttributeName,
  source: string,
  above: readonly string[] = [],
): boolean {
  return auditedSources(lineage, of).some((each) => {
    const name = nameOf(each);
    if (above.includes(name)) return false;
    return name === source || derivesFrom(lineage, each, source, [...above, name]);
  });
}

/** An attribute's name in the whole lake. */
export function nameOf({ table, attribute }: AttributeName): string {
  return `${table}.${attribute}`;
}

function isAudited(lineage: Lineage, { table, attribute }: AttributeName): boolean {
  return lineage.tables.some((each) => each.table === table && each.attributes.includes(attribute));
}

function sourcesOf(lineage: Lineage, of: AttributeName): readonly AttributeName[] {
  return lineage.attributes.filter((each) => nameOf(each) === nameOf(of)).flatMap(({ sources }) => sources);
}
