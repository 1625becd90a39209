/** Checks of the graph that pipelines and tables make: who writes what, who reads it, and in which order. */
import type { DeclaredPipeline, DeclaredTable } from "./declared";
import { findingAt, type Finding, type FindingCode, type ReadSource } from "./finding";

/** A pipeline and the tables that each of its steps reads. */
export interface PipelineReads {
  readonly pipeline: DeclaredPipeline;
  /** Names of the lake's tables by step. */
  readonly reads: readonly (readonly string[])[];
}

/** A place where a table is written. */
interface Writer {
  readonly pipeline: DeclaredPipeline;
  readonly table: DeclaredTable;
  /** Path of the argument, e.g. `steps[0].into`. */
  readonly path: string;
  /** Number of the step; −1 for an incoming file, which is landed before all steps. */
  readonly step: number;
}

/** Faults of the graph. `others` are tables that no pipeline of its own writes: the lake's audit table, which every audit does, and seeds. */
export function graphFindings(
  pipelines: readonly PipelineReads[],
  others: ReadonlySet<string>,
  read: ReadSource,
): Finding[] {
  const found: Finding[] = [];
  const add: Add = (pipeline, path, code, message, help, notes) =>
    void found.push(findingAt(pipeline.site.at(path), read, { code, message, help, ...(notes && { notes }) }));
  const writers = findWriters(pipelines, add);
  const edges = new Map(
    pipelines.map(({ pipeline }) => [pipeline.pipelineName, pipeline.after.map(({ pipelineName }) => pipelineName)]),
  );
  const upstreams = (name: string, seen = new Set<string>()): Set<string> => {
    for (const next of edges.get(name) ?? []) if (!seen.has(next)) upstreams(next, seen.add(next));
    return seen;
  };
  checkCycles(pipelines, writers, add);
  for (const { pipeline, reads } of pipelines) {
    const before = upstreams(pipeline.pipelineName);
    // One pipeline that is not upstream is one mistake, however many of its tables are read.
    const told = new Set<string>();
    const check = (table: string, path: string, step: number): void => {
      const writer = writers.get(table);
      if (others.has(table)) return;
      if (!writer) {
        const help = "give it a pipeline that lands or makes it.";
        add(pipeline, path, "never-written", `${table} is read here, and nothing writes it`, help);
      } else if (writer.pipeline === pipeline) {
        if (writer.step > step) {
          const help = "it would see the data of the run before: put that step first.";
          add(pipeline, path, "step-order", `${table} is read here, and a later step writes it`, help);
        }
      } else if (!before.has(writer.pipeline.pipelineName)) {
        const name = writer.pipeline.pipelineName;
        // A cycle has been told.
        if (told.has(name) || upstreams(name).has(pipeline.pipelineName)) return;
        told.add(name);
        const help = `add it to 'after', or runs read whatever is there.`;
        add(
          pipeline,
          path,
          "not-upstream",
          `${table} is read here, and ${name}, which writes it, is not upstream`,
          help,
        );
      }
    };
    reads.forEach((tables, step) => {
      for (const table of tables) {
        if (pipeline.steps[step].into.tableName !== table) check(table, `steps[${step}].model`, step);
        else found.push(ownHistory(pipeline, table, step, read));
      }
    });
    pipeline.audits?.tables.forEach(({ tableName }, index) => check(tableName, `audits.tables[${index}]`, Infinity));
  }
  return found;
}

/** A model may read earlier dates of its own table, as far as they are there. */
function ownHistory(pipeline: DeclaredPipeline, table: string, step: number, read: ReadSource): Finding {
  return findingAt(pipeline.site.at(`steps[${step}].model`), read, {
    code: "own-history",
    severity: "warning",
    message: `${table} is made of its own earlier dates, and dates run side by side`,
    help: "land one date after the other, and backfill with --parallel 1: a date reads what is published by then.",
  });
}

type Add = (
  pipeline: DeclaredPipeline,
  path: string,
  code: FindingCode,
  message: string,
  help?: string,
  notes?: string[],
) => void;

function findWriters(pipelines: readonly PipelineReads[], add: Add): Map<string, Writer> {
  const writers = new Map<string, Writer>();
  const seen = new Set<string>();
  for (const { pipeline } of pipelines) {
    if (seen.has(pipeline.pipelineName)) {
      const help = "control files are named after pipelines: give it another name.";
      add(pipeline, "name", "duplicate-pipeline", `there are two pipelines '${pipeline.pipelineName}'`, help);
    }
    seen.add(pipeline.pipelineName);
    const write = (table: DeclaredTable, path: string, step: number): void => {
      const { tableName } = table;
      const first = writers.get(tableName);
      // That there are two tables of one name is a mistake of its own.
      if (first && first.table !== table) return;
      if (first) {
        const where = first.pipeline.site.at(first.path);
        const by = first.pipeline === pipeline ? "this pipeline" : first.pipeline.pipelineName;
        const message = `${tableName} is written here, and by ${by} already`;
        const notes = [`first at ${where.file}:${where.line}:${where.column}`];
        add(pipeline, path, "written-twice", message, "each would replace what the other wrote.", notes);
      } else writers.set(tableName, { pipeline, table, path, step });
    };
    pipeline.incoming.forEach(({ table, rejected }, index) => {
      write(table, `incoming[${index}].table`, -1);
      if (rejected) write(rejected, `incoming[${index}].format`, -1);
    });
    pipeline.steps.forEach(({ into }, step) => write(into, `steps[${step}].into`, step));
  }
  return writers;
}

/** Pipelines that wait for one another, be it for their tables. */
function checkCycles(pipelines: readonly PipelineReads[], writers: ReadonlyMap<string, Writer>, add: Add): void {
  const needs = new Map<string, Map<string, string>>();
  for (const { pipeline, reads } of pipelines) {
    const { pipelineName: name } = pipeline;
    const own = needs.get(name) ?? new Map<string, string>();
    pipeline.after.forEach(({ pipelineName }, index) => {
      if (pipelineName !== name) own.set(pipelineName, `after[${index}]`);
    });
    reads.forEach((tables, step) => {
      for (const table of tables) {
        const writer = writers.get(table)?.pipeline.pipelineName;
        if (writer !== undefined && writer !== name && !own.has(writer)) own.set(writer, `steps[${step}].model`);
      }
    });
    needs.set(name, own);
  }
  const told = new Set<string>();
  for (const { pipeline } of pipelines) {
    const cycle = cycleFrom(pipeline.pipelineName, needs);
    const key = [...(cycle ?? [])].sort().join(" ");
    if (!cycle || told.has(key)) continue;
    told.add(key);
    const path = needs.get(cycle[0])?.get(cycle[1] ?? cycle[0]) ?? "";
    const message = `pipelines wait for one another: ${[...cycle, cycle[0]].join(" → ")}`;
    add(pipeline, path, "pipeline-cycle", message, "none of them could ever be first.");
  }
}

/** The way from a pipeline back to itself, if there is one. */
function cycleFrom(start: string, needs: ReadonlyMap<string, ReadonlyMap<string, string>>): string[] | undefined {
  const seen = new Set<string>();
  const walk = (name: string, way: readonly string[]): string[] | undefined => {
    for (const next of needs.get(name)?.keys() ?? []) {
      if (next === start) return [...way];
      if (seen.has(next)) continue;
      seen.add(next);
      const found = walk(next, [...way, next]);
      if (found) return found;
    }
    return undefined;
  };
  return walk(start, [start]);
}
