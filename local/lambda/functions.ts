/**
 * Lambda functions: kept with their code in a folder, run in processes of their own.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { AwsError, type Api, type Attachment, type Place } from "../api";
import { Document } from "../document";
import type { Actor } from "../faults/actor";
import type { Faults } from "../faults/faults";
import type { Journal } from "../journal";
import { FunctionLogs, logStreamName, type LogEvent } from "../logs/function-logs";
import type { AssumeRole } from "../sts/service-caller";
import type { SessionCredentials } from "../sts/sessions";
import { AsynchronousInvocations } from "./asynchronous-invocations";
import { CodeStore } from "./code-store";
import {
  deployedFunction,
  functionArn,
  processEnvironment,
  readEventInvokeConfig,
  readSettings,
  type DeployedFunction,
  type FunctionSettings,
} from "./configuration";
import { InvocationLog } from "./invocation-log";
import { mostProcesses, ProcessPool } from "./process-pool";
import type { FunctionProcess, Invocation, Outcome, StartProcess } from "./function-process";
import { policyStatement, type FunctionPermission } from "./resource-policy";
import { RuntimeProcess } from "./runtime-process";
import { Sandbox, type LentCredentials } from "./sandbox";

/** What functions need of the runtime around them. */
export interface FunctionsOptions {
  /** Folder for settings, code, logs and pending events. */
  readonly folder: string;
  readonly place: Place;
  /** Takes what goes to dead-letter queues and destinations. */
  readonly api: Api;
  readonly journal: Journal;
  /** The server's endpoint, asked for when a process starts. */
  endpoint(): string;
  /** Credentials of a role for one process of a function; `actor` tells whose calls those signed with them are. */
  credentialsFor(roleArn: string, actor: () => Actor | undefined, attachment?: Attachment): LentCredentials;
  /** Checks, when a function is deployed, that its role lets Lambda assume it. */
  readonly assumeRole?: AssumeRole;
  /** How many times faster than on AWS retries of asynchronous invocations follow. Default 60: a minute is a second. */
  readonly pace?: number;
  /** Told of new events in a function's log group. */
  readonly onLogEvents?: (logGroup: string, events: readonly LogEvent[]) => void;
  /** Told of each invocation that ended, as CloudWatch is. */
  readonly onInvoked?: (functionName: string, outcome: { milliseconds: number; failed: boolean }) => void;
  /** Default: the clock. */
  readonly now?: () => Date;
  /** Faults to meet. Default: none. */
  readonly faults?: Faults;
  /** Starts what runs a function. Default, also where it returns undefined: a process of its own with the archive. */
  readonly startProcess?: StartProcess;
  /** Most processes at a time, of all functions together. Default: one for each 256 MiB of the machine's memory, 10 to 40. */
  readonly maximumProcesses?: number;
  /** Seconds that an idle process is kept warm. Default 120. */
  readonly idleSeconds?: number;
}

/** All functions of the account. */
export class Functions {
  readonly logs: FunctionLogs;
  private readonly deployed: Document<Record<string, DeployedFunction>>;
  private readonly code: CodeStore;
  private readonly pool: ProcessPool<Sandbox>;
  private readonly asynchronous: AsynchronousInvocations;
  private readonly running = new Map<string, number>();

  constructor(private readonly options: FunctionsOptions) {
    const { folder, place, api, journal, pace = 60, maximumProcesses = mostProcesses(), idleSeconds = 120 } = options;
    const read = (stored: unknown) => z.record(z.string(), deployedFunction).parse(stored);
    this.deployed = new Document(join(folder, "functions.json"), read, {});
    this.logs = new FunctionLogs(join(folder, "logs"), options.onLogEvents);
    this.code = new CodeStore(join(folder, "code"));
    this.pool = new ProcessPool(maximumProcesses, idleSeconds);
    this.asynchronous = new AsynchronousInvocations(
      { find: (name) => this.deployed.value[name], attempt: (target, invocation) => this.attempt(target, invocation) },
      { folder: join(folder, "pending"), place, api, journal, pace },
    );
    for (const { name, codeSha256 } of Object.values(this.deployed.value)) this.code.prune(name, codeSha256);
  }

