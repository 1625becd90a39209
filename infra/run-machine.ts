/** The state machine that runs a pipeline, with its role, its log and the alarm that tells of failed runs. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { DataLake } from "./data-lake";
import { queryStatements, type Statement, type TablePlace } from "./permissions";
import { createServiceRole } from "./service-role";
import { stateMachineDefinition, type StateMachinePlan } from "./state-machine";
import { transformed, type Transform } from "./transform";

/** Arguments of {@link createRunMachine}. */
export interface RunMachineArgs {
  readonly lake: DataLake;
  /** Physical name of the machine. */
  readonly name: string;
  readonly roleName: string;
  readonly plan: StateMachinePlan;
  /** Tables that its queries read, from their parsed text. */
  readonly reads: Promise<readonly TablePlace[]>;
  /** Tables that its queries write. */
  readonly writes: readonly TablePlace[];
  readonly transform?: Transform<aws.sfn.StateMachineArgs>;
}

/** Creates the machine. */
export function createRunMachine(
  { lake, name, roleName, plan, reads, writes, transform }: RunMachineArgs,
  options: pulumi.CustomResourceOptions,
): aws.sfn.StateMachine {
  const logGroup = new aws.cloudwatch.LogGroup(
    `${plan.pipeline}-runs`,
    // Names that start so do not lengthen the log delivery's resource policy. Step Functions documentation, "Using
    // CloudWatch Logs to log execution history".
    { name: `/aws/vendedlogs/states/${name}`, retentionInDays: lake.retention.logDays, kmsKeyId: lake.keys.logs },
    options,
  );
  const { role, policy } = createServiceRole(
    `${plan.pipeline}-states`,
    {
      name: roleName,
      service: "states.amazonaws.com",
      account: lake.place.account,
      statements: statements(lake, plan, reads, writes),
      key: lake.keyInUse,
    },
    options,
  );
  const machine = new aws.sfn.StateMachine(
    ...transformed(
      transform,
      plan.pipeline,
      {
        name,
        roleArn: role.arn,
        type: "STANDARD",
        definition: JSON.stringify(stateMachineDefinition(plan)),
        loggingConfiguration: {
          level: "ERROR",
          includeExecutionData: true,
          logDestination: logGroup.arn.apply((arn) => `${arn}:*`),
        },
        tracingConfiguration: { enabled: true },
      },
      { ...options, dependsOn: [policy] },
    ),
  );
  for (const metricName of ["ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"]) {
    lake.alarm(
      {
        name: `${name}-${metricName}`,
        description: `A run of ${plan.pipeline} did not succeed; the data before stays published.`,
        namespace: "AWS/States",
        metricName,
        dimensions: { StateMachineArn: machine.arn },
      },
      { ...options, parent: machine },
    );
  }
  return machine;
}

/** What the machine does: invoke functions, query what its models read into what they write, log and trace. */
async function statements(
  lake: DataLake,
  { functions }: StateMachinePlan,
  reads: Promise<readonly TablePlace[]>,
  writes: readonly TablePlace[],
): Promise<Statement[]> {
  const { grant, workgroupName } = lake;
  const results = lake.bucketName("athena-results");
  return [
    grant.invoke("InvokeFunctions", Object.values(functions)),
    ...(writes.length > 0
      ? [
          grant.runQueries("RunQueries", workgroupName),
          ...queryStatements(grant, { reads: await reads, writes, results }),
        ]
      : []),
    grant.deliverLogs("DeliverLogs"),
    grant.trace("Trace"),
  ];
}
