import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** Each stack of this program fails in its own way. */
const faults: Record<string, () => unknown> = {
  thrown: () => {
    throw new Error("the fault is here");
  },
  "run-error": () => {
    throw new pulumi.RunError("say what to do instead");
  },
  "unknown-types": () => [
    new aws.ec2.Instance("machine", { instanceType: "t4g.nano" }),
    new aws.dynamodb.Table("state", { attributes: [] }),
  ],
  "rejected-output": () => {
    new aws.s3.Bucket("inbox").arn.apply((arn) => {
      throw new Error(`cannot use ${arn}`);
    });
  },
  "rejected-input": () => new aws.s3.Bucket("inbox", { bucket: Promise.reject(new Error("no name today")) }),
  "twice-named": () => [new aws.s3.Bucket("inbox"), new aws.s3.Bucket("inbox")],
  "unknown-function": () => aws.ec2.getVpcOutput({ id: "vpc-1" }).cidrBlock.apply((block) => block),
  "never-settled": () => new aws.s3.Bucket("inbox", { bucket: new Promise<string>(() => undefined) }),
  exits: () => process.exit(3),
  logged: () => pulumi.log.error("this and that is wrong"),
};

faults[pulumi.getStack()]?.();
