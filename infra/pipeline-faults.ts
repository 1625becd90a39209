/** Mistakes in a pipeline's arguments that types cannot catch: pure, all found at once. */
import type { DataPipelineArgs } from "./data-pipeline";
import { suggestion, type Finding } from "./fault";

/** Checks the arguments of the pipeline `name`. */
export function pipelineFaults(name: string, args: DataPipelineArgs): Finding[] {
  const { source, incoming = [], after = [], audits, steps = [], lake } = args;
  const findings: Finding[] = [];
  const add = (path: string, message: string): void => void findings.push({ place: `${name}: ${path}`, message });
  if (!/^[a-z][a-z0-9_]{0,39}$/.test(name)) {
    add("name", "a pipeline's name is part of keys and of names up to 64 characters: use a–z, 0–9 and _, at most 40.");
  }
  if (source !== undefined && !/^[A-Za-z0-9_.-]+$/.test(source)) {
    add("source", `'${source}' is a folder name below incoming/: use letters, digits, '_', '.' and '-'.`);
  }
  if (incoming.length === 0 && after.length === 0) {
    add("incoming", "nothing would ever start this pipeline: give incoming files, or pipelines it comes after.");
  }
  if (source === undefined && after.length === 0)
    add("source", "the folder below incoming/ where its files arrive is needed.");
  for (const upstream of after) {
    const own = source ?? after[0].source;
    if (upstream.source !== own) {
      add(
        "after",
        `${upstream.pipelineName} has source '${upstream.source}', not '${own}': pipelines in a chain share one.`,
      );
    }
  }
  incoming.forEach(({ prefix }, index) => {
    if (incoming.findIndex((other) => other.prefix === prefix) < index) {
      add(`incoming[${index}].prefix`, `'${prefix}' is registered twice.`);
    }
  });
  steps.forEach(({ model }, index) => {
    if (lake.templates[model] === undefined) {
      const models = Object.keys(lake.templates);
      add(`steps[${index}].model`, `there is no '${model}' below the folder of models; ${suggestion(model, models)}`);
    }
  });
  audits?.tables.forEach((table, index) => {
    if (!table.audit)
      add(`audits.tables[${index}]`, `${table.tableName} declares no audit: give it a grain and attributes.`);
  });
  return findings;
}
