/** How control files reach functions, and how their rejections reach people. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Closure } from "./closures";
import type { DataLake } from "./data-lake";
import { countLogLines } from "./observability";

/**
 * Calls a function for each object of the landing bucket whose key matches. What cannot be delivered or handled goes to the
 * dead letters; a control file that the function rejects raises an alarm.
 *
 * @param key wildcard pattern of keys; `*` spans `/`. EventBridge documentation, "Comparison operators".
 */
export function onControlFile(
  lake: DataLake,
  name: string,
  key: string,
  { function: target, logGroup }: Closure,
  options: pulumi.CustomResourceOptions,
): void {
  const rule = new aws.cloudwatch.EventRule(
    name,
    {
      name: `${lake.workgroupName}-${name}`,
      description: `Control files ${key}`,
      eventPattern: JSON.stringify({
        source: ["aws.s3"],
        "detail-type": ["Object Created"],
        detail: { bucket: { name: [lake.bucketName("landing")] }, object: { key: [{ wildcard: key }] } },
      }),
    },
    options,
  );
  const permission = new aws.lambda.Permission(
    name,
    { action: "lambda:InvokeFunction", function: target.name, principal: "events.amazonaws.com", sourceArn: rule.arn },
    options,
  );
  new aws.cloudwatch.EventTarget(
    name,
    { rule: rule.name, arn: target.arn, deadLetterConfig: { arn: lake.deadLetters.arn } },
    { ...options, dependsOn: [permission] },
  );
  new aws.lambda.FunctionEventInvokeConfig(
    name,
    { functionName: target.name, destinationConfig: { onFailure: { destination: lake.deadLetters.arn } } },
    options,
  );
  const rejections = `${lake.workgroupName}-${name}-rejections`;
  lake.alarm(
    {
      name: rejections,
      description: `A control file ${key} was rejected: its run record in the assets bucket says why.`,
      ...countLogLines(rejections, logGroup, '{ $.level = "error" }', options),
    },
    options,
  );
}
