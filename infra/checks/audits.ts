/** Checks of a pipeline's audits: specification, statement, and the table that tells the date before. */
import { changeSetQueries } from "../../audit/change-set";
import type { AuditConfig } from "../../audit/config";
import { buildAuditConfig } from "../../audit/build-config";
import { checkLabel, checkSpecification, type AuditSpecification } from "../../audit/specification";
import { auditLengths } from "../../audit/audit-table";
import type { DeclaredPipeline, DeclaredTable, LakeBasics } from "./declared";
import { findingAt, type Finding } from "./finding";
import { checkQuery, sampleDate } from "./queries";

/** Faults of what a pipeline audits, of `tables` in all. */
export function auditFindings(
  pipeline: DeclaredPipeline,
  tables: readonly DeclaredTable[],
  { auditTable: ownTable, read }: LakeBasics,
): Finding[] {
  const { audits, site } = pipeline;
  const auditTable = ownTable();
  if (!audits) return [];
  const found: Finding[] = [];
  const labels = [
    ...checkLabel("label", audits.label, auditLengths.pipeline),
    ...checkLabel("timeGrain", audits.timeGrain, auditLengths.timeGrain),
  ];
  for (const { path, problem } of labels) {
    found.push(
      findingAt(site.at(`audits.${path}`), read, { code: "audit-specification", message: `the ${path} ${problem}` }),
    );
  }
  const needDates = (table: DeclaredTable, path: string): void => {
    if (table.partitionKeys.exec_date !== undefined) return;
    const message = `${table.tableName} has no partitions by exec_date, so there is no date before to compare with`;
    found.push(
      findingAt(site.at(path), read, { code: "prior-date-table", message, help: "partition it by exec_date." }),
    );
  };
  needDates(audits.priorDateFrom, "audits.priorDateFrom");
  audits.tables.forEach((table, index) => {
    if (table === audits.priorDateFrom) return;
    needDates(table, `audits.tables[${index}]`);
  });
  if (labels.length > 0 || !auditTable) return found;
  for (const table of audits.tables) {
    if (!table.audit || table.partitionKeys.exec_date === undefined) continue;
    const faults = specificationFindings(table, auditSpecification(table, audits), read);
    if (faults.length > 0) found.push(...faults);
    else {
      try {
        found.push(...statementFindings(table, auditConfig(table, audits, auditTable), tables, read));
      } catch (error) {
        // What only the whole configuration shows, e.g. names that are doubled.
        const { message } = error as Error;
        if ((error as Error).name !== "AuditError") throw error;
        found.push(findingAt(table.site.at("audit"), read, { code: "audit-specification", message }));
      }
    }
  }
  return found;
}

function specificationFindings(
  table: DeclaredTable,
  specification: AuditSpecification,
  read: LakeBasics["read"],
): Finding[] {
  return checkSpecification(specification, table.columns).map(({ path, found, problem, suggestion }) => {
    const what = typeof found === "string" ? `'${found}' ` : "";
    const message = `audit of ${table.tableName}: ${what === "" ? `${path} ` : what}${problem}`;
    const help = suggestion === undefined ? undefined : `did you mean '${suggestion}'?`;
    return findingAt(table.site.at(`audit.${path}`), read, { code: "audit-specification", message, help });
  });
}

/** The statement that finds the changes, read as Athena would: what can be wrong in it is the developer's condition. */
function statementFindings(
  table: DeclaredTable,
  config: AuditConfig,
  tables: readonly DeclaredTable[],
  read: LakeBasics["read"],
): Finding[] {
  return changeSetQueries(config, { execDate: sampleDate, priorDate: "1999-12-31" }).flatMap((sql) =>
    checkQuery(sql, tables).faults.map(({ message, help, severity }) => {
      const found = {
        code: "audit-condition" as const,
        severity,
        message: `audit of ${table.tableName}: ${message}`,
        help,
      };
      return findingAt(table.site.at("audit.filter.conditions"), read, found);
    }),
  );
}

type Audits = NonNullable<DeclaredPipeline["audits"]>;

function auditSpecification(table: DeclaredTable, audits: Audits): AuditSpecification {
  if (!table.audit) throw new Error(`${table.tableName} is not audited.`);
  const { database, tableName } = audits.priorDateFrom;
  return {
    ...table.audit,
    pipeline: audits.label,
    timeGrain: audits.timeGrain,
    reference: { database, table: tableName },
  };
}

/** The configuration of one table's audit; `undefined` if it has faults, which {@link auditFindings} tells. */
export function auditConfigUnlessFaulty(
  table: DeclaredTable,
  audits: Audits,
  auditTable: DeclaredTable,
): AuditConfig | undefined {
  if (!table.audit) return undefined;
  try {
    return auditConfig(table, audits, auditTable);
  } catch (error) {
    if ((error as Error).name === "AuditError") return undefined;
    throw error;
  }
}

/** The configuration of one table's audit. Throws AuditError for a specification with faults. */
function auditConfig(table: DeclaredTable, audits: Audits, auditTable: DeclaredTable): AuditConfig {
  return buildAuditConfig({
    database: table.database,
    table: table.tableName,
    layer: table.zone,
    columns: table.columns,
    specification: auditSpecification(table, audits),
    audit: { database: auditTable.database, table: auditTable.tableName },
  });
}
