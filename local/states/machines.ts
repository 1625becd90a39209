/**
 * State machines and their executions: what runs, what ran, and how it went.
 */
import type { AssumeRole } from "../sts/service-caller";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { z } from "zod";
import { type Api, AwsError, type Place } from "../api";
import { Document } from "../document";
import { actingAs, type Faults } from "../faults/faults";
import type { Journal } from "../journal";
import { pacedWait } from "./clock";
import { parseDefinition } from "./definition-rules";
import type { StateMachineDefinition } from "./definition";
import type { Environment } from "./environment";
import { ExecutionStore, type StoredExecution } from "./execution-store";
import { runtimeFailure } from "./failure";
import { invalidDefinition } from "./invalid-definition";
import { performTask, unsupportedResource } from "./integrations";
import { interpret, type Outcome, type StopReason } from "./execution";
import { jsonFault } from "./json-fault";
import { type Json, PAYLOAD_LIMIT } from "./payload";
import {
  checkLogging,
  checkName,
  executionArn,
  machineFrom,
  stateMachineArn,
  type StateMachineSettings,
  type StoredMachine,
  storedMachine,
} from "./state-machine";
import { type StatusChange, statusChange } from "./status-change";
import { performUnderFaults } from "./task-faults";
import { TaskTokens } from "./task-tokens";
import { variableReferences } from "./variable-references";

/** Most events in one history (Step Functions service quotas). The last one is the end of the execution. */
const HISTORY_LIMIT = 25_000;

/** A name is free again this long after its execution ended (API reference, StartExecution). */
const NAME_REUSE_MILLISECONDS = 90 * 24 * 60 * 60 * 1_000;

/** What the state machines need from the runtime. */
export interface StateMachineOptions {
  readonly place: Place;
  /** Where Tasks call services. */
  readonly api: Api;
  readonly journal: Journal;
  /** Default: the clock. */
  readonly now?: () => Date;
  /** How many times faster Wait states and retry intervals pass; default 1. Time limits are never compressed. */
  readonly pace?: number;
  /** Default: `Math.random`. */
  readonly random?: () => number;
  /** Checks that Step Functions may assume a machine's role, when an execution starts. Default: it may. */
  readonly assumeRole?: AssumeRole;
  /** Faults that Tasks meet. Default: none. */
  readonly faults?: Faults;
  /** Told of each start and end of an execution, as EventBridge is. */
  readonly onStatusChange?: (change: StatusChange) => void;
}

interface Running {
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

/** The Step Functions of one account and region. */
export class StateMachines {
  readonly tokens = new TaskTokens();
  private readonly machines: Document<Readonly<Record<string, StoredMachine>>>;
  private readonly store: ExecutionStore;
  private readonly running = new Map<string, Running>();
  /** Definitions that were read, by their text: each start of an execution needs one. */
  private readonly definitions = new Map<string, StateMachineDefinition>();
  private readonly now: () => Date;
  private readonly random: () => number;

  /**
   * Opens the machines and executions in `folder`. An execution that was running when its process ended is over: unlike
   * the service, this runtime cannot pick it up where it was. It is marked as aborted, with that as its cause.
   */
  constructor(
    folder: string,
    private readonly options: StateMachineOptions,
  ) {
    this.now = options.now ?? (() => new Date());
    this.random = options.random ?? Math.random;
    this.machines = new Document(
      join(folder, "machines.json"),
      (value) => z.record(z.string(), storedMachine).parse(value),
      {},
    );
    this.store = new ExecutionStore(folder);
    for (const execution of this.store.list()) if (execution.status === "RUNNING") this.abandon(execution);
  }

  /**
   * Creates a machine or replaces the one of the same name; executions that are running keep the definition they started
   * with. Throws `InvalidDefinition` with all faults and their places, `InvalidLoggingConfiguration`, `InvalidName`, or `StateMachineTypeNotSupported`.
   */
  putMachine(settings: StateMachineSettings): StoredMachine {
    checkName(settings.name);
    if ((settings.type ?? "STANDARD") !== "STANDARD") {
      throw new AwsError(
        "StateMachineTypeNotSupported",
        `${settings.name}: the local runtime runs STANDARD state machines only.`,
      );
    }
    checkLogging(settings.loggingConfiguration ?? {});
    this.readDefinition(settings.definition);
    const machine = machineFrom(settings, this.machines.value[settings.name], this.now());
    this.machines.update((machines) => ({ ...machines, [machine.name]: machine }));
    return machine;
  }

