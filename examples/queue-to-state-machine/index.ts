/** Each file that arrives is a message of a queue; every minute a function starts one execution for each message. */
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const inbox = new aws.s3.Bucket("inbox");
new aws.s3.BucketNotification("inbox", { bucket: inbox.id, eventbridge: true });
const orders = new aws.sqs.Queue("orders");
const eventPattern = pulumi.jsonStringify({ source: ["aws.s3"], detail: { bucket: { name: [inbox.bucket] } } });
const arrived = new aws.cloudwatch.EventRule("arrived", { name: "arrived", eventPattern });
new aws.cloudwatch.EventTarget("orders", { rule: arrived.name, arn: orders.arn });
const sent = statement("sqs:SendMessage", orders.arn, { Principal: { Service: "events.amazonaws.com" } });
new aws.sqs.QueuePolicy("orders", { queueUrl: orders.url, policy: sent });

const definition = pulumi.jsonStringify({ StartAt: "Accept", States: { Accept: { Type: "Pass", End: true } } });
const fulfil = new aws.sfn.StateMachine("fulfil", { roleArn: role("fulfil", "states").arn, definition });

const draining = role("drain", "lambda");
may(draining, "queue", ["sqs:ReceiveMessage", "sqs:DeleteMessage"], orders.arn);
may(draining, "machine", ["states:StartExecution"], fulfil.arn);
const drain = new aws.lambda.CallbackFunction("drain", {
  name: "drain",
  role: draining.arn,
  environment: { variables: { QUEUE: orders.url, MACHINE: fulfil.arn } },
  callbackFactory: () => {
    const [sqs, states] = [new SQSClient({}), new SFNClient({})];
    return async () => {
      const { QUEUE: QueueUrl, MACHINE: stateMachineArn } = process.env;
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      for (const { Body: input = "", ReceiptHandle } of Messages) {
        // The event's own id: what is delivered twice is started once.
        const { id: name } = JSON.parse(input) as { id: string };
        const started = states.send(new StartExecutionCommand({ stateMachineArn, name, input }));
        await started.catch((error: Error) => {
          if (error.name !== "ExecutionAlreadyExists") throw error;
        });
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
    };
  },
});
const calling = role("call", "scheduler");
may(calling, "function", ["lambda:InvokeFunction"], drain.arn);
new aws.scheduler.Schedule("drain", {
  scheduleExpression: "rate(1 minute)",
  flexibleTimeWindow: { mode: "OFF" },
  target: { arn: drain.arn, roleArn: calling.arn },
});

export const bucket = inbox.bucket;
export const machine = fulfil.arn;

function role(name: string, service: string): aws.iam.Role {
  const assumeRolePolicy = statement("sts:AssumeRole", undefined, {
    Principal: { Service: `${service}.amazonaws.com` },
  });
  return new aws.iam.Role(name, { assumeRolePolicy });
}

function may(who: aws.iam.Role, name: string, actions: string[], on: pulumi.Input<string>): void {
  new aws.iam.RolePolicy(name, { role: who.id, policy: statement(actions, on) });
}

function statement(
  Action: string | string[],
  Resource?: pulumi.Input<string>,
  more: object = {},
): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource, ...more }] });
}
