/**
 * Which numbers come from which: read from what the runs left behind, the SQL of their models as it was executed and the
 * configurations of their audits.
 */
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import { readAuditConfig, type AuditConfig } from "../audit/config";
import type { AttributeName, DerivedAttribute, Lineage } from "../audit/lineage";
import { periodSpan } from "../audit/period";
import type { Run } from "./runs";

/** A model's SQL and the table that its result went into. */
export interface ExecutedModel {
  readonly table: string;
  readonly sql: string;
}

/** Reads the lineage of the tables that `runs` wrote. `units` are the units of attributes by name, for sentences. */
export async function readLineage(
  s3: S3Client,
  assetsBucket: string,
  runs: readonly Run[],
  units: Lineage["units"],
): Promise<Lineage> {
  const read = async (key: string): Promise<string> => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: assetsBucket, Key: key }));
    return (await Body?.transformToString()) ?? "";
  };
  const configs: AuditConfig[] = [];
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: assetsBucket, Prefix: "audit_configs/" })) {
    for (const { Key = "" } of page.Contents ?? []) configs.push(readAuditConfig(await read(Key)));
  }
  // The last run of a table tells how it is made now.
  const keys = new Map<string, string>();
  for (const { steps } of runs)
    for (const { kind, table, sql } of steps) if (kind === "model" && sql) keys.set(table, sql);
  const models: ExecutedModel[] = [];
  for (const [table, key] of keys) models.push({ table, sql: await read(key) });
  return lineageOf(configs, models, units);
}

/** Puts audit configurations and models together. A model that cannot be read contributes nothing. */
export async function lineageOf(
  configs: readonly AuditConfig[],
  models: readonly ExecutedModel[],
  units: Lineage["units"] = {},
): Promise<Lineage> {
  const { init, isInitialized, openLineageColumnLineage } = await import("@polyglot-sql/sdk");
  if (!isInitialized()) await init();
  /** In the audit table an attribute may go by another name than its column. */
  const named = (table: string, column: string): AttributeName => {
    const attributes = configs.filter((config) => config.table === table).flatMap((config) => config.attributes);
    return { table, attribute: attributes.find((each) => each.column === column)?.label ?? column };
  };
  const attributes = models.flatMap(({ table, sql }): DerivedAttribute[] => {
    const { facet } = openLineageColumnLineage(sql, {
      dialect: "trino",
      producer: "tributary",
      datasetNamespace: "lake",
      outputDataset: { namespace: "lake", name: table },
    });
    return Object.entries(facet?.fields ?? {}).map(([column, { inputFields }]) => ({
      ...named(table, column),
      // Names are <database>.<table>; table names are unique in a lake.
      sources: inputFields.map(({ name, field }) => named(name.split(".").pop() ?? name, field)),
    }));
  });
  const tables = configs.map(({ table, attributes: audited, period }) => ({
    table,
    attributes: audited.map(({ label }) => label),
    span: periodSpan(period.pattern),
  }));
  return { tables, attributes, units };
}
