/** A pipeline: incoming files, the tables that follow from them, their audits, and the pipelines that come after. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { PipelineDefinition } from "../functions/runs/pipeline";
import type { Closure, ClosureTransforms } from "./closures";
import type { DataLake } from "./data-lake";
import { alarmOnRejections, objectsCreated, onEvent } from "./event-rules";
import { callSite } from "./checks/program-place";
import type { CheckedModel } from "./checks/queries";
import type { Audits, IncomingFile, Step } from "./pipeline/args";
import type { Cadence } from "./pipeline/cadence";
import { arrivalPattern } from "./pipeline/arrivals";
import { PipelineConfigs } from "./pipeline/configs";
import { createConversions, declaredFiles, type Conversion } from "./pipeline/conversions";
import { pipelineDefinition } from "./pipeline/definition";
import { createPipelineFunctions } from "./pipeline/functions";
import { mapFunctions, type ByFunction } from "./pipeline/permissions";
import { createRunMachine } from "./pipeline/run-machine";
import { alarmOnLateness, createSchedules } from "./pipeline/schedules";
import { declaredUpstreams, upstreamsOf, type Upstream, type Upstreams } from "./pipeline/upstreams";
import { pipelineSummary, type PipelineSummary } from "./pipeline/summary";
import { PipelineTables } from "./pipeline/tables";
import { renderViews, type RenderedView, type ViewBatch } from "./pipeline/views";
import type { AuditPlan, ViewPlan } from "./state-machine/plan";
import type { Transform } from "./transform";

/** Arguments of {@link DataPipeline}. */
export interface DataPipelineArgs {
  readonly lake: DataLake;
  /**
   * Folder below `incoming/` where the files and the control file arrive.
   * @default that of the first pipeline in `after`
   */
  readonly source?: string;
  /** Files that must be there: one per prefix, or all parts of a table. */
  readonly incoming?: readonly IncomingFile[];
  /**
   * Pipelines that this one comes after: those that must be complete for a date before it starts for it, which share its source, and
   * those whose latest date it reads.
   * @example [daily, { pipeline: customers, needs: "latest" }]
   */
  readonly after?: readonly (DataPipeline | Upstream<DataPipeline>)[];
  /** @default { every: "run" } */
  readonly cadence?: Cadence;
  /**
   * Hour of the day (0–23) after which an alarm is raised if the day's own date has no completed run.
   * @default no such alarm
   */
  readonly lateAfterHour?: number;
  /**
   * Time zone of `lateAfterHour` and of what is done at night, as an IANA name. Execution dates are names of days: they have
   * none.
   * @default "UTC"
   */
  readonly timeZone?: string;
  /**
   * Who writes the control file of a date: the watcher, as soon as all registered files have arrived, or their source, after
   * its last file. The watcher writes it all the same, within the hour, if the source forgot.
   * @default "watcher"
   */
  readonly announcedBy?: "watcher" | "source";
  /** Models in the order they run. */
  readonly steps?: readonly Step[];
  readonly audits?: Audits;
  /** Views that each run makes anew after its steps, e.g. for validation. */
  readonly views?: readonly ViewBatch[];
  /** Values that models see as string literals under `parameters`. */
  readonly parameters?: Readonly<Record<string, string>>;
  /**
   * SSM parameter that publishes the state machine's name: below `/pipeline/<lake>-<stage>/`, where a reader finds the names of
   * all (`GetParametersByPath`), or, with a leading `/`, anywhere. Caution: such a name is one in its account, and a second lake
   * or stage that wants it fails to deploy.
   * @default the pipeline's name
   * @example "sm-usghg-emission-factor-daily" // /pipeline/emissions-dev/sm-usghg-emission-factor-daily
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
  private readonly definition: PipelineDefinition;
  private readonly after: Upstreams<DataPipeline>;
  /** Functions by handler: those that the pipeline needs. */
  readonly functions: ByFunction<Closure>;
  private readonly lake: DataLake;
  private readonly stateMachineName: string;
  /** By step; there is none for a model that does not exist. */
  private readonly models: readonly (CheckedModel | undefined)[];
  private readonly tables: PipelineTables;
  private readonly conversions: readonly Conversion[];

