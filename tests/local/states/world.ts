/** Step Functions with stubs for the services that it calls, for the tests of its API. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DescribeExecutionOutput, GetExecutionHistoryOutput, StartExecutionOutput } from "@aws-sdk/client-sfn";
import { Api, AwsError, type Caller, operation, type Operations, type Permission } from "../../../local/api";
import { Journal, type JournalEntry } from "../../../local/journal";
import type { StateMachineOptions } from "../../../local/states/machine-options";
import { StateMachines } from "../../../local/states/machines";
import type { StatusChange } from "../../../local/states/status-change";
import { statesOperations } from "../../../local/states/operations";
import type { Definition } from "./run";

const place = { account: "123456789012", region: "us-east-1" };
const owner: Caller = { principalArn: "arn:aws:iam::123456789012:root" };
export const roleArn = "arn:aws:iam::123456789012:role/pipeline";
export const machineArn = (name: string) => `arn:aws:states:us-east-1:123456789012:stateMachine:${name}`;
export const executionArn = (machine: string, name: string) =>
  `arn:aws:states:us-east-1:123456789012:execution:${machine}:${name}`;

type Stub = (input: Record<string, unknown>, caller: Caller) => unknown;

/** A service whose operations are plain functions. */
function service(operations: Record<string, Stub>): Operations {
  return Object.fromEntries(
    Object.entries(operations).map(([name, stub]) => [
      name,
      operation({
        parse: (input) => input as Record<string, unknown>,
        permissions: () => [{ action: name, resource: "*" }],
        run: async (input, call) => stub(input, call.caller),
      }),
    ]),
  );
}

/** A runtime of Step Functions and stubs. */
export class Runtime {
  /** All that the running test has opened. */
  static readonly open: Runtime[] = [];
  readonly journal = new Journal();
  readonly entries: JournalEntry[] = [];
  readonly permissions: { caller: string; permission: Permission }[] = [];
  readonly changes: StatusChange[] = [];
  readonly api: Api;
  readonly machines: StateMachines;

  constructor(
    folder: string,
    stubs: Readonly<Record<string, Record<string, Stub>>> = {},
    options: Partial<StateMachineOptions> = {},
  ) {
    this.journal.listen((entry) => this.entries.push(entry));
    this.api = new Api(({ principalArn }, permission) => {
      this.permissions.push({ caller: principalArn, permission });
      if (permission.action === "Forbidden") throw new AwsError("AccessDeniedException", "User is not authorized", 403);
    });
    for (const [name, operations] of Object.entries(stubs)) this.api.register(name, service(operations));
    this.machines = new StateMachines(folder, {
      place,
      api: this.api,
      journal: this.journal,
      pace: 1_000,
      onStatusChange: (change) => this.changes.push(change),
      ...options,
    });
    this.api.register("states", statesOperations(this.machines, place));
    Runtime.open.push(this);
  }

  call<Output>(name: string, input: unknown): Promise<Output> {
    return this.api.call("states", name, input, owner) as Promise<Output>;
  }

  put(name: string, definition: Definition): void {
    this.machines.putMachine({ name, definition: JSON.stringify(definition), roleArn });
  }

  /** Runs an execution to its end. */
  async execute(name: string, input: unknown = {}): Promise<DescribeExecutionOutput> {
    const { executionArn } = await this.call<StartExecutionOutput>("StartExecution", {
      stateMachineArn: machineArn(name),
      input: JSON.stringify(input),
    });
    await this.journal.whenIdle();
    return this.call("DescribeExecution", { executionArn });
  }

  async history(executionArn: string | undefined): Promise<NonNullable<GetExecutionHistoryOutput["events"]>> {
    return (
      (await this.call<GetExecutionHistoryOutput>("GetExecutionHistory", { executionArn, maxResults: 1000 })).events ??
      []
    );
  }
}

export async function rejection(work: Promise<unknown> | (() => unknown)): Promise<AwsError> {
  try {
    await (typeof work === "function" ? work() : work);
  } catch (error) {
    return error as AwsError;
  }
  throw new Error("nothing was thrown");
}

export const WAITING: Definition = { StartAt: "W", States: { W: { Type: "Wait", Seconds: 99_999, End: true } } };
export const PASSING: Definition = { StartAt: "P", States: { P: { Type: "Pass", End: true } } };
export const one = (state: Definition): Definition => ({
  QueryLanguage: "JSONata",
  StartAt: "T",
  States: { T: { Type: "Task", End: true, ...state } },
});

/** A folder for the runtimes of one test. */
export const openFolder = (): string => mkdtempSync(join(tmpdir(), "states-"));

/** Ends what a test has opened. */
export async function closeRuntimes(folder: string): Promise<void> {
  await Promise.all(Runtime.open.splice(0).map(({ machines }) => machines.close()));
  rmSync(folder, { recursive: true, force: true });
}
