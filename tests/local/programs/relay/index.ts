import { S3Client, PutObjectCommand } from "@aws-sdk/client-s3";
import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { installed } from "../installed";

const config = new pulumi.Config();
const stage = config.require("stage");

const inbox = new aws.s3.Bucket("inbox", { bucket: `relay-inbox-${stage}`, forceDestroy: true });
const outbox = new aws.s3.Bucket("outbox", {}, { protect: true });
new aws.s3.BucketNotification("inbox", { bucket: inbox.id, eventbridge: true });
new aws.s3.BucketObjectv2("letter", { bucket: outbox.bucket, key: "letter.txt", content: "Dear reader" });
new aws.s3.BucketObjectv2("program", {
  bucket: outbox.bucket,
  key: "Pulumi.yaml",
  source: new pulumi.asset.FileAsset("Pulumi.yaml"),
});

const trusted = (service: string) =>
  aws.iam.getPolicyDocumentOutput({
    statements: [{ actions: ["sts:AssumeRole"], principals: [{ type: "Service", identifiers: [service] }] }],
  }).json;

class Relay extends pulumi.ComponentResource {
  readonly machine: aws.sfn.StateMachine;
  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("relay:index:Relay", name, {}, opts);
    const role = new aws.iam.Role(name, { assumeRolePolicy: trusted("states.amazonaws.com") }, { parent: this });
    const written = pulumi.interpolate`${outbox.arn}/seen/*`;
    const writer = closure(`${name}-write`, this, { OUTBOX: outbox.bucket }, ["s3:PutObject", written], () => {
      const s3 = new S3Client({});
      return async (event: { key: string }) => {
        await s3.send(new PutObjectCommand({ Bucket: process.env.OUTBOX, Key: `seen/${event.key}`, Body: event.key }));
        return { key: event.key };
      };
    });
    allow(name, role, "lambda:InvokeFunction", writer.arn, this);
    this.machine = new aws.sfn.StateMachine(
      name,
      {
        roleArn: role.arn,
        definition: pulumi.jsonStringify({
          StartAt: "Write",
          States: { Write: { Type: "Task", Resource: writer.arn, TimeoutSeconds: 60, End: true } },
        }),
      },
      { parent: this },
    );
    this.registerOutputs({ machineArn: this.machine.arn });
  }
}

const relay = new Relay("relay");
const trigger = closure(
  "trigger",
  undefined,
  { MACHINE: relay.machine.arn },
  ["states:StartExecution", relay.machine.arn],
  () => {
    const states = new SFNClient({});
    return async (event: { detail: { object: { key: string } } }) => {
      const input = JSON.stringify({ key: event.detail.object.key });
      await states.send(new StartExecutionCommand({ stateMachineArn: process.env.MACHINE, input }));
    };
  },
);
const arrived = new aws.cloudwatch.EventRule("arrived", {
  eventPattern: pulumi.jsonStringify({
    source: ["aws.s3"],
    "detail-type": ["Object Created"],
    detail: { bucket: { name: [inbox.bucket] } },
  }),
});
new aws.lambda.Permission("arrived", {
  action: "lambda:InvokeFunction",
  function: trigger.name,
  principal: "events.amazonaws.com",
  sourceArn: arrived.arn,
});
new aws.cloudwatch.EventTarget("arrived", { rule: arrived.name, arn: trigger.arn });

function allow(
  name: string,
  role: aws.iam.Role,
  action: string,
  resource: pulumi.Input<string>,
  parent: pulumi.Resource | undefined,
) {
  const policy = pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: action, Resource: resource }],
  });
  new aws.iam.RolePolicy(name, { role: role.id, policy }, { parent });
}

function closure<E, R>(
  name: string,
  parent: pulumi.Resource | undefined,
  variables: Record<string, pulumi.Input<string>>,
  [action, resource]: [string, pulumi.Input<string>],
  callbackFactory: () => aws.lambda.Callback<E, R>,
) {
  const role = new aws.iam.Role(name, { assumeRolePolicy: trusted("lambda.amazonaws.com") }, { parent });
  allow(name, role, action, resource, parent);
  return new aws.lambda.CallbackFunction<E, R>(
    name,
    {
      callbackFactory,
      role: role.arn,
      runtime: "nodejs24.x",
      timeout: 30,
      environment: { variables },
      codePathOptions: { extraExcludePackages: installed },
    },
    { parent },
  );
}

export const inboxName = inbox.bucket;
export const outboxName = outbox.bucket;
export const machineArn = relay.machine.arn;
export const account = aws.getCallerIdentityOutput().accountId;
export const limits = config.requireObject<{ files: number }>("limits");