  constructor(
    /** Name of the pipeline and of its control file: the component's own. */
    readonly pipelineName: string,
    private readonly args: DataPipelineArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("tributary:index:DataPipeline", pipelineName, {}, { parent: args.lake, ...args.lake.gate.guard(options) });
    this.lake = args.lake;
    this.after = upstreamsOf(args.after ?? []);
    this.source = args.source ?? this.after.sameDate.at(0)?.source ?? "";
    this.stateMachineName = this.physicalName();
    const { steps = [], incoming = [], parameters = {} } = args;
    const { parameterName } = this;
    const site = callSite(new.target);
    this.conversions = createConversions(this.lake, incoming, { parent: this });
    const after = declaredUpstreams(args.after ?? []);
    this.models = this.lake.checks.addPipeline({
      ...args,
      ...{ pipelineName, steps, after, parameters, parameterName, site },
      incoming: declaredFiles(incoming, this.conversions),
    });
    const views = (args.views ?? []).flatMap((batch) => renderViews(batch, this.lake.checks, parameters));
    this.tables = this.createTables(views);
    const configs = new PipelineConfigs(this.lake, pipelineName, this);
    configs.uploadViews(views);
    this.definition = this.createDefinition();
    const definition = configs.uploadDefinition(this.definition);
    this.functions = this.createFunctions();
    configs.uploadConversions(this.conversions);
    configs.uploadChecks(this.tables.written);
    const audits = configs.uploadAudits(args.audits, this.tables, this.lake);
    this.stateMachine = this.createStateMachine(views, audits);
    this.startOnControlFile([definition, this.stateMachine]);
    this.watchArrivals();
    this.keepTime();
    this.publishName();

    this.registerOutputs({ stateMachine: this.stateMachine.arn });
  }

  /** What a person or a command needs to know of the pipeline. */
  get summary(): PipelineSummary {
    return pipelineSummary(this.definition, this.stateMachineName);
  }

  /** Each control file starts a run. */
  private startOnControlFile(dependsOn: pulumi.Resource[]): void {
    const { lake, pipelineName: name } = this;
    const key = `incoming/${this.source}/*/${name}.done`;
    const pattern = objectsCreated(lake.bucketName("landing"), [key], `incoming/${this.source}/`);
    onEvent(lake, { name, description: `Control files ${key}`, pattern }, this.functions.trigger, {
      parent: this,
      dependsOn,
    });
    alarmOnRejections(lake, name, this.functions.trigger, { parent: this });
  }

  /** Whatever a date may have waited for makes the watcher look. */
  private watchArrivals(): void {
    const { lake, pipelineName: name, definition } = this;
    const pattern = arrivalPattern(lake.bucketName("landing"), definition, this.after.latest);
    const rule = { name: `${name}-arrivals`, description: `What ${name} waits for`, pattern };
    if (pattern) onEvent(lake, { ...rule, pattern }, this.functions.watcher, { parent: this });
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

  private createTables(rendered: readonly RenderedView[]): PipelineTables {
    const { pipelineName: pipeline, conversions } = this;
    const { incoming = [], steps = [], audits, views = [] } = this.args;
    const modelReads = readsOf(this.models);
    const upstreamReads = readsOf(this.upstreams.flatMap(({ models }) => models));
    const work = { pipeline, incoming, conversions, steps, audits, views, rendered, modelReads, upstreamReads };
    return new PipelineTables(this.lake, work);
  }

  private createDefinition(): PipelineDefinition {
    const { lake, pipelineName: pipeline, source, tables, after: upstreams, args } = this;
    const stateMachineArn = lake.arn.stateMachine(this.stateMachineName);
    const { stage } = lake.place;
    const { retention } = lake;
    return pipelineDefinition({ pipeline, source, stage, stateMachineArn, retention, tables, upstreams, args });
  }

  private createFunctions(): ByFunction<Closure> {
    const { lake, pipelineName: pipeline, source, stateMachineName: stateMachine, tables, args } = this;
    const upstreams = this.upstreams.map(({ pipelineName }) => pipelineName);
    const physicalName = (name: string): string => this.physicalName(name);
    return createPipelineFunctions(
      { lake, pipeline, source, stateMachine, upstreams, after: this.after, tables, args, physicalName },
      { parent: this },
    );
  }

  private createStateMachine(views: readonly ViewPlan[], audits: readonly AuditPlan[]): aws.sfn.StateMachine {
    const { tables, models } = this;
    const { incoming = [], steps = [], transform } = this.args;
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
          landed: incoming.map(({ table, files }) => ({ ...tables.planOf(table), parts: files === "many" })),
          conversions: tables.conversionPlans,
          steps: steps.map(({ model, into, allowEmpty = false }, index) => ({
            model,
            database: into.database,
            root: into.root,
            ...tables.planOf(into),
            tables: models[index]?.tables ?? {},
            allowEmpty,
          })),
          readsLatest: this.after.latest.length > 0,
          views: views.map(({ view, query }) => ({ view, query })),
          audits,
        },
        views: tables.views,
        reads: tables.reads,
        writes: tables.queryWrites,
        transform: transform?.stateMachine,
      },
      { parent: this },
    );
  }

  private physicalName(suffix?: string): string {
    return [this.lake.workgroupName, this.pipelineName, ...(suffix ? [suffix] : [])].join("-");
  }

  /** This pipeline and all before it. */
  private get upstreams(): DataPipeline[] {
    const { sameDate, latest } = this.after;
    return [...new Set([this, ...[...sameDate, ...latest].flatMap(({ upstreams }) => upstreams)])];
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

/** Names of the tables that models read. */
function readsOf(models: readonly (CheckedModel | undefined)[]): string[] {
  return models.flatMap((model) => model?.reads ?? []);
}
