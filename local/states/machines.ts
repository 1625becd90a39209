/**
 * State machines and their executions: what runs, what ran, and how it went.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { z } from "zod";
import { AwsError } from "../api";
import { Document } from "../document";
import { parseDefinition } from "./definition-rules";
import type { StateMachineDefinition } from "./definition";
import { continuedEnvironment } from "./continued-environment";
import type { Environment } from "./environment";
import { ExecutionStore, type StoredExecution } from "./execution-store";
import { invalidDefinition } from "./invalid-definition";
import type { StateMachineOptions } from "./machine-options";
import { unsupportedResource } from "./integrations";
import { interpret, type Outcome, type StopReason } from "./execution";
import { readInput } from "./execution-input";
import { liveEnvironment } from "./live-environment";
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
import { statusChange } from "./status-change";
import { Replay } from "./replay";
import { TaskTokens } from "./task-tokens";
import { variableReferences } from "./variable-references";

/** A name is free again this long after its execution ended (API reference, StartExecution). */
const NAME_REUSE_MILLISECONDS = 90 * 24 * 60 * 60 * 1_000;

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

  /** Opens the machines and executions in `folder`. Executions that were running when their process ended wait for {@link resume}. */
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
      tokenSecret: randomUUID(),
    };
    this.store.add(execution);
    const { journal } = this.options;
    journal.record({ kind: "execution-started", executionArn: arn, stateMachineArn: machineArn, input: value });
    this.announce(execution);
    this.begin(execution, definition, this.environment(execution, 0));
    return execution;
  }

  /** Takes up the executions that an earlier process left running. Call it when all services are there. */
  resume(): void {
    for (const execution of this.store.list())
      if (execution.status === "RUNNING" && !this.running.has(execution.executionArn)) this.continue(execution);
  }

  private begin(
    execution: StoredExecution,
    definition: StateMachineDefinition,
    environment: Environment,
  ): AbortController {
    const stop = new AbortController();
    const ended = this.options.journal.track(this.run(execution, definition, environment, stop.signal));
    this.running.set(execution.executionArn, { stop, ended });
    return stop;
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
    definition: StateMachineDefinition,
    environment: Environment,
    signal: AbortSignal,
  ): Promise<void> {
    const input = readInput(execution.input);
    const identity = {
      executionArn: execution.executionArn,
      executionName: execution.name,
      stateMachineArn: execution.stateMachineArn,
      stateMachineName: execution.stateMachineArn.split(":").pop() ?? "",
      roleArn: execution.roleArn,
      startTime: new Date(execution.startDate),
      input,
    };
    const outcome = await interpret(definition, input, identity, environment, signal);
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
    const change = { status: outcome.status, stopDate: this.now().toISOString(), ...output, ...given };
    // Told first: a process that ends in between tells it twice, not never.
    this.announce({ ...execution, ...change });
    this.store.update(executionArn, change);
    this.options.journal.record({
      kind: "execution-ended",
      executionArn,
      stateMachineArn,
      status: outcome.status,
      ...given,
    });
  }

  /**
   * Takes up an execution that an earlier process was running when it ended. If its history is not what its definition does
   * today, it is aborted: either way it ends, and is told of.
   */
  private continue(execution: StoredExecution): void {
    this.store.mendHistory(execution);
    const history = this.store.history(execution);
    // Whoever was to hear of the start may not have: it is told before the first event is recorded.
    if (history.length === 0) this.announce(execution);
    const definition = this.readDefinition(this.store.definition(execution.definitionKey));
    const replay = new Replay(history);
    const environment = this.environment(execution, history.at(-1)?.id ?? 0);
    const stop = this.begin(execution, definition, continuedEnvironment(environment, replay));
    const cause =
      "The local runtime's process ended while this execution was running, and its history cannot be followed.";
    void replay.succeeds().then((followed) => {
      if (!followed) stop.abort({ error: "Local.RuntimeStopped", cause } satisfies StopReason);
    });
  }

  private environment(execution: StoredExecution, lastEventId: number): Environment {
    const { api, journal, pace, faults } = this.options;
    const { tokens, store, now, random } = this;
    return liveEnvironment(execution, lastEventId, { api, journal, pace, faults, tokens, store, now, random });
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