  /** Deletes a machine and aborts its running executions; what is known of ended ones stays. */
  async deleteMachine(arn: string): Promise<void> {
    const { name } = this.machine(arn);
    this.machines.update(({ [name]: _deleted, ...rest }) => rest);
    const running = this.executions(arn).filter(({ status }) => status === "RUNNING");
    await Promise.all(
      running.map((execution) => this.stop(execution.executionArn, { cause: "The state machine was deleted." })),
    );
  }

  /** A machine by its ARN. Throws `StateMachineDoesNotExist`. */
  machine(arn: string): StoredMachine {
    const name = arn.split(":").slice(6).join(":");
    const found = this.machines.value[name];
    if (found && this.arnOf(found) === arn) return found;
    throw new AwsError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
  }

  /** All machines, by name. */
  list(): StoredMachine[] {
    return Object.values(this.machines.value).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  arnOf(machine: { readonly name: string }): string {
    return stateMachineArn(this.options.place, machine.name);
  }

  /** An execution by its ARN. Throws `ExecutionDoesNotExist`. */
  execution(arn: string): StoredExecution {
    const found = this.store.get(arn);
    if (found) return found;
    throw new AwsError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
  }

  /** The executions of a machine, latest first. */
  executions(machineArn: string): StoredExecution[] {
    const found = this.store.list().filter((execution) => execution.stateMachineArn === machineArn);
    return found.reverse().sort((a, b) => (a.startDate < b.startDate ? 1 : a.startDate > b.startDate ? -1 : 0));
  }

  /** The events of an execution so far. */
  history(arn: string): HistoryEvent[] {
    return this.store.history(this.execution(arn));
  }

  /** Which variables the states of a definition read, given its text. */
  variableReferences(definition: string): Record<string, string[]> {
    return variableReferences(this.readDefinition(definition));
  }

  /** The text of the definition that an execution runs or ran. */
  definitionOf(execution: StoredExecution): string {
    return this.store.definition(execution.definitionKey);
  }

  /**
   * Starts an execution; it goes on after this returns. The same name and input as one that is running is that one.
   * Throws `ExecutionAlreadyExists` for any other use of the name within 90 days, `InvalidExecutionInput`, `InvalidName`,
   * and `AccessDenied` if the machine's role does not trust Step Functions.
   */
  start(machineArn: string, input = "{}", name: string = randomUUID()): StoredExecution {
    const machine = this.machine(machineArn);
    checkName(name);
    const value = readInput(input);
    const arn = executionArn(this.options.place, machine.name, name);
    const before = this.store.get(arn);
    if (before?.status === "RUNNING" && before.input === input) return before;
    if (before && !this.isForgotten(before)) {
      throw new AwsError("ExecutionAlreadyExists", `Execution Already Exists: '${arn}'`);
    }
    this.options.assumeRole?.("states.amazonaws.com", machine.roleArn, { arn: machineArn });
    const definition = this.readDefinition(machine.definition);
    const execution: StoredExecution = {
      executionArn: arn,
      stateMachineArn: machineArn,
      name,
      roleArn: machine.roleArn,
      status: "RUNNING",
      input,
      startDate: this.now().toISOString(),
      definitionKey: this.store.keepDefinition(machine.definition),
    };
    this.store.add(execution);
    const { journal } = this.options;
    journal.record({ kind: "execution-started", executionArn: arn, stateMachineArn: machineArn, input: value });
    this.announce(execution);
    const stop = new AbortController();
    const ended = journal.track(this.run(execution, machine.name, definition, value, stop.signal));
    this.running.set(arn, { stop, ended });
    return execution;
  }

  /** Stops an execution, with its waits and Tasks, and returns when it has ended. One that has ended stays as it is. */
  async stop(arn: string, reason: StopReason = {}): Promise<StoredExecution> {
    this.execution(arn);
    const running = this.running.get(arn);
    running?.stop.abort(reason);
    await running?.ended;
    return this.execution(arn);
  }

  /** Stops whatever runs, so that the process can end. */
  async close(): Promise<void> {
    const cause = "The local runtime was closed while this execution was running.";
    await Promise.all([...this.running.keys()].map((arn) => this.stop(arn, { error: "Local.RuntimeClosed", cause })));
  }

  private async run(
    execution: StoredExecution,
    machineName: string,
    definition: StateMachineDefinition,
    input: Json,
    signal: AbortSignal,
  ): Promise<void> {
    const identity = {
      executionArn: execution.executionArn,
      executionName: execution.name,
      stateMachineArn: execution.stateMachineArn,
      stateMachineName: machineName,
      roleArn: execution.roleArn,
      startTime: new Date(execution.startDate),
      input,
    };
    const outcome = await interpret(definition, input, identity, this.environment(execution), signal);
    this.running.delete(execution.executionArn);
    this.end(execution, outcome);
  }

  private end(execution: StoredExecution, outcome: Outcome): void {
    const { executionArn, stateMachineArn } = execution;
    const failure: StopReason = outcome.status === "FAILED" || outcome.status === "ABORTED" ? outcome : {};
    const given = {
      ...(failure.error !== undefined && { error: failure.error }),
      ...(failure.cause !== undefined && { cause: failure.cause }),
    };
    const output = outcome.status === "SUCCEEDED" ? { output: JSON.stringify(outcome.output) } : {};
    this.store.update(executionArn, {
      status: outcome.status,
      stopDate: this.now().toISOString(),
      ...output,
      ...given,
    });
    this.options.journal.record({
      kind: "execution-ended",
      executionArn,
      stateMachineArn,
      status: outcome.status,
      ...given,
    });
    this.announce(this.execution(executionArn));
  }

  private environment(execution: StoredExecution): Environment {
    const { api, journal, pace } = this.options;
    const { executionArn, stateMachineArn } = execution;
    const role = { principalArn: execution.roleArn };
    const faults = this.options.faults?.execution(stateMachineArn.split(":").pop() ?? "", execution.input);
    let events = 0;
    return {
      now: this.now,
      wait: pacedWait(pace),
      random: this.random,
      newToken: () => this.tokens.create(),
      // A Task that is abandoned may still have a job to stop: the runtime is not idle before it has.
      task: (request) => {
        const met = faults?.task(request.state, request.attempt, request.item);
        const caller = actingAs(role, met?.actor);
        const context = { api, caller, stateMachineArn, executionArn, tokens: this.tokens };
        return journal.track(performUnderFaults(request, met, (asked) => performTask(asked, context)));
      },
      failed: (state, { error, cause }) => {
        journal.record({ kind: "state-failed", executionArn, state, error: error ?? "", cause: cause ?? "" });
      },
      record: (type, previousEventId, details) => {
        if (events >= HISTORY_LIMIT - 1 && !type.startsWith("Execution")) {
          throw runtimeFailure(`The execution reached the maximum number of history events (${HISTORY_LIMIT}).`);
        }
        events += 1;
        this.store.append(execution, { timestamp: this.now(), type, id: events, previousEventId, ...details });
        const { stateEnteredEventDetails: entered, stateExitedEventDetails: exited } = details;
        if (entered?.name !== undefined) journal.record({ kind: "state-entered", executionArn, state: entered.name });
        if (exited?.name !== undefined) journal.record({ kind: "state-exited", executionArn, state: exited.name });
        return events;
      },
    };
  }

  private abandon(execution: StoredExecution): void {
    const reason = {
      error: "Local.RuntimeStopped",
      cause:
        "The local runtime's process ended while this execution was running; it cannot be continued, only started again.",
    };
    this.store.mendHistory(execution);
    const last = this.store.history(execution).at(-1)?.id ?? 0;
    const event = { id: last + 1, previousEventId: last, timestamp: this.now(), type: "ExecutionAborted" as const };
    this.store.append(execution, { ...event, executionAbortedEventDetails: reason });
    this.store.update(execution.executionArn, { status: "ABORTED", stopDate: this.now().toISOString(), ...reason });
  }

  private announce(execution: StoredExecution): void {
    this.options.onStatusChange?.(statusChange(execution));
  }

  private isForgotten({ stopDate }: StoredExecution): boolean {
    return stopDate !== undefined && this.now().getTime() - Date.parse(stopDate) > NAME_REUSE_MILLISECONDS;
  }

  private readDefinition(text: string): StateMachineDefinition {
    const known = this.definitions.get(text);
    if (known) return known;
    const { definition, diagnostics } = parseDefinition(text, unsupportedResource);
    if (definition) {
      this.definitions.set(text, definition);
      return definition;
    }
    throw invalidDefinition(diagnostics);
  }
}

function readInput(input: string): Json {
  if (Buffer.byteLength(input, "utf8") > PAYLOAD_LIMIT) {
    const limit = `Member must have length less than or equal to ${PAYLOAD_LIMIT}`;
    throw new AwsError(
      "ValidationException",
      `1 validation error detected: Value at 'input' failed to satisfy constraint: ${limit}`,
    );
  }
  try {
    return JSON.parse(input) as Json;
  } catch (error) {
    const { message } = input === "" ? { message: "Invalid execution input." } : jsonFault(input, error);
    throw new AwsError("InvalidExecutionInput", `Invalid State Machine Execution Input: '${message}'`);
  }
}
