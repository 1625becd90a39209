/**
 * A runtime with the services that other services deliver to, for tests: real queues, topics, functions and server; state
 * machines only note what is started.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Api, AwsError, operation, type Caller, type Permission, type ServiceName } from "../../../local/api";
import { EventBus } from "../../../local/events/rules";
import { eventsOperations } from "../../../local/events/operations";
import { Scheduler } from "../../../local/events/scheduler";
import { schedulerOperations } from "../../../local/events/scheduler-operations";
import { serve, type Served } from "../../../local/http/server";
import { Journal, type JournalEntry } from "../../../local/journal";
import { Functions } from "../../../local/lambda/functions";
import { lambdaOperations } from "../../../local/lambda/operations";
import { Queues } from "../../../local/messaging/queues";
import { snsOperations } from "../../../local/messaging/sns-operations";
import { sqsOperations } from "../../../local/messaging/sqs-operations";
import { Topics } from "../../../local/messaging/topics";
import { ssmOperations } from "../../../local/ssm/operations";
import { Parameters } from "../../../local/ssm/parameters";
import { stsOperations } from "../../../local/sts/operations";
import { RoleSessions } from "../../../local/sts/sessions";

const place = { account: "123456789012", region: "us-east-1" };
export const owner: Caller = { principalArn: "arn:aws:iam::123456789012:root" };

/** ARN of something in the tests' account. */
export function arn(service: string, resource: string): string {
  return `arn:aws:${service}:us-east-1:123456789012:${resource}`;
}

export class ComputeBench {
  readonly api: Api;
  readonly journal = new Journal();
  readonly entries: JournalEntry[] = [];
  /** Permissions that were checked, with the caller. */
  readonly checked: { caller: Caller; permission: Permission }[] = [];
  /** What is refused from now on: an action. */
  forbidden: string | undefined;
  /** Executions started, and how many more starts fail with which error. */
  readonly started: { input: string; caller: Caller }[] = [];
  failures: AwsError[] = [];

  readonly sessions: RoleSessions;
  readonly queues: Queues;
  readonly topics: Topics;
  readonly parameters: Parameters;
  readonly functions: Functions;
  readonly bus: EventBus;
  readonly scheduler: Scheduler;
  served: Served | undefined;

  constructor(
    readonly folder = mkdtempSync(join(tmpdir(), "compute-")),
    now: () => Date = () => new Date(),
  ) {
    this.api = new Api((caller, permission) => {
      this.checked.push({ caller, permission });
      if (permission.action === this.forbidden)
        throw new AwsError("AccessDeniedException", "Forbidden by the test.", 403);
    });
    this.journal.listen((entry) => this.entries.push(entry));
    const within = (name: string) => join(this.folder, name);
    const common = { place, api: this.api, journal: this.journal, pace: 6000 };
    this.sessions = new RoleSessions(within("sts"), place, now);
    this.queues = new Queues(within("sqs"), place, now);
    this.topics = new Topics({ ...common, folder: within("sns") });
    this.parameters = new Parameters(within("ssm"), place, now);
    this.functions = new Functions({
      ...common,
      folder: within("lambda"),
      endpoint: () => this.endpoint(),
      credentialsFor: (role) => this.sessions.credentialsFor(role),
    });
    this.bus = new EventBus({ ...common, folder: within("events"), now });
    this.scheduler = new Scheduler({ ...common, folder: within("scheduler"), now });
    this.api.register("sts", stsOperations(this.sessions, place));
    this.api.register(
      "sqs",
      sqsOperations(this.queues, place, () => this.endpoint()),
    );
    this.api.register("sns", snsOperations(this.topics, place));
    this.api.register("ssm", ssmOperations(this.parameters));
    this.api.register("lambda", lambdaOperations(this.functions, place));
    this.api.register("events", eventsOperations(this.bus, place));
    this.api.register("scheduler", schedulerOperations(this.scheduler));
    this.api.register("states", { StartExecution: this.startExecution() });
  }

  /** Starts the server; S3 answers with what it was asked. */
  async serve(): Promise<string> {
    this.served = await serve(this.api, {
      callerOf: (key) => (key ? this.sessions.callerOf(key) : { principalArn: "*" }),
      s3: async (request, response, _api, caller) => {
        response.writeHead(200, { "x-caller": caller.principalArn });
        response.end(`${request.method} ${request.url}`);
      },
    });
    return this.served.endpoint;
  }

  endpoint(): string {
    return this.served?.endpoint ?? "http://127.0.0.1:9";
  }

  call<T>(...[service, name, input]: [ServiceName, string, unknown]): Promise<T> {
    return this.api.call(service, name, input, owner) as Promise<T>;
  }

  /** Deploys a function with this code. */
  putFunction(name: string, code: string): void {
    const codeFolder = join(this.folder, "archives", name);
    mkdirSync(codeFolder, { recursive: true });
    writeFileSync(join(codeFolder, "__index.js"), code);
    const roleArn = "arn:aws:iam::123456789012:role/worker";
    this.functions.putFunction({ name, codeFolder, handler: "__index.handler", runtime: "nodejs24.x", roleArn });
  }

  /** Bodies in a queue, parsed where they are JSON. */
  bodies(queue: string): unknown[] {
    return this.queues.get(queue).messages.map(({ body }) => {
      try {
        return JSON.parse(body) as unknown;
      } catch {
        return body;
      }
    });
  }

  ofKind<K extends JournalEntry["kind"]>(kind: K) {
    return this.entries.filter((entry): entry is Extract<JournalEntry, { kind: K }> => entry.kind === kind);
  }

  /** Stops, and keeps the folder. */
  async stop(): Promise<void> {
    for (const service of [this.functions, this.bus, this.scheduler, this.topics]) service.close();
    await this.served?.close();
    await this.journal.whenIdle();
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private startExecution() {
    return operation<{ input: string }, unknown>({
      parse: (input) => input as { input: string },
      permissions: () => [{ action: "states:StartExecution", resource: "*" }],
      run: async ({ input }, { caller }) => {
        const failure = this.failures.shift();
        if (failure) throw failure;
        this.started.push({ input, caller });
        return { executionArn: "arn", startDate: new Date() };
      },
    });
  }
}
