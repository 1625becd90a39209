/** A table on two execution dates, and what its change set finds. */
import { changeSetQuery } from "../../audit/change-set";
import type { AuditConfig } from "../../audit/config";
import type { Cell, Engine } from "./engine";
import { configOf, hourlySpecification } from "./tables";

export const dates = { execDate: "2024-11-09", priorDate: "2024-11-08" };

/** An audit, the Glue types of its table's columns, and the rows of both dates. */
export type Compared = [
  config: AuditConfig,
  columns: Readonly<Record<string, string>>,
  current: readonly (readonly Cell[])[],
  prior: readonly (readonly Cell[])[],
];

/** Fills the table with rows of both dates; the rows of its change set. */
export async function changesOf(
  engine: Engine,
  ...[config, columns, current, prior]: Compared
): Promise<Record<string, unknown>[]> {
  await engine.fill(config.table, columns, [
    ...current.map((row) => [...row, dates.execDate]),
    ...prior.map((row) => [...row, dates.priorDate]),
    // Another date, which is none of our business.
    ...prior.map((row) => [...row, "2024-11-01"]),
  ]);
  return engine.query(changeSetQuery(config, dates));
}

/** Columns of the table `plain` but for its `day`. */
export const plain = { id: "int", amount: "int" };

/** Audits a table with the columns `id` and `day`, and the attributes. */
export function plainSpecification(attributes: string[]) {
  return { ...hourlySpecification, grain: ["id"], attributes, period: { column: "day", pattern: "date" } as const };
}

export const plainConfig = configOf("plain", { ...plain, day: "date" }, plainSpecification(["amount"]));
