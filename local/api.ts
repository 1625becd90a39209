/**
 * The one door to every local service. The HTTP server, state machines, event targets and Athena itself all make their
 * calls here, so each call is parsed, authorized and journaled the same way, whoever makes it.
 */

import type { Actor } from "./faults/actor";

/** Who makes a call. */
export interface Caller {
  /** ARN of the role (`arn:aws:iam::<account>:role/<name>`) or, for the machine's owner, `arn:aws:iam::<account>:root`. */
  readonly principalArn: string;
  /** The service that makes the call on its own behalf, e.g. `events.amazonaws.com`: it has no identity policies. */
  readonly service?: string;
  /** Services through which the principal's call came (forward access), e.g. `["athena.amazonaws.com"]`. */
  readonly calledVia?: readonly string[];
  /** Where it comes from, if from a VPC: it reaches services through that VPC's endpoints only. */
  readonly attachment?: Attachment;
  /** Whose call it is, for faults; the account's owner has none. */
  readonly actor?: Actor;
}

/** Where a function's network interfaces are. */
export interface Attachment {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

/** One IAM action on one resource that a call needs, with the condition keys that the request sets. */
export interface Permission {
  /** IAM action, which is not always the operation's name: `s3:ListBucket` for `ListObjectsV2`. */
  readonly action: string;
  readonly resource: string;
  /** Condition keys and their values in this request, e.g. `{ "s3:prefix": "incoming/" }`. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

/** An error as AWS reports it: `code` is the name that SDK clients raise. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    /** HTTP status; 400 when left out. */
    readonly status: number = 400,
    /** Further members of the error's shape, e.g. `AthenaErrorCode`. */
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = code;
  }
}

/** A call whose answer never comes: the caller cannot know whether it had an effect. No answer of a service. */
export class ConnectionLost extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ConnectionLost";
  }
}

/** One operation of a service: what AWS calls an API action. */
export interface Operation<Input, Output> {
  /** Reads an untrusted request; throws an {@link AwsError} that names the faulty member. */
  parse(input: unknown): Input;
  /** The permissions that the caller needs; all are checked before `run`. */
  permissions(input: Input, call: Call): readonly Permission[] | Promise<readonly Permission[]>;
  run(input: Input, call: Call): Promise<Output>;
}

/** What an operation knows of the call it serves. */
export interface Call {
  readonly caller: Caller;
  readonly requestId: string;
  /** Calls another operation as the same caller, e.g. Athena reading the Glue catalog: authorized as that caller. */
  forward(service: ServiceName, operation: string, input: unknown, via: string): Promise<unknown>;
  /**
   * Throws, as a call that is denied does, unless the caller has the permission: for what shows only while an operation runs.
   * `via`: the service that asks on the caller's behalf, if it is another one.
   */
  demand(service: ServiceName, permission: Permission, via?: string): void;
}

/** A service's name as it stands in a SigV4 credential scope, e.g. `sqs`: one of these, or of a service that was added. */
export type ServiceName =
  | "athena"
  | "events"
  | "glue"
  | "kms"
  | "lambda"
  | "logs"
  | "monitoring"
  | "s3"
  | "scheduler"
  | "sns"
  | "sqs"
  | "ssm"
  | "states"
  | "sts"
  | (string & Record<never, never>);

/** The operations of one service by name, e.g. `{ GetTable: …, GetPartitions: … }`. */
// Operations differ in their input and output types; `parse` guards each input, so the union is safe to store as unknown.
export type Operations = Readonly<Record<string, Operation<never, unknown>>>;

/** Decides whether a caller may do something; throws {@link AwsError} `AccessDenied…` if not. */
export type Authorize = (caller: Caller, permission: Permission, call: { service: ServiceName }) => void;

/** Stands around each call that is parsed and authorized: lets it run, or does something else to it. */
export type Interfere = (
  call: {
    readonly service: ServiceName;
    readonly operation: string;
    readonly input: unknown;
    /** ARNs of what it acts on. */
    readonly resources: readonly string[];
    readonly caller: Caller;
  },
  run: () => Promise<unknown>,
) => Promise<unknown>;

/** Writes an operation with its types inferred. */
export function operation<Input, Output>(definition: Operation<Input, Output>): Operation<never, unknown> {
  return definition as unknown as Operation<never, unknown>;
}

/** Throws {@link ConnectionLost} where a caller does not reach a service. */
export type Reach = (caller: Caller, service: ServiceName) => void;

/** Dispatches calls to services. */
export class Api {
  private readonly services = new Map<ServiceName, Operations>();
  private requests = 0;

  constructor(
    private readonly authorize: Authorize,
    /** Default: every call runs. */
    private readonly interfere: Interfere = (_call, run) => run(),
    /** Default: everybody reaches every service. */
    private readonly reach: Reach = () => undefined,
  ) {}

  /** Adds a service's operations; a service is registered once. */
  register(service: ServiceName, operations: Operations): void {
    if (this.services.has(service)) throw new Error(`Service ${service} is registered twice.`);
    this.services.set(service, operations);
  }

  /** Names of the services that are registered, in order. */
  get serviceNames(): ServiceName[] {
    return [...this.services.keys()].sort();
  }

  /** Names of the operations that a service has. */
  operationsOf(service: ServiceName): string[] {
    return Object.keys(this.services.get(service) ?? {}).sort();
  }

  /** Parses, authorizes and runs one call. Throws {@link AwsError} for whatever the caller did wrong. */
  async call(service: ServiceName, name: string, input: unknown, caller: Caller): Promise<unknown> {
    const operations = this.services.get(service);
    const found = operations && Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (!found) {
      throw new AwsError("UnknownOperationException", `The local runtime has no operation ${name} in ${service}.`, 400);
    }
    const operation = found as unknown as Operation<unknown, unknown>;
    const through = (via: string | undefined): Caller =>
      via === undefined ? caller : { ...caller, calledVia: [...(caller.calledVia ?? []), via] };
    const call: Call = {
      caller,
      requestId: `local-${(++this.requests).toString(36).padStart(8, "0")}`,
      forward: (to, next, nextInput, via) => this.call(to, next, nextInput, through(via)),
      demand: (of, permission, via) => this.authorize(through(via), permission, { service: of }),
    };
    this.reach(caller, service);
    const parsed = operation.parse(input);
    const permissions = await operation.permissions(parsed, call);
    for (const permission of permissions) this.authorize(caller, permission, { service });
    const resources = permissions.map(({ resource }) => resource);
    return this.interfere({ service, operation: name, input, resources, caller }, () => operation.run(parsed, call));
  }
}

/** The account and region that the runtime plays: they stand in every ARN. */
export interface Place {
  readonly account: string;
  readonly region: string;
}
