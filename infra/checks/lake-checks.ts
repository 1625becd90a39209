/** All checks of one lake: components declare what they are, and the findings of all of them are asked for together. */
import type { DataCheck } from "../../audit/data-check";
import { dataCheckFindings } from "./data-checks";
import type { Statement } from "../permissions";
import { auditFindings } from "./audits";
import type { DeclaredPipeline, DeclaredTable, LakeBasics } from "./declared";
import { executedQuery } from "./executed-query";
import { findingAt, withoutRepetition, type Finding, type FindingCode } from "./finding";
import { graphFindings } from "./graph";
import { environmentFaults, nameFaults, patternFaults, queryLengthFaults, type NamedKind } from "./limits";
import { prefixFindings } from "./prefixes";
import { pipelineFindings } from "./pipelines";
import { policyFaults } from "./policies";
import type { Site } from "./program-place";
import { checkModel, type CheckedModel } from "./queries";
import { resultFindings } from "./results";
import { lakeSummary, type LakeSummary } from "./summary";
import { seedFindings } from "./seeds";
import { machineFaults } from "./state-machines";
import { sameNameFinding, tableFindings } from "./tables";

/** A table, and what must hold for its data. */
type CheckedTable = DeclaredTable & { readonly checks?: readonly DataCheck[] };

/** A pipeline whose models were read. */
interface CheckedPipeline {
  readonly pipeline: DeclaredPipeline;
  /** By step; a model that does not exist has none. */
  readonly models: readonly (CheckedModel | undefined)[];
}

/** The checks of a lake. Pure but for reading the program's own files when something is wrong in them. */
export class LakeChecks {
  private readonly found: Finding[] = [];
  private readonly tables = new Map<string, CheckedTable>();
  private readonly pipelines: CheckedPipeline[] = [];
  private spent = 0;

  /** @param site where the lake is declared */
  constructor(
    private readonly basics: LakeBasics,
    private readonly site: Site,
  ) {}

  /** Milliseconds that all checks took so far. */
  get milliseconds(): number {
    return this.spent;
  }

  /** Adds a table. Models of pipelines that are added later find it. */
  addTable(table: CheckedTable): void {
    this.timed(() => {
      const { read } = this.basics;
      this.found.push(...tableFindings(table, read), ...seedFindings(table, read));
      const first = this.tables.get(table.tableName);
      if (first) this.found.push(sameNameFinding(table, first, read));
      else this.tables.set(table.tableName, table);
    });
  }

  /** Adds a pipeline and reads its models, one for each step, against the tables that are there. */
  addPipeline(pipeline: DeclaredPipeline): readonly (CheckedModel | undefined)[] {
    return this.timed(() => this.readPipeline(pipeline));
  }

  private readPipeline(pipeline: DeclaredPipeline): readonly (CheckedModel | undefined)[] {
    const { templates, read } = this.basics;
    this.found.push(...pipelineFindings(pipeline, this.basics));
    const tables = [...this.tables.values()];
    const models = pipeline.steps.map(({ model }): CheckedModel | undefined => {
      if (templates[model] === undefined) return undefined;
      return checkModel(model, {
        ...this.basics,
        tables,
        parameters: pipeline.parameters,
        latest: latestNames(pipeline),
      });
    });
    this.pipelines.push({ pipeline, models });
    models.forEach((model, index) => {
      if (!model) return;
      const step = pipeline.steps[index];
      const file = `${this.basics.folder}/${step.model}`;
      const notes = [`in ${file}, step ${index + 1} of ${pipeline.pipelineName}`];
      const written = [
        ...pipeline.incoming.flatMap(({ table, rejected }) => [table, ...(rejected ? [rejected] : [])]),
        ...pipeline.steps.slice(0, index).map(({ into }) => into),
      ];
      const executed = executedQuery(model.sql, written);
      const long = queryLengthFaults(executed).map((fault) => findingAt({ file, line: 1, column: 1 }, read, fault));
      for (const finding of [...model.findings, ...resultFindings(step, model, read), ...long]) {
        this.found.push(
          finding.at?.file === file ? finding : { ...finding, notes: [...(finding.notes ?? []), ...notes] },
        );
      }
    });
    return models;
  }

