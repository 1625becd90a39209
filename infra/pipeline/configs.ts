/** What a pipeline's functions read in the bucket of assets: its definition, and the configurations of checks, audits and views. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { checkConfigKey, type CheckConfig } from "../../functions/handlers/checker";
import { conversionConfigKey, type ConversionConfig } from "../../functions/formats/land-text";
import type { PipelineDefinition } from "../../functions/runs/pipeline";
import type { AuditedTable } from "../audited-table";
import { auditConfigUnlessFaulty } from "../checks/audits";
import type { AuditPlan } from "../state-machine/plan";
import type { Audits } from "./args";
import type { Conversion } from "./conversions";
import type { PipelineTables } from "./tables";
import type { RenderedView } from "./views";

/** The lake's bucket of assets. */
export interface Assets {
  readonly buckets: { readonly "glue-assets": aws.s3.Bucket };
  /** What must be set before an object is put into it. */
  readonly assetsSettings: readonly pulumi.Resource[];
}

/** Uploads the configurations of one pipeline. */
export class PipelineConfigs {
  constructor(
    private readonly lake: Assets,
    private readonly pipeline: string,
    private readonly parent: pulumi.Resource,
  ) {}

  uploadViews(views: readonly RenderedView[]): void {
    for (const { view, query } of views) this.upload(`view_configs/${this.pipeline}/${view}.json`, { view, query });
  }

  uploadDefinition(definition: PipelineDefinition): aws.s3.BucketObjectv2 {
    return this.upload(`pipelines/${this.pipeline}/definition.json`, definition);
  }

  uploadConversions(conversions: readonly Conversion[]): void {
    for (const { table, format } of conversions) {
      const { database, tableName, columns, partitionKeys } = table;
      const config: ConversionConfig = { database, table: tableName, columns, partitionKeys, format };
      this.upload(conversionConfigKey(this.pipeline, tableName), config);
    }
  }

  uploadChecks(written: readonly AuditedTable[]): void {
    for (const { database, tableName, columns, partitionKeys, checks } of written) {
      if (checks.length === 0) continue;
      const config: CheckConfig = { database, table: tableName, columns, partitionKeys, checks };
      this.upload(checkConfigKey(this.pipeline, tableName), config);
    }
  }

  /** @returns what the state machine audits: what is faulty is told by the checks, and left out */
  uploadAudits(
    audits: Audits | undefined,
    { explained }: PipelineTables,
    { auditTable, explanationTable }: { readonly auditTable: AuditedTable; readonly explanationTable: AuditedTable },
  ): AuditPlan[] {
    return (audits?.tables ?? []).flatMap((table) => {
      const key = `audit_configs/${this.pipeline}/${table.tableName}.json`;
      const config = audits && auditConfigUnlessFaulty(table, audits, auditTable);
      if (!config) return [];
      this.upload(key, config);
      const explanation = explained.includes(table) ? explanationTable.tableName : undefined;
      return [{ table: table.tableName, config: key, explanation }];
    });
  }

  private upload(key: string, value: object): aws.s3.BucketObjectv2 {
    return new aws.s3.BucketObjectv2(
      key,
      {
        bucket: this.lake.buckets["glue-assets"].id,
        key,
        content: `${JSON.stringify(value, null, 2)}\n`,
        contentType: "application/json",
      },
      { parent: this.parent, dependsOn: [...this.lake.assetsSettings] },
    );
  }
}
