/** Says in a sentence why the numbers of an execution date moved. */
import { readAuditChange } from "../audit/audit-change";
import { explain } from "../audit/explanation";
import type { Lineage } from "../audit/lineage";
import { explanationSentence } from "../audit/sentence";
import { runQuery } from "./athena";
import type { Lake } from "./lake";
import { readLineage } from "./lineage";
import type { Run } from "./runs";

/** What is to be explained. */
export interface AuditedDate {
  /** Database of the audit table. */
  readonly database: string;
  /** `YYYY-MM-DD`. */
  readonly date: string;
  /** Runs that wrote the tables: their SQL tells what is computed from what. */
  readonly runs: readonly Run[];
  readonly units?: Lineage["units"];
}

/** Explains the largest change of a result; says so if nothing changed, or nothing that is computed from anything. */
export async function explainAudit(lake: Lake, { database, date, runs, units }: AuditedDate): Promise<string> {
  const sql = `select * from ${database}.audit where exec_date = date '${date}'`;
  const { columns, rows } = await runQuery(lake.athena, lake.outputs.workgroup, sql);
  const changes = rows.map((row) =>
    readAuditChange(Object.fromEntries(columns.map(({ name }, index) => [name, row[index]]))),
  );
  if (changes.length === 0) return `Nothing that is audited differs on ${date} from the date before.`;
  const lineage = await readLineage(lake.s3, lake.outputs.assetsBucket, runs, units);
  const [explanation] = explain(changes, lineage);
  if (explanation) return explanationSentence(explanation, lineage.units);
  return `${changes.length} audited values differ on ${date} from the date before, none of them computed from others.`;
}
