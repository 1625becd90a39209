/** Views that follow from tables: one template, rendered once per table while the program is evaluated. */
import { expandAttributes } from "../../audit/attribute-pattern";
import type { AuditedTable } from "../audited-table";
import type { LakeChecks } from "../checks/lake-checks";
import type { ViewPlan } from "../state-machine/plan";

/** A template, and the tables that get a view of it. */
export interface ViewBatch {
  /**
   * Path below the lake's folder of models. It renders to one `CREATE OR REPLACE VIEW` statement and sees `view` and `subject`,
   * the qualified names of the view and of its table, `columns`, the table's column names, and `grain` and `attributes`, those
   * of its audit.
   *
   * @example "views/validation.sql"
   */
  readonly template: string;
  readonly tables: readonly AuditedTable[];
  /**
   * Ends the views' names, after the table's and an underscore.
   * @default name of the template's file
   */
  readonly suffix?: string;
}

/** Name of the view that a batch makes of a table. */
export function viewName({ template, suffix }: ViewBatch, table: string): string {
  return `${table}_${suffix ?? template.replace(/^.*\//, "").replace(/\.sql$/, "")}`;
}

/** A view that was rendered. */
export interface RenderedView extends ViewPlan {
  /** Names of the lake's tables that its query reads. */
  readonly reads: readonly string[];
}

/** Renders the views of a batch; what is wrong with them, `checks` tells. */
export function renderViews(
  batch: ViewBatch,
  checks: LakeChecks,
  parameters: Readonly<Record<string, string>>,
): RenderedView[] {
  return batch.tables.map((table) => {
    const view = `${table.database}.${viewName(batch, table.tableName)}`;
    const variables = {
      view,
      subject: table.qualifiedName,
      columns: Object.keys(table.columns),
      grain: table.audit?.grain ?? [],
      attributes: table.audit
        ? expandAttributes(table.audit.attributes, table.audit.grain, table.columns).map(({ column }) => column)
        : [],
    };
    const { sql, reads } = checks.addView(batch.template, variables, parameters);
    return { view, query: sql, reads };
  });
}
