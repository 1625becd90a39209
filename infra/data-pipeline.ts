/** A pipeline: incoming files, the tables that follow from them, their audits, and the pipelines that come after. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkConfigKey, type CheckConfig } from "../functions/handlers/checker";
import type { PipelineDefinition } from "../functions/runs/pipeline";
import type { AuditedTable } from "./audited-table";
import type { Closure } from "./closures";
import type { DataLake } from "./data-lake";
import type { DataPipelineArgs } from "./data-pipeline-args";
import { alarmOnRejections, objectsCreated, onEvent } from "./event-rules";
import { auditConfigUnlessFaulty } from "./checks/audits";
import { callSite } from "./checks/program-place";
import type { CheckedModel } from "./checks/queries";
import { functionStatements, mapFunctions, type ByFunction } from "./pipeline-permissions";
import { handlers } from "./handlers";
import type { TablePlace } from "./permissions";
import type { AuditPlan, LandedPlan } from "./state-machine/plan";
import { renderViews, viewName, type RenderedView, type ViewBatch } from "./views";
import { createRunMachine } from "./run-machine";
import { alarmOnLateness, createSchedules } from "./schedules";

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
  /** By step; there is none for a model that does not exist. */
  private readonly models: readonly (CheckedModel | undefined)[];
  private readonly views: readonly RenderedView[];

  constructor(
    /** Name of the pipeline and of its control file: the component's own. */
    readonly pipelineName: string,
    private readonly args: DataPipelineArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("tributary:index:DataPipeline", pipelineName, {}, { parent: args.lake, ...args.lake.gate.guard(options) });
    this.lake = args.lake;
    this.source = args.source ?? args.after?.[0]?.source ?? "";
    this.stateMachineName = this.physicalName();
    const { steps = [], incoming = [], after = [], parameters = {} } = args;
    const { parameterName } = this;
    const site = callSite(new.target);
    this.models = this.lake.checks.addPipeline({
      ...args,
      ...{ pipelineName, steps, incoming, after, parameters, parameterName, site },
    });
    this.views = (args.views ?? []).flatMap((batch) => this.renderBatch(batch));

    const definition = this.uploadDefinition();
    this.functions = this.createFunctions();
    this.uploadCheckConfigs();
    this.stateMachine = this.createStateMachine(this.uploadAuditConfigs());
    this.startOnControlFile([definition, this.stateMachine]);
    this.watchArrivals();
    this.keepTime();
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
      announcedBy: this.args.announcedBy ?? "watcher",
      stateMachine: this.stateMachineName,
    };
  }

  /** Each control file starts a run. */
  private startOnControlFile(dependsOn: pulumi.Resource[]): void {
    const { lake, pipelineName: name } = this;
    const key = `incoming/${this.source}/*/${name}.done`;
    const pattern = objectsCreated(lake.bucketName("landing"), [key], `incoming/${this.source}/`);
    const description = `Control files ${key}`;
    onEvent(lake, { name, description, pattern }, this.functions.trigger, { parent: this, dependsOn });
    alarmOnRejections(lake, name, this.functions.trigger, { parent: this });
  }

  /** Whatever a date may have waited for makes the watcher look. */
  private watchArrivals(): void {
    const { lake, source } = this;
    const { incoming = [], after = [], announcedBy = "watcher" } = this.args;
    const keys = [
      ...(announcedBy === "watcher" ? incoming.map(({ prefix }) => `incoming/${source}/*/${prefix}*`) : []),
      ...after.map(({ pipelineName }) => `incoming/${source}/*/${pipelineName}.completed`),
    ];
    if (keys.length === 0) return;
    const pattern = objectsCreated(lake.bucketName("landing"), keys, `incoming/${source}/`);
    const name = `${this.pipelineName}-arrivals`;
    const description = `What ${this.pipelineName} waits for`;
    onEvent(lake, { name, description, pattern }, this.functions.watcher, { parent: this });
  }

  private keepTime(): void {
    const { lake, pipelineName: pipeline } = this;
    const { timeZone } = this.args;
    createSchedules(
      { lake, pipeline, roleName: this.physicalName("schedule") },
      [
        {
          name: this.physicalName("hourly"),
          description: `Looks for dates of ${pipeline} that are complete`,
          expression: "rate(1 hour)",
          functionName: this.physicalName("watcher"),
          closure: this.functions.watcher,
        },
        {
          name: this.physicalName("nightly"),
          description: `Prunes superseded runs of ${pipeline}`,
          expression: "cron(30 1 * * ? *)",
          timeZone,
          functionName: this.physicalName("pruner"),
          closure: this.functions.pruner,
        },
      ],
      { parent: this },
    );
    alarmOnLateness(lake, pipeline, this.physicalName("watcher"), this.functions.watcher, { parent: this });
  }

  private physicalName(suffix?: string): string {
    return [this.lake.workgroupName, this.pipelineName, ...(suffix ? [suffix] : [])].join("-");
  }

  private renderBatch(batch: ViewBatch): RenderedView[] {
    const views = renderViews(batch, this.lake.checks, this.args.parameters ?? {});
    for (const { view, query } of views)
      this.uploadJson(`view_configs/${this.pipelineName}/${view}.json`, { view, query });
    return views;
  }

  private uploadDefinition(): aws.s3.BucketObjectv2 {
    const { incoming = [], after = [], cadence = { every: "run" }, parameters = {}, audits } = this.args;
    const { lateAfterHour, timeZone = "UTC" } = this.args;
    const { supersededRuns, supersededDays } = this.lake.retention;
    const named = ({ database, tableName }: AuditedTable) => ({ database, table: tableName });
    const definition: PipelineDefinition = {
      announcedBy: this.args.announcedBy ?? "watcher",
      pipeline: this.pipelineName,
      source: this.source,
      incoming: incoming.map(({ prefix, table }) => ({ prefix, ...named(table) })),
      after: after.map(({ pipelineName }) => pipelineName),
      cadence: { day: undefined, month: undefined, ...cadence },
      lateAfterHour,
      timeZone,
      stage: this.lake.place.stage,
      parameters,
      stateMachineArn: this.lake.arn.stateMachine(this.stateMachineName),
      tables: this.written.map((table) => ({ ...named(table), keepsRuns: table.keepsRuns, own: this.ownShare(table) })),
      superseded: { keep: supersededRuns, days: supersededDays },
      priorDateFrom: audits && named(audits.priorDateFrom),
    };
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
      { parent: this, dependsOn: [...this.lake.assetsSettings] },
    );
  }

  private uploadAuditConfigs(): AuditPlan[] {
    const { audits } = this.args;
    return (audits?.tables ?? []).flatMap((table) => {
      const key = `audit_configs/${this.pipelineName}/${table.tableName}.json`;
      const config = audits && auditConfigUnlessFaulty(table, audits, this.lake.auditTable);
      if (!config) return [];
      this.uploadJson(key, config);
      const explanation = this.explained.includes(table) ? this.lake.explanationTable.tableName : undefined;
      return [{ table: table.tableName, config: key, explanation }];
    });
  }

  /** Tables that runs publish. */
  private get written(): AuditedTable[] {
    const { incoming = [], steps = [], audits } = this.args;
    return [
      ...incoming.map(({ table }) => table),
      ...steps.map(({ into }) => into),
      ...(audits ? [this.lake.auditTable] : []),
      ...(this.explained.length > 0 ? [this.lake.explanationTable] : []),
    ];
  }

  /** What tells the pipeline's partitions from others' in a table that pipelines share. */
  private ownShare({ tableName }: AuditedTable): Record<string, string> | undefined {
    const { audits } = this.args;
    const shared = [this.lake.auditTable, this.lake.explanationTable].some((table) => table.tableName === tableName);
    return shared && audits ? { pipeline: audits.label, time_grain: audits.timeGrain } : undefined;
  }

  /** Audited tables whose runs of one date are compared. */
  private get comparedByRun(): AuditedTable[] {
    return (this.args.audits?.tables ?? []).filter(({ audit }) => audit?.compareWith === "prior run");
  }

  /** Audited tables whose changes can be explained: those that models compute. Landed numbers come from outside. */
  private get explained(): AuditedTable[] {
    return (this.args.audits?.tables ?? []).filter(({ zone }) => zone !== "landing");
  }

  /** This pipeline and all before it. */
  private get upstreams(): DataPipeline[] {
    return [...new Set([this, ...(this.args.after ?? []).flatMap(({ upstreams }) => upstreams)])];
  }

  /** Each function that the pipeline needs, with its own role. */
  private createFunctions(): ByFunction<Closure> {
    const { lake, pipelineName: pipeline, written } = this;
    const { incoming = [], steps = [], audits } = this.args;
    const statements = functionStatements(lake.grant, {
      pipeline,
      source: this.source,
      after: (this.args.after ?? []).map(({ pipelineName }) => pipelineName),
      stateMachine: this.stateMachineName,
      landing: lake.bucketName("landing"),
      assets: lake.bucketName("glue-assets"),
      landed: incoming.map(({ table }) => table.location),
      published: written.filter(({ partitioned }) => partitioned).map(({ location }) => location),
      replaced: written.filter(({ partitioned }) => !partitioned).map(({ location }) => location),
      checked: written.filter(({ checks }) => checks.length > 0).map(({ location }) => location),
      compared: written
        .filter(({ checks }) => checks.some((check) => "rowCount" in check))
        .map(({ location }) => location),
      runs: written.filter(({ keepsRuns }) => keepsRuns).map(({ runsLocation }) => runsLocation),
      renders: steps.length > 0,
      read: this.placesOf(this.models.flatMap((model) => model?.reads ?? [])),
      explained:
        this.explained.length === 0
          ? undefined
          : {
              pipelines: this.upstreams.map(({ pipelineName }) => pipelineName),
              tables: [
                ...this.placesOf(this.upstreams.flatMap(({ models }) => models.flatMap((model) => model?.reads ?? []))),
                ...this.explained.map(({ location }) => location),
              ],
              explanation: lake.explanationTable.location,
            },
      audit: audits && {
        table: lake.auditTable.location,
        priorDateFrom: audits.priorDateFrom.location,
        comparedByRun: this.comparedByRun.map(({ location, runsLocation }) => ({
          table: location,
          runs: runsLocation,
        })),
      },
    });
    return mapFunctions(statements, (granted, name) =>
      lake.closures.deploy(
        `${pipeline}-${name}`,
        {
          handler: handlers[name],
          functionName: this.physicalName(name),
          environment: { ...lake.environment(), PIPELINE: pipeline },
          statements: granted,
          deadLetters: ["trigger", "watcher", "pruner"].includes(name) ? lake.failures : undefined,
        },
        { parent: this },
        this.args.transform,
      ),
    );
  }

  private createStateMachine(audits: readonly AuditPlan[]): aws.sfn.StateMachine {
    const { incoming = [], steps = [] } = this.args;
    const { trigger, watcher, pruner, ...tasks } = mapFunctions(this.functions, (_, name) => this.physicalName(name));
    return createRunMachine(
      {
        lake: this.lake,
        name: this.stateMachineName,
        roleName: this.physicalName("states"),
        plan: {
          pipeline: this.pipelineName,
          workgroup: this.lake.workgroupName,
          functions: tasks,
          landed: incoming.map(({ table }) => this.placeOf(table)),
          steps: steps.map(({ model, into, allowEmpty = false }, index) => ({
            model,
            database: into.database,
            ...this.placeOf(into),
            tables: this.models[index]?.tables ?? {},
            allowEmpty,
          })),
          views: this.views.map(({ view, query }) => ({ view, query })),
          audits,
        },
        views: this.viewPlaces(),
        reads: this.tablesRead(),
        writes: [
          ...steps.map(({ into }) => into.location),
          ...(audits.length > 0 ? [this.lake.auditTable.location] : []),
          ...(this.explained.length > 0 ? [this.lake.explanationTable.location] : []),
        ],
        transform: this.args.transform?.stateMachine,
      },
      { parent: this },
    );
  }

  /** The pipeline's views, and the tables that their queries name. */
  private viewPlaces(): { views: TablePlace[]; subjects: TablePlace[] } {
    const views = (this.args.views ?? []).flatMap((batch) =>
      batch.tables.map(({ location, tableName }) => ({ ...location, table: viewName(batch, tableName) })),
    );
    return { views, subjects: this.placesOf(this.views.flatMap(({ reads }) => reads)) };
  }

  /** Where the runs of a table write, and what is checked of it. */
  private placeOf({ tableName: table, root, partitioned, checks, keepsRuns }: AuditedTable): LandedPlan {
    const config = checks.length > 0 ? checkConfigKey(this.pipelineName, table) : undefined;
    return { table, root, partitioned, checks: { config, keepsRuns } };
  }

  private uploadCheckConfigs(): void {
    for (const { database, tableName, columns, partitionKeys, checks } of this.written) {
      if (checks.length === 0) continue;
      const config: CheckConfig = { database, table: tableName, columns, partitionKeys, checks };
      this.uploadJson(checkConfigKey(this.pipelineName, tableName), config);
    }
  }

  /** Tables that the pipeline's queries read: those in its models' parsed text, and those it audits. */
  private tablesRead(): TablePlace[] {
    const checked = this.written.filter(({ checks }) => checks.length > 0);
    return [
      ...this.placesOf(this.models.flatMap((model) => model?.reads ?? [])),
      ...(this.args.audits?.tables ?? []).map(({ location }) => location),
      ...this.comparedByRun.map(({ runsLocation }) => runsLocation),
      ...this.explanationReads(),
      ...checked.flatMap(({ location, runsLocation }) => [location, runsLocation]),
    ];
  }

  /** Tables that the queries of explanations read: the audit's changes, and whatever they came from. */
  private explanationReads(): TablePlace[] {
    if (this.explained.length === 0) return [];
    const sources = this.upstreams.flatMap(({ models }) => models.flatMap((model) => model?.reads ?? []));
    return [this.lake.auditTable.location, ...this.placesOf(sources)];
  }

  private placesOf(tables: readonly string[]): TablePlace[] {
    return [...this.lake.tables.values()].filter(({ tableName }) => tables.includes(tableName)).map((t) => t.location);
  }

  /** Of one account each parameter's name is one: a lake and stage has a folder of its own. */
  private get parameterName(): string {
    const { parameterName = this.pipelineName } = this.args;
    return parameterName.startsWith("/") ? parameterName : `/pipeline/${this.lake.workgroupName}/${parameterName}`;
  }

  private publishName(): void {
    new aws.ssm.Parameter(
      this.pipelineName,
      {
        name: this.parameterName,
        type: "String",
        value: this.stateMachine.name,
        description: `State machine of ${this.pipelineName}`,
      },
      { parent: this },
    );
  }
}
