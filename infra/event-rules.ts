/** How events reach functions, and how rejected control files reach people. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { patternFaults } from "./checks/limits";
import type { Closure } from "./closures";
import type { Lake } from "./lake/lake";
import { countLogLines } from "./observability";

/** An EventBridge event pattern. */
export type EventPattern = Readonly<Record<string, unknown>>;

/**
 * The pattern of objects created in the landing bucket: pure.
 *
 * @param keys wildcard patterns of keys; `*` spans `/` (EventBridge documentation, "Comparison operators")
 * @param folder what all of them stand in: taken if there are too many of them for one pattern, or they are too alike
 */
export function objectsCreated(bucket: string, keys: readonly string[], folder: string): EventPattern {
  const pattern = (key: object): EventPattern => ({
    source: ["aws.s3"],
    "detail-type": ["Object Created"],
    detail: { bucket: { name: [bucket] }, object: { key } },
  });
  const exact = pattern(keys.map((wildcard) => ({ wildcard })));
  return patternFaults("", exact).length === 0 ? exact : pattern([{ prefix: folder }]);
}

/** Calls a function for each event that matches. What cannot be delivered or handled goes to the lake's dead letters. */
export function onEvent(
  lake: Lake,
  {
    name,
    description,
    pattern,
  }: { readonly name: string; readonly description: string; readonly pattern: EventPattern },
  { function: target }: Closure,
  options: pulumi.CustomResourceOptions,
): void {
  const ruleName = `${lake.workgroupName}-${name}`;
  lake.checks.addRule(ruleName, pattern);
  const rule = new aws.cloudwatch.EventRule(
    name,
    { name: ruleName, description, eventPattern: JSON.stringify(pattern) },
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
}

/** Raises an alarm when a function rejects a control file. */
export function alarmOnRejections(
  lake: Lake,
  name: string,
  { logGroup }: Closure,
  options: pulumi.CustomResourceOptions,
): void {
  const rejections = `${lake.workgroupName}-${name}-rejections`;
  lake.alarm(
    {
      name: rejections,
      description: `A control file was rejected (${name}): its run record in the assets bucket says why.`,
      ...countLogLines(rejections, logGroup, '{ $.level = "error" }', options),
    },
    options,
  );
}
