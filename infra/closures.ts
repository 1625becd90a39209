/**
 * Deploys handlers as Lambda functions. However many pipelines use a handler, its archive is the same; what differs between
 * them is the environment and the role.
 */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { LakeChecks } from "./checks/lake-checks";
import { archiveEntry, handlerArchive, type HandlerCode } from "./handler-archive";
import type { Grants, KeyInUse, Statement } from "./permissions";
import { createServiceRole } from "./service-role";
import { transformed, type Transform } from "./transform";

/** An inline closure and what it needs to run. */
export interface Handler extends HandlerCode {
  /** Seconds. */
  readonly timeout: number;
  /** MiB. */
  readonly memory: number;
}

/** One function to deploy. */
export interface ClosureArgs {
  readonly handler: Handler;
  /** Physical name. */
  readonly functionName: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly statements: readonly Statement[];
  /** The queue that gets events which could not be handled, if events call the function. */
  readonly deadLetters?: DeadLetters;
}

/** What functions are attached to. */
export interface FunctionNetwork {
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  readonly securityGroupIds: pulumi.Input<pulumi.Input<string>[]>;
}

/** A queue of events that could not be handled. */
export interface DeadLetters {
  /** Physical name. */
  readonly name: string;
  readonly arn: pulumi.Input<string>;
}

/** Children of a deployed function that can be transformed. */
export interface ClosureTransforms {
  readonly function?: Transform<aws.lambda.FunctionArgs>;
  readonly role?: Transform<aws.iam.RoleArgs>;
  readonly logGroup?: Transform<aws.cloudwatch.LogGroupArgs>;
}

/** What all functions of a lake share. */
export interface ClosureSettings {
  readonly checks: LakeChecks;
  readonly account: string;
  readonly grant: Grants;
  /** The network that functions are attached to; none: Lambda's own. */
  readonly network?: FunctionNetwork;
  /** Gets the statements of all functions: what the network's endpoints let pass follows from them. */
  readonly granted: Statement[];
  /** Days that logs are kept. */
  readonly logRetention: number;
  /** ARN of the key of the log groups. */
  readonly logsKey: pulumi.Input<string>;
  /** The lake's key, and what it encrypts. */
  readonly key: pulumi.Input<KeyInUse>;
}

/** A deployed function and where it logs. */
export interface Closure {
  readonly function: aws.lambda.Function;
  readonly logGroup: aws.cloudwatch.LogGroup;
}

/** Lambda's Node.js runtime: supported until April 2028 (AWS documentation, "Lambda runtimes"). */
const runtime = aws.lambda.Runtime.NodeJS24dX;

/** Deploys the functions of one lake. */
export class Closures {
  constructor(private readonly settings: ClosureSettings) {}

  /** Creates a function with a role, a policy and a log group of its own. */
  deploy(
    name: string,
    args: ClosureArgs,
    options: pulumi.CustomResourceOptions,
    transforms: ClosureTransforms = {},
  ): Closure {
    const { checks, account, grant, network, logRetention, logsKey, key } = this.settings;
    const { handler, functionName, environment, statements, deadLetters } = args;
    const logGroupName = `/aws/lambda/${functionName}`;
    // Created here, before the first write: Lambda would create it without a retention.
    const logGroup = new aws.cloudwatch.LogGroup(
      ...transformed(
        transforms.logGroup,
        `${name}-logs`,
        { name: logGroupName, retentionInDays: logRetention, kmsKeyId: logsKey },
        options,
      ),
    );
    this.settings.granted.push(...statements);
    const granted = [
      ...statements,
      ...(network ? grant.attachToNetwork("AttachToNetwork") : []),
      grant.writeLogs("WriteLogs", logGroupName),
      ...(deadLetters ? [grant.sendMessages("KeepFailedEvents", deadLetters.name)] : []),
    ];
    checks.addRole(functionName, granted);
    checks.addFunction(functionName, environment);
    const { role, policy } = createServiceRole(
      `${name}-role`,
      {
        name: functionName,
        service: "lambda.amazonaws.com",
        account,
        statements: granted,
        key,
        transform: transforms.role,
      },
      options,
    );
    const deployed = new aws.lambda.Function(
      ...transformed(
        transforms.function,
        name,
        {
          name: functionName,
          role: role.arn,
          runtime,
          handler: archiveEntry,
          code: handlerArchive(handler),
          timeout: handler.timeout,
          memorySize: handler.memory,
          environment: { variables: { ...environment } },
          ...(network ? { vpcConfig: network } : {}),
        },
        { ...options, dependsOn: [logGroup, policy] },
      ),
    );
    if (deadLetters) {
      new aws.lambda.FunctionEventInvokeConfig(
        name,
        { functionName: deployed.name, destinationConfig: { onFailure: { destination: deadLetters.arn } } },
        { ...options, dependsOn: [policy] },
      );
    }
    return { function: deployed, logGroup };
  }
}
