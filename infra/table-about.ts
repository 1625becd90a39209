/** What people know of a table beside its types: the catalog keeps it, and lineage events tell it. */
import { personalDataParameter, tagsParameter } from "../functions/publication/catalog-table";
import type { Columns } from "./columns";

/** What is known of a table; members name its columns. */
export interface TableAbout<Column extends string = string> {
  /**
   * Who answers for it, a team or an address: the catalog's owner. @example "emissions@example.org"
   */
  readonly owner?: string;
  /** Words by which people find it. @example ["co2", "epa"] */
  readonly tags?: readonly string[];
  /**
   * What columns mean, in one line each: the catalog's comments.
   * @example { co2_mass_tons: "short tons of CO2 in the hour" }
   */
  readonly columns?: Readonly<Partial<Record<Column, string>>>;
  /** Columns that say something of a person. @default none */
  readonly personalData?: readonly Column[];
}

/** A column as the catalog keeps it. */
interface DescribedColumn {
  readonly name: string;
  readonly type: string;
  readonly comment?: string;
  readonly parameters?: Record<string, string>;
}

/** Columns with what is known of them. */
export function describedColumns(
  columns: Columns,
  { columns: meanings = {}, personalData = [] }: TableAbout,
): DescribedColumn[] {
  return Object.entries(columns).map(([name, type]) => ({
    name,
    type,
    ...(meanings[name] !== undefined && { comment: meanings[name] }),
    ...(personalData.includes(name) && { parameters: { [personalDataParameter]: "true" } }),
  }));
}

/** Parameters of the catalog's entry. */
export function aboutParameters({ tags = [] }: TableAbout): Record<string, string> {
  return tags.length > 0 ? { [tagsParameter]: tags.join(",") } : {};
}
