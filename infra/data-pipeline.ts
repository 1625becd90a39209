/** A pipeline: incoming files, the tables that follow from them, their audits, and the pipelines that come after. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { buildAuditConfig, type AuditConfig } from "../audit/config";
import type { PipelineDefinition } from "../functions/pipeline";
import type { AuditedTable } from "./audited-table";
import type { Closure, ClosureTransforms } from "./closures";
import { onControlFile } from "./control-files";
import type { DataLake } from "./data-lake";
import { ProgramError, requireNone, suggestion, type Finding } from "./fault";
import { functionStatements, mapFunctions, type ByFunction } from "./pipeline-permissions";
import { handlers } from "./handlers";
import { pipelineFaults } from "./pipeline-faults";
import { renderSample, tablesOf, type RenderedModel } from "./models";
import type { TablePlace } from "./permissions";
import { createRunMachine } from "./run-machine";
import type { Transform } from "./transform";
import { sweepHourly } from "./watcher-schedule";

/** A registered incoming file. */
export interface IncomingFile {
  /** Start of the file's name: exactly one object per date must have it. */
  readonly prefix: string;
  /** Table that takes the file as its partition of the date. */
  readonly table: AuditedTable;
}

/** A model into a table. */
export interface Step {
  /** Path below the lake's folder of models, e.g. `usghgemission/utility_emissions_daily.sql`. */
  readonly model: string;
  readonly into: AuditedTable;
  /** Whether no rows are an expected result. @default false */
  readonly allowEmpty?: boolean;
}

/** When a pipeline's work is due, by execution date. */
export type Cadence =
  /** With every control file. */
  | { readonly every: "run" }
  /** On one day of each month. */
  | { readonly every: "month"; readonly day: number }
  /** On one day of the year; `month` is 1–12. */
  | { readonly every: "year"; readonly month: number; readonly day: number };

/** Tables audited at the end of each run. */
export interface Audits {
  /** Value of the audit table's partition key `pipeline`, e.g. `usghgemission_monthly`. */
  readonly label: string;
  /** Value of its partition key `time_grain`, e.g. `monthly`. */
  readonly timeGrain: string;
  /** Table whose latest execution date before this one is the prior date. */
  readonly priorDateFrom: AuditedTable;
  readonly tables: readonly AuditedTable[];
}

/** Arguments of {@link DataPipeline}. */
export interface DataPipelineArgs {
  readonly lake: DataLake;
  /**
   * Folder below `incoming/` where the files and the control file arrive.
   * @default that of the first pipeline in `after`
   */
  readonly source?: string;
  /** Files that must be there, exactly one per prefix. */
  readonly incoming?: readonly IncomingFile[];
  /** Pipelines that must be complete for a date before this one starts for it; they share its source. */
  readonly after?: readonly DataPipeline[];
  /** @default { every: "run" } */
  readonly cadence?: Cadence;
  /**
   * Hour of the day (UTC, 0–23) after which an alarm is raised if the day's own date has no completed run.
   * @default no such alarm
   */
  readonly lateAfterHour?: number;
  /** Models in the order they run. */
  readonly steps?: readonly Step[];
  readonly audits?: Audits;
  /** Values that models see as string literals under `parameters`. */
  readonly parameters?: Readonly<Record<string, string>>;
  /**
   * SSM parameter that publishes the state machine's name.
   * @default `/pipeline/<pipeline>`
   */
  readonly parameterName?: string;
  /** Changes to child resources. */
  readonly transform?: ClosureTransforms & { readonly stateMachine?: Transform<aws.sfn.StateMachineArgs> };
}

/**
 * A pipeline of a lake. Its control file `incoming/<source>/<date>/<pipeline>.done` starts a run for that date.
 *
 * @example
 * const daily = new DataPipeline("state_emission_daily", {
 *   lake, source: "all_ef_files",
 *   incoming: [{ prefix: "epacems-1996-OH", table: utilityDataOh }],
 *   steps: [{ model: "usghgemission/utility_emissions_daily.sql", into: utilityEmissionsDaily }],
 * });
 */
export class DataPipeline extends pulumi.ComponentResource {
  readonly source: string;
  readonly stateMachine: aws.sfn.StateMachine;
  /** Functions by handler: those that the pipeline needs. */
  readonly functions: ByFunction<Closure>;
  private readonly lake: DataLake;
  private readonly stateMachineName: string;
  private readonly models: readonly RenderedModel[];

