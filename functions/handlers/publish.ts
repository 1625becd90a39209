/** A run's last task before it is complete: what it wrote becomes what readers see, all tables together. */
import type { GlueClient } from "@aws-sdk/client-glue";
import type { S3Client } from "@aws-sdk/client-s3";
import { log } from "../invocation/log";
import { shape } from "../invocation/schema";
import type { LakeSettings } from "../invocation/settings";
import { publishTogether } from "../publication/publication";
import { readStepRecords } from "../runs/own-data";
import { runScope, type StepRecord } from "../runs/pipeline";
import { writeJson } from "../storage/objects";

/** What publishing needs. */
export interface PublishContext {
  readonly s3: S3Client;
  readonly glue: GlueClient;
  readonly settings: LakeSettings;
  readonly now: () => Date;
}

const publishTask = shape({ run: runScope });

/**
 * Publishes whatever the run's tasks have registered, each table unless a newer run has, and notes that in their records. An
 * attempt that follows a crash publishes the rest.
 */
export async function publish(event: unknown, context: PublishContext): Promise<object> {
  const { s3, settings } = context;
  const { run } = publishTask(event, "");
  const records = await readStepRecords(s3, settings.assets, run);
  const left = records.filter(({ step }) => !step.published);
  const published = await publishTogether(
    left.map(({ step }) => ({ ...step, run: run.run, execDate: run.exec_date })),
    context,
  );
  await Promise.all(
    left.map(async ({ key, step }, index) => {
      const done: StepRecord = { ...step, published: published[index] };
      if (done.published) await writeJson(s3, settings.assets, key, done);
    }),
  );
  const overtaken = left.filter((_, index) => !published[index]).map(({ step }) => step.table);
  log("info", "Published", run, { tables: left.length - overtaken.length, overtaken });
  return {};
}
