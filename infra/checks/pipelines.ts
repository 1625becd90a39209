/** Checks of a pipeline's own arguments. */
import type { DeclaredPipeline, DeclaredTable, LakeBasics } from "./declared";
import { formatFindings } from "./formats";
import { findingAt, type Finding, type FindingCode } from "./finding";
import { incomingFileFindings } from "./incoming-files";
import { suggestion } from "./suggestion";

/** Faults of a pipeline's name, files, cadence and models. */
export function pipelineFindings(pipeline: DeclaredPipeline, { templates, read }: LakeBasics): Finding[] {
  const { pipelineName, source, incoming, after, steps, audits, parameterName, site } = pipeline;
  const found: Finding[] = [];
  const add = (path: string, code: FindingCode, message: string, help?: string): void =>
    void found.push(findingAt(site.at(path), read, { code, message, ...(help && { help }) }));

  if (!/^[a-z][a-z0-9_]{0,39}$/.test(pipelineName)) {
    const help = "it is part of keys and of names up to 64 characters: use a–z, 0–9 and _, at most 40.";
    add("name", "pipeline-name", `'${pipelineName}' is no name of a pipeline`, help);
  }
  if (source !== undefined && !/^[A-Za-z0-9_.-]+$/.test(source)) {
    const help = "use letters, digits, '_', '.' and '-'.";
    add("source", "pipeline-source", `'${source}' is no folder name below incoming/`, help);
  }
  const followed = after.filter(({ needs }) => needs !== "latest");
  if (incoming.length === 0 && followed.length === 0) {
    const help = `give it incoming files, or pipelines that it comes after for the same date: "latest" starts nothing.`;
    add("", "never-starts", `nothing would ever start ${pipelineName}`, help);
  } else if (source === undefined && followed.length === 0) {
    const help = "it is the folder below incoming/ where the files arrive.";
    add("", "pipeline-source", `${pipelineName} has incoming files and no source`, help);
  }
  const own = source ?? followed[0]?.source;
  after.forEach((upstream, index) => {
    if (upstream.needs !== "latest" && upstream.source !== own) {
      const message = `${upstream.pipelineName} has the source '${upstream.source}', and ${pipelineName} '${String(own)}'`;
      add(
        `after[${index}]`,
        "pipeline-source",
        message,
        `pipelines that wait for one another's dates share one; needs: "latest" takes another.`,
      );
    }
  });
  incomingFileFindings(pipeline, add);
  incoming.forEach((file, index) => formatFindings(file, `incoming[${index}]`, add));
  const valueless = (table: DeclaredTable, path: string): void => {
    for (const key of Object.keys(table.partitionKeys).filter((name) => name !== "exec_date")) {
      const message = `${table.tableName} has the partition key '${key}', and a run has no value for it`;
      add(path, "partition-keys", message, "a run knows exec_date only: make it a column.");
    }
  };
  incoming.forEach(({ table }, index) => valueless(table, `incoming[${index}].table`));
  steps.forEach(({ into }, index) => valueless(into, `steps[${index}].into`));
  steps.forEach(({ model }, index) => {
    if (templates[model] !== undefined) return;
    const models = Object.keys(templates).filter((path) => !path.startsWith("macros/"));
    add(`steps[${index}].model`, "unknown-model", `there is no model '${model}'`, suggestion(model, models));
  });
  (pipeline.views ?? []).forEach(({ template }, index) => {
    if (templates[template] !== undefined) return;
    const help = suggestion(template, Object.keys(templates));
    add(`views[${index}].template`, "unknown-template", `there is no template '${template}'`, help);
  });
  audits?.tables.forEach((table, index) => {
    if (table.audit) return;
    const help = "give the table a grain and attributes, or leave it out here.";
    add(`audits.tables[${index}]`, "no-audit", `${table.tableName} declares no audit`, help);
  });
  if (!/^\/?[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/.test(parameterName) || /^\/?(aws|ssm)/i.test(parameterName)) {
    // Systems Manager documentation, "Requirements and constraints for parameter names".
    const help = "use letters, digits, '_', '.', '-' and '/', and do not begin with aws or ssm.";
    add("parameterName", "parameter-name", `'${parameterName}' is no name of a parameter`, help);
  }
  calendarFindings(pipeline, add);
  return found;
}

type Add = (path: string, code: FindingCode, message: string, help?: string) => void;

function calendarFindings({ cadence, lateAfterHour, timeZone }: DeclaredPipeline, add: Add): void {
  const whole = (value: number, least: number, most: number): boolean =>
    Number.isInteger(value) && value >= least && value <= most;
  if (cadence && cadence.every !== "run" && !whole(cadence.day, 1, 31)) {
    add(
      "cadence.day",
      "cadence",
      `a month has no day ${cadence.day}`,
      "use 1 to 28; a later day is not in every month.",
    );
  } else if (cadence?.every === "month" && cadence.day > 28) {
    add("cadence.day", "cadence", `not every month has a day ${cadence.day}`, "work would be skipped: use 1 to 28.");
  }
  if (cadence?.every === "year" && !whole(cadence.month, 1, 12)) {
    add("cadence.month", "cadence", `a year has no month ${cadence.month}`, "use 1 to 12.");
  }
  if (lateAfterHour !== undefined && !whole(lateAfterHour, 0, 23)) {
    add("lateAfterHour", "hour", `a day has no hour ${lateAfterHour}`, "use 0 to 23.");
  }
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    const help = suggestion(timeZone, ["UTC", ...Intl.supportedValuesOf("timeZone")]);
    add("timeZone", "time-zone", `there is no time zone '${timeZone}'`, help);
  }
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
