/**
 * All local services of one account and region, wired to one another.
 */
import { join } from "node:path";
import type { Api, Place } from "./api";
import type { AddedService, Service } from "./service";
import { changeDetail } from "./cloudwatch/alarm-messages";
import { Alarms } from "./cloudwatch/alarms";
import { MetricFilters } from "./cloudwatch/metric-filters";
import { Metrics } from "./cloudwatch/metrics";
import { cloudwatchOperations } from "./cloudwatch/operations";
import { measureExecution, measureInvocation, measureQuery, measureQueues } from "./cloudwatch/service-metrics";
import { AthenaEngine } from "./athena/engine";
import { athenaOperations } from "./athena/operations";
import { eventsOperations } from "./events/operations";
import { EventBus } from "./events/rules";
import { Scheduler } from "./events/scheduler";
import { schedulerOperations } from "./events/scheduler-operations";
import { Catalog } from "./glue/catalog";
import { glueOperations } from "./glue/operations";
import type { Faults } from "./faults/faults";
import type { Journal } from "./journal";
import type { StartProcess } from "./lambda/function-process";
import { logsOperations } from "./logs/operations";
import { Functions } from "./lambda/functions";
import { lambdaOperations } from "./lambda/operations";
import { Queues } from "./messaging/queues";
import { snsOperations } from "./messaging/sns-operations";
import { sqsOperations } from "./messaging/sqs-operations";
import { Topics } from "./messaging/topics";
import { eventDetail, type ObjectEvent } from "./s3/events";
import { Lifecycle } from "./s3/lifecycle";
import { s3Operations } from "./s3/operations";
import { S3Store } from "./s3/store";
import { Parameters } from "./ssm/parameters";
import { ssmOperations } from "./ssm/operations";
import { StateMachines } from "./states/machines";
import { statesOperations } from "./states/operations";
import { stsOperations } from "./sts/operations";
import type { AssumeRole } from "./sts/service-caller";
import { RoleSessions } from "./sts/sessions";

/** What the services need of the runtime around them. */
export interface LocalServicesOptions {
  /** Each service keeps its state in a folder of its own below. */
  readonly folder: string;
  readonly place: Place;
  /** The services register their operations here. */
  readonly api: Api;
  readonly journal: Journal;
  /** Where the runtime serves, for functions and queue URLs. */
  endpoint(): string;
  /** Checks that a service may assume a role, by the role's trust policy. */
  readonly assumeRole: AssumeRole;
  /** Faults that functions, Tasks and deliveries meet. Default: none. */
  readonly faults?: Faults;
  /** Starts what runs a function. Default: a process of its own with its archive. */
  readonly functionProcess?: StartProcess;
  /** How many times faster than on AWS waits and retries pass. Default: each service's own. */
  readonly pace?: number;
  /** Default: the clock. */
  readonly now?: () => Date;
  /** Services beside those that are here. Default: none. */
  readonly addedServices?: readonly AddedService[];
}

/** The services, running. */
export class LocalServices {
  readonly sessions: RoleSessions;
  readonly s3: S3Store;
  /** Lifecycle rules of buckets. */
  readonly lifecycle: Lifecycle;
  readonly catalog: Catalog;
  readonly athena: AthenaEngine;
  readonly functions: Functions;
  readonly events: EventBus;
  readonly schedules: Scheduler;
  readonly queues: Queues;
  readonly topics: Topics;
  readonly parameters: Parameters;
  readonly metrics: Metrics;
  readonly metricFilters: MetricFilters;
  readonly alarms: Alarms;
  readonly machines: StateMachines;
  /** What clients can call: a line each. */
  readonly all: readonly Service[];
  private readonly added: readonly Service[];

