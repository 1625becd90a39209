/**
 * Every resource type that the local runtime knows, in the order of deployment: what others need comes first.
 */
import { athena } from "./athena";
import { cloudtrail } from "./cloudtrail";
import { cloudwatch } from "./cloudwatch";
import { ec2 } from "./ec2";
import { events } from "./events";
import { glue } from "./glue";
import { iam } from "./iam";
import { kms } from "./kms";
import { lambda } from "./lambda";
import { recorded, type ResourceTypes } from "./resource-type";
import { s3 } from "./s3";
import { scheduler } from "./scheduler";
import { sfn } from "./sfn";
import { sns } from "./sns";
import { sqs } from "./sqs";
import { ssm } from "./ssm";

const providers: ResourceTypes = {
  "pulumi:providers:aws": recorded("one account and region are played, the stack's", {
    computed: ({ name }) => ({ id: name }),
  }),
};

/** By type token. */
export const resourceTypes: ResourceTypes = {
  ...providers,
  ...kms,
  ...iam,
  ...s3,
  ...glue,
  ...athena,
  ...cloudwatch,
  ...cloudtrail,
  ...ssm,
  ...sqs,
  ...ec2,
  ...lambda,
  ...sns,
  ...sfn,
  ...scheduler,
  ...events,
};