  /**
   * Creates or replaces a function; `codeFolder` is the absolute path of its unpacked archive. Processes of the replaced
   * one finish what they do and are not used again; its resource policy stays, and its `eventInvokeConfig` if none is
   * given. Throws `InvalidParameterValueException`.
   */
  putFunction({ codeFolder, ...given }: FunctionSettings & { codeFolder: string }): void {
    const before = this.deployed.value[given.name] as DeployedFunction | undefined;
    const settings = readSettings({
      ...given,
      eventInvokeConfig: given.eventInvokeConfig ?? before?.eventInvokeConfig,
    });
    this.checkRole(settings);
    const next: DeployedFunction = {
      ...settings,
      ...this.code.put(settings.name, codeFolder),
      lastModified: before?.lastModified ?? "",
      revisionId: before?.revisionId ?? "",
      policy: before?.policy ?? {},
    };
    // Deployed again as it was: its processes stay warm.
    if (isDeepStrictEqual(before, next)) return;
    this.replace({ ...next, lastModified: new Date().toISOString(), revisionId: randomUUID() });
    this.pool.dropIdle((key) => key === before?.revisionId);
  }

  /** Sets what happens to a function's asynchronous invocations; members left out take AWS's defaults. */
  putEventInvokeConfig(name: string, config: NonNullable<FunctionSettings["eventInvokeConfig"]>): void {
    const target = this.get(name);
    this.replace({ ...target, eventInvokeConfig: readEventInvokeConfig(config) });
  }

  /** Deletes a function with its code; its logs stay. */
  deleteFunction(name: string): void {
    const { revisionId } = this.get(name);
    this.deployed.update((all) => Object.fromEntries(Object.entries(all).filter(([other]) => other !== name)));
    this.pool.dropIdle((key) => key === revisionId);
    this.code.delete(name);
  }

  /** Adds or replaces a statement of a function's resource policy. Throws `ResourceNotFoundException`. */
  addPermission(name: string, permission: FunctionPermission): void {
    const target = this.get(name);
    const statement = policyStatement(functionArn(this.options.place, name), permission);
    this.replace({ ...target, policy: { ...target.policy, [permission.statementId]: statement } });
  }

  /** Removes a statement of a function's resource policy; one that is not there is no error. */
  removePermission(name: string, statementId: string): void {
    const target = this.get(name);
    const policy = Object.fromEntries(Object.entries(target.policy).filter(([id]) => id !== statementId));
    this.replace({ ...target, policy });
  }

  /** A function's resource policy; undefined when nothing was ever permitted. Throws `ResourceNotFoundException`. */
  resourcePolicy(name: string): { Version: string; Id: string; Statement: unknown[] } | undefined {
    const statements = Object.values(this.get(name).policy);
    return statements.length === 0 ? undefined : { Version: "2012-10-17", Id: "default", Statement: statements };
  }

  /** A function as it is deployed. Throws `ResourceNotFoundException`. */
  get(name: string): DeployedFunction {
    const found = this.deployed.value[name] as DeployedFunction | undefined;
    if (found) return found;
    const arn = functionArn(this.options.place, name);
    throw new AwsError("ResourceNotFoundException", `Function not found: ${arn}`, 404, { Type: "User" });
  }