  constructor(options: LocalServicesOptions) {
    const { folder, place, api, journal, endpoint, assumeRole, faults, functionProcess, pace, now } = options;
    const of = (service: string) => join(folder, service);
    const delivering = { place, api, journal, assumeRole, faults, pace, now };
    this.metrics = new Metrics(join(of("cloudwatch"), "metrics.jsonl"), now);
    this.metricFilters = new MetricFilters(of("cloudwatch"), this.metrics);
    this.sessions = new RoleSessions(of("sts"), place, now);
    this.s3 = new S3Store(of("s3"), now);
    this.catalog = new Catalog(of("glue"), place.account, now);
    this.athena = new AthenaEngine({
      folder: of("athena"),
      place,
      pathOf: (bucket, key) => this.s3.pathOf(bucket, key),
      journal,
      onMeasured: (query) => measureQuery(this.metrics, query),
      now,
    });
    this.parameters = new Parameters(of("ssm"), place, now);
    this.queues = new Queues(of("sqs"), place, now);
    this.topics = new Topics({ ...delivering, folder: of("sns") });
    this.events = new EventBus({ ...delivering, folder: of("events") });
    this.schedules = new Scheduler({ ...delivering, folder: of("scheduler") });
    this.functions = new Functions({
      ...delivering,
      folder: of("lambda"),
      endpoint,
      credentialsFor: (roleArn, actor, attachment) => this.sessions.lend(roleArn, actor, attachment),
      startProcess: functionProcess,
      onInvoked: (name, outcome) => measureInvocation(this.metrics, name, outcome),
      onLogEvents: (group, events) => this.metricFilters.take(group, events),
    });
    this.machines = new StateMachines(of("states"), {
      ...delivering,
      onStatusChange: (change) => {
        measureExecution(this.metrics, change);
        this.events.publish({
          source: "aws.states",
          "detail-type": "Step Functions Execution Status Change",
          resources: [change.executionArn],
          detail: change,
        });
      },
    });

    const clock = now ?? (() => new Date());
    this.alarms = new Alarms({
      folder: of("cloudwatch"),
      place,
      api,
      journal,
      metrics: this.metrics,
      measure: () => measureQueues(this.metrics, this.queues, clock()),
      onStateChange: (change) => {
        this.events.publish({
          source: "aws.cloudwatch",
          "detail-type": "CloudWatch Alarm State Change",
          resources: [change.arn],
          detail: changeDetail(change),
        });
      },
      now,
    });
    const onEvent = (event: ObjectEvent): void => {
      const { eventBridgeSince } = this.s3.settings(event.bucket);
      if (faults?.losesObjectEvent(event, eventBridgeSince ? new Date(eventBridgeSince) : undefined)) return;
      this.events.publish({
        source: "aws.s3",
        "detail-type": event.name,
        resources: [`arn:aws:s3:::${event.bucket}`],
        detail: eventDetail(event),
        time: event.time,
      });
    };
    this.lifecycle = new Lifecycle({ store: this.s3, journal, now, onEvent });

    const world = { place, api, journal, now: clock };
    this.added = (options.addedServices ?? []).map(({ name, open }) => open({ ...world, folder: of(name) }));
    this.all = [
      { name: "s3", title: "Amazon S3", operations: s3Operations({ store: this.s3, place, now: clock, onEvent }) },
      { name: "glue", title: "AWS Glue", operations: glueOperations(this.catalog, place) },
      { name: "athena", title: "Amazon Athena", operations: athenaOperations(this.athena) },
      { name: "states", title: "AWS Step Functions", operations: statesOperations(this.machines, place) },
      { name: "lambda", title: "AWS Lambda", operations: lambdaOperations(this.functions, place) },
      { name: "events", title: "Amazon EventBridge", operations: eventsOperations(this.events, place) },
      { name: "scheduler", title: "EventBridge Scheduler", operations: schedulerOperations(this.schedules) },
      { name: "sqs", title: "Amazon SQS", operations: sqsOperations(this.queues, place, endpoint) },
      { name: "sns", title: "Amazon SNS", operations: snsOperations(this.topics, place) },
      { name: "ssm", title: "AWS Systems Manager", operations: ssmOperations(this.parameters) },
      { name: "sts", title: "AWS STS", operations: stsOperations(this.sessions, place) },
      {
        name: "monitoring",
        title: "Amazon CloudWatch",
        operations: cloudwatchOperations(this.metrics, this.alarms, place, clock),
      },
      { name: "logs", title: "CloudWatch Logs", operations: logsOperations(this.functions.logs, place) },
      ...this.added,
    ];
    for (const { name, operations } of this.all) api.register(name, operations);
  }

  /** Takes up what an earlier process accepted and did not finish: deliveries before executions, which cause new ones. */
  resume(): void {
    this.functions.resume();
    this.topics.resume();
    this.events.resume();
    this.schedules.resume();
    this.lifecycle.resume();
    this.machines.resume();
    for (const service of this.added) service.resume?.();
  }

  /** Ends timers and processes; deliveries that are not done stay for the next {@link resume}. */
  async close(): Promise<void> {
    for (const service of this.added) await service.close?.();
    this.alarms.close();
    this.schedules.close();
    this.events.close();
    this.topics.close();
    await this.lifecycle.close();
    await this.machines.close();
    await this.athena.close();
    this.functions.close();
  }
}