  constructor(
    /** Name of the pipeline and of its control file: the component's own. */
    readonly pipelineName: string,
    private readonly args: DataPipelineArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("tributary:index:DataPipeline", pipelineName, {}, { parent: args.lake, ...options });
    requireNone(pipelineFaults(pipelineName, args));
    this.lake = args.lake;
    this.source = args.source ?? args.after?.[0]?.source ?? "";
    this.stateMachineName = this.physicalName();
    this.models = (args.steps ?? []).map(({ model }) => this.renderModel(model));

    const definition = this.uploadDefinition();
    this.functions = this.createFunctions();
    this.stateMachine = this.createStateMachine(this.uploadAuditConfigs());
    onControlFile(
      this.lake,
      this.pipelineName,
      `incoming/${this.source}/*/${this.pipelineName}.done`,
      this.functions.trigger,
      { parent: this, dependsOn: [definition, this.stateMachine] },
    );
    sweepHourly(
      {
        lake: this.lake,
        pipeline: this.pipelineName,
        roleName: this.physicalName("schedule"),
        scheduleName: this.physicalName("hourly"),
        watcherName: this.physicalName("watcher"),
        watcher: this.functions.watcher,
      },
      { parent: this },
    );
    this.publishName();

    this.registerOutputs({ stateMachine: this.stateMachine.arn });
  }

  /** What a person or a command needs to know of the pipeline. */
  get summary() {
    const { incoming = [], after = [] } = this.args;
    return {
      name: this.pipelineName,
      source: this.source,
      incoming: incoming.map(({ prefix }) => prefix),
      after: after.map(({ pipelineName }) => pipelineName),
      stateMachine: this.stateMachineName,
    };
  }

  private physicalName(suffix?: string): string {
    return [this.lake.workgroupName, this.pipelineName, ...(suffix ? [suffix] : [])].join("-");
  }

  private renderModel(model: string): RenderedModel {
    const tables = Object.fromEntries([...this.lake.tables].map(([name, table]) => [name, table.qualifiedName]));
    return renderSample(model, this.lake.templates, tables, this.args.parameters ?? {});
  }

  private uploadDefinition(): aws.s3.BucketObjectv2 {
    const { incoming = [], after = [], cadence = { every: "run" }, parameters = {}, lateAfterHour } = this.args;
    const definition: PipelineDefinition = {
      pipeline: this.pipelineName,
      source: this.source,
      incoming: incoming.map(({ prefix, table }) => ({ prefix, database: table.database, table: table.tableName })),
      after: after.map(({ pipelineName }) => pipelineName),
      cadence: { day: undefined, month: undefined, ...cadence },
      lateAfterHour,
      stage: this.lake.place.stage,
      parameters,
      stateMachineArn: this.lake.arn.stateMachine(this.stateMachineName),
    };
    // Who waits for a pipeline is known to those who wait: each adds an object of its own beside the upstream's definition.
    for (const upstream of after) {
      this.uploadJson(`pipelines/${upstream.pipelineName}/dependents/${this.pipelineName}.json`, {
        pipeline: this.pipelineName,
        source: this.source,
        after: definition.after,
      });
    }
    return this.uploadJson(`pipelines/${this.pipelineName}/definition.json`, definition);
  }

  private uploadJson(key: string, value: object): aws.s3.BucketObjectv2 {
    return new aws.s3.BucketObjectv2(
      key,
      {
        bucket: this.lake.buckets["glue-assets"].id,
        key,
        content: `${JSON.stringify(value, null, 2)}\n`,
        contentType: "application/json",
      },
      { parent: this },
    );
  }

  private uploadAuditConfigs(): { table: string; config: string }[] {
    const { audits } = this.args;
    return (audits?.tables ?? []).map((table) => {
      const key = `audit_configs/${this.pipelineName}/${table.tableName}.json`;
      this.uploadJson(key, this.auditConfig(table));
      return { table: table.tableName, config: key };
    });
  }

  private auditConfig(table: AuditedTable): AuditConfig {
    const { audits } = this.args;
    if (!audits || !table.audit) throw new Error(`${table.tableName} is not audited.`);
    const name = ({ database, tableName }: AuditedTable) => ({ database, table: tableName });
    try {
      return buildAuditConfig({
        ...name(table),
        layer: table.zone,
        columns: table.columns,
        specification: {
          ...table.audit,
          pipeline: audits.label,
          timeGrain: audits.timeGrain,
          reference: name(audits.priorDateFrom),
        },
        audit: name(this.lake.auditTable),
      });
    } catch (error) {
      throw new ProgramError([{ place: this.pipelineName, message: (error as Error).message }]);
    }
  }