  /**
   * Adds a view's template with its variables: a view has no date of its own. Templates that do not exist are told with the
   * pipeline.
   */
  addView(
    template: string,
    variables: Readonly<Record<string, unknown>>,
    parameters: Readonly<Record<string, string>>,
  ): Pick<CheckedModel, "sql" | "reads"> {
    if (this.basics.templates[template] === undefined) return { sql: "", reads: [] };
    const tables = [...this.tables.values()];
    const checked = this.timed(() => checkModel(template, { ...this.basics, tables, parameters, view: variables }));
    this.found.push(...checked.findings);
    return checked;
  }

  /** Adds a role with the statements of its policy. */
  addRole(name: string, statements: readonly Statement[]): void {
    this.report(
      name,
      this.timed(() => [...nameFaults("role", name), ...policyFaults(name, statements)]),
    );
  }

  /** Adds a function. */
  addFunction(name: string, environment: Readonly<Record<string, string>>): void {
    this.report(name, [...nameFaults("function", name), ...environmentFaults(name, environment)]);
  }

  /** Adds a state machine. */
  addMachine(name: string, definition: object): void {
    const faults = this.timed(() => machineFaults(definition)).map(({ state, message, ...fault }) => {
      return { ...fault, message: `${name}${state ? `, state ${state}` : ""}: ${message}` };
    });
    this.report(name, [...nameFaults("state machine", name), ...faults]);
  }

  /** Adds a rule. */
  addRule(name: string, pattern: object): void {
    this.report(name, [...nameFaults("rule", name), ...patternFaults(name, pattern)]);
  }

  /** Adds anything else that has a physical name. */
  addName(kind: NamedKind, name: string): void {
    this.report(name, nameFaults(kind, name));
  }

  /** All findings, each once. */
  findings(): Finding[] {
    return this.timed(() => this.allFindings());
  }

  /** What makes what, as data. */
  summary(): LakeSummary {
    return lakeSummary(this.basics.folder, [...this.tables.values()], this.pipelines);
  }

  private timed<T>(work: () => T): T {
    const started = performance.now();
    try {
      return work();
    } finally {
      this.spent += performance.now() - started;
    }
  }

  private allFindings(): Finding[] {
    const tables = [...this.tables.values()];
    const graph = this.pipelines.map(({ pipeline, models }) => ({
      pipeline,
      reads: models.map((m) => m?.reads ?? []),
    }));
    const audits = this.pipelines.flatMap(({ pipeline }) => auditFindings(pipeline, tables, this.basics));
    const seeds = tables.filter(({ seed }) => seed !== undefined);
    const others = [this.basics.auditTable(), ...seeds].flatMap((table) => table?.tableName ?? []);
    const ways = graphFindings(graph, new Set(others), this.basics.read);
    const prefixes = prefixFindings(
      this.pipelines.map(({ pipeline }) => pipeline),
      this.basics.read,
    );
    const checks = tables.flatMap((table) => dataCheckFindings(table, table.checks ?? [], tables, this.basics.read));
    return withoutRepetition([...this.found, ...checks, ...audits, ...prefixes, ...ways]);
  }

  private report(name: string, faults: readonly { code: FindingCode; message: string; help?: string }[]): void {
    if (faults.length === 0) return;
    // Physical names hold the pipeline's.
    const owner = this.pipelines
      .map(({ pipeline }) => pipeline)
      .filter(({ pipelineName }) => name.includes(`-${pipelineName}`))
      .sort((a, b) => b.pipelineName.length - a.pipelineName.length)[0];
    // Names that are made of the pipeline's are right when that is.
    if (owner && pipelineFindings(owner, this.basics).some(({ code }) => code === "pipeline-name")) return;
    const place = (owner?.site ?? this.site).at(owner ? "name" : "");
    for (const fault of faults) this.found.push(findingAt(place, this.basics.read, fault));
  }
}

/** Pipelines of which the latest date is read. */
function latestNames({ after }: DeclaredPipeline): string[] {
  return after.filter(({ needs }) => needs === "latest").map(({ pipelineName }) => pipelineName);
}