  /** All functions by name. */
  list(): DeployedFunction[] {
    return Object.values(this.deployed.value).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Folder with a function's code. */
  codeFolder(name: string): string {
    return this.code.pathOf(name, this.get(name).codeSha256);
  }

  /** Invokes a function and waits for its outcome. Throws `TooManyRequestsException` beyond its concurrency. */
  async invoke(
    name: string,
    payload: string,
    more: Partial<Pick<Invocation, "functionArn" | "clientContext">> = {},
  ): Promise<Outcome & { logTail: string }> {
    const target = this.get(name);
    const requestId = randomUUID();
    const outcome = await this.attempt(target, { requestId, payload, ...more });
    if (outcome.failure) {
      this.options.journal.record({
        kind: "function-failed",
        functionName: name,
        requestId,
        error: outcome.failure.errorType,
        message: outcome.failure.errorMessage,
        event: JSON.parse(payload),
      });
    }
    return outcome;
  }

  /** Accepts an event for asynchronous invocation: it is on disk when this returns. */
  invokeLater(name: string, payload: string): void {
    this.asynchronous.accept(this.get(name).name, randomUUID(), payload);
  }

  /** Takes up asynchronous invocations that an earlier process left; call it once all services are registered. */
  resume(): void {
    this.asynchronous.resume();
  }

  /** Ends all processes. Asynchronous invocations that are not done stay for the next {@link resume}. */
  close(): void {
    this.asynchronous.close();
    this.pool.close();
  }

  private checkRole({ name, roleArn }: { name: string; roleArn: string }): void {
    try {
      this.options.assumeRole?.("lambda.amazonaws.com", roleArn, { arn: functionArn(this.options.place, name) });
    } catch (error) {
      const message = "The role defined for the function cannot be assumed by Lambda.";
      const reason = error instanceof Error ? error.message : String(error);
      throw new AwsError("InvalidParameterValueException", `Function ${name}: ${message} ${reason}`);
    }
  }

  private now(): Date {
    return this.options.now?.() ?? new Date();
  }

  private replace(next: DeployedFunction): void {
    this.deployed.update((all) => ({ ...all, [next.name]: next }));
  }

  private async attempt(
    target: DeployedFunction,
    invocation: { requestId: string; payload: string } & Partial<Invocation>,
  ): Promise<Outcome & { logTail: string }> {
    const running = this.running.get(target.name) ?? 0;
    if (running >= (target.reservedConcurrency ?? Infinity)) {
      throw new AwsError("TooManyRequestsException", "Rate Exceeded.", 429, {
        Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
        Type: "User",
      });
    }
    this.running.set(target.name, running + 1);
    try {
      const start = () => this.startSandbox(target);
      return await this.pool.lend(target.revisionId, start, async (sandbox) => {
        const { faults, place } = this.options;
        const log = new InvocationLog(invocation.requestId, (lines) => {
          const time = this.now().getTime();
          const events = lines.map((message) => ({ time, message }));
          this.logs.append(target.name, sandbox.logStream, events);
        });
        const actor = faults?.invocation(target.name, invocation.payload, (how) =>
          how === "killed" ? sandbox.kill() : sandbox.expire(),
        );
        const clockSkew = faults?.clockSkew(actor) ?? 0;
        const asked = { functionArn: functionArn(place, target.name), clockSkew, ...invocation };
        const outcome = await sandbox.invoke(asked, actor, (text) => log.write(text));
        log.end(outcome, target.memorySize);
        const { duration, failure } = outcome;
        this.options.onInvoked?.(target.name, { milliseconds: duration, failed: failure !== undefined });
        return { ...outcome, logTail: log.tail() };
      });
    } finally {
      this.running.set(target.name, (this.running.get(target.name) ?? 1) - 1);
    }
  }

  private startSandbox(target: DeployedFunction): Sandbox {
    const { credentialsFor } = this.options;
    const logStream = logStreamName(this.now(), randomUUID());
    return new Sandbox(
      logStream,
      (actor) => credentialsFor(target.roleArn, actor, target.vpcConfig),
      (credentials) => this.startProcess(target, logStream, credentials),
    );
  }

  private startProcess(target: DeployedFunction, logStream: string, credentials: SessionCredentials): FunctionProcess {
    const { place, endpoint, startProcess } = this.options;
    const codeFolder = this.code.pathOf(target.name, target.codeSha256);
    const { name, memorySize, timeout } = target;
    const environment = processEnvironment(target, { place, codeFolder, endpoint: endpoint(), logStream, credentials });
    const settings = { name, codeFolder, environment, memorySize, timeout };
    return startProcess?.(settings) ?? new RuntimeProcess(settings);
  }
}
