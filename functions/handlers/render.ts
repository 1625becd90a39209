/** Renders the model of a step and keeps the SQL with the run. */
import type { GlueClient } from "@aws-sdk/client-glue";
import type { S3Client } from "@aws-sdk/client-s3";
import { readText } from "../storage/objects";
import { ownQuery } from "../runs/own-data";
import { runScope } from "../runs/pipeline";
import { importedTemplates, renderModel } from "../runs/render-model";
import { keepQuery, type RenderedQuery } from "../runs/rendered-query";
import type { LakeSettings } from "../invocation/settings";
import { optional, record, shape, text } from "../invocation/schema";

const renderTask = shape({
  run: runScope,
  model: text,
  table: text,
  tables: record(text),
  parameters: record(text),
  /** Newest dates of other pipelines that the run reads. */
  latest: optional(record(text)),
});

/**
 * Renders `sql/<model>` of the assets bucket and stores it as `<table>_rendered.sql` under the run's executions prefix; it is
 * executed over what the run itself has written before.
 */
export async function renderStep(
  event: unknown,
  { s3, glue, settings }: { readonly s3: S3Client; readonly glue: GlueClient; readonly settings: LakeSettings },
): Promise<RenderedQuery> {
  const { run, model, table, tables, parameters, latest } = renderTask(event, "");
  const { assets } = settings;
  const templates: Record<string, string> = {};
  const wanted = [model];
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    if (templates[name] !== undefined) continue;
    templates[name] = await readText(s3, assets, `sql/${name}`);
    wanted.push(...importedTemplates(templates[name]));
  }
  const query = renderModel(model, templates, { execDate: run.exec_date, tables, parameters, latest });
  return keepQuery(s3, assets, run, table, query, await ownQuery(query, run, { s3, glue, settings }));
}
