/** The state machine that runs a pipeline, with its role, its log and the alarm that tells of failed runs. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Lake } from "../lake/lake";
import type { Statement, TablePlace } from "../permissions";
import { queryStatements } from "./query-permissions";
import { createServiceRole } from "../service-role";
import { stateMachineDefinition } from "../state-machine/definition";
import type { StateMachinePlan } from "../state-machine/plan";
import { transformed, type Transform } from "../transform";

/** Arguments of {@link createRunMachine}. */
export interface RunMachineArgs {
  readonly lake: Lake;
  /** Physical name of the machine. */
  readonly name: string;
  readonly roleName: string;
  readonly plan: StateMachinePlan;
  /** Tables that its queries read, from their parsed text. */
  readonly reads: readonly TablePlace[];
  /** Tables that its queries write. */
  readonly writes: readonly TablePlace[];
  /** Views that it makes, and the tables that they show. */
  readonly views: { readonly views: readonly TablePlace[]; readonly subjects: readonly TablePlace[] };
  readonly transform?: Transform<aws.sfn.StateMachineArgs>;
}

/** Creates the machine. */
export function createRunMachine(
  { lake, name, roleName, plan, reads, writes, views, transform }: RunMachineArgs,
  options: pulumi.CustomResourceOptions,
): aws.sfn.StateMachine {
  const logGroup = new aws.cloudwatch.LogGroup(
    `${plan.pipeline}-runs`,
    // Names that start so do not lengthen the log delivery's resource policy. Step Functions documentation, "Using
    // CloudWatch Logs to log execution history".
    { name: `/aws/vendedlogs/states/${name}`, retentionInDays: lake.retention.logDays, kmsKeyId: lake.keys.logs },
    options,
  );
  const granted = statements(lake, plan, { reads, writes, views });
  lake.checks.addRole(roleName, granted);
  const { role, policy } = createServiceRole(
    `${plan.pipeline}-states`,
    {
      name: roleName,
      service: "states.amazonaws.com",
      account: lake.place.account,
      statements: granted,
      key: lake.keyInUse,
    },
    options,
  );
  const [resource, machineArgs, machineOptions] = transformed(
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
  );
  // What a transformation computes from other resources is not known yet.
  const { definition } = machineArgs;
  if (typeof definition === "string") lake.checks.addMachine(name, JSON.parse(definition) as object);
  const machine = new aws.sfn.StateMachine(resource, machineArgs, machineOptions);
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
function statements(
  lake: Lake,
  { functions }: StateMachinePlan,
  { reads, writes, views }: Pick<RunMachineArgs, "reads" | "writes" | "views">,
): Statement[] {
  const { grant, workgroupName } = lake;
  const results = lake.bucketName("athena-results");
  return [
    grant.invoke("InvokeFunctions", Object.values(functions)),
    ...(writes.length + views.views.length > 0 || functions.checker
      ? [
          grant.runQueries("RunQueries", workgroupName),
          ...queryStatements(grant, { reads, writes, views: [...views.views, ...views.subjects], results }),
          ...(lake.lakeFormation ? [grant.accessGovernedData("AccessGovernedData")] : []),
          ...grant.readTables("ReadViews", [...views.views, ...views.subjects]),
          ...grant.makeViews("MakeViews", views.views),
          ...(functions.checker
            ? [
                grant.readQueryResults("ReadQueryResults", workgroupName),
                grant.readObjects("ReadResultFiles", results, ["*"]),
              ]
            : []),
        ]
      : []),
    grant.deliverLogs("DeliverLogs"),
    grant.trace("Trace"),
  ];
}