  /** Tables that runs publish. */
  private get written(): AuditedTable[] {
    const { incoming = [], steps = [], audits } = this.args;
    return [
      ...incoming.map(({ table }) => table),
      ...steps.map(({ into }) => into),
      ...(audits ? [this.lake.auditTable] : []),
    ];
  }

  /** Each function that the pipeline needs, with its own role. */
  private createFunctions(): ByFunction<Closure> {
    const { lake, pipelineName: pipeline, written } = this;
    const { incoming = [], steps = [], audits } = this.args;
    const statements = functionStatements(lake.grant, {
      pipeline,
      source: this.source,
      stateMachine: this.stateMachineName,
      landing: lake.bucketName("landing"),
      assets: lake.bucketName("glue-assets"),
      landed: incoming.map(({ table }) => table.location),
      published: written.filter(({ partitioned }) => partitioned).map(({ location }) => location),
      replaced: written.filter(({ partitioned }) => !partitioned).map(({ location }) => location),
      renders: steps.length > 0,
      audit: audits && { table: lake.auditTable.location, priorDateFrom: audits.priorDateFrom.location },
    });
    return mapFunctions(statements, (granted, name) =>
      lake.closures.deploy(
        `${pipeline}-${name}`,
        {
          handler: handlers[name],
          functionName: this.physicalName(name),
          environment: { ...lake.environment(), PIPELINE: pipeline, SOURCE: this.source },
          statements: granted,
          deadLetters: name === "trigger" || name === "watcher" ? lake.deadLettersName : undefined,
        },
        { parent: this },
        this.args.transform,
      ),
    );
  }

  private createStateMachine(audits: { table: string; config: string }[]): aws.sfn.StateMachine {
    const { incoming = [], steps = [] } = this.args;
    const { trigger, watcher, ...tasks } = mapFunctions(this.functions, (_, name) => this.physicalName(name));
    return createRunMachine(
      {
        lake: this.lake,
        name: this.stateMachineName,
        roleName: this.physicalName("states"),
        plan: {
          pipeline: this.pipelineName,
          workgroup: this.lake.workgroupName,
          functions: tasks,
          lands: incoming.length > 0,
          steps: steps.map(({ model, into, allowEmpty = false }, index) => ({
            model,
            database: into.database,
            table: into.tableName,
            root: into.root,
            partitioned: into.partitioned,
            tables: this.models[index].tables,
            allowEmpty,
          })),
          audits,
        },
        reads: this.tablesRead(),
        writes: [
          ...steps.map(({ into }) => into.location),
          ...(audits.length > 0 ? [this.lake.auditTable.location] : []),
        ],
        transform: this.args.transform?.stateMachine,
      },
      { parent: this },
    );
  }

  /** Tables that the pipeline's queries read: those in its models' parsed text, and those it audits. */
  private async tablesRead(): Promise<TablePlace[]> {
    const { steps = [], audits } = this.args;
    const sources = await Promise.all(steps.map(({ model }, index) => this.sourceTables(this.models[index], model)));
    return [...sources.flat(), ...(audits?.tables ?? []).map(({ location }) => location)];
  }

  private async sourceTables(rendered: RenderedModel, model: string): Promise<TablePlace[]> {
    const tables = [...this.lake.tables.values()];
    const findings: Finding[] = [];
    const places: TablePlace[] = [];
    for (const { database, table } of await tablesOf(rendered.sql, `sql/${model}`)) {
      const found = tables.find((known) => known.database === database && known.tableName === table);
      if (found) places.push(found.location);
      else {
        const known = tables.map(({ qualifiedName }) => qualifiedName);
        findings.push({
          place: `sql/${model}`,
          message: `there is no table '${database}.${table}' in this lake; ${suggestion(`${database}.${table}`, known)}`,
        });
      }
    }
    requireNone(findings);
    return places;
  }

  private publishName(): void {
    new aws.ssm.Parameter(
      this.pipelineName,
      {
        name: this.args.parameterName ?? `/pipeline/${this.pipelineName}`,
        type: "String",
        value: this.stateMachine.name,
        description: `State machine of ${this.pipelineName}`,
      },
      { parent: this },
    );
  }
}
